import { ts } from 'ts-morph'
import { enclosingFunction } from '../resolve/frame.js'
import type { Flow } from './flow.js'
import { kindOfPath } from './identity.js'
import { isServiceType } from './services.js'
import { isParameterLike, isState } from './variables.js'

// Where the key holds a field, the object is one of many, and the cache outlives it.
export const isField = ({ root }: Flow): boolean => ts.isClassLike(root)

/** Of an input what none of the flows of the key covers: itself, or what it is made of. */
export function uncovered(flow: Flow, held: readonly Flow[], site: ts.Node, isQuery: boolean, seen = new Set<readonly Flow[]>()): Flow[] {
  if (flow.calls || held.some((key) => covers(key, flow))) return []
  if (flow.sources.length > 0) {
    if (seen.has(flow.sources)) return []
    seen.add(flow.sources)
    return flow.sources.flatMap((source) => uncovered(source, held, site, isQuery, seen))
  }
  return (isField(flow) || isState(flow.root) || isVariable(flow) || (isQuery && isLocal(flow))) && isData(flow, site, isQuery) ? [flow] : []
}

/** A whole covers its members, and the identifier of a thing covers the thing. */
function covers(key: Flow, flow: Flow): boolean {
  if (key.root === flow.root && isPrefix(key.path, flow.path)) return true
  if (identifies(key, flow) && !isScope(flow, key)) return true
  const last = key.path.at(-1)!
  // `hashedToken` of `token`.
  if (last.replace(FORM, '').toLowerCase() === flow.path.at(-1)!.toLowerCase()) return true
  return isIdOf(last, flow)
}

/** Does the key hold the id of the thing that the flow is a member of? */
function identifies(key: Flow, flow: Flow): boolean {
  const last = key.path.at(-1)!
  // The `userId` of an object tells whose it is, and not which one.
  const whole = key.path.slice(0, -1)
  return key.root === flow.root && IDENTIFIES.test(last) && isPrefix(whole, flow.path) && whole.length > 0 && !(isField(key) && whole.length === 1 && /.Id$/.test(last))
}

/** `user.org` beside `user.id`: one user may be of several, now or later. */
function isScope(flow: Flow, key: Flow): boolean {
  const kind = kindOfPath(flow.path.slice(key.path.length - 1))
  return kind === 'tenant' || kind === 'role' || kind === 'locale'
}

/** Is it told of an input only that the id in the key may determine it? */
export const isOwned = (flow: Flow, held: readonly Flow[]): boolean => held.some((key) => identifies(key, flow))

const FORM = /^(?:hash(?:ed)?|encoded|encrypted|escaped|normali[sz]ed|sanitized|cleaned?|trimmed|lower(?:ed|case)?|upper|sorted|serialized|stringified|safe|raw|cache(?:d|able)?|final|effective|resolved|parsed|debounced|deferred)_?/i

const isPrefix = (whole: readonly string[], member: readonly string[]): boolean => whole.every((name, i) => member[i] === name)

const IDENTIFIES = /^_?(?:id|did|cid|address|href|uuid|guid|key|slug|hash|sha\w*|digest|etag|handle|email|login|username|secret|token)$|(?:Id|ID|Uuid|Slug|Hash)$/

// `userId` in the key and `user` in the value, in whatever variables they stand.
function isIdOf(name: string, flow: Flow): boolean {
  const stem = /^_?(\w+?)_?(?:id|uuid|slug|hash|key|name)$/i.exec(name)?.[1]?.toLowerCase()
  return stem !== undefined && stem.length > 2 && flow.path.some((part) => part.toLowerCase() === stem)
}

/** What calls put there: a parameter, or a state that a hook gives. */
function isVariable({ root, path }: Flow): boolean {
  if (isParameterLike(root)) return path[0] !== 'parameter'
  let at: ts.Node = root
  while (ts.isBindingElement(at)) at = at.parent.parent
  const maker = ts.isVariableDeclaration(at) ? at.initializer : undefined
  const isHook = maker !== undefined && ts.isCallExpression(maker) && STATE.test(maker.expression.getText())
  return isHook && !(ts.isBindingElement(root) && ts.isArrayBindingPattern(root.parent) && root.parent.elements.indexOf(root) > 0)
}

/** A value written out in the component: the linter of TanStack Query wants it in the key, as it may vary tomorrow. */
function isLocal({ root }: Flow): boolean {
  const maker = ts.isVariableDeclaration(root) && ts.isIdentifier(root.name) && !/^[A-Z_\d]+$/.test(root.name.text) ? root.initializer : undefined
  return maker !== undefined && (ts.isLiteralExpression(maker) || ts.isObjectLiteralExpression(maker) || ts.isArrayLiteralExpression(maker))
}

const STATE = /(?:^|\.)(?:useState|useReducer|useParams|useSearchParams|useLocalSearchParams|useDebounce\w*|useDeferredValue|useSignal|ref|signal)$/

/** Names of what runs, writes or waits, and is no data; they keep quiet only, and never speak for a finding. */
const NO_DATA = /^_|(?:token|secret|credentials?)$|^(?:ttl\w*|\w*timeout\w*|now|default(?!Headers$)\w*|fallback\w*|expir\w*|max_?age|stale\w*|revalidate|retr\w*|signal|abort\w*|log\w*|debug|verbose|t|i18n|ctx|context|tx|trx|em|manager|db\w*|database|prisma|knex|pool|connection|conn|client|\w+Client|redis|cache\w*|store|storage|fetch\w*|request|req|res|response|reply|event|next|router|navigate|dispatch|set[A-Z]\w*|on[A-Z]\w*|callback|cb|fn|handler|loader|load\w*|render[A-Z]\w*|resolve[A-Z]\w*|get[A-Z]\w*|getter|factory|producer|resolver|compute|func|service|\w+Service|repo|\w+Repository|api|\w+Api|(?:\w+(?<!user))?agent|axios|http|headers|skipCache|bypass\w*|force\w*|refresh\w*|no_?cache|enabled|ignore[A-Z_]\w*|silent|suppress\w*|\w*options|opts|\w*config|deps|env)$/i

function isData({ path, root }: Flow, site: ts.Node, isQuery: boolean): boolean {
  // Of the agent that asks a method is no data either.
  if (NO_DATA.test(path.at(-1)!) || (path.length > 2 && /(?<!user)agent$/i.test(path[0]!))) return false
  const parameter = parameterOf(root)
  if (parameter && !isCalledWith(parameter.parent, site)) return false
  // What a service is set up with, `service.baseUrl`, is the same while a server runs; in a component it may be another.
  return !(parameter?.type && isServiceType(parameter.type)) || (isQuery && path.length > 1)
}

function parameterOf(root: ts.Node): ts.ParameterDeclaration | undefined {
  let at = root
  while (ts.isBindingElement(at)) at = at.parent.parent
  return ts.isParameter(at) ? at : undefined
}

/**
 * Is the function around the site, and called whenever the site is reached? What a function was made with, that another
 * one made and gave back (`limiter({ max })`), is the same for all of its calls.
 */
function isCalledWith(fn: ts.Node, site: ts.Node): boolean {
  for (let at = enclosingFunction(site); at; at = enclosingFunction(at)) {
    if (at === fn) return true
    const around = ts.isParenthesizedExpression(at.parent) ? at.parent.parent : at.parent
    if (!ts.isCallExpression(around) && !ts.isNewExpression(around)) return false
  }
  return false
}
