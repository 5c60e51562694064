import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { DATABASE_METHODS } from '../databases/registry.js'
import { calleesOf } from '../collect/callees.js'
import { refill, symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { columnsRead, columnsWritten, UPDATING, type Columns } from './columns.js'
import { singular } from './singular.js'
import { exactText, type FunctionValue, type OperationValue, type Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'

/** A call that reads or writes rows, and of which entity. */
export interface EntityCall {
  readonly op: 'read' | 'write'
  /** Name of the entity in lower case, without a plural ending: `membership`. */
  readonly entity: string
  readonly method: string
  /** Names in the arguments of a read that may be other entities: relations. */
  readonly related: readonly string[]
  /** Which fields of which entities a read names, where it does not read them whole. */
  readonly fields: Columns
  /** Which fields an update sets, where they are written out. */
  readonly sets?: readonly string[]
  readonly node: ts.CallExpression | ts.TaggedTemplateExpression
}

/** What a call does to the database, if it is one of a database client or a piece of SQL. */
export function entityCall(context: Context, unit: Unit, node: ts.Node): EntityCall | undefined {
  const found = callAsWritten(context, unit, node)
  if (!found) return undefined
  const as = (name: string): string => named(context, name)
  return { ...found, entity: as(found.entity), related: found.related.map(as), fields: Object.fromEntries(Object.entries(found.fields).map(([name, fields]) => [as(name), fields])) }
}

/** The name that stands for an entity, where the configuration tells that it has several. */
function named(context: Context, name: string): string {
  const [, entity] = Object.entries(context.told.entities).find(([other]) => singular(other) === name) ?? []
  return entity === undefined ? name : singular(entity)
}

function callAsWritten(context: Context, unit: Unit, node: ts.Node): EntityCall | undefined {
  const sql = sqlCall(node)
  if (sql) return sql
  if (!ts.isCallExpression(node)) return undefined
  const name = calledName(node)
  if (name === undefined || !DATABASE_METHODS.has(name)) return undefined
  const operation = operationAt(context, unit, node)
  const spec = operation?.client.client.operations[operation.name]
  const entity = operation && spec && entityOf(context, unit, operation, node)
  const op = spec && 'op' in spec ? spec.op : undefined
  if (!entity || (op !== 'read' && op !== 'write')) return undefined
  const call = { op, entity, method: name, node, related: [], fields: {} }
  if (op === 'write' && !UPDATING.test(name)) return call
  const args = argumentsOf(context, unit, node)
  if (op === 'read') return { ...call, related: relationsIn(args), fields: columnsRead(entity, args.at(-1)) }
  const sets = columnsWritten(args)
  return sets ? { ...call, sets } : call
}

const DEEPEST_RELATION = 5

function argumentsOf(context: Context, unit: Unit, node: ts.CallExpression): readonly Value[] {
  refill(context, 'receiver')
  return withinStack(() => node.arguments.map((argument) => evaluate(context, argument, symbolicFrameAt(context, unit, node))), () => [])
}

/** What the arguments of a read name: relations that it filters by or takes along, `{ where: { memberships: … } }`. */
function relationsIn(args: readonly Value[]): string[] {
  const found = new Set<string>()
  const visit = (value: Value, depth: number): void => {
    if (value.kind !== 'object' || depth > DEEPEST_RELATION) return
    for (const [name, thunk] of value.props) {
      const inner = thunk()
      if (inner.kind === 'object' || (inner.kind === 'const' && inner.value === true)) found.add(singular(name))
      visit(inner, depth + 1)
    }
  }
  for (const value of args) withinStack(() => { visit(value, 0) }, () => undefined)
  return [...found]
}

/** `trpc.post.add.useMutation()`: a write to what the queries of the router `post` return. */
export function routerMutation(context: Context, unit: Unit, node: ts.Node): EntityCall | undefined {
  if (!ts.isCallExpression(node) || calledName(node) !== 'useMutation' || !ts.isPropertyAccessExpression(node.expression)) return undefined
  refill(context, 'receiver')
  const receiver = evaluate(context, node.expression.expression, symbolicFrameAt(context, unit, node))
  const names = receiver.kind === 'client' && receiver.client.id === 'trpc' ? receiver.namespace : undefined
  return names && names.length > 1 ? { op: 'write', entity: names.slice(0, -1).join('.'), method: names.at(-1)!, related: [], fields: {}, node } : undefined
}

const operations = new WeakMap<ts.Node, { readonly operation: OperationValue | undefined }>()

function operationAt(context: Context, unit: Unit, node: ts.CallExpression): OperationValue | undefined {
  const known = operations.get(node)
  if (known) return known.operation
  refill(context, 'receiver')
  const operation = withinStack(() => calleesOf(context, node.expression, symbolicFrameAt(context, unit, node)), () => [])
    .find((value): value is OperationValue => value.kind === 'operation' && value.client.client.isDatabase === true)
  operations.set(node, { operation })
  return operation
}

function entityOf(context: Context, unit: Unit, { client }: OperationValue, node: ts.CallExpression): string | undefined {
  const named = client.namespace?.at(-1)
  if (named !== undefined) return client.client.namespaces ? singular(named) : entityName(named)
  const [argument] = node.arguments
  if (!argument || client.client.namespaces) return undefined
  const name = exactText(evaluate(context, argument, symbolicFrameAt(context, unit, node)))
  if (name !== undefined) return singular(name.split(' ')[0]!)
  const last = ts.isPropertyAccessExpression(argument) ? argument.name : argument
  if (!ts.isIdentifier(last)) return undefined
  const takesClass = client.client.entities?.byType === true
  return takesClass && !/^[A-Z]/.test(last.text) ? undefined : entityName(last.text)
}

/** The entity of a class, table or type by its name: `user` of `IUser`, `UserEntity`, `UserDocument`, `usersTable`. */
const entityName = (name: string): string => singular(name.split('.').at(-1)!.replace(/^I(?=[A-Z][a-z])/, '').replace(/(?<=\w)(?:Entity|Document|Model|Schema|Table)$/, ''))

const SQL = /\b(?:(insert\s+into|update|delete\s+from)|from)\s+["'`[]?(?:\w+["'`\]]?\.["'`[]?)?(\w+)/i

// `sql`UPDATE users SET …``, `db.query('DELETE FROM users …')`.
function sqlCall(node: ts.Node): EntityCall | undefined {
  const text = ts.isTaggedTemplateExpression(node) ? templateText(node.template)
    : ts.isCallExpression(node) && node.arguments[0] && ts.isStringLiteralLike(node.arguments[0]) ? node.arguments[0].text : undefined
  if (text === undefined || !/^\s*(?:with|select|insert|update|delete)\b/i.test(text)) return undefined
  const match = SQL.exec(text)
  if (!match) return undefined
  return { op: match[1] ? 'write' : 'read', entity: singular(match[2]!), method: (match[1] ?? 'select').toLowerCase(), related: [], fields: {}, node: node as EntityCall['node'] }
}

const templateText = (template: ts.TemplateLiteral): string =>
  (ts.isTemplateExpression(template) ? template.head.text + template.templateSpans.map((span) => `?${span.literal.text}`).join('') : template.text)

const DEEPEST = 4

/**
 * The database calls that a piece of code makes, by itself and through the functions of the program that it calls. The
 * functions are looked into once; what calls itself adds nothing.
 */
export class EntityCalls {
  private readonly byFunction = new Map<ts.Node, readonly EntityCall[]>()
  private readonly byBody = new Map<ts.Node, readonly EntityCall[]>()

  constructor(private readonly context: Context) {}

  /** Those of one call alone, its arguments left aside. */
  ofCall(unit: Unit, node: ts.CallExpression): readonly EntityCall[] {
    const own = entityCall(this.context, unit, node)
    return own ? [own] : this.through(unit, node, 0)
  }

  in(unit: Unit, node: ts.Node): readonly EntityCall[] {
    const known = this.byBody.get(node) ?? this.within(unit, node, 0)
    this.byBody.set(node, known)
    return known
  }

  private within(unit: Unit, node: ts.Node, depth: number): readonly EntityCall[] {
    const found: EntityCall[] = []
    const visit = (inner: ts.Node): void => {
      const own = entityCall(this.context, unit, inner)
      if (own) found.push(own)
      else if (ts.isCallExpression(inner) && depth < DEEPEST) found.push(...this.through(unit, inner, depth))
      ts.forEachChild(inner, visit)
    }
    visit(node)
    return found
  }

  private through(unit: Unit, call: ts.CallExpression, depth: number): readonly EntityCall[] {
    return functionsAt(this.context, unit, call).flatMap((fn) => {
      const known = this.byFunction.get(fn.node)
      if (known) return known
      this.byFunction.set(fn.node, [])
      const found = fn.node.body ? this.within(fn.frame.unit, fn.node.body, depth + 1) : []
      this.byFunction.set(fn.node, found)
      return found
    })
  }
}

const called = new WeakMap<ts.Node, readonly FunctionValue[]>()

/** The functions of the program that a call may run. */
export function functionsAt(context: Context, unit: Unit, call: ts.CallExpression): readonly FunctionValue[] {
  const known = called.get(call)
  if (known) return known
  refill(context, 'receiver')
  const isFunction = (value: Value): value is FunctionValue => value.kind === 'function'
  const found = withinStack(() => calleesOf(context, call.expression, symbolicFrameAt(context, unit, call)).filter(isFunction), () => [])
  called.set(call, found)
  return found
}
