import { dirname, isAbsolute, join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import type { Disk } from './disk.js'
import { isObject, readJsonObject, type Json, type JsonObject } from './json.js'

export interface WorkspacePackage {
  readonly name: string
  readonly folder: string
  readonly manifest: JsonObject
}

/** The packages of a repository (npm, pnpm, yarn, or any package.json that names itself), by name and by folder. */
export class Workspaces {
  private readonly byName = new Map<string, WorkspacePackage>()
  private readonly manifests = new Map<string, WorkspacePackage | null>()

  constructor(private readonly disk: Disk, private readonly top: string) {
    for (const file of manifestFiles(disk, top)) {
      const manifest = readJsonObject(disk, file)
      if (typeof manifest?.['name'] !== 'string') continue
      const found = { name: manifest['name'], folder: dirname(file), manifest }
      if (!this.byName.has(found.name)) this.byName.set(found.name, found)
    }
  }

  get all(): readonly WorkspacePackage[] {
    return [...this.byName.values()]
  }

  /** The package that a bare specifier such as `@acme/cache/keys` names. */
  owning(specifier: string): WorkspacePackage | undefined {
    const parts = specifier.split('/')
    return this.byName.get(parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'))
  }

  /** Does any package of the repository depend on `name`? */
  dependsOn(name: string): boolean {
    this.dependencies ??= new Set(manifestFiles(this.disk, this.top).flatMap((file) => dependencyNames(readJsonObject(this.disk, file))))
    return this.dependencies.has(name)
  }

  /** The major version of a dependency that the package around `folder`, or one above it, asks for. */
  majorOf(name: string, folder: string): number | undefined {
    for (let owner = this.enclosing(folder); owner; owner = owner.folder === this.top ? undefined : this.enclosing(dirname(owner.folder))) {
      const range = rangeOf(owner.manifest, name)
      const major = range === undefined ? undefined : /(\d+)/.exec(range)?.[1]
      if (major !== undefined) return Number(major)
    }
    return undefined
  }

  private dependencies: ReadonlySet<string> | undefined

  /** The package that a folder belongs to: the nearest package.json upwards. */
  enclosing(folder: string): WorkspacePackage | undefined {
    const known = this.manifests.get(folder)
    if (known !== undefined) return known ?? undefined
    const found = this.readUpwards(folder)
    this.manifests.set(folder, found ?? null)
    return found
  }

  private readUpwards(folder: string): WorkspacePackage | undefined {
    const manifest = readJsonObject(this.disk, join(folder, 'package.json'))
    if (manifest) return { name: typeof manifest['name'] === 'string' ? manifest['name'] : '', folder, manifest }
    const parent = dirname(folder)
    return folder === this.top || parent === folder ? undefined : this.enclosing(parent)
  }
}

const DEPENDENCIES = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

export function dependencyNames(manifest: JsonObject | undefined): string[] {
  return DEPENDENCIES.flatMap((field) => (isObject(manifest?.[field]) ? Object.keys(manifest[field]) : []))
}

function rangeOf(manifest: JsonObject, name: string): string | undefined {
  for (const field of DEPENDENCIES) {
    const entries = manifest[field]
    const range = isObject(entries) ? entries[name] : undefined
    if (typeof range === 'string') return range
  }
  return undefined
}

function manifestFiles(disk: Disk, top: string): readonly string[] {
  const declared = [...fromManifest(disk, top), ...fromPnpm(disk, top), ...fromLerna(disk, top)].filter(isPlain)
  const patterns = declared.length > 0 ? declared.map((entry) => manifestPattern(entry)) : ['*/package.json', '*/*/package.json']
  return disk.glob(top, ['package.json', ...patterns])
}

// A pattern is the audited tree's: it leads out of it nowhere, and names no more than folders are named by.
// (fast-glob takes the names of what every object has for something of its own.)
const isPlain = (entry: string): boolean => entry.length < 200 && !(entry.replace(/^!?(?:\.\/)?/, '').split('/')[0]! in {}) && !isAbsolute(entry) && !entry.split(/[/\\]/).includes('..') && !/[({].*[({]/.test(entry)

const manifestPattern = (entry: string): string => {
  const negated = entry.startsWith('!')
  const folder = entry.replace(/^!?(\.\/)?/, '').replace(/\/+$/, '')
  return `${negated ? '!' : ''}${folder}/package.json`
}

function fromManifest(disk: Disk, top: string): string[] {
  const workspaces = readJsonObject(disk, join(top, 'package.json'))?.['workspaces']
  return strings(isObject(workspaces) ? workspaces['packages'] : workspaces)
}

function fromLerna(disk: Disk, top: string): string[] {
  return strings(readJsonObject(disk, join(top, 'lerna.json'))?.['packages'])
}

function fromPnpm(disk: Disk, top: string): string[] {
  const text = disk.text(join(top, 'pnpm-workspace.yaml'))
  if (text === undefined) return []
  try {
    const config: unknown = parseYaml(text)
    return isObject(config) ? strings(config['packages']) : []
  } catch {
    return [] // a broken workspace file costs resolution, not the audit
  }
}

const strings = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((entry: Json): entry is string => typeof entry === 'string') : []
