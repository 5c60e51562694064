import type { RawSite } from '../collect/raw-site.js'

/** The site of the operation itself, within all wrappers. */
export const deepest = (site: RawSite): RawSite => (site.through ? deepest(site.through) : site)
