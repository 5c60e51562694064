import { dirname, isAbsolute, join, resolve } from 'node:path'
import { Disk, isBelow, repositoryOf } from './disk.js'
import { ImportMaps } from './import-maps.js'
import { isObject, type Json } from './json.js'
import { TsConfigs } from './tsconfig.js'
import { Workspaces, type WorkspacePackage } from './workspaces.js'

const SUFFIXES = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte']
const INDEXES = ['index.ts', 'index.tsx', 'index.mts', 'index.js', 'index.jsx', 'index.mjs', 'index.cjs']
const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte)$/
const LONGEST = 1000
const CONDITIONS = ['source', 'development', 'types', 'import', 'default', 'require', 'node']

/**
 * Where an import leads, worked out from package.json and tsconfig files alone: nothing is installed or executed.
 * Built output that is not there is mapped back to the `src` it is built from.
 */
export class ModuleResolver {
  private readonly memo = new Map<string, string | null>()
  private readonly present = new Map<string, boolean>()
  private readonly configs: TsConfigs
  private readonly importMaps: ImportMaps
  readonly disk: Disk
  readonly workspaces: Workspaces

  constructor(private readonly top: string, files: readonly string[]) {
    for (const file of files) this.present.set(file, true)
    this.disk = new Disk(repositoryOf(top))
    this.workspaces = new Workspaces(this.disk, top)
    this.configs = new TsConfigs(this.disk, top, this.workspaces)
    this.importMaps = new ImportMaps(this.disk, top)
  }

  /** The file that `specifier` names when written in `from`; `undefined` for a package from outside. */
  resolve(specifier: string, from: string): string | undefined {
    const folder = dirname(from)
    if (specifier.length > LONGEST) return undefined
    const slot = `${folder}\u0000${specifier}`
    const known = this.memo.get(slot)
    if (known !== undefined) return known ?? undefined
    const found = this.find(specifier.replace(/[?#]raw$|\?.*$/, ''), folder)
    this.memo.set(slot, found ?? null)
    return found
  }

  private find(specifier: string, folder: string): string | undefined {
    if (specifier.startsWith('.')) return this.file(resolve(folder, specifier))
    if (isAbsolute(specifier)) return this.file(specifier)
    return this.mapped(specifier, folder) ?? this.importMapped(specifier, folder) ?? this.imported(specifier, folder) ?? this.packaged(specifier)
  }

  /** tsconfig `paths`, the longest matching pattern first, then `baseUrl`. */
  private mapped(specifier: string, folder: string): string | undefined {
    const { paths, baseUrl } = this.configs.mappingFor(folder)
    const ranked = [...paths].sort((a, b) => b.pattern.indexOf('*') - a.pattern.indexOf('*') || b.pattern.length - a.pattern.length)
    for (const { pattern, targets } of ranked) {
      const star = starOf(pattern, specifier)
      if (star === undefined) continue
      const found = targets.map((target) => this.fileOrSource(target.replace('*', star))).find(Boolean)
      if (found) return found
    }
    return baseUrl === undefined ? undefined : this.file(join(baseUrl, specifier))
  }

  private importMapped(specifier: string, folder: string): string | undefined {
    const target = this.importMaps.target(specifier, folder)
    return target === undefined ? undefined : this.file(target)
  }

  /** package.json `imports`, and the alias habits `@/x` and `~/x` where no tsconfig declares them. */
  private imported(specifier: string, folder: string): string | undefined {
    const owner = this.workspaces.enclosing(folder)
    if (!owner) return undefined
    if (specifier.startsWith('#')) return this.target(isObject(owner.manifest['imports']) ? owner.manifest['imports'] : {}, specifier, owner)
    const alias = /^[@~]\/(.+)$/.exec(specifier)
    if (!alias) return undefined
    return [join(owner.folder, 'src', alias[1]!), join(owner.folder, alias[1]!), join(owner.folder, 'app', alias[1]!)]
      .map((path) => this.file(path)).find(Boolean)
  }

  private packaged(specifier: string): string | undefined {
    const owner = this.workspaces.owning(specifier)
    if (!owner) return undefined
    const subpath = `.${specifier.slice(owner.name.length)}`
    const { exports, main, module, types } = owner.manifest
    const fromExports = isObject(exports) ? this.target(exports, subpath, owner) : undefined
    if (fromExports) return fromExports
    if (subpath !== '.') return this.file(join(owner.folder, subpath)) ?? this.file(join(owner.folder, 'src', subpath))
    const entries = [exports, types, module, main].flatMap((entry) => (typeof entry === 'string' ? [entry] : []))
    return [...entries, 'src/index', 'index', 'src/main', 'src'].map((entry) => this.fileOrSource(join(owner.folder, entry), owner)).find(Boolean)
  }

  private target(table: { readonly [name: string]: Json }, specifier: string, owner: WorkspacePackage): string | undefined {
    const flat = specifier === '.' && !Object.keys(table).some((key) => key.startsWith('.')) ? { '.': table as Json } : table
    for (const [pattern, entry] of Object.entries(flat)) {
      const star = starOf(pattern, specifier)
      if (star === undefined) continue
      const found = leaves(entry).map((leaf) => this.fileOrSource(join(owner.folder, leaf.replaceAll('*', star)), owner)).find(Boolean)
      if (found) return found
    }
    return undefined
  }

  /** The file itself or, for built output, the source that it is built from. */
  private fileOrSource(path: string, owner = this.workspaces.enclosing(dirname(path))): string | undefined {
    const own = this.file(path)
    if (own && !own.endsWith('.d.ts')) return own
    if (!owner) return own
    const inside = path.slice(owner.folder.length + 1).replace(/\.d\.([cm]?ts)$/, '.$1')
    const source = inside.replace(/^(?:dist|build|lib|out|es|esm|cjs|output)(?:\/(?:esm|cjs|types|src|es|lib))*\//, '')
    return [join(owner.folder, 'src', source), join(owner.folder, source)].map((candidate) => this.file(candidate)).find(Boolean) ?? own
  }

  /** The file behind a path without its suffix, behind `.js` written for `.ts`, or behind a folder. */
  private file(path: string): string | undefined {
    const exact = SUFFIXES.map((suffix) => path + suffix).find((candidate) => SOURCE.test(candidate) && this.exists(candidate))
    if (exact) return exact
    const bare = path.replace(/\.([cm]?)js(x?)$/, '')
    if (bare !== path) {
      const written = ['.ts', '.tsx', '.mts', '.cts'].map((suffix) => bare + suffix).find((candidate) => this.exists(candidate))
      if (written) return written
    }
    return INDEXES.map((index) => join(path, index)).find((candidate) => this.exists(candidate))
  }

  private exists(path: string): boolean {
    const known = this.present.get(path)
    if (known !== undefined) return known
    // Nothing outside the audited tree is read: an import cannot lead the audit to a stranger's file.
    const found = isBelow(path, this.top) && !/[\\/]node_modules[\\/]/.test(path) && this.disk.isFile(path)
    this.present.set(path, found)
    return found
  }
}

function starOf(pattern: string, specifier: string): string | undefined {
  const at = pattern.indexOf('*')
  if (at === -1) return pattern === specifier ? '' : undefined
  const head = pattern.slice(0, at)
  const tail = pattern.slice(at + 1)
  const fits = specifier.startsWith(head) && specifier.endsWith(tail) && specifier.length >= head.length + tail.length
  return fits ? specifier.slice(head.length, specifier.length - tail.length) : undefined
}

function leaves(entry: Json): string[] {
  if (typeof entry === 'string') return [entry]
  if (Array.isArray(entry)) return entry.flatMap((member: Json) => leaves(member))
  if (!isObject(entry)) return []
  return CONDITIONS.flatMap((condition) => (condition in entry ? leaves(entry[condition]!) : []))
}
