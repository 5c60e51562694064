import { ts } from 'ts-morph'
import type { ClientRegistry } from '../clients/registry.js'
import type { Program, Unit } from '../source/program.js'
import { decoratedSelf } from './decorators.js'
import { evaluate } from './evaluate.js'
import { enclosingClass, enclosingFunction, newFrame, type Frame, type FunctionNode } from './frame.js'
import { type ClassValue, type InstanceValue, type Value } from './value.js'

/**
 * How much work one question may cost; beyond it the interpreter gives up and says so. A receiver is a client after few
 * steps or never: most calls named `get` are not on caches. What a wrapper is called with decides its conditions as soon.
 */
const STEPS = { key: 8_000, wrapper: 6_000, receiver: 1_000, condition: 1_500 } as const
const DEPTH = 48
/** Expressions within expressions; the stack of the machine is finite too. */
const NESTING = 200

/** Follows the interpreter: `enter` when it begins an expression, `leave` with what it found. */
export interface Tracer {
  enter(node: ts.Node, unit: Unit): void
  leave(value: Value): void
}

/** What the configuration tells of the words of a program. */
export interface Told {
  /** Names of variables, members and types, by the kind of identity that they are. */
  readonly names: Readonly<Record<string, IdentityKind>>
  /** Clients whose calls carry an identity by themselves, by the name of the variable, member or type. */
  readonly clients: Readonly<Record<string, IdentityKind>>
  /** Other names of entities, with the one that stands for all. */
  readonly entities: Readonly<Record<string, string>>
  /** Key factories, as `PATH#NAME`. */
  readonly factories: readonly string[]
}

export type IdentityKind = 'user' | 'tenant' | 'token' | 'role' | 'locale'

export const NOTHING_TOLD: Told = { names: {}, clients: {}, entities: {}, factories: [] }

/** What the interpreter knows and remembers while it works on one program. */
export interface Context {
  /** Told of each expression that is worked out, when somebody asks how a key came about. */
  readonly tracer?: Tracer
  readonly program: Program
  readonly registry: ClientRegistry
  readonly told: Told
  readonly exports: Map<string, Value>
  readonly symbolic: Map<ts.Node, Frame>
  readonly types: Map<ts.TypeNode, Value | undefined>
  readonly implementations: Map<string, readonly string[]>
  /** What functions returned, by the function and what it was called with. */
  readonly calls: WeakMap<ts.Node, Map<string, Value>>
  /** `hungOn` is the eldest frame whose moment mattered: a variable met while being worked out, or as the flow had just left it. */
  readonly budget: { steps: number; depth: number; nesting: number; spent: boolean; limit: number; hungOn: number }
}

export function newContext(program: Program, registry: ClientRegistry, { tracer, told = NOTHING_TOLD }: { readonly tracer?: Tracer; readonly told?: Told } = {}): Context {
  return {
    program, registry, told, ...(tracer ? { tracer } : {}), exports: new Map(), symbolic: new Map(), types: new Map(), implementations: new Map(), calls: new WeakMap(),
    budget: { steps: 0, depth: 0, nesting: 0, spent: false, limit: STEPS.key, hungOn: Infinity },
  }
}

/** Starts the accounting for one key, or one receiver, anew; with no more than `most` steps. */
export function refill(context: Context, what: keyof typeof STEPS = 'key', most = Infinity): void {
  context.budget.steps = 0
  context.budget.nesting = 0
  context.budget.spent = false
  context.budget.limit = Math.min(STEPS[what], most)
}

/** What is being worked out hangs on how things stand in a frame just now. */
export function hangOn({ budget }: Context, frame: Frame): void {
  budget.hungOn = Math.min(budget.hungOn, frame.born)
}

/** Counts one step; false when the budget of this key is spent. */
export function step(context: Context): boolean {
  if (++context.budget.steps <= context.budget.limit) return true
  context.budget.spent = true
  return false
}

/** Does the stack hold one expression more? */
export function mayNest({ budget }: Context): boolean {
  if (budget.nesting < NESTING) return true
  budget.spent = true
  return false
}

/** Runs `work`; where the code nests deeper than the stack, nothing is learned and the audit goes on. */
export function withinStack<T>(work: () => T, overflow: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) return overflow()
    throw error
  }
}

/** Runs `work` one call deeper; `tooDeep` answers where recursion does not end. */
export function deeper<T>(context: Context, work: () => T, tooDeep: () => T): T {
  if (context.budget.depth >= DEPTH) {
    context.budget.spent = true
    return tooDeep()
  }
  context.budget.depth++
  try {
    return work()
  } finally {
    context.budget.depth--
  }
}

/** The frame of some call of each function around a node: what is known there without knowing the caller. */
export function symbolicFrameAt(context: Context, unit: Unit, node: ts.Node): Frame {
  const fn = enclosingFunction(node)
  return fn ? symbolicFrame(context, unit, fn) : moduleFrame(context, unit)
}

export function symbolicFrame(context: Context, unit: Unit, fn: FunctionNode): Frame {
  const known = context.symbolic.get(fn)
  if (known) return known
  const parent = symbolicFrameAt(context, unit, fn)
  const self = selfOf(context, unit, fn, parent)
  const frame = newFrame(unit, fn, self ? { parent, self } : { parent })
  context.symbolic.set(fn, frame)
  return frame
}

export function moduleFrame(context: Context, unit: Unit): Frame {
  const known = context.symbolic.get(unit.ast)
  if (known) return known
  const frame = newFrame(unit, unit.ast)
  context.symbolic.set(unit.ast, frame)
  return frame
}

function selfOf(context: Context, unit: Unit, fn: FunctionNode, parent: Frame): Value | undefined {
  if (ts.isArrowFunction(fn) && parent.self) return parent.self
  // `{ tag: {…}, revalidate() { this.tag } }`: the object is its methods' `this`.
  const object = objectAround(fn)
  if (object) return asSelf(evaluate(context, object, parent))
  const cls = enclosingClass(fn)
  if (!cls) return ts.isArrowFunction(fn) ? parent.self : decoratedSelf(context, fn)
  const value: ClassValue = { kind: 'class', node: cls, frame: symbolicFrameAt(context, unit, cls) }
  return isStatic(fn, cls) ? value : someInstance(value)
}

// Who calls the method may have another `this`, as of a property descriptor: what the object lacks is not known.
const asSelf = (value: Value): Value => (value.kind === 'object' && !value.rest ? { ...value, rest: { kind: 'opaque', name: 'this' } } : value)

function objectAround(fn: FunctionNode): ts.ObjectLiteralExpression | undefined {
  if (ts.isArrowFunction(fn)) return undefined
  const owner = ts.isPropertyAssignment(fn.parent) ? fn.parent.parent : fn.parent
  return ts.isObjectLiteralExpression(owner) ? owner : undefined
}

function isStatic(fn: ts.Node, cls: ts.ClassLikeDeclaration): boolean {
  for (let at: ts.Node = fn; at !== cls; at = at.parent) {
    if (at.parent === cls) return ts.canHaveModifiers(at) && (ts.getModifiers(at)?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) ?? false)
  }
  return false
}

const someInstances = new WeakMap<ts.Node, InstanceValue>()

/** Some instance of a class: one value per class, so that its fields are worked out once. */
export function someInstance(cls: ClassValue): InstanceValue {
  const known = someInstances.get(cls.node)
  if (known) return known
  const made: InstanceValue = { kind: 'instance', cls, args: undefined, memo: new Map() }
  someInstances.set(cls.node, made)
  return made
}

/** Follows the frames outwards to the one that holds the variables of `scope`; else a symbolic one. */
export function frameOf(context: Context, frame: Frame, scope: FunctionNode | undefined): Frame {
  if (!scope) return moduleFrame(context, frame.unit)
  for (let at: Frame | undefined = frame; at; at = at.parent) if (at.scope === scope) return at
  return symbolicFrame(context, frame.unit, scope)
}

const LONGEST_NAME = 160

const names = new WeakMap<ts.Node, string>()

/** The source of an expression as the name of a hole. */
export function nameOf(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text.slice(0, LONGEST_NAME)
  const known = names.get(node)
  if (known !== undefined) return known
  const name = nameOfSource(node)
  names.set(node, name)
  return name
}

function nameOfSource(node: ts.Node): string {
  const source = node.getText().slice(0, LONGEST_NAME).replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '')
  return source.replace(/\bawait\s+/g, '').replace(/(\w|\)|\])!(?=[.)\s[]|$)/g, '$1').replace(/\?\./g, '.').replace(/\s+as\s+[\w.<>[\]| ]+/g, '').trim()
}
