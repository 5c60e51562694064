import { ts } from 'ts-morph'
import type { Confidence, Dependency } from '../model/types.js'
import { symbolicFrameAt, refill, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { alternatives, type Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import type { Input } from './slice.js'

/** What an input says of who asks. */
export interface Identity {
  readonly kind: Dependency['kind']
  readonly evidence: string
  readonly confidence: Confidence
}

/** Functions of auth libraries and frameworks that tell who asks, by module: an identity without an argument. */
const AMBIENT: Readonly<Record<string, readonly string[]>> = {
  'next-auth': ['getServerSession', 'unstable_getServerSession', 'default.auth', 'auth'],
  'next-auth/next': ['getServerSession', 'unstable_getServerSession'],
  'next-auth/jwt': ['getToken'],
  'next/headers': ['cookies', 'headers'],
  '@clerk/nextjs': ['auth', 'currentUser', 'getAuth'],
  '@clerk/nextjs/server': ['auth', 'currentUser', 'getAuth'],
  '@auth/core': ['auth'],
  '@supabase/auth-helpers-nextjs': ['createServerComponentClient', 'createRouteHandlerClient'],
  'iron-session': ['getIronSession'],
  '@kinde-oss/kinde-auth-nextjs/server': ['getKindeServerSession'],
  '@auth0/nextjs-auth0': ['getSession', 'getAccessToken'],
}

/** Methods of clients that tell who asks: `auth.api.getSession()` of better-auth, `supabase.auth.getUser()`. */
const AMBIENT_METHOD = /(?:^|\.)auth\.(?:api\.)?(?:getUser|getSession|currentUser)$/

const KINDS: readonly (readonly [Dependency['kind'], RegExp])[] = [
  ['token', /^(?:access|id|auth|bearer|session|refresh|user)?_?(?:token|jwt)$|^authorization$|^credentials?$/i],
  ['user', /^(?:current|logged_?in|auth(?:enticated)?|session)?_?(?:user|viewer|member|subscriber|customer|person)(?:_?(?:id|uuid|email|name))?$|^(?:session|identity|principal)$/i],
  ['tenant', /^(?:current|active)?_?(?:tenant|org|organi[sz]ation|workspace|company|account|team)(?:_?(?:id|uuid|slug))?$/i],
  ['role', /^(?:user)?_?(?:roles?|permissions?|plan|scopes?)$/i],
  ['locale', /^(?:locale|lang|language)$/i],
]

/** Names of values that come with a request, as frameworks hand them to handlers. */
const REQUEST = /^(?:req|request|ctx|context|c|event)$/

/** Is the input an identity, and how is that known? The flow has put it there; its name says only which kind it is. */
export function identityOf(context: Context, unit: Unit, input: Input): Identity | undefined {
  if (input.call) return ambientCall(context, unit, input.call)
  const kind = kindOfPath(input.path)
  if (!kind || !input.root || !ts.isParameter(input.root)) return undefined
  const [root, ...rest] = input.path
  if (root !== undefined && REQUEST.test(root)) return rest.length > 0 ? { kind, evidence: `${input.path.join('.')} of the request`, confidence: 'high' } : undefined
  return { kind, evidence: `parameter ${root} of the function`, confidence: 'high' }
}

/** The kind that the names of a path speak of; the first one that says anything decides. */
export function kindOfPath(path: readonly string[]): Dependency['kind'] | undefined {
  for (const name of path) {
    const found = KINDS.find(([, pattern]) => pattern.test(name))
    if (found) return found[0]
  }
  return undefined
}

function ambientCall(context: Context, unit: Unit, call: ts.CallExpression): Identity | undefined {
  const source = call.expression.getText()
  if (AMBIENT_METHOD.test(source)) return { kind: 'user', evidence: `${source}()`, confidence: 'high' }
  refill(context, 'receiver')
  const callees = alternatives(evaluate(context, call.expression, symbolicFrameAt(context, unit, call)))
  const ambient = callees.map((callee) => ambientOf(context, callee, 0)).find((found) => found !== undefined)
  return ambient === undefined ? undefined : { kind: 'user', evidence: ambient, confidence: 'high' }
}

/** The ambient source that a function is or, in its own body, returns from. */
function ambientOf(context: Context, callee: Value, depth: number): string | undefined {
  if (callee.kind === 'external') {
    const names = AMBIENT[callee.module]
    return names?.includes(callee.name) ? `${callee.name}() of ${callee.module}` : undefined
  }
  if (callee.kind !== 'function' || depth > 2 || !callee.node.body) return undefined
  let found: string | undefined
  const { unit } = callee.frame
  const visit = (node: ts.Node): void => {
    if (found === undefined && ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const inner = alternatives(evaluate(context, node.expression, symbolicFrameAt(context, unit, node)))
      found = inner.map((value) => ambientOf(context, value, depth + 1)).find((value) => value !== undefined)
    }
    if (found === undefined) ts.forEachChild(node, visit)
  }
  visit(callee.node.body)
  return found
}
