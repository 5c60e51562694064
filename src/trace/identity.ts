import { ts } from 'ts-morph'
import type { Dependency } from '../model/producer.js'
import type { Confidence } from '../model/types.js'
import { symbolicFrameAt, refill, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { bare } from '../resolve/expressions.js'
import { alternatives, type Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import { carriedBy } from './carried.js'
import type { Input } from './slice.js'
import { iteratedBy } from './variables.js'

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
  '@clerk/express': ['getAuth'], '@clerk/fastify': ['getAuth'], '@clerk/remix/ssr.server': ['getAuth'], '@clerk/astro/server': ['getAuth'],
  '@clerk/tanstack-react-start/server': ['getAuth'], '@hono/clerk-auth': ['getAuth'], '@hono/auth-js': ['getAuthUser'],
  '@auth/core': ['auth'], '@auth/express': ['getSession'], '@auth/sveltekit': ['default.auth'],
  '@workos-inc/authkit-nextjs': ['withAuth', 'getUser'], '@logto/next/server-actions': ['getLogtoContext'],
  '@supabase/ssr': ['createServerClient'], 'next-firebase-auth-edge': ['getTokens'], '@stackframe/stack': ['useUser'],
  '@supabase/auth-helpers-nextjs': ['createServerComponentClient', 'createRouteHandlerClient'],
  'iron-session': ['getIronSession'],
  '@kinde-oss/kinde-auth-nextjs/server': ['getKindeServerSession'],
  '@auth0/nextjs-auth0': ['getSession', 'getAccessToken'],
}

/** Methods of clients that tell who asks: `auth.api.getSession()` of better-auth, `supabase.auth.getUser()`. */
const AMBIENT_METHOD = /(?:^|\.)auth\.(?:api\.)?(?:getUser|getSession|getClaims|currentUser)$|\.(?:verifyIdToken|verifySessionCookie|validateSession(?:Token)?|isAuthenticated)$|(?:^|\.)lucia\.validateRequest$/

const KINDS: readonly (readonly [Dependency['kind'], RegExp])[] = [
  ['token', /^(?:access|id|auth|bearer|session|refresh|user)?_?(?:token|jwt)$|^authorization$|^credentials?$/i],
  ['user', /^(?:current|logged_?in|auth(?:enticated)?|session|impersonat(?:ed|or|ing)|acting|effective|real|on_?behalf_?of)?_?(?:user|viewer|member|subscriber|customer|person)(?:_?(?:id|uuid|email|name))?$|^(?:session|identity|principal)$/i],
  ['tenant', /^(?:current|active)?_?(?:tenant|org|organi[sz]ation|workspace|company|account|team)(?:_?(?:id|uuid|slug))?$/i],
  ['role', /^(?:user)?_?(?:roles?|permissions?|plan|scopes?)$/i],
  ['locale', /^(?:locale|lang|language)$/i],
]

/** Names of values that come with a request, as frameworks hand them to handlers. */
const REQUEST = /^(?:req|request|ctx|context|c|event)$/

/** Is the input an identity, and how is that known? The flow has put it there; its name says only which kind it is. */
export function identityOf(context: Context, unit: Unit, input: Input): Identity | undefined {
  if (input.call) return ambientCall(context, unit, input.call) ?? storedRead(input.call, namesBehind(input.call)) ?? keptOnRequest(input.call) ?? carriedCall(context, unit, input.call)
  const maker = input.root && ts.isVariableDeclaration(input.root) ? input.root.initializer && bare(input.root.initializer) : undefined
  if (maker && ts.isCallExpression(maker)) return storedRead(maker, input.path.slice(1))
  const kind = kindOf(context, input)
  // The items that a callback goes through are made of what is gone through: no one who asks.
  if (!kind || !input.root || !ts.isParameter(input.root) || iteratedBy(input.root.parent)) return undefined
  const [root, ...rest] = input.path
  if (root !== undefined && REQUEST.test(root)) return rest.length > 0 ? { kind, evidence: `${input.path.join('.')} of the request`, confidence: 'high' } : undefined
  return { kind, evidence: `parameter ${root} of the function`, confidence: 'high' }
}

/** Types that frameworks and programs give to the one who asks. */
const TYPES: readonly (readonly [Dependency['kind'], RegExp])[] = [
  ['user', /^(?:Session|Principal|Viewer|(?:Current|Auth(?:enticated)?|Session|Request)User|(?:Jwt|Token)Payload|DecodedIdToken|Auth(?:Context|Session|Info))$/],
]

/** The kind of identity that an input is, by the configuration, its type or its names. */
export const kindOf = (context: Context, input: Input): Dependency['kind'] | undefined => namedKind(context, input) ?? kindOfPath(input.path)

/** The kind that the configuration gives a name of the path or its type, or that the type speaks of. */
function namedKind(context: Context, { path, root }: Input): Dependency['kind'] | undefined {
  const { names } = context.told
  const type = root && ts.isParameter(root) && root.type && ts.isTypeReferenceNode(root.type) ? root.type.typeName.getText() : undefined
  const known = [...path, ...(type === undefined ? [] : [type])].find((name) => Object.hasOwn(names, name))
  if (known !== undefined) return names[known]
  return type === undefined ? undefined : TYPES.find(([, pattern]) => pattern.test(type))?.[0]
}

/** `storage.getStore()?.tenantId` of an AsyncLocalStorage: what is read of the store says what it is. */
function storedRead(call: ts.CallExpression, names: readonly string[]): Identity | undefined {
  const kind = /\.getStore$/.test(call.expression.getText()) ? kindOfPath(names) : undefined
  return kind && { kind, evidence: `${names.join('.')} of an AsyncLocalStorage`, confidence: 'high' }
}

/** `c.get('user')` of Hono: what a middleware keeps on the context of a request. */
function keptOnRequest(call: ts.CallExpression): Identity | undefined {
  const { expression } = call
  const [name] = call.arguments
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'get' || !name || !ts.isStringLiteralLike(name)) return undefined
  const kind = ts.isIdentifier(expression.expression) && REQUEST.test(expression.expression.text) ? kindOfPath([name.text]) : undefined
  return kind && { kind, evidence: `${name.text} of the request`, confidence: 'high' }
}

function namesBehind(node: ts.Expression): string[] {
  const names: string[] = []
  let at: ts.Node = node
  while ((ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at) || ts.isNonNullExpression(at.parent) || ts.isParenthesizedExpression(at.parent)) {
    at = at.parent
    if (ts.isPropertyAccessExpression(at)) names.push(at.name.text)
  }
  return names
}

function carriedCall(context: Context, unit: Unit, call: ts.CallExpression): Identity | undefined {
  const carried = carriedBy(context, unit, call, (inner, at) => ambientCall(context, at, inner) !== undefined || storedRead(inner, namesBehind(inner)) !== undefined)
  return carried && { ...carried, confidence: 'medium' }
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
