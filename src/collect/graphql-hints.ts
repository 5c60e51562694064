import { ts } from 'ts-morph'
import { withinStack, type Context } from '../resolve/context.js'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import type { Unit } from '../source/program.js'
import { valueNamed } from './properties.js'
import type { ResponseHeader } from './response-headers.js'

const IN_TEXT = /\bsetCacheHint\b|@cacheControl\b|\buseResponseCache\b/
const PRIVATE = /\bPRIVATE\b|\.Private\b/

/**
 * What GraphQL servers let a shared cache keep: the hints of resolvers and schemas that Apollo Server's response cache and
 * its `Cache-Control` header are made of (apollographql.com/docs/apollo-server/performance/caching), and the response
 * cache of Envelop and Yoga where it is told that there are no sessions.
 */
export function graphqlHints(context: Context): ResponseHeader[] {
  const units = context.program.scan(IN_TEXT).flatMap((file) => context.program.unit(file) ?? [])
  const found = units.flatMap((unit) => withinStack(() => hintsIn(unit), () => []))
  const fields = units.flatMap((unit) => withinStack(() => publicFields(unit), () => []))
  return [...found, ...(fields.length === 0 ? [] : resolved(context, fields))]
}

function hintsIn(unit: Unit): ResponseHeader[] {
  const found: ResponseHeader[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) found.push(...hintAt(unit, node))
    ts.forEachChild(node, visit)
  }
  visit(unit.ast)
  return found
}

function hintAt(unit: Unit, call: ts.CallExpression): ResponseHeader[] {
  const [options] = call.arguments
  if (!options || !ts.isObjectLiteralExpression(options)) return []
  const name = call.expression.getText()
  if (/\bcacheControl\??\.setCacheHint$/.test(name)) return keepsForAll(options) ? [{ unit, node: call, directives: `public, ${maxAgeOf(options)} as a cache hint` }] : []
  const handler = name === 'useResponseCache' && knowsNoSession(options) ? contextAround(call) : undefined
  return handler ? [{ unit, node: call, directives: 'public, to all sessions', handler }] : []
}

const keepsForAll = (options: ts.ObjectLiteralExpression): boolean =>
  valueNamed(options, 'maxAge') !== undefined && !PRIVATE.test(options.getText()) && !/maxAge:\s*0\b/.test(options.getText())

const maxAgeOf = (options: ts.ObjectLiteralExpression): string => `maxAge ${valueNamed(options, 'maxAge')!.getText()}`

/** `session: () => null`: every reader is answered from one cache. */
function knowsNoSession(options: ts.ObjectLiteralExpression): boolean {
  const session = valueNamed(options, 'session')
  return session !== undefined && ts.isArrowFunction(session) && /^(?:null|undefined)$/.test(session.body.getText())
}

/** The function that makes the context of the server which the plugin is part of. */
function contextAround(call: ts.CallExpression): FunctionNode | undefined {
  const options = ts.findAncestor(call, (node) => ts.isObjectLiteralExpression(node) && ts.isCallExpression(node.parent))
  const made = options && ts.isObjectLiteralExpression(options) ? valueNamed(options, 'context') : undefined
  return made && isFunctionNode(made) ? (made as FunctionNode) : undefined
}

/** A field of the schema whose answers may be kept for all: `me: User @cacheControl(maxAge: 60)`. */
interface Field { readonly type: string; readonly name: string; readonly directive: string }

function publicFields(unit: Unit): Field[] {
  const found: Field[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && node.text.includes('@cacheControl')) found.push(...fieldsOf(node.text))
    ts.forEachChild(node, visit)
  }
  visit(unit.ast)
  return found
}

function fieldsOf(schema: string): Field[] {
  return [...schema.matchAll(/\btype\s+(\w+)[^{]{0,500}\{([^}]{0,20000})\}/g)].flatMap(([, type = '', body = '']) =>
    [...body.matchAll(/\b(\w{1,100})\s{0,20}(?:\([^)]{0,2000}\))?\s{0,20}:[^\n@]{0,300}(@cacheControl\(([^)]*)\))/g)]
      .filter(([, , , given = '']) => /maxAge:\s*[1-9]/.test(given) && !PRIVATE.test(given))
      .map(([, name = '', directive = '']) => ({ type, name, directive })))
}

/** The resolvers of fields, in tables as `{ Query: { me: (parent, args, context) => … } }`. */
function resolved(context: Context, fields: readonly Field[]): ResponseHeader[] {
  const names = new RegExp(`\\b(?:${[...new Set(fields.map(({ type }) => quoted(type)))].join('|')})\\s*:\\s*\\{`)
  return context.program.scan(names).flatMap((file) => {
    const unit = context.program.unit(file)
    return unit ? withinStack(() => resolversIn(unit, fields), () => []) : []
  })
}

function resolversIn(unit: Unit, fields: readonly Field[]): ResponseHeader[] {
  const found: ResponseHeader[] = []
  const visit = (node: ts.Node): void => {
    const table = ts.isPropertyAssignment(node) && ts.isObjectLiteralExpression(node.initializer) ? { type: node.name.getText(), members: node.initializer } : undefined
    for (const field of table ? fields.filter(({ type }) => type === table.type) : []) {
      const resolver = valueNamed(table!.members, field.name)
      if (resolver && isFunctionNode(resolver) && !PRIVATE.test(resolver.getText())) found.push({ unit, node: resolver, directives: `public, ${field.directive}`, handler: resolver as FunctionNode })
    }
    ts.forEachChild(node, visit)
  }
  visit(unit.ast)
  return found
}
