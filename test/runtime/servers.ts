import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

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

/** Starts valkey-server on a free port of the loopback. */
export async function startValkey(): Promise<Server> {
  const at = await freePort()
  return started(spawn('valkey-server', ['--port', String(at), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--loglevel', 'warning'], { stdio: 'ignore' }), at)
}

/** Starts a cluster of two masters, each with half of the slots. */
export async function startCluster(): Promise<{ readonly ports: readonly number[]; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-cluster-'))
  const nodes = await Promise.all(['a', 'b'].map(async (name) => {
    // The bus of a node listens at its port and ten thousand more.
    const port = 20_000 + (await freePort()) % 10_000
    return started(spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--loglevel', 'warning', '--cluster-enabled', 'yes', '--cluster-config-file', join(folder, `${name}.conf`), '--dir', folder], { stdio: 'ignore' }), port)
  }))
  const clients = nodes.map(({ port }) => new Redis(port))
  await clients[0]!.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191')
  await clients[1]!.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383')
  await clients[0]!.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[1]!.port))
  await until(async () => (await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO')))).every((info) => String(info).includes('cluster_state:ok') && String(info).includes('cluster_known_nodes:2')), 20_000)
  for (const client of clients) client.disconnect()
  return {
    ports: nodes.map(({ port }) => port),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
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
