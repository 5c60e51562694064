import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import glob from 'fast-glob'
import ignore, { type Ignore } from 'ignore'
import { Disk, repositoryOf } from './disk.js'

const EXTENSIONS = '{ts,tsx,mts,cts,js,jsx,mjs,cjs,vue,svelte}'

const NEVER = ['**/node_modules/**', '**/.git/**', '**/.next/**', '**/.nuxt/**', '**/.output/**', '**/.turbo/**', '**/.yarn/**']

/** Left out unless named on the command line: what nobody writes by hand, and what does not run in production. */
export const LEFT_OUT = {
  tests: [
    '**/*.{test,spec,e2e,e2e-spec,stories,bench}.*', '**/__tests__/**', '**/__e2e__/**', '**/__mocks__/**', '**/__fixtures__/**',
    '**/{test,tests,e2e,cypress,playwright}/**',
  ],
  generated: ['**/*.d.{ts,mts,cts}', '**/*.{generated,gen}.*', '**/{generated,__generated__}/**', '**/dist/**', '**/coverage/**'],
  vendored: ['**/{vendor,vendors,third_party,bower_components}/**', '**/*.min.*', '**/*.bundle.js'],
} as const

/** What cannot be audited, in words for the person at the terminal. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

export interface Discovery {
  /** The folder that all reported paths are relative to. */
  readonly root: string
  /** Absolute, sorted. */
  readonly files: readonly string[]
}

/** A folder that is there; `named` is how it was asked for. @throws SourceError */
export function assertFolder(folder: string, named: string): string {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new SourceError(`no such folder: ${named}`)
  return folder
}

/** Finds the source files below `paths`. @throws SourceError for a path that is not there, or when nothing is found. */
export function discover(paths: readonly string[], cwd: string, ignored: readonly string[] = []): Discovery {
  const found = discoverAny(paths, cwd, ignored)
  if (found.files.length === 0) throw new SourceError(`no TypeScript or JavaScript file to audit in ${paths.join(', ')}`)
  return found
}

/** The same, where nothing to be found is an answer: packages of styles and settings. @throws SourceError for a path that is not there */
export function discoverAny(paths: readonly string[], cwd: string, ignored: readonly string[] = []): Discovery {
  const absolute = paths.map((path) => resolve(cwd, path))
  const missing = absolute.findIndex((path) => !existsSync(path))
  if (missing !== -1) throw new SourceError(`no such file or folder: ${paths[missing]}`)
  const root = rootOf(absolute, cwd)
  const gitignore = readGitignores(root)
  const isIgnored = (file: string): boolean => gitignore(file) || false
  const files = absolute.flatMap((path) => (statSync(path).isFile() ? [path] : findIn(path, ignored)))
  const kept = [...new Set(files)].filter((file) => !isIgnored(file)).sort()
  return { root, files: kept }
}

function findIn(folder: string, ignored: readonly string[]): string[] {
  const leftOut = [...NEVER, ...Object.values(LEFT_OUT).flat(), ...ignored]
  return glob.sync(`**/*.${EXTENSIONS}`, {
    cwd: folder, absolute: true, ignore: leftOut, dot: false, followSymbolicLinks: false, suppressErrors: true,
  }).map((file) => resolve(file))
}

// As a linter: paths are relative to where it was called, unless it was called on a project elsewhere, or from a folder
// that merely holds the project.
function rootOf(paths: readonly string[], cwd: string): string {
  const common = paths.map((path) => (statSync(path).isFile() ? dirname(path) : path)).reduce(commonFolder)
  const isBelow = common === cwd || common.startsWith(cwd === sep ? cwd : cwd + sep)
  return isBelow && isProject(cwd) ? cwd : common
}

const isProject = (folder: string): boolean => ['package.json', '.git', 'keyproof.json', 'keyproof.jsonc'].some((name) => existsSync(join(folder, name)))

function commonFolder(left: string, right: string): string {
  let folder = left
  while (folder !== right && !right.startsWith(folder === sep ? folder : folder + sep)) folder = dirname(folder)
  return folder
}

/** One predicate over all .gitignore files from the root (and the repository above it) down. */
function readGitignores(root: string): (file: string) => boolean {
  const rules = new Map<string, Ignore | null>()
  const top = repositoryOf(root)
  const disk = new Disk(top)
  const rulesOf = (folder: string): Ignore | null => {
    const known = rules.get(folder)
    if (known !== undefined) return known
    const text = disk.text(join(folder, '.gitignore'))
    const found = text === undefined ? null : ignore().add(text)
    rules.set(folder, found)
    return found
  }
  return (file) => {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const verdict = rulesOf(folder)?.test(relative(folder, file).split(sep).join('/'))
      if (verdict?.ignored) return true
      if (verdict?.unignored) return false
      if (folder === top || folder === dirname(folder)) return false
    }
  }
}
