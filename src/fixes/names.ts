import type { HolePart } from '../keys/template.js'

/** The last name of what fills a hole, however it is written: `project_id` of `payload.project_id` is `projectId`. */
const lastName = ({ name }: HolePart): string => name.split('.').at(-1)!.replace(/_/g, '').toLowerCase()

/** Are two holes filled by what bears the same name? What calls something is made anew, and bears none. */
export const isOfOneName = (one: HolePart, other: HolePart): boolean => isPath(one) && isPath(other) && lastName(one) === lastName(other)

/** A path of names, without a call or an operator. */
export const isPath = ({ name }: HolePart): boolean => /^[\w$]+(?:\.[\w$]+)*$/.test(name)
