import { CacheConfigError } from './errors.js'

/** A schema of zod 3.24+, valibot, ArkType and others, as they agreed to show it (standardschema.dev, version 1). */
export interface StandardSchema<V> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    validate(value: unknown): { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly unknown[] } | Promise<unknown>
    readonly types?: { readonly output: V } | undefined
  }
}

/** Whether a value that was read is one: a function that tells, or a schema. */
export type Check<V> = ((value: unknown) => value is V) | StandardSchema<V>

/** The check as a function. Only whether a schema agrees counts: what it would make of the value is left aside. */
export function checkOf(id: string, check: Check<unknown>): (value: unknown) => boolean {
  if (typeof check === 'function' && !('~standard' in check)) return check
  const schema = check as StandardSchema<unknown>
  return (value) => {
    const result = schema['~standard'].validate(value)
    if (result instanceof Promise) throw new CacheConfigError(`${id}: a schema that answers later cannot check what is read; make it synchronous`)
    return result.issues === undefined
  }
}
