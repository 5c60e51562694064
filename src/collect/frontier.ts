import type { ts } from 'ts-morph'
import { withinStack, type Context } from '../resolve/context.js'
import type { Unit } from '../source/program.js'
import { carriersOf } from './carriers.js'
import type { RawSite } from './raw-site.js'

/** Where the search for sites goes on: from the files that are known to use a cache to those that use these. */
export class Frontier {
  private readonly words = new Set<string>()
  private readonly carriers = new Map<string, { readonly sites: number; readonly retry: boolean }>()

  constructor(private readonly context: Context, private readonly isWrapper: (fn: ts.Node) => boolean) {}

  /** Files not yet visited that import what the files found so far export of a cache. */
  next(visited: ReadonlySet<string>, sites: ReadonlyMap<Unit, readonly RawSite[]>): readonly string[] {
    const fresh: string[] = []
    for (const file of visited) {
      for (const word of this.carriersIn(file, sites, visited.size)) {
        if (!this.words.has(word)) fresh.push(word)
        this.words.add(word)
      }
    }
    if (fresh.length === 0) return []
    return this.context.program.importing(fresh, this.context.program.files.filter((file) => !visited.has(file)))
  }

  /** The carriers of a file; asked again only when it has got new sites or new types lead to caches. */
  private carriersIn(file: string, byUnit: ReadonlyMap<Unit, readonly RawSite[]>, visited: number): readonly string[] {
    const unit = this.context.program.unit(file)
    if (!unit) return []
    const sites = byUnit.get(unit) ?? []
    const known = this.carriers.get(file)
    if (known && known.sites === sites.length && !known.retry) return []
    const words = withinStack(() => carriersOf(this.context, { unit, sites, words: this.words, isWrapper: this.isWrapper }), () => [])
    this.carriers.set(file, { sites: sites.length, retry: words.length === 0 && this.carriers.size < visited })
    return words
  }
}
