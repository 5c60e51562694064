import { SourceError } from '../source/discover.js'
import type { Facts } from './facts.js'

/** Facts whose paths tell repositories apart, and the comments in them. */
export interface Told {
  readonly facts: readonly Facts[]
  /** The lines of a file that suppress findings, all others being empty. */
  readonly commentsOf: (path: string) => string
}

/** Facts of one repository are as they are; of several, each path begins with the name of its own. */
export function told(all: readonly Facts[]): Told {
  const seen = new Set<string>()
  for (const { repository, package: own } of all) {
    const name = `${own} of ${repository}`
    if (seen.has(name)) throw new SourceError(`two files hold the facts of ${name}: of two repositories of one name, give one another in its package.json`)
    seen.add(name)
  }
  const isOne = new Set(all.map(({ repository }) => repository)).size < 2
  const facts = isOne ? all : all.map(withName)
  const comments = Object.assign({}, ...facts.map((each) => each.comments)) as Facts['comments']
  return { facts, commentsOf: (path) => linesFrom(Object.hasOwn(comments, path) ? comments[path]! : []) }
}

const MOST_LINES = 1_000_000

function linesFrom(lines: readonly (readonly [number, string])[]): string {
  const text: string[] = []
  for (const [at, line] of lines) if (Number.isInteger(at) && at >= 0 && at < MOST_LINES) text[at] = line
  return [...text].map((line) => line ?? '').join('\n')
}

/** The facts with the name of their repository before each path: of places, of ids, of what two sites share. */
function withName(facts: Facts): Facts {
  const name = facts.repository.replace(/^@/, '')
  const paths = new Set([...facts.files, ...facts.parsed, ...facts.model.sites.map(({ location }) => location.path)])
  // A path, or one before a `#`: `src/a.ts#Users.cache`, `LocalCache src/a.ts#cache`.
  const renamed = (text: string): string => (paths.has(text) ? `${name}/${text}` : text.replace(/[^\s#]+(?=#)/g, (path) => (paths.has(path) ? `${name}/${path}` : path)))
  const walk = (value: unknown, key?: string): unknown => {
    if (typeof value === 'string') return key === 'app' ? `${name}/${value}` : key !== undefined && PATHS.has(key) ? renamed(value) : value
    if (Array.isArray(value)) return value.map((each) => walk(each, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([member, each]) => [member, walk(each, member)]))
  }
  const model = walk(facts.model) as Facts['model']
  return {
    ...facts, package: facts.package === '.' ? name : `${name}/${facts.package}`, files: facts.files.map((path) => `${name}/${path}`), parsed: facts.parsed.map((path) => `${name}/${path}`),
    comments: Object.fromEntries(Object.entries(facts.comments).map(([path, lines]) => [`${name}/${path}`, lines])), model,
  }
}

/** The members of a model that begin with a path, or are one. */
const PATHS = new Set(['path', 'id', 'scope', 'instance', 'invalidations', 'early', 'listed'])
