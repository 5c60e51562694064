import { spawn } from 'node:child_process'
import * as vitest from 'vitest'
import suite from '@keyv/test-suite'
import { Keyv } from 'keyv'
import { Redis } from '../../node_modules/ioredis/built/index.js'
import { keyvStore } from '../../dist/src/runtime/adapters/index.js'
import { redis } from '../../dist/src/runtime/layers/redis.js'

const port = 20_000 + (process.pid % 20_000)
const server = spawn('redis-server', ['--port', String(port), '--save', ''], { stdio: 'ignore' })
const client = new Redis(port)
vitest.beforeAll(async () => { while (client.status !== 'ready') await new Promise((done) => { setTimeout(done, 20) }) })
vitest.afterAll(() => { client.disconnect(); server.kill() })

// Each Keyv has an adapter of its own, as its namespace is a property of that.
vitest.describe('memory', () => { suite(vitest, Keyv, () => keyvStore()) })
vitest.describe('Redis', () => { suite(vitest, Keyv, () => keyvStore(redis(client))) })
