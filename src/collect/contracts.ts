import { ts } from 'ts-morph'
import { ownStore } from '../clients/own-store.js'
import { operationsOf } from '../clients/registry.js'
import type { OperationSpec } from '../clients/spec.js'
import { refill, symbolicFrameAt, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { enclosingClass } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf, within } from '../resolve/scope.js'
import { declarationsOf } from '../resolve/types.js'
import { LIFETIME_NAME, unitDeclared } from '../resolve/unit-names.js'
import { alternatives, type ClientValue, type Value } from '../resolve/value.js'
import type { Program, Unit } from '../source/program.js'
import type { CallIndex, NamedCall } from './calls.js'

/**
 * Caches that a program makes itself, told by what they are for others: an interface or a class with `get(key)` and
 * `set(key, value)`, which either calls itself a cache or takes a lifetime. No library need be behind it that is known.
 */
type Contract = ts.InterfaceDeclaration | ts.ClassLikeDeclaration

/** The caches that a program declares, and the calls that may be operations on them. */
export class Contracts {
  private readonly seen = new Set<ts.Node>()
  private readonly mentions = new Map<Unit, boolean>()
  private names: readonly string[] = []

  constructor(private readonly program: Program) {}

  /** The files that declare such caches, and those that import them. */
  files(): string[] {
    const files = this.program.scan(/\b(?:interface|class)\s+\w{0,60}(?:Cache|Store|Storage)/)
    const declaring = files.map((file) => ({ file, names: contractsIn(this.program.unit(file)?.ast) })).filter(({ names }) => names.length > 0)
    const names = declaring.flatMap((each) => each.names)
    if (names.length === 0) return []
    const naming = [...declaring.map(({ file }) => file), ...this.program.importing(names)]
    const getters = this.gettersIn(naming, names)
    const constants = this.constantsIn(naming, names)
    const members = this.membersIn(naming, names)
    this.names = [...names, ...getters, ...constants, ...members]
    const uses = [...getters.map((getter) => `\\.${getter}\\(`), ...constants.map((constant) => `\\b${constant}\\.`), ...members.map((member) => `\\b${member}[?!]?\\.(?:get|set|del|delete|remove|has)\\b`)]
    return uses.length === 0 ? naming : [...naming, ...this.program.scan(new RegExp(uses.join('|')))]
  }

  /** `getResultCache(): CacheAdapter`: who calls it need not name the type. */
  private gettersIn(files: readonly string[], names: readonly string[]): string[] {
    const getter = new RegExp(`\\b(\\w{0,60}[cC]ache\\w{0,60})\\([^()]{0,300}\\)\\s*:\\s*(?:Promise<)?(?:${names.map(quoted).join('|')})\\b`, 'g')
    return [...new Set(files.flatMap((file) => [...this.program.text(file).matchAll(getter)].map(([, name]) => name!)))]
  }

  /** `secondaryStorage?: SecondaryStorage` of an interface: who is handed that need not name the type. */
  private membersIn(files: readonly string[], names: readonly string[]): string[] {
    const member = new RegExp(`\\b(\\w{0,60}(?:[cC]ache|[sS]tore|[sS]torage)\\w{0,60})\\?\\s*:\\s*(?:${names.map(quoted).join('|')})\\b`, 'g')
    return [...new Set(files.flatMap((file) => [...this.program.text(file).matchAll(member)].map(([, name]) => name!)))]
  }

  /** `export const pages = new PageCache()`: nor need who imports it. */
  private constantsIn(files: readonly string[], names: readonly string[]): string[] {
    const constant = new RegExp(`\\bexport const (\\w+)(?:\\s*:[^=\\n]{1,300})?\\s*=\\s*new (?:${names.map(quoted).join('|')})\\b`, 'g')
    return [...new Set(files.flatMap((file) => [...this.program.text(file).matchAll(constant)].map(([, name]) => name!)))]
  }

  /** Calls in files that name such a cache, each handed out once. */
  newCalls(calls: CallIndex): NamedCall[] {
    if (this.names.length === 0) return []
    const fresh = Object.keys(ownStore.operations).flatMap((name) => calls.named(name)).filter((call) => !this.seen.has(call.node) && this.mentioned(call.unit))
    for (const call of fresh) this.seen.add(call.node)
    return fresh
  }

  private mentioned(unit: Unit): boolean {
    const known = this.mentions.get(unit)
    if (known !== undefined) return known
    const found = new RegExp(`\\b(?:${this.names.map(quoted).join('|')})\\b`).test(unit.ast.text)
    this.mentions.set(unit, found)
    return found
  }
}

const contractsIn = (ast: ts.SourceFile | undefined): string[] =>
  (ast?.statements ?? []).flatMap((node) => ((ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && isContract(node) && node.name ? [node.name.text] : []))

function isContract(node: Contract): boolean {
  const name = node.name?.text ?? ''
  const [get, set] = [methodOf(node, 'get'), methodOf(node, 'set')]
  if (!get || !set || !takesKey(get, 1) || !takesKey(set, 2)) return false
  return /cache/i.test(name) && !/^I?(?:Http)?Cache(?:Control|Config|Options|Entry|Info|Stats)/.test(name) || set.parameters.slice(2).some((parameter) => LIFETIME_NAME.test(parameter.getText()))
}

function methodOf(node: Contract, name: string): ts.SignatureDeclaration | undefined {
  for (const member of node.members as ts.NodeArray<ts.Node>) {
    if ((ts.isMethodSignature(member) || ts.isMethodDeclaration(member)) && member.name.getText() === name) return member
    if (ts.isPropertySignature(member) && member.name.getText() === name && member.type && ts.isFunctionTypeNode(member.type)) return member.type
  }
  return undefined
}

/** A key is text, or of the type of the cache's keys. */
function takesKey(fn: ts.SignatureDeclaration, least: number): boolean {
  const type = fn.parameters[0]?.type?.getText() ?? ''
  return fn.parameters.length >= least && /^(?:string|K\w*|TKey|Key\w*|\w*Key|unknown|any)?$/.test(type)
}

/** The operations of a call on such a cache, told by the class or the declared type of what it is called on. */
export function contractOperations(context: Context, call: NamedCall): { readonly client: ClientValue; readonly specs: readonly OperationSpec[] } | undefined {
  const callee = call.node.expression
  if (!ts.isPropertyAccessExpression(callee) || call.node.arguments.length === 0 && callee.name.text !== 'clear') return undefined
  const specs = operationsOf(ownStore, callee.name.text)
  if (specs.length === 0) return undefined
  refill(context, 'receiver')
  const owner = evaluate(context, callee.expression, symbolicFrameAt(context, call.unit, call.node))
  const contract = alternatives(owner).map((value) => contractOf(context, value)).find((found) => found !== undefined)
  // What a cache does by itself is no use of it.
  if (!contract || within(call.node, contract)) return undefined
  const instance = instanceOf(call, callee.expression)
  return { specs: specs.map((spec) => ({ ...spec, ...lifetimeOf(contract, callee.name.text), ...genericOf(contract, call.node) })), client: { kind: 'client', client: ownStore, prefix: [], ...(instance === undefined ? {} : { instance: `${contract.name!.text} ${instance}` }) } }
}

/** `set(key, value, ttl = 60)`, and `ttl ?? this.ttl` in its body. */
const isDefaulted = (parameter: ts.ParameterDeclaration): boolean =>
  parameter.initializer !== undefined || new RegExp(`\\b${quoted(parameter.name.getText())}\\s*(?:\\?\\?|\\|\\|)`).test(parameter.parent.getText())

/** `get<T = any>(key): T`, where the call does not say what `T` is. */
const genericOf = (contract: Contract, { expression, typeArguments }: ts.CallExpression): Pick<OperationSpec, 'isGeneric'> =>
  (!typeArguments && ts.isPropertyAccessExpression(expression) && methodOf(contract, expression.name.text)?.typeParameters ? { isGeneric: true } : {})

/** Where the method takes a lifetime, and in which unit, where its declaration says that. */
function lifetimeOf(contract: Contract, method: string): Pick<OperationSpec, 'ttl'> {
  const parameters = methodOf(contract, method)?.parameters ?? []
  const at = parameters.findIndex((parameter, i) => i > 0 && LIFETIME_NAME.test(parameter.name.getText()))
  const unit = at === -1 ? undefined : unitDeclared(parameters[at]!)?.unit
  return at === -1 ? {} : { ttl: [{ arg: at, unit: unit === 's' || unit === 'ms' ? unit : 'unsaid', ...(isDefaulted(parameters[at]!) ? { hasDefault: true } : {}) }] }
}

function contractOf(context: Context, value: Value): Contract | undefined {
  if (value.kind === 'instance') return isContract(value.cls.node) && value.cls.node.name ? value.cls.node : undefined
  const type = value.kind === 'opaque' ? value.type : undefined
  return type && declaredContract(context, type.node, type.unit)
}

function declaredContract(context: Context, type: ts.TypeNode, unit: Unit): Contract | undefined {
  if (ts.isUnionTypeNode(type)) return type.types.map((each) => declaredContract(context, each, unit)).find((found) => found !== undefined)
  if (!ts.isTypeReferenceNode(type)) return undefined
  const node = declarationsOf(context, type.typeName, unit)?.node
  return node && (ts.isInterfaceDeclaration(node) || ts.isClassLike(node)) && node.name && isContract(node) ? node : undefined
}

/** One variable or field is one cache; what is handed in may be any. */
function instanceOf({ unit }: NamedCall, receiver: ts.Expression): string | undefined {
  if (ts.isPropertyAccessExpression(receiver) && receiver.expression.kind === ts.SyntaxKind.ThisKeyword) {
    const cls = enclosingClass(receiver)
    return `${unit.path}#${cls?.name?.text ?? ''}.${receiver.name.text}`
  }
  const declaration = ts.isIdentifier(receiver) ? declarationOf(receiver) : undefined
  return declaration && ts.isVariableDeclaration(declaration) ? `${unit.path}#${receiver.getText()}` : undefined
}
