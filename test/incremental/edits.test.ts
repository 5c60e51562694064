import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { REPOSITORY } from '../support.js'
import { reported, storeAt } from './support.js'

const FILES = [
  'packages/keys/src/index.ts', 'packages/cache/src/index.ts', 'packages/users/src/index.ts', 'apps/web/src/index.ts', 'apps/worker/src/index.ts',
  'apps/web/src/label-1.ts', 'apps/web/src/label-2.ts', 'apps/web/src/label-3.ts', 'apps/web/src/new.ts', 'apps/worker/src/new.ts',
]
const SETTINGS = ['package.json', 'packages/keys/package.json', 'apps/web/package.json', 'tsconfig.json', 'apps/web/tsconfig.json', '.gitignore', 'keyproof.json', 'pnpm-workspace.yaml']

/** Texts that matter to an audit in one way or another, or not at all. */
const PIECES = [
  '// a comment\n', '\n', 'export const other = 1\n', "import Redis from 'ioredis'\nconst own = new Redis()\nexport const f = (id: string) => own.set(`shop:cart:${id}`, '1', 'EX', 60)\n",
  "import { cache } from '@acme/cache'\nexport const g = (id: string) => cache.drop(`shop:profile:${id}:x`)\n", "import { forget } from '@acme/users'\nexport const h = () => forget('shop:nothing')\n",
  "export const KEY = 'shop:cart'\n", 'class Own implements Redis {}\n', 'export interface ShopCache { get(key: string): string; set(key: string, value: string, ttl: number): void }\n',
  "res.setHeader('Cache-Control', 'public, max-age=60')\n", 'const ttlSeconds = 60 * 1000\n', '}{ not a program', '// keyproof-disable-next-line set-delete-mismatch\n', `${'x'.repeat(6000)}\n`,
]
const JSONS = [
  '{ "name": "monorepo", "workspaces": ["packages/*", "apps/*"] }', '{ "name": "@acme/keys", "exports": "./src/other.ts" }', '{}', '{ bad', '{ "compilerOptions": { "paths": { "@acme/keys": ["./apps/web/src/new.ts"] } } }',
  '{ "ignore": ["apps/worker/**"] }', '{ "rules": { "set-delete-mismatch": "off" } }', 'apps/web/src/label-1.ts\n', 'packages/users\n', 'packages: ["packages/keys"]\n', '{ "name": "@acme/web", "dependencies": { "ioredis": "5" } }',
]

type Edit = (folder: string) => void

const write = (folder: string, path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
const textOf = (folder: string, path: string): string => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '')

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.constantFrom(...FILES), fc.constantFrom(...PIECES)).map(([path, piece]): Edit => (folder) => { mkdirSync(dirname(join(folder, path)), { recursive: true }); appendFileSync(join(folder, path), piece) }),
  fc.tuple(fc.constantFrom(...FILES), fc.constantFrom(...PIECES)).map(([path, piece]): Edit => (folder) => write(folder, path, piece + textOf(folder, path))),
  fc.tuple(fc.constantFrom(...FILES), fc.constantFrom('shop:', 'cart', 'userId', 'cache', 'import', ';'), fc.constantFrom('x:', 'profile', 'sku', '')).map(([path, from, to]): Edit => (folder) => write(folder, path, textOf(folder, path).replace(from, to))),
  fc.tuple(fc.constantFrom(...SETTINGS), fc.constantFrom(...JSONS)).map(([path, text]): Edit => (folder) => write(folder, path, text)),
  fc.constantFrom(...FILES, ...SETTINGS).map((path): Edit => (folder) => rmSync(join(folder, path), { force: true })),
  fc.tuple(fc.constantFrom(...FILES), fc.constantFrom(...FILES)).map(([from, to]): Edit => (folder) => { if (existsSync(join(folder, from))) { mkdirSync(dirname(join(folder, to)), { recursive: true }); renameSync(join(folder, from), join(folder, to)) } }),
  // The same length and the same time as before: only what cannot be set back tells.
  fc.tuple(fc.constantFrom(...FILES), fc.constantFrom('shop', 'cart')).map(([path, word]): Edit => (folder) => { write(folder, path, textOf(folder, path).replace(word, [...word].reverse().join(''))); utimesSync(join(folder, path), 1e9, 1e9) }),
)

afterEach(() => { vi.useRealTimers() })

const outcome = (work: Promise<{ readonly bytes: string }>): Promise<string> => work.then(({ bytes }) => bytes, (error: unknown) => `failed: ${String(error)}`)

// Half of the runs believe that the edits are long ago, so that stamps count and not digests alone.
test.each([['of a moment ago', 0], ['of long ago', 60_000]])('edits %s: the same bytes as an audit without a cache', async (_, later) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + later })
  let recalled = 0
  await fc.assert(fc.asyncProperty(fc.array(fc.array(edits, { maxLength: 2 }), { minLength: 1, maxLength: 4 }), async (rounds) => {
    const folder = mkdtempSync(join(tmpdir(), 'keyproof-edits-'))
    cpSync(join(REPOSITORY, 'fixtures/monorepo'), folder, { recursive: true })
    const store = storeAt(join(folder, 'node_modules/.cache/keyproof/a.json'))
    await reported(folder, store)
    for (const round of rounds) {
      for (const edit of round) edit(folder)
      expect(await outcome(reported(folder, store).then((kept) => { if (!kept.isAnew) recalled++; return kept }))).toBe(await outcome(reported(folder)))
    }
    rmSync(folder, { recursive: true })
  }), { numRuns: 60 })
  // A cache that never answers would pass as well.
  expect(recalled).toBeGreaterThan(10)
}, 300_000)
