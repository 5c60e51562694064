// Runs the published driver suite of bentocache and the test suite of Keyv against our layers. Their packages are installed
// beside this file, since no other test needs them.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const run = (command, args) => spawnSync(command, args, { cwd: folder, stdio: 'inherit' }).status ?? 1

if (run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts']) !== 0) process.exit(1)
const codes = [run(process.execPath, ['bentocache.mjs']), run('npx', ['vitest', 'run', '--root', folder, '--config', 'vitest.config.mjs'])]
process.exit(codes.some((code) => code !== 0) ? 1 : 0)
