/** A value as callers get it: nobody may change what others are handed too. */
export type DeepReadonly<V> = V extends string | number | boolean | bigint | symbol | null | undefined | ((...args: never) => unknown) ? V
  : V extends readonly (infer E)[] ? readonly DeepReadonly<E>[] : V extends object ? { readonly [N in keyof V]: DeepReadonly<V[N]> } : V

/** Freezes plain objects and arrays all the way down. */
export function deepFreeze<V>(value: V): V {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
  return value
}

/** A value without the members that are undefined: absent and undefined are one to JSON and to those who read. */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined).map(([name, member]) => [name, withoutUndefined(member)]))
}

/** What was answered, as it is. */
export const itself = <T>(value: T): T => value
