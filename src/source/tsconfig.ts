import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Disk } from './disk.js'
import { isObject, readJsonObject, type Json, type JsonObject } from './json.js'
import type { Workspaces } from './workspaces.js'

/** The part of a tsconfig that says where an import leads. */
export interface PathMapping {
  /** Folder that bare specifiers are tried in, from `baseUrl`. */
  readonly baseUrl?: string
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[]
}

const MOST_EXTENDED = 50

const NONE: PathMapping = { paths: [] }

/** Reads tsconfigs as data, following `extends` and, for solution files, `references`. */
export class TsConfigs {
  private readonly byFolder = new Map<string, PathMapping>()

  constructor(private readonly disk: Disk, private readonly top: string, private readonly workspaces: Workspaces) {}

  /** The mapping that holds for files in this folder: the nearest tsconfig or jsconfig upwards. */
  mappingFor(folder: string): PathMapping {
    const known = this.byFolder.get(folder)
    if (known) return known
    const mapping = this.find(folder)
    this.byFolder.set(folder, mapping)
    return mapping
  }

  private find(folder: string): PathMapping {
    const own = ['tsconfig.json', 'jsconfig.json', 'tsconfig.base.json'].map((name) => join(folder, name)).find((file) => this.disk.isFile(file))
    if (own) return this.read(own, new Set(), folder)
    const parent = dirname(folder)
    return folder === this.top || parent === folder ? NONE : this.mappingFor(parent)
  }

  /** @param leaf The folder of the config that all others are read for: `${configDir}` of TypeScript 5.5 */
  private read(file: string, seen: Set<string>, leaf: string): PathMapping {
    const config = seen.has(file) || seen.size > MOST_EXTENDED ? undefined : readJsonObject(this.disk, file)
    if (!config) return NONE
    seen.add(file)
    const inherited = this.parents(config, file).map((parent) => this.read(parent, seen, leaf)).reduceRight(mergeMapping, NONE)
    const mapping = mergeMapping(ownMapping(config, file, leaf), inherited)
    return mapping.paths.length > 0 ? mapping : this.referenced(config, file, seen, mapping)
  }

  private parents(config: JsonObject, file: string): string[] {
    const list = Array.isArray(config['extends']) ? (config['extends'] as readonly Json[]) : [config['extends'] ?? null]
    return list.flatMap((name) => (typeof name === 'string' ? this.locate(name, dirname(file)) : []))
  }

  private locate(name: string, folder: string): string[] {
    const relativeName = name.startsWith('.') || isAbsolute(name)
    const target = relativeName ? resolve(folder, name) : this.inPackage(name, folder)
    if (target === undefined) return []
    return [target, `${target}.json`, join(target, 'tsconfig.json')].filter((file) => file.endsWith('.json') && this.disk.isFile(file)).slice(0, 1)
  }

  private inPackage(name: string, folder: string): string | undefined {
    const workspace = this.workspaces.owning(name)
    if (workspace) return join(workspace.folder, name.slice(workspace.name.length + 1))
    for (let at = folder; ; at = dirname(at)) {
      const candidate = join(at, 'node_modules', name)
      if ([candidate, `${candidate}.json`, join(candidate, 'tsconfig.json')].some((file) => this.disk.isFile(file))) return candidate
      if (at === this.top || at === dirname(at)) return undefined
    }
  }

  private referenced(config: JsonObject, file: string, seen: Set<string>, fallback: PathMapping): PathMapping {
    const references = Array.isArray(config['references']) ? (config['references'] as readonly Json[]) : []
    for (const reference of references) {
      if (!isObject(reference) || typeof reference['path'] !== 'string') continue
      const [target] = this.locate(`./${reference['path']}`, dirname(file))
      const mapping = target && dirname(target) === dirname(file) ? this.read(target, seen, dirname(target)) : NONE
      if (mapping.paths.length > 0) return mapping
    }
    return fallback
  }
}

function ownMapping(config: JsonObject, file: string, leaf: string): PathMapping {
  const options = isObject(config['compilerOptions']) ? config['compilerOptions'] : {}
  const folder = dirname(file)
  const placed = (path: string): string => path.replace('${configDir}', leaf)
  const baseUrl = typeof options['baseUrl'] === 'string' ? resolve(folder, placed(options['baseUrl'])) : undefined
  const paths = Object.entries(isObject(options['paths']) ? options['paths'] : {}).map(([pattern, targets]) => ({
    pattern,
    targets: (Array.isArray(targets) ? targets : []).flatMap((target: Json) =>
      typeof target === 'string' ? [resolve(baseUrl ?? folder, placed(target))] : []),
  }))
  return baseUrl === undefined ? { paths } : { baseUrl, paths }
}

// `paths` of the nearer config replace inherited ones whole, as in TypeScript.
function mergeMapping(nearer: PathMapping, farther: PathMapping): PathMapping {
  const baseUrl = nearer.baseUrl ?? farther.baseUrl
  const paths = nearer.paths.length > 0 ? nearer.paths : farther.paths
  return baseUrl === undefined ? { paths } : { baseUrl, paths }
}
