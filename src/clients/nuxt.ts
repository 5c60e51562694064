import type { ClientSpec, OperationSpec } from './spec.js'

const data: OperationSpec = { op: 'read-through', key: { arg: 0, plain: true }, loader: { arg: 1 } }
const fetched: OperationSpec = { op: 'read-through', key: { arg: 1, property: 'key', or: { arg: 0, plain: true } } }
const drop: OperationSpec = { op: 'delete', key: { arg: 0, list: true }, optional: true }

/** The data composables of Nuxt 3 and 4, imported or not. Without a key of one's own the build makes one. */
export const nuxt: ClientSpec = {
  id: 'nuxt',
  modules: ['nuxt/app', '#app', '#imports', 'global'],
  wide: ['nuxt/app', '#app', '#imports'],
  family: 'nuxt',
  sharing: 'family',
  heldBy: 'request',
  requires: ['nuxt'],
  seeds: ['\\buse(?:Lazy)?(?:AsyncData|Fetch)\\(', '\\b(?:clear|refresh|use)NuxtData\\('],
  operations: {},
  functions: {
    useAsyncData: data, useLazyAsyncData: data, useFetch: fetched, useLazyFetch: fetched,
    useNuxtData: { op: 'read', key: { arg: 0 } }, refreshNuxtData: drop, clearNuxtData: drop,
  },
}
