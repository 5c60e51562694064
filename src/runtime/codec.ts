import v8 from 'node:v8'

/** How a value is written for a layer outside the process, and read again. */
export interface Codec {
  /** Stands with each entry: one that nobody here can read is a miss. */
  readonly name: string
  encode(value: unknown): string
  decode(text: string): unknown
}

/** The name of a codec of the cache: `json`, `v8`, or one that its options add. */
export type CodecName = 'json' | 'v8' | (string & Record<never, never>)

/** Plain JSON. What it does not give back as it was (a Date, a Map) is refused by type and, in development, at run time. */
export const json: Codec = {
  name: 'json',
  encode: (value) => JSON.stringify(value),
  decode: (text) => JSON.parse(text) as unknown,
}

/** The structured clone of Node: Date, Map, Set, bigint, RegExp and cycles come back as they were. About half as fast as JSON. */
export const structured: Codec = {
  name: 'v8',
  encode: (value) => v8.serialize(value).toString('base64'),
  decode: (text) => v8.deserialize(Buffer.from(text, 'base64')) as unknown,
}
