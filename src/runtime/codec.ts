/** How a value is written for a layer outside the process, and read again. */
export interface Codec {
  /** Stands with each entry: one that nobody here can read is a miss. */
  readonly name: string
  encode(value: unknown): string
  decode(text: string): unknown
}

/** The name of a codec of the cache: `json`, or one that its options add. */
export type CodecName = string

/** Plain JSON. What it does not give back as it was (a Date, a Map) is refused by type and, in development, at run time. */
export const json: Codec = {
  name: 'json',
  encode: (value) => JSON.stringify(value),
  decode: (text) => JSON.parse(text) as unknown,
}
