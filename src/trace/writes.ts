import { ts } from 'ts-morph'
import { callsIn } from '../collect/calls.js'
import { placeOf, placeOfCall, symbolAt } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import { isThin } from '../collect/thin-wrappers.js'
import { DATABASES } from '../databases/registry.js'
import { withinStack, type Context } from '../resolve/context.js'
import { calledNames, enclosingFunction, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { within } from '../resolve/scope.js'
import type { Place } from '../model/types.js'
import type { Unit } from '../source/program.js'
import type { FunctionValue } from '../resolve/value.js'
import { callsNamed } from './callers.js'
import { EntityCalls, entityCall, functionsAt, routerMutation, type EntityCall } from './entities.js'

/** A write to the database, and the invalidations that go with it. */
export interface RawWrite {
  readonly entity: string
  readonly method: string
  readonly location: Place
  readonly symbol: string
  readonly sets?: readonly string[]
  /** Deletes of cache entries in the function around the write, in those that it calls, and in those that call it. */
  readonly invalidations: readonly RawSite[]
  /** Those of them that stand before the write in the same run of statements, and have no twin behind it. */
  readonly early: readonly RawSite[]
  readonly inTransaction: boolean
  /** Deletes behind a deletion of rows whose keys are listed from these rows: there are none left. */
  readonly listed: readonly RawSite[]
  /** A mutation of a tRPC router, whose queries are the readers. */
  readonly isRouter?: boolean
}

const WRITING = DATABASES.flatMap((database) => database.writes)

// Seeds, migrations and scripts are run by hand, where no cache may be at all.
const RUN_BY_HAND = [
  /^(?:(?:packages|apps)\/[^/]+\/)?prisma\//,
  /(?:^|\/)(?:seed(?:s|er|ers|ing)?|migrations?|scripts?|e2e|playwright|cypress|__tests__|tests?)\//,
  /(?:^|\/)(?:db[-_.])?(?:seed|migrate|migration)(?:[-_.][-_.\w]*)?\.[cm]?[jt]sx?$/,
]

/** The entities whose rows functions read that delete keys: to know which. */
export function listedEntities(sites: readonly RawSite[], entities: EntityCalls): string[] {
  return sites.filter((site) => site.spec.op === 'delete' && !site.isEcho).flatMap((site) => {
    const fn = enclosingFunction(site.call.node) && outermost(site.call.node)
    return fn?.body ? entities.in(site.call.unit, fn.body).flatMap((call) => (call.op === 'read' ? [call.entity] : [])) : []
  })
}

/** Which entities: these, or whatever there are. */
export type Entities = ReadonlySet<string> | 'all'

/** All writes to these entities, in whatever file they stand. */
export function writesTo(context: Context, entities: Entities, sites: readonly RawSite[]): RawWrite[] {
  const deletes = new Invalidations(context, sites.filter((site) => site.spec.op === 'delete'), sites)
  const routed = sites.some((site) => site.client.client.id === 'trpc') ? context.program.scan(/\.useMutation\(/).filter((file) => context.program.isParsed(file)) : []
  return [...new Set([...(entities === 'all' || entities.size > 0 ? writingFiles(context, entities) : []), ...routed])].flatMap((file) => {
    const path = context.program.pathOf(file)
    const unit = RUN_BY_HAND.some((pattern) => pattern.test(path)) ? undefined : context.program.unit(file)
    return unit ? withinStack(() => writesIn(context, unit, entities, deletes), () => []) : []
  })
}

// Whatever the entity: to look for this first costs less than to look for the names of all.
const WRITE = new RegExp(`\\.\\s{0,20}(?:${WRITING.join('|')}|\\w*insert\\w*|\\w*update\\w*|\\w*delete\\w*|remove|upsert)\\s{0,20}\\(|\\binsert\\s+into|\\bupdate\\s|\\bdelete\\s+from`, 'i')

// A text scan decides which files can hold a write; `\w*` takes plural and compound names.
function writingFiles(context: Context, entities: Entities): readonly string[] {
  const names = entities === 'all' ? '\\w{1,60}' : [...entities].map((name) => [...name].join('_?').replace(/y$/, '(?:y|ie)')).join('|')
  const methods = WRITING.join('|')
  const receiver = `\\b(?:${names})(?:e?s)?(?:Table|Repository|Repo|Model|Entity|Document)?s?\\s*\\.\\s*(?:${methods})\\s*\\(`
  const typed = `(?:Repository|Model|ModelStatic|ModelCtor|ModelType)<\\s*I?(?:${names})|getRepository\\(\\s*(?:${names})`
  const table = `\\(\\s*['"\`](?:\\w+\\.)?(?:${names})(?:e?s)?['"\`]\\s*\\)`
  return context.program.among(context.program.scan(WRITE), new RegExp(`${receiver}|${typed}|${table}|\\.(?:\\w*insert|\\w*update|\\w*delete|remove|upsert|insertInto|updateTable|deleteFrom)\\(\\s*['"\\w.]*(?:${names})|(?:insert\\s+into|update|delete\\s+from)\\s+\\S*(?:${names})`, 'i'))
}

function writesIn(context: Context, unit: Unit, entities: Entities, deletes: Invalidations): RawWrite[] {
  const found: RawWrite[] = []
  const visit = (node: ts.Node): void => {
    const call = entityCall(context, unit, node)
    if (call?.op === 'write' && (entities === 'all' || entities.has(call.entity))) found.push(writeOf(context, unit, call, deletes))
    const mutation = call ? undefined : routerMutation(context, unit, node)
    if (mutation) found.push(withRefetched(writeOf(context, unit, mutation, deletes), deletes.refetchedBeside(unit, node)))
    ts.forEachChild(node, visit)
  }
  visit(unit.ast)
  return found
}

const withRefetched = (write: RawWrite, refetched: readonly RawSite[]): RawWrite => ({ ...write, isRouter: true, invalidations: distinct([...write.invalidations, ...refetched]) })

function writeOf(context: Context, unit: Unit, call: EntityCall, deletes: Invalidations): RawWrite {
  const { entity, method, node, sets } = call
  const fn = outermost(node)
  const invalidations = fn ? deletes.around(unit, fn) : []
  const own = invalidations.filter((site) => fn && site.call.unit === unit && within(site.call.node, fn))
  const transaction = transactionAround(node)
  const before = own.filter((site) => isBefore(site.call.node, node) || (transaction !== undefined && within(site.call.node, transaction)))
  const isTwin = (a: RawSite, b: RawSite): boolean => a !== b && JSON.stringify(shapes(a)) === JSON.stringify(shapes(b))
  const early = before.filter((site) => !own.some((other) => isTwin(site, other) && !before.includes(other)))
  return {
    entity, method, ...(sets ? { sets } : {}), invalidations, early, listed: fn ? listedAfter(context, unit, fn, call, invalidations) : [], symbol: symbolAt(node), inTransaction: transaction !== undefined,
    location: ts.isCallExpression(node) ? placeOfCall(unit, node) : placeOf(unit, node),
  }
}

/** Rows are deleted, and then a function is called that reads these rows to know which keys to delete. */
function listedAfter(context: Context, unit: Unit, fn: FunctionNode, { entity, method, node }: EntityCall, invalidations: readonly RawSite[]): RawSite[] {
  if (!/^(?:delete|remove|destroy|nativeDelete|del$)/.test(method) || !fn.body) return []
  const found = callsIn(fn.body).map((call) => ({ call, sites: functionsAt(context, unit, call).flatMap((callee) => listing(context, callee, entity, invalidations)) })).filter(({ sites }) => sites.length > 0)
  return found.every(({ call }) => call.pos > node.end) ? found.flatMap(({ sites }) => sites) : []
}

function listing(context: Context, { node, frame }: FunctionValue, entity: string, invalidations: readonly RawSite[]): RawSite[] {
  // A key without a hole is made of no row.
  const inside = invalidations.filter((site) => site.call.unit === frame.unit && within(site.call.node, node) && site.templates.some((template) => template.some((part) => part.kind !== 'text')))
  if (inside.length === 0 || !node.body) return []
  return new EntityCalls(context).in(frame.unit, node.body).some((each) => each.op === 'read' && each.entity === entity) ? inside : []
}

const shapes = (site: RawSite): readonly unknown[] => site.templates.map((template) => template.map((part) => (part.kind === 'text' ? part.text : part.kind)))

/** The function that a write is part of, callbacks of transactions and loops left aside. */
function outermost(node: ts.Node): FunctionNode | undefined {
  let found: FunctionNode | undefined
  for (let at = enclosingFunction(node); at; at = enclosingFunction(at)) {
    found = at
    if (calledNames(at).length > 0 || ts.isMethodDeclaration(at)) return found
  }
  return found
}

/** Does one node stand in a statement before the other's, in a block that both are in? */
function isBefore(first: ts.Node, second: ts.Node): boolean {
  if (first.end > second.pos) return false
  for (let at: ts.Node = first; at.parent; at = at.parent) {
    // In one statement, as the branches of an `if`, neither comes first.
    if (ts.isBlock(at.parent) && within(second, at.parent)) return ts.isStatement(at) && !within(second, at) && !leaves(at)
  }
  return false
}

// A branch that returns does not run into the write.
const leaves = (statement: ts.Statement): boolean => ts.isIfStatement(statement) && /\b(?:return|throw|continue)\b/.test(statement.thenStatement.getText())

/** The callback of the transaction around a write: what runs in it runs before the commit. */
function transactionAround(node: ts.Node): FunctionNode | undefined {
  for (let at = enclosingFunction(node); at; at = enclosingFunction(at)) {
    if (ts.isCallExpression(at.parent) && /\.(?:\$?transaction|transactional)$/.test(at.parent.expression.getText())) return at
  }
  return undefined
}

const DEEPEST = 4
const MOST_CALLERS = 24
const CALLED_BY_FRAMEWORK = /^(?:default|main|handler|action|loader|execute|run|GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD)$/

/** Which deletes a function reaches: by itself, through what it calls, and through those that call it. */
class Invalidations {
  private readonly down = new Map<FunctionNode, readonly RawSite[]>()
  private readonly memo = new Map<FunctionNode, readonly RawSite[]>()

  constructor(private readonly context: Context, private readonly deletes: readonly RawSite[], private readonly sites: readonly RawSite[]) {}

  around(unit: Unit, fn: FunctionNode): readonly RawSite[] {
    const known = this.memo.get(fn)
    if (known) return known
    const found = distinct([...this.below(unit, fn, 0), ...this.above(fn)])
    this.memo.set(fn, found)
    return found
  }

  /** Queries that the component around a mutation asks again by itself: `const { refetch } = trpc.post.all.useQuery()`. */
  refetchedBeside(unit: Unit, node: ts.Node): readonly RawSite[] {
    const component = outermost(node)
    return component ? this.sites.filter((site) => site.spec.op === 'read-through' && site.call.unit === unit && within(site.call.node, component) && isRefetched(site, component)) : []
  }

  private below(unit: Unit, fn: FunctionNode, depth: number): readonly RawSite[] {
    const known = this.down.get(fn)
    if (known) return known
    this.down.set(fn, [])
    const found = this.deletes.filter((site) => site.call.unit === unit && within(site.call.node, fn))
    const inner = depth < DEEPEST && fn.body ? callsIn(fn.body).flatMap((call) => functionsAt(this.context, unit, call).flatMap((callee) => this.belowCallee(callee.frame.unit, callee.node, depth, found, call))) : []
    const all = distinct([...found, ...inner])
    this.down.set(fn, all)
    return all
  }

  // What a wrapper of the cache deletes is told by the call of it, with the key that this call makes.
  private belowCallee(unit: Unit, fn: FunctionNode, depth: number, found: readonly RawSite[], call: ts.CallExpression): readonly RawSite[] {
    if (found.some((site) => site.call.node === call) || isThin(fn, this.sites.filter((site) => site.call.unit === unit))) return []
    return this.below(unit, fn, depth + 1)
  }

  /** The deletes of the functions that call this one: who calls a service may be who invalidates. */
  private above(fn: FunctionNode): readonly RawSite[] {
    const names = calledNames(fn).filter((name) => !CALLED_BY_FRAMEWORK.test(name))
    if (names.length === 0) return []
    const calls = callsNamed(this.context, names)
    const files = new Set([...new Set(calls.map(({ file }) => file))].slice(0, MOST_CALLERS))
    return calls.filter(({ file, node }) => files.has(file) && functionsAt(this.context, file, node).some((callee) => callee.node === fn)).flatMap(({ file, node }) => {
      const caller = outermost(node)
      return caller && caller !== fn ? this.deletes.filter((site) => site.call.unit === file && within(site.call.node, caller)) : []
    })
  }
}

function isRefetched({ call }: RawSite, component: FunctionNode): boolean {
  const { parent } = call.node
  if (!ts.isVariableDeclaration(parent)) return false
  if (ts.isIdentifier(parent.name)) return new RegExp(`\\b${quoted(parent.name.text)}\\.refetch\\b`).test(component.getText())
  return ts.isObjectBindingPattern(parent.name) && parent.name.elements.some((element) => (element.propertyName ?? element.name).getText() === 'refetch')
}

const distinct = (sites: readonly RawSite[]): RawSite[] => [...new Set(sites)]
