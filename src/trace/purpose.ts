import type { RawSite } from '../collect/raw-site.js'
import { calledName } from '../collect/calls.js'
import type { Purpose } from '../model/types.js'
import { exactText, memberNames, type Element } from '../resolve/value.js'

const COUNTERS = /^(?:h?incr\w*|decr\w*|zincrby|pfadd|pfcount)$/i
const QUEUES = /^(?:[lr]push\w*|[lr]pop|b[lr]pop|rpoplpush|lmove|xadd|xread\w*|xlen)$/i

/** What the key of a site is for, told by the command, its options and the value: never by the key's name. */
export function purposeOf(site: RawSite): Purpose {
  const method = calledName((site.through ?? site).call.node) ?? ''
  if (COUNTERS.test(method)) return 'counter'
  if (QUEUES.test(method)) return 'queue'
  if (/^getdel$/i.test(method)) return 'one-time'
  if (isConditional(site.args) || /^setnx$/i.test(method)) return isToken(site.args[1]) ? 'dedupe' : 'lock'
  return 'data'
}

// SET … NX: taken only where nobody holds it.
function isConditional(args: readonly Element[]): boolean {
  return args.slice(2).some((arg) => exactText(arg.value)?.toUpperCase() === 'NX' || memberNames(arg.value).some((name) => name.toUpperCase() === 'NX'))
}

const isToken = (value: Element | undefined): boolean => value !== undefined && exactText(value.value) !== undefined
