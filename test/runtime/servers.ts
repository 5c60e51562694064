import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createServer, connect, type Socket } from 'node:net'

/** Is a program on the PATH? Where it is not, its tests are skipped and say so; in CI they fail. */
export function isInstalled(program: string): boolean {
  if (spawnSync(program, ['--version']).status === 0) return true
  if (process.env['CI'] === 'true') throw new Error(`${program} is not installed`)
  console.warn(`SKIPPED: tests that need ${program}, which is not installed`)
  return false
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const { port } = server.address() as { port: number }
  await new Promise((done) => { server.close(done) })
  return port
}

export interface Server { readonly port: number; stop(): Promise<void> }

/** Starts redis-server on a free port of the loopback. */
export async function startRedis(port?: number): Promise<Server> {
  const at = port ?? await freePort()
  return started(spawn('redis-server', ['--port', String(at), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--loglevel', 'warning'], { stdio: 'ignore' }), at)
}

/** Starts memcached on a free port of the loopback. */
export async function startMemcached(port?: number): Promise<Server> {
  const at = port ?? await freePort()
  return started(spawn('memcached', ['-l', '127.0.0.1', '-p', String(at), '-U', '0', '-u', 'nobody', '-m', '16'], { stdio: 'ignore' }), at)
}

async function started(child: ChildProcess, port: number): Promise<Server> {
  for (let i = 0; i < 200 && !(await answers(port)); i++) await sleep(25)
  return {
    port,
    stop: async () => {
      const gone = new Promise((done) => { child.once('exit', done) })
      child.kill('SIGKILL')
      await gone
    },
  }
}

const answers = (port: number): Promise<boolean> => new Promise((done) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); done(true) })
  socket.on('error', () => { done(false) })
})

export const sleep = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms) })

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 5000): Promise<void> {
  const end = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come to hold in time')
    await sleep(10)
  }
}

/** A connection in between that can be cut, and made deaf (half open). */
export interface Proxy { readonly port: number; cut(): void; mend(): void; deafen(): void; stop(): Promise<void> }

export async function proxyTo(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let isUp = true
  let isDeaf = false
  const server = createServer((client) => {
    if (!isUp) { client.destroy(); return }
    const upstream = connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => { sockets.delete(socket); client.destroy(); upstream.destroy() })
    }
    client.on('data', (data) => { upstream.write(data) })
    upstream.on('data', (data) => { if (!isDeaf) client.write(data) })
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const cut = (): void => {
    isUp = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as { port: number }).port, cut,
    mend: () => { isUp = true; isDeaf = false },
    deafen: () => { isDeaf = true },
    stop: () => { cut(); return new Promise((done) => { server.close(() => { done() }) }) },
  }
}
