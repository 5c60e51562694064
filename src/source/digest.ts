import { createHash } from 'node:crypto'

/** What tells a text from all others: 132 bits of its SHA-256. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)
