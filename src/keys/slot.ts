import { shapeOf } from './print.js'
import { fixedText, type Template } from './template.js'

/** A key of a family of stores by its shape: uses of one under several names of its parameters belong together. */
export const slotOf = (family: string, key: Template): string => `${family} ${shapeOf(key)}`

/** Without a word of its own a shape says nothing of which key it is. */
export const isTelling = (key: Template): boolean => /[a-z]/i.test(fixedText(key))
