import { dirname, join } from 'node:path'
import type { Disk } from './disk.js'
import { isObject, readJsonObject } from './json.js'

interface ImportMap {
  readonly folder: string
  readonly imports: readonly (readonly [name: string, target: string])[]
}

/** The import maps of Deno: `imports` of the nearest `deno.json` or `deno.jsonc` upwards (WICG import maps, of files only). */
export class ImportMaps {
  private readonly byFolder = new Map<string, ImportMap | null>()

  constructor(private readonly disk: Disk, private readonly top: string) {}

  /** The path that a specifier is mapped to: by its whole name, or by the longest name with a slash that it begins with. */
  target(specifier: string, folder: string): string | undefined {
    const map = this.enclosing(folder)
    const found = map?.imports.find(([name]) => name === specifier || (name.endsWith('/') && specifier.startsWith(name)))
    return map && found && join(map.folder, found[1], specifier.slice(found[0].length))
  }

  private enclosing(folder: string): ImportMap | undefined {
    const known = this.byFolder.get(folder)
    if (known !== undefined) return known ?? undefined
    const parent = dirname(folder)
    const found = read(this.disk, folder) ?? (folder === this.top || parent === folder ? undefined : this.enclosing(parent))
    this.byFolder.set(folder, found ?? null)
    return found
  }
}

function read(disk: Disk, folder: string): ImportMap | undefined {
  const config = readJsonObject(disk, join(folder, 'deno.json')) ?? readJsonObject(disk, join(folder, 'deno.jsonc'))
  const imports = config && isObject(config['imports']) ? Object.entries(config['imports']) : undefined
  if (!imports) return undefined
  const files = imports.flatMap(([name, target]): [string, string][] => (typeof target === 'string' && target.startsWith('.') ? [[name, target]] : []))
  return { folder, imports: files.sort(([a], [b]) => b.length - a.length) }
}
