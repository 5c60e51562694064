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
