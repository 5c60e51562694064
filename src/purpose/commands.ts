import { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import { argumentsOf, commandOf, deepest, type RawSite } from '../collect/raw-site.js'
import { scriptText } from '../collect/script-text.js'
import { enclosingFunction } from '../resolve/frame.js'
import { exactText, memberNames, UNDEFINED } from '../resolve/value.js'
import { signalsOfScript } from './lua.js'
import type { Signal } from './signal.js'
import { hasFixedValue } from './values.js'

const COUNTS = /^(?:h?incr\w*|decr\w*|zincrby|pfadd|pfcount)$/
const QUEUES = /^(?:[lr]push\w*|[lr]pop|b[lr]pop|rpoplpush|b?lmove|brpoplpush|xadd|xread\w*|xlen|xack|b?z(?:m?pop)\w*|spop)$/
const SETS = /^(?:set|p?setex|put|getset|mset|hm?set|setbuffer|setjson|set_json)$/

/** What the command of a site, its options and its value show of the key that is the `index`-th of those it is given, from 0. */
export function signalsOf(site: RawSite, index: number): readonly Signal[] {
  const command = commandOf(site)
  const script = site.spec.script ?? deepest(site).spec.script
  if (script) return signalsOfScript(script.text, script.key)
  if (/^eval(?:sha)?(?:_?ro)?$/.test(command)) return signalsOfScript(scriptOf(site), 1 + index)
  if (COUNTS.test(command) || (/^p?expire$/.test(command) && isCounted(site))) return ['counts']
  if (QUEUES.test(command)) return ['queues']
  if (command === 'getdel') return ['consumes']
  if (command === 'setnx' || (SETS.test(command) && isConditional(site))) return [hasFixedValue(site) ? 'marks' : 'claims']
  if (command === 'sadd' && isTested(site.call.node)) return ['adds']
  if (/^[sz]add$/.test(command)) return ['gathers']
  if (/^[sz]card$/.test(command)) return ['measures']
  if (/^(?:smembers|sismember|smismember|srandmember|sscan|z(?:rev)?range\w*|zscan)$/.test(command)) return ['lists']
  return SETS.test(command) ? ['stores'] : []
}

/** `multi().incr(key).expire(key, 60)`: what ends there is counted in the same function. */
function isCounted(site: RawSite): boolean {
  const { node } = deepest(site).call
  const key = argumentsOf(deepest(site))[0]?.getText()
  const fn = enclosingFunction(node)
  return key !== undefined && fn?.body !== undefined && callsIn(fn.body).some((call) => COUNTS.test((calledName(call) ?? '').toLowerCase()) && call.arguments[0]?.getText() === key)
}

/** `if (await redis.sadd(key, id))`: was it not there before? */
function isTested(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isAwaitExpression(parent) || ts.isParenthesizedExpression(parent)) return isTested(parent)
  if (ts.isIfStatement(parent) || ts.isConditionalExpression(parent)) return (ts.isIfStatement(parent) ? parent.expression : parent.condition) === node
  return ts.isPrefixUnaryExpression(parent) || (ts.isBinaryExpression(parent) && /^[=!]==?$|^>=?$/.test(parent.operatorToken.getText()))
}

const isCondition = (word: string | undefined): boolean => /^(?:NX|GET)$/i.test(word ?? '')

// SET … NX: taken only where nobody holds it; SET … GET tells whether somebody did.
function isConditional({ args }: RawSite): boolean {
  return args.slice(2).some(({ value }) => isCondition(exactText(value)) || memberNames(value).some(isCondition) || (value.kind === 'object' && isCondition(exactText(value.props.get('condition')?.() ?? UNDEFINED))))
}

/** The text of the script of an EVAL, or of the constant that holds it. */
function scriptOf(site: RawSite): string {
  const inner = deepest(site)
  const known = inner.args[0] && exactText(inner.args[0].value)
  if (known) return known
  const [script] = argumentsOf(inner)
  return (script && (scriptText(script) ?? script.getText())) ?? ''
}
