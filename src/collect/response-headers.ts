import { join } from 'node:path'
import { ts } from 'ts-morph'
import { symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { enclosingFunction, isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf } from '../resolve/scope.js'
import { alternatives, exactText } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import { callsIn } from './calls.js'
import { valueNamed } from './properties.js'
import { calleesOf } from './callees.js'

/** A place that tells caches how long, and for whom, to keep a response. */
export interface ResponseHeader {
  readonly unit: Unit
  /** The directives, as they stand in the program. */
  readonly node: ts.Node
  readonly directives: string
  /** The route that a framework's configuration gives it to: `{ source: '/:path*', headers: […] }`. */
  readonly route?: string
  /** The function that knows for whom the response is, where it does not stand around the header. */
  readonly handler?: FunctionNode
}

/** `Cache-Control` (RFC 9111), `CDN-Cache-Control` (RFC 9213) and those of single networks. */
const NAME = /^(?:(?:[a-z]+-)?cdn-)?cache-control$|^surrogate-control$/i
const IN_TEXT = /cache-control|surrogate-control/i
const PUBLIC = /\bpublic\b|\bs-maxage\s*=\s*[1-9]|\bimmutable\b/i
const PRIVATE = /\bprivate\b|\bno-store\b|\bno-cache\b/i

/** The headers of the program that let a shared cache keep a response, in handlers, in configuration and behind wrappers. */
export function publicHeaders(context: Context): ResponseHeader[] {
  const set = context.program.scan(IN_TEXT).flatMap((file) => {
    const unit = context.program.unit(file)
    return unit ? withinStack(() => headersIn(unit), () => []) : []
  })
  return [...set, ...hostSettings(context)].flatMap((header) => withinStack(() => publicOf(context, header), () => []))
}

/** The `headers` of `vercel.json`, at the root and beside each package: data, which is read as such. */
function hostSettings({ program }: Context): Setting[] {
  const folders = new Set([program.root, ...program.modules.workspaces.all.map(({ folder }) => folder)])
  return [...folders].sort().flatMap((folder) => {
    const file = join(folder, 'vercel.json')
    const text = program.modules.disk.text(file)
    if (text === undefined) return []
    return headersIn({ file, path: program.pathOf(file), ast: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JSON) })
  })
}

interface Setting { readonly unit: Unit; readonly value: ts.Expression; readonly route?: string }

function publicOf(context: Context, { unit, value, route }: Setting): ResponseHeader[] {
  const parameter = parameterOf(value)
  if (parameter) return handedIn(context, parameter)
  const texts = alternatives(evaluate(context, value, symbolicFrameAt(context, unit, value))).flatMap((each) => exactText(each) ?? [])
  const directives = texts.find((text) => PUBLIC.test(text) && !PRIVATE.test(text))
  // Where the same place may also say `private`, the program chooses.
  if (directives === undefined || texts.some((text) => PRIVATE.test(text))) return []
  return [{ unit, node: value, directives, ...(route === undefined ? {} : { route }) }]
}

function headersIn(unit: Unit): Setting[] {
  const found: Setting[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [name, value] = node.arguments
      if (name && value && isName(name)) found.push({ unit, value })
    }
    if (ts.isPropertyAssignment(node) && (ts.isStringLiteralLike(node.name) || ts.isIdentifier(node.name)) && NAME.test(node.name.text)) found.push({ unit, value: node.initializer })
    if (ts.isObjectLiteralExpression(node)) found.push(...entryIn(unit, node))
    ts.forEachChild(node, visit)
  }
  visit(unit.ast)
  return found
}

const isName = (node: ts.Expression): boolean => ts.isStringLiteralLike(node) && NAME.test(node.text)

/** `{ key: 'Cache-Control', value: 'public' }` of Next's `headers()`, below the `source` that it is for. */
function entryIn(unit: Unit, entry: ts.ObjectLiteralExpression): Setting[] {
  const name = propertyOf(entry, 'key')
  const value = propertyOf(entry, 'value')
  if (!name || !value || !isName(name)) return []
  const rule = entry.parent.parent.parent
  const source = ts.isObjectLiteralExpression(rule) ? propertyOf(rule, 'source') : undefined
  return [{ unit, value, ...(source && ts.isStringLiteralLike(source) ? { route: source.text } : {}) }]
}

function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const value = valueNamed(object, name)
  return value && !ts.isMethodDeclaration(value) ? value : undefined
}

function parameterOf(value: ts.Expression): ts.ParameterDeclaration | undefined {
  const declaration = ts.isIdentifier(value) ? declarationOf(value) : undefined
  return declaration && ts.isParameter(declaration) ? declaration : undefined
}

/** `send(data, 'public, s-maxage=600')`: what the callers of a function that sets the header hand it. */
function handedIn(context: Context, parameter: ts.ParameterDeclaration): ResponseHeader[] {
  const fn = parameter.parent
  const name = isFunctionNode(fn) ? nameOf(fn) : undefined
  if (name === undefined || !isFunctionNode(fn)) return []
  const index = fn.parameters.indexOf(parameter)
  const calls = new RegExp(`(?<![\\w$])${quoted(name)}\\s*\\(`)
  const files = context.program.among(context.program.scan(/\bpublic\b|s-maxage|immutable/i), calls, name)
  return files.flatMap((each) => {
    const unit = context.program.unit(each)
    return (unit ? callsIn(unit.ast) : []).flatMap((call): ResponseHeader[] => {
      const given = call.arguments[index]
      if (!unit || !given || !ts.isStringLiteralLike(given) || !PUBLIC.test(given.text) || PRIVATE.test(given.text)) return []
      const callees = calleesOf(context, call.expression, symbolicFrameAt(context, unit, call))
      return callees.some((callee) => callee.kind === 'function' && callee.node === fn) ? [{ unit, node: given, directives: given.text }] : []
    })
  })
}

function nameOf(fn: FunctionNode): string | undefined {
  if (fn.name) return fn.name.getText()
  return ts.isVariableDeclaration(fn.parent) || ts.isPropertyAssignment(fn.parent) ? fn.parent.name.getText() : undefined
}

/** Names that handlers give to what comes with a request. */
export const REQUEST = /^_?(?:req|request|ctx|context|c|event)$/
const VERB = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|loader|action|getServerSideProps|default|handler)$/

/** The handler that a node belongs to: the nearest function that takes a request, or else the outermost. */
export function handlerOf(node: ts.Node): FunctionNode | undefined {
  let last: FunctionNode | undefined
  for (let at = enclosingFunction(node); at; at = enclosingFunction(at)) {
    last = at
    if (isHandler(at)) return at
  }
  return last
}

function isHandler(fn: FunctionNode): boolean {
  if (fn.parameters.some((parameter) => REQUEST.test(parameter.name.getText()) || (ts.isObjectBindingPattern(parameter.name) && parameter.name.elements.some((each) => REQUEST.test(each.name.getText()))))) return true
  if (ts.isMethodDeclaration(fn) && (ts.getDecorators(fn)?.length ?? 0) > 0) return true
  return VERB.test(nameOf(fn) ?? '')
}
