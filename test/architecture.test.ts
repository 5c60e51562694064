import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from './support.js'

/** The rooms in the order of the data, each with those whose files it may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  keys: [],
  clients: ['keys'],
  databases: ['clients'],
  source: [],
  config: ['clients', 'keys', 'source'],
  resolve: ['source', 'clients', 'keys'],
  'model/types': ['clients', 'keys', 'model/producer', 'model/expiry', 'model/parts', 'model/fill'],
  'model/fill': ['keys', 'model/types'],
  'model/parts': ['clients', 'keys', 'model/types'],
  'model/expiry': ['keys', 'model/types'],
  'model/producer': ['model/types'],
  'model/lines': [],
  'model/places': ['model/types'],
  'model/scenario': ['keys'],
  'model/finding': ['model/types', 'model/scenario', 'keys'],
  'model/key-trace': ['model/types', 'clients'],
  'model/relations': ['model/types', 'model/producer', 'keys'],
  'model/rows': ['model/types', 'model/producer', 'keys'],
  'model/near-miss': ['model/relations', 'model/types', 'keys'],
  collect: ['databases', 'resolve', 'source', 'clients', 'keys', 'model/types', 'model/key-trace'],
  trace: ['databases', 'collect', 'resolve', 'source', 'clients', 'keys', 'model/types', 'model/producer'],
  purpose: ['collect', 'trace', 'resolve', 'clients', 'keys', 'model/types'],
  expiry: ['collect', 'trace', 'resolve', 'source', 'clients', 'keys', 'model/expiry', 'model/types'],
  parts: ['collect', 'trace', 'resolve', 'source', 'clients', 'keys', 'model/parts', 'model/types'],
  fill: ['collect', 'trace', 'resolve', 'source', 'clients', 'keys', 'model/fill', 'model/types'],
  'model/assemble': ['model/places', 'purpose', 'expiry', 'parts', 'fill', 'collect', 'trace', 'resolve', 'keys', 'model/types', 'model/producer'],
  rules: ['model/types', 'model/expiry', 'model/parts', 'model/fill', 'model/producer', 'model/finding', 'model/relations', 'model/rows', 'model/near-miss', 'keys'],
  proofs: ['runtime', 'rules'],
  audit: ['model/lines', 'model/places', 'model/types', 'model/finding', 'model/scenario', 'model/relations', 'config', 'keys', 'runtime'],
  observed: ['clients', 'keys'],
  fixes: ['model/places', 'audit', 'collect', 'trace', 'resolve', 'source', 'keys', 'model/types', 'model/finding'],
  report: ['model/lines', 'audit', 'observed', 'model/types', 'model/finding', 'model/key-trace', 'clients', 'config', 'keys'],
  lsp: ['report', 'keys'],
  eslint: ['report', 'rules', 'cli'],
  incremental: ['source'],
  link: ['source', 'keys', 'model/types', 'model/lines', 'model/places'],
  cli: ['model/places', 'link', 'incremental', 'keys', 'model/lines', 'lsp', 'fixes', 'observed', 'audit', 'report', 'rules', 'config', 'clients', 'collect', 'model/assemble', 'model/finding', 'model/types', 'source'],
  runtime: ['keys'],
  index: ['config', 'report'],
}

const sources = ['src', 'rules'].flatMap((folder) =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => join(folder, file)))

function roomOf(file: string): string {
  const path = relative('src', file).replace(/\.[jt]s$/, '')
  if (/^rules\/.*\/(?:bad|good)\.ts$/.test(file)) return 'proofs'
  if (file.startsWith('rules')) return 'rules'
  return path.startsWith('model/') ? path : path.split('/')[0]!
}

const importsOf = (file: string): string[] =>
  [...readFileSync(join(REPOSITORY, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)]
    .map((match) => relative(REPOSITORY, resolve(join(REPOSITORY, dirname(file)), match[1]!)))

test('every room is known', () => {
  expect([...new Set(sources.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).toEqual([])
})

test('imports run one way', () => {
  const wrong = sources.flatMap((file) => importsOf(file)
    .filter((target) => roomOf(target) !== roomOf(file) && !MAY_IMPORT[roomOf(file)]!.includes(roomOf(target)))
    .map((target) => `${file} imports ${target}`))
  expect(wrong).toEqual([])
})

test('the key room and the rules never see the syntax', () => {
  const seeing = sources.filter((file) => ['keys', 'rules', 'report', 'audit'].includes(roomOf(file))
    && /from 'ts-morph'/.test(readFileSync(join(REPOSITORY, file), 'utf8')))
  expect(seeing).toEqual([])
})

test('ARCHITECTURE.md names every room', () => {
  const text = readFileSync(join(REPOSITORY, 'ARCHITECTURE.md'), 'utf8')
  for (const room of new Set(sources.filter((file) => roomOf(file) !== 'proofs').map((file) => roomOf(file).split('/')[0]!))) if (room !== 'index') expect(text).toContain(`src/${room}`.replace('src/rules', 'rules/'))
})
