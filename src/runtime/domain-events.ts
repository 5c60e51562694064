import type { CacheKey, KeyDefinition } from './keys.js'

/** The keys of a definition that an event of the domain makes wrong. */
export function keysOn(definition: KeyDefinition, event: string, payload: unknown): CacheKey[] {
  const parametersOf = Object.hasOwn(definition.settings.invalidateOn, event) ? definition.settings.invalidateOn[event] : undefined
  if (!parametersOf) return []
  const parameters = parametersOf(payload as never)
  return (Array.isArray(parameters) ? parameters : [parameters]).map((each) => definition(each as never))
}

/**
 * Runs `work`, and sends the events that it names once it is done; where it throws none is sent. One that cannot be sent
 * keeps none of the others.
 * @throws AggregateError of what went wrong with them
 */
export async function inTransaction<T>(work: (events: { emit(event: string, payload: unknown): void }) => Promise<T>, send: (event: string, payload: unknown) => Promise<unknown>): Promise<T> {
  const events: [string, unknown][] = []
  const result = await work({ emit: (event, payload) => { events.push([event, payload]) } })
  const errors: unknown[] = []
  for (const [event, payload] of events) await send(event, payload).catch((error: unknown) => { errors.push(error) })
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${events.length} events could not be sent`)
  return result
}
