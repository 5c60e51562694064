import type { RawSite } from '../collect/raw-site.js'
import type { Producer } from '../model/types.js'
import type { Context } from '../resolve/context.js'

/** What is known of the value that a site stores. */
export function producerOf(_context: Context, _site: RawSite): Producer | undefined {
  return undefined
}
