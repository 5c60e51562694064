#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`keyproof needs Node.js 20.19 or newer; this is ${process.versions.node}\n`)
  process.exit(2)
}
// Who reads the output may stop before its end: `keyproof | head`.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit()
  process.stderr.write(`keyproof: cannot write: ${error.message}\n`)
  process.exit(2)
})
const { main } = await import('../dist/src/cli/main.js')
process.exitCode = await main(process.argv, { stdout: process.stdout, stderr: process.stderr, cwd: process.cwd() })
