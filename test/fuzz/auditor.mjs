import { fork } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MOST_SECONDS = 30
const MOST_MEGABYTES = 1024
const here = dirname(fileURLToPath(import.meta.url))

/** One process audits until it falls; then another takes its place. */
export class Auditor {
  start() {
    this.process = fork(join(here, 'worker.mjs'), { execArgv: [`--max-old-space-size=${MOST_MEGABYTES}`], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  }

  audit(folder) {
    if (!this.process?.connected) this.start()
    const { process: child } = this
    return new Promise((done) => {
      const end = (answer) => { clearTimeout(timer); child.removeAllListeners(); done(answer) }
      const timer = setTimeout(() => { child.kill('SIGKILL'); this.process = undefined; end({ fault: `took more than ${MOST_SECONDS} s` }) }, MOST_SECONDS * 1000)
      child.once('message', end)
      child.once('exit', (code, signal) => { this.process = undefined; end({ fault: `fell: exit ${code ?? signal}` }) })
      child.send(folder)
    })
  }
}
