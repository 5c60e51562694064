import { fixedText } from '../keys/template.js'
import type { Producer } from './producer.js'
import type { EntityWrite, Model, Site } from './types.js'

/** May the write change anything of what the value is made of, as far as both say which fields they mean? */
export function mayChange(write: EntityWrite, producer: Producer): boolean {
  if (!producer.reads.includes(write.entity)) return false
  const read = producer.fields?.[write.entity]
  return !read || !write.sets || write.sets.some((field) => read.includes(field))
}

/**
 * Is the entity of another write of the same function what a key is deleted for? It is the one that the key is named
 * after, or of whose rows the value is made, and not merely of what these are related to.
 */
export function isForOther(model: Model, write: EntityWrite, site: Site, producer: Producer): boolean {
  const beside = model.writes.filter((other) => other.entity !== write.entity && functionOf(other) === functionOf(write) && mayChange(other, producer))
  const isRelated = (entity: string): boolean => producer.related?.includes(entity) ?? false
  const isNamed = (entity: string): boolean => wordsOf(site).includes(entity)
  return beside.some((other) => (isNamed(other.entity) && !isNamed(write.entity)) || (isRelated(write.entity) && !isRelated(other.entity) && !isNamed(write.entity)))
}

/** The function that a write stands in. */
export const functionOf = (write: EntityWrite): string => `${write.location.path} ${write.symbol}`

/** The text of a key as names of entities are compared: in lower case, without what stands between words. */
const wordsOf = (site: Site): string => site.key.templates.map((template) => fixedText(template)).join(' ').toLowerCase().replace(/[_-]/g, '')

/** Does what the site stores live no longer than stale data may be served? */
export const isShort = (site: Site, tolerateMs: number): boolean => site.ttl?.ms !== undefined && site.ttl.ms <= tolerateMs
