import type { CacheKey, KeyDefinition } from './keys.js'

/** The keys of a definition that an event of the domain makes wrong. */
export function keysOn(definition: KeyDefinition, event: string, payload: unknown): CacheKey[] {
  const parametersOf = Object.hasOwn(definition.settings.invalidateOn, event) ? definition.settings.invalidateOn[event] : undefined
  if (!parametersOf) return []
  const parameters = parametersOf(payload as never)
  return (Array.isArray(parameters) ? parameters : [parameters]).map((each) => definition(each as never))
}
