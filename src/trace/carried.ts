import { ts } from 'ts-morph'
import { callsIn } from '../collect/calls.js'
import type { Dependency } from '../model/producer.js'
import type { Context } from '../resolve/context.js'
import { exportsOf } from '../resolve/exports.js'
import { isFunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit } from '../source/program.js'

/** What a client carries with each of its calls. */
export interface Carried {
  readonly kind: Dependency['kind']
  readonly evidence: string
}

/**
 * The identity that a call's client carries by itself: as the configuration says of it (`scopedClients`), or as an
 * interceptor of requests puts it into a header (`api.interceptors.request.use(…)` of axios, `api.use({ onRequest })`).
 */
export function carriedBy(context: Context, unit: Unit, call: ts.CallExpression, isAmbient: (call: ts.CallExpression, unit: Unit) => boolean): Carried | undefined {
  const names = namesOf(call.expression)
  const scoped = names.find((name) => Object.hasOwn(context.told.clients, name)) ?? typeNamed(context, call.expression)
  if (scoped !== undefined) return { kind: context.told.clients[scoped]!, evidence: `${scoped} carries it` }
  const root = rootOf(call.expression)
  const declared = root && declaredAt(context, unit, root)
  if (!declared || !ts.isPropertyAccessExpression(call.expression)) return undefined
  return interceptorsOf(declared.unit, declared.name).map((fn) => putInto(fn, declared, isAmbient)).find((found) => found !== undefined)
}

function rootOf(node: ts.Expression): ts.Identifier | undefined {
  let at = node
  while (ts.isPropertyAccessExpression(at) || ts.isCallExpression(at) || ts.isNonNullExpression(at)) at = at.expression
  return ts.isIdentifier(at) ? at : undefined
}

function namesOf(node: ts.Expression): string[] {
  if (ts.isPropertyAccessExpression(node)) return [...namesOf(node.expression), node.name.text]
  return ts.isIdentifier(node) ? [node.text] : []
}

/** The configured client that the type of the root is. */
function typeNamed(context: Context, callee: ts.Expression): string | undefined {
  const root = rootOf(callee)
  const declaration = root && declarationOf(root)
  const type = declaration && (ts.isParameter(declaration) || ts.isVariableDeclaration(declaration)) ? declaration.type?.getText() : undefined
  return type !== undefined && Object.hasOwn(context.told.clients, type) ? type : undefined
}

interface Declared { readonly unit: Unit; readonly name: string }

/** The file that declares a variable of a module, and its name there. */
function declaredAt(context: Context, unit: Unit, root: ts.Identifier): Declared | undefined {
  const declaration = declarationOf(root)
  if (!declaration || ts.isParameter(declaration)) return undefined
  if (ts.isVariableDeclaration(declaration)) return { unit, name: root.text }
  const clause = ts.isImportSpecifier(declaration) ? declaration.parent.parent : ts.isImportClause(declaration) ? declaration : undefined
  if (!clause || !ts.isImportClause(clause) || !ts.isStringLiteral(clause.parent.moduleSpecifier)) return undefined
  const file = context.program.modules.resolve(clause.parent.moduleSpecifier.text, unit.file)
  const target = file === undefined ? undefined : context.program.unit(file)
  if (!target) return undefined
  if (ts.isImportSpecifier(declaration)) return { unit: target, name: (declaration.propertyName ?? declaration.name).text }
  const entry = exportsOf(target).names.get('default')
  return entry?.kind === 'expression' && ts.isIdentifier(entry.node) ? { unit: target, name: entry.node.text } : undefined
}

const USE = /^(\w+)\.(?:interceptors\.request\.use|use|defaults\.transformRequest\.push)$/

/** The functions that see each request of a client before it is sent. */
function interceptorsOf({ ast }: Unit, name: string): ts.Node[] {
  if (!ast.text.includes(`${name}.interceptors`) && !ast.text.includes(`${name}.use(`)) return []
  return callsIn(ast).filter((call) => USE.exec(call.expression.getText())?.[1] === name).flatMap((call) => [...call.arguments])
    .flatMap((argument): ts.Node[] => (ts.isObjectLiteralExpression(argument) ? [...argument.properties] : [argument]))
    .flatMap((argument): ts.Node[] => (isFunctionNode(argument) ? [argument] : ts.isPropertyAssignment(argument) && isFunctionNode(argument.initializer) ? [argument.initializer] : []))
}

const TENANT_HEADER = /['"`]x-(?:\w{1,40}-){0,5}(?:org\w{0,40}|tenant|workspace|company|account|team)(?:-\w{1,40}){0,5}['"`]/i
const HEADER = /headers?\b/i

/** An identity that an interceptor reads of its surroundings, or a header of a tenant that it sets. */
function putInto(fn: ts.Node, { unit, name }: Declared, isAmbient: (call: ts.CallExpression, unit: Unit) => boolean): Carried | undefined {
  const text = fn.getText()
  if (!HEADER.test(text)) return undefined
  if (TENANT_HEADER.test(text)) return { kind: 'tenant', evidence: `an interceptor of ${name} sets ${TENANT_HEADER.exec(text)![0].slice(1, -1)}` }
  return callsIn(fn).some((call) => isAmbient(call, unit)) ? { kind: 'user', evidence: `an interceptor of ${name} reads who asks` } : undefined
}
