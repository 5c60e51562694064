import { existsSync } from 'node:fs'
import { basename, dirname, join, parse } from 'node:path'
import { Disk, repositoryOf } from './disk.js'
import { isObject, readJsonObject } from './json.js'
import { dependencyNames, Workspaces } from './workspaces.js'

/** A package, and what of its repository it is made of. */
export interface PackageScope {
  /** The workspace that it is part of, or the package itself. Absolute. */
  readonly top: string
  /** The name of the workspace. */
  readonly repository: string
  /** Its own folder, and those of the packages of the workspace that it depends on, however far; all of it where no manifest says. Absolute. */
  readonly folders: readonly string[]
}

/** The outermost workspace around a folder: one may stand within another. */
function workspaceOf(folder: string, disk: Disk): string {
  let found = folder
  for (let at = folder; ; at = dirname(at)) {
    if (isWorkspace(disk, at)) found = at
    if (at === disk.top || at === dirname(at)) return found
  }
}

const RUNNERS = ['nx.json', 'turbo.json', 'lerna.json', 'rush.json']

const isWorkspace = (disk: Disk, folder: string): boolean => declares(disk, folder) || RUNNERS.some((name) => disk.isFile(join(folder, name)))

/** Do manifests say what depends on what? Where paths of a tsconfig do, a package is looked at with all of the workspace. */
const declares = (disk: Disk, folder: string): boolean =>
  disk.isFile(join(folder, 'pnpm-workspace.yaml')) || readJsonObject(disk, join(folder, 'package.json'))?.['workspaces'] !== undefined

/** @param folder Absolute: the folder of the package. */
export function packageScope(folder: string): PackageScope {
  const repository = repositoryOf(folder)
  // Without a repository, as in the context of an image, whatever stands above may be the workspace.
  const disk = new Disk(existsSync(join(repository, '.git')) ? repository : parse(folder).root)
  const top = workspaceOf(folder, disk)
  const name = readJsonObject(disk, join(top, 'package.json'))?.['name']
  return { top, repository: typeof name === 'string' ? name : basename(top), folders: declares(disk, top) ? [folder, ...dependenciesOf(folder, top, disk)] : [top] }
}

/** The folders of the packages of the workspace that a package depends on. */
function dependenciesOf(folder: string, top: string, disk: Disk): string[] {
  const workspaces = new Workspaces(disk, top)
  const found = new Set<string>()
  const visit = (at: string): void => {
    const manifest = readJsonObject(disk, join(at, 'package.json'))
    for (const name of isObject(manifest) ? dependencyNames(manifest) : []) {
      const owner = workspaces.owning(name)
      if (!owner || owner.name !== name || owner.folder === folder || found.has(owner.folder)) continue
      found.add(owner.folder)
      visit(owner.folder)
    }
  }
  visit(folder)
  // Its own folder holds everything where it is the workspace itself.
  return [...found].filter((each) => !each.startsWith(`${folder}/`)).sort()
}
