import { EventEmitter } from 'node:events'

/** What a cache tells those who listen, by the name of the event. */
export interface CacheEvents {
  hit: [event: { readonly template: string; readonly key: string; readonly layer: string; readonly isStale: boolean }]
  miss: [event: { readonly template: string; readonly key: string }]
  load: [event: { readonly template: string; readonly key: string; readonly ms: number; readonly error?: unknown }]
  /** A fill came after a delete or a write, and was dropped. */
  fenced: [event: { readonly template: string; readonly key: string }]
  /** So many waited for one load. */
  stampede: [event: { readonly template: string; readonly key: string; readonly waiters: number }]
  /** A delete that found nothing. */
  'delete-miss': [event: { readonly template: string; readonly key: string }]
  /** A delete of a text that no template makes. */
  'orphan-delete': [event: { readonly key: string; readonly nearest?: string; readonly difference?: string }]
  /** A delete that the shared layer has not confirmed; it is tried again. */
  'delete-queued': [event: { readonly key: string; readonly queued: number }]
  'bus-lost': [event: { readonly reason: string }]
  'bus-ready': []
  /** A background refresh failed; the value that was there is kept. */
  'refresh-error': [event: { readonly template: string; readonly key: string; readonly error: unknown }]
  'layer-error': [event: { readonly layer: string; readonly error: unknown }]
  /** A write-behind gave up on a value after its last attempt. */
  'dead-letter': [event: { readonly template: string; readonly key: string; readonly error: unknown }]
}

export type CacheEmitter = EventEmitter<CacheEvents>
export const newEmitter = (): CacheEmitter => new EventEmitter<CacheEvents>()
