import { ts } from 'ts-morph'
import { functionOperationsOf } from '../clients/registry.js'
import type { OperationSpec } from '../clients/spec.js'
import { refill, symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluateElements } from '../resolve/evaluate.js'
import { decorationAt } from '../resolve/decorators.js'
import { calledNames, newFrame, type Frame, type FunctionNode } from '../resolve/frame.js'
import { isAtHand, madeClient } from '../resolve/client-value.js'
import type { ClientValue, FunctionValue, Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import { batchIn, commandSites } from './batches.js'
import { calleesOf, storeAmong } from './callees.js'
import { CallIndex, calledName, isOfPlainValue, type NamedCall } from './calls.js'
import { MapCaches } from './map-caches.js'
import { isHandedThrough, operationArguments, rawSite, siteId, type KeylessCall, type RawSite } from './raw-site.js'
import { contractOperations, Contracts } from './contracts.js'
import { directiveSites } from './directives.js'
import { Frontier } from './frontier.js'
import { interceptorSites } from './interceptors.js'
import { optionsSites } from './query-options.js'
import { batchedProcedures } from './procedure-batches.js'
import { operationsAt } from './script-commands.js'
import { DECORATOR_PATTERN, seedPattern } from './seeds.js'
import { objectCacheSites } from './object-caches.js'
import { reopened } from './reopened.js'
import { sharedLoaderSites } from './shared-loaders.js'
import { isThin } from './thin-wrappers.js'
import { innerFrame, layersOf, merged, tellsMore, wrappingFunctions, type Wrapper } from './wrappers.js'

const ROUNDS = 12
/** A wrapper of a wrapper of a wrapper: deeper ones add nothing but time. */
const LAYERS = 6
/** All that one call of a wrapper may cost, shared by the operations that it reaches. */
const STEPS_OF_CALL = 24_000

/**
 * Finds every site of a program. It starts at the files that import a cache library and follows what they export, file
 * by file, until nothing new is found: clients lead to files, sites to wrappers, wrappers to further files.
 */
export class Collector {
  readonly sites = new Map<string, RawSite>()
  /** Sites whose callers carry the key. */
  readonly opened = new Set<string>()
  private readonly calls = new CallIndex()
  private readonly wrappers = new Map<FunctionNode, Wrapper>()
  /** Functions that hand commands on, and where they are given them. */
  private readonly handing = new Map<FunctionNode, { readonly client: ClientValue; readonly index: number }>()
  private readonly wrapperNames = new Map<string, Wrapper[]>()
  private readonly callees = new Map<ts.CallExpression, readonly Value[]>()
  private readonly derived = new Set<string>()
  private readonly names: ReadonlySet<string>
  private readonly frontier: Frontier
  private readonly visited = new Set<string>()
  private readonly pending: NamedCall[] = []
  private readonly queued = new Set<ts.Node>()
  readonly maps = new MapCaches()
  private readonly contracts: Contracts
  /** Calls of wrappers that tell no more of the key than what is handed in for which of its holes. */
  readonly relays: RawSite[] = []
  /** Calls of wrappers whose delete is passed over, since what they hand in makes the key empty. */
  readonly keyless = new Map<ts.Node, KeylessCall>()

  constructor(private readonly context: Context) {
    this.names = context.registry.operationNames
    this.contracts = new Contracts(context.program)
    this.frontier = new Frontier(context, (fn) => this.wrappers.has(fn as FunctionNode) || this.handing.has(fn as FunctionNode))
  }

  run(): void {
    let files = this.context.program.scan(seedPattern(this.context.registry))
    if (files.length > 0) files = [...files, ...this.context.program.scan(DECORATOR_PATTERN)]
    files = [...files, ...this.contracts.files()]
    for (let round = 0; files.length > 0 && round < ROUNDS; round++) {
      for (const file of files) this.visit(file)
      files = this.frontier.next(this.visited, this.byUnit)
      if (files.length === 0 && this.addContracts()) files = this.frontier.next(this.visited, this.byUnit)
    }
  }

  /** Operations on caches of the program's own, where no known library is behind them. Were there any? */
  private addContracts(): boolean {
    const before = this.sites.size
    for (const call of this.contracts.newCalls(this.calls)) {
      const reaches = this.byUnit.get(call.unit)?.some((site) => site.call.node === call.node)
        || this.calleeOf(call).some((callee) => callee.kind === 'operation' || (callee.kind === 'function' && this.wrappers.has(callee.node)))
      const found = reaches ? undefined : withinStack(() => contractOperations(this.context, call), () => undefined)
      for (const spec of found?.specs ?? []) this.addOperation(call, found!.client, spec)
    }
    this.drain()
    return this.sites.size > before
  }

  private readonly byUnit = new Map<Unit, RawSite[]>()

  private visit(file: string): void {
    if (this.visited.has(file)) return
    this.visited.add(file)
    const unit = this.context.program.unit(file)
    if (!unit) return
    for (const call of this.calls.add(unit)) this.enqueue(call)
    for (const site of [...directiveSites(this.context, unit), ...interceptorSites(this.context, unit), ...objectCacheSites(this.context, unit), ...optionsSites(this.context, unit), ...batchedProcedures(this.context, unit), ...sharedLoaderSites(this.context, unit)]) this.add(site)
    this.drain()
  }

  private enqueue(call: NamedCall): void {
    if (this.queued.has(call.node)) return
    this.queued.add(call.node)
    this.pending.push(call)
  }

  private drain(): void {
    for (let at = 0; at < this.pending.length; at++) {
      this.queued.delete(this.pending[at]!.node)
      this.tryExamine(this.pending[at]!)
    }
    this.pending.length = 0
  }

  private tryExamine(call: NamedCall): void {
    withinStack(() => this.examine(call), () => {
      const line = call.unit.ast.getLineAndCharacterOfPosition(call.node.getStart()).line + 1
      this.context.program.problems.push({ kind: 'budget', path: call.unit.path, line, message: 'the code nests too deeply to be resolved' })
    })
  }

  private examine(call: NamedCall): void {
    const name = calledName(call.node)
    if (name === undefined || !this.mayMatter(name, call) || isOfPlainValue(call.node)) return
    refill(this.context, 'receiver')
    for (const callee of this.calleeOf(call)) {
      refill(this.context)
      if (callee.kind === 'operation' && !callee.client.client.isDatabase) for (const spec of operationsAt(this.context, call.node, symbolicFrameAt(this.context, call.unit, call.node), callee)) this.addOperation(call, callee.client, spec)
      if (callee.kind === 'operation' && callee.client.client.batches?.includes(callee.name)) this.addBatch(call.unit, callee.client, call.node.arguments[0])
      if (callee.kind === 'external') this.addFunctionOperations(call, callee.module, callee.name)
      if (callee.kind !== 'function') continue
      this.addWrapped(call, callee)
      const handing = this.handing.get(callee.node)
      if (handing) this.addBatch(call.unit, handing.client, call.node.arguments[handing.index])
    }
  }

  private mayMatter(name: string, call: NamedCall): boolean {
    if (this.names.has(name) || this.names.has(name.toLowerCase()) || this.wrapperNames.has(name)) return true
    const original = this.calls.originalName(call)
    return original !== undefined && (original === 'default' || this.names.has(original) || this.wrapperNames.has(original))
  }

  /** What a call calls: operations of clients, functions of libraries, functions of the program. */
  private calleeOf(call: NamedCall): readonly Value[] {
    const known = this.callees.get(call.node)
    if (known) return known
    const frame = symbolicFrameAt(this.context, call.unit, call.node)
    let found = calleesOf(this.context, call.node.expression, frame)
    // A bare name is worth a longer look: `const { useQuery } = useApi()`. A method called `get` seldom is.
    if (this.context.budget.spent && ts.isIdentifier(call.node.expression)) {
      refill(this.context)
      found = calleesOf(this.context, call.node.expression, frame)
    }
    this.callees.set(call.node, found)
    return found
  }

  private addFunctionOperations(call: NamedCall, module: string, name: string): void {
    const client = this.context.registry.find(module, name, 'function')
    if (!client || (module === 'global' && !isAtHand(this.context, client))) return
    const frame = symbolicFrameAt(this.context, call.unit, call.node)
    const made: ClientValue = client.sharing === 'instance' ? madeClient(client, [], call.node, frame) : { kind: 'client', client, prefix: [] }
    for (const spec of functionOperationsOf(client, name)) this.addOperation(call, storeAmong(this.context, call, spec, frame) ?? made, spec)
  }

  private addOperation(call: NamedCall, client: ClientValue, spec: OperationSpec): void {
    if (client.local) return
    const frame = symbolicFrameAt(this.context, call.unit, call.node)
    const args = operationArguments(this.context, spec, call.node.arguments, frame)
    const site = rawSite(this.context, call, frame, client, spec, args)
    if (site) this.add(site)
  }

  /** Commands in an array. Where a function hands on those that it is given, its callers write them. */
  private addBatch(unit: Unit, client: ClientValue, argument: ts.Expression | undefined): void {
    if (!argument || client.local) return
    const { commands, handed } = batchIn(client.client, argument)
    for (const node of commands) for (const site of commandSites(this.context, unit, client, node)) this.add(site)
    if (!handed || this.handing.has(handed.fn)) return
    this.handing.set(handed.fn, { client, index: handed.index })
    for (const name of calledNames(handed.fn)) {
      if (!this.wrapperNames.has(name)) this.wrapperNames.set(name, [])
      for (const call of this.calls.named(name)) this.enqueue(call)
    }
  }

  private add(site: RawSite): void {
    const id = siteId(site)
    if (this.sites.has(id)) return
    this.sites.set(id, site)
    this.byUnit.set(site.call.unit, [...(this.byUnit.get(site.call.unit) ?? []), site])
    if (site.client.client.id !== 'map') return this.openWrappers(site)
    for (const ready of this.maps.add(site)) if (this.maps.isKnownOutside(ready)) this.openWrappers(ready)
  }

  private openWrappers(site: RawSite): void {
    if (layersOf(site) < LAYERS && site.spec.returns !== 'argument' && !site.isEcho) for (const fn of wrappingFunctions(site)) this.addWrapper(fn, site)
  }

  private addWrapper(node: FunctionNode, site: RawSite): void {
    const names = calledNames(node)
    if (names.length === 0) return
    const wrapper = this.wrappers.get(node) ?? { unit: site.call.unit, node, names, inner: [] }
    wrapper.inner.push(site)
    this.wrappers.set(node, wrapper)
    for (const name of names) {
      this.wrapperNames.set(name, [...(this.wrapperNames.get(name) ?? []).filter((w) => w !== wrapper), wrapper])
      for (const call of this.calls.named(name)) this.enqueue(call)
    }
  }

  /** A call of a wrapper: the operations that it reaches, with the keys that its arguments make. */
  private addWrapped(call: NamedCall, fn: FunctionValue): void {
    const wrapper = this.wrappers.get(fn.node)
    if (!wrapper) return
    const inner = wrapper.inner.filter((site) => !this.derived.has(`${call.unit.path}:${call.node.pos}-${call.node.end}:${siteId(site)}`) && site.call.node !== call.node)
    if (inner.length === 0) return
    const outer = symbolicFrameAt(this.context, call.unit, call.node)
    const args = evaluateElements(this.context, call.node.arguments, outer)
    const self = fn.self ?? fn.frame.self
    const bound = newFrame(fn.frame.unit, fn.node, { parent: fn.frame, args, ...(self ? { self } : {}) })
    const decoration = decorationAt(this.context, call.unit, call.node)
    const reopening = { context: this.context, call, outer, most: STEPS_OF_CALL / inner.length, keyless: this.keyless }
    const made = inner.flatMap((site) => {
      this.derived.add(`${call.unit.path}:${call.node.pos}-${call.node.end}:${siteId(site)}`)
      const frame = innerFrame(site, fn, bound, decoration)
      return reopened(reopening, site, frame).flatMap((found) => this.told(site, found, frame))
    })
    for (const site of merged(made)) this.add(site)
  }

  /** What becomes of the site inside a wrapper by this call: a site, a relay to look behind, or nothing. */
  private told(inner: RawSite, made: RawSite, frame: Frame): RawSite[] {
    if (tellsMore(inner.templates, made.templates) || isHandedThrough(inner)) {
      // Behind a relay the wrapper has other callers, which tell no more: its own key stays.
      this.opened.add(siteId(inner))
      return [made]
    }
    this.relays.push(made)
    // It hands its own parameters on: what it is called with may tell more.
    this.openWrappers({ ...made, isRelay: true })
    return this.isEchoed(inner, frame) ? [{ ...made, isEcho: true }] : []
  }

  /** Is a call that tells no more than its wrapper a site all the same? Where the wrapper is nothing but the cache's. */
  private isEchoed(inner: RawSite, { scope }: Frame): boolean {
    if (inner.through || inner.spec.op === 'read-through' || inner.client.client.id === 'map' || ts.isSourceFile(scope)) return false
    return isThin(scope, this.byUnit.get(inner.call.unit) ?? [])
  }
}
