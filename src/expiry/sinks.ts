import { dirname } from 'node:path'
import { ts } from 'ts-morph'
import { LIFETIMES, type LifetimeOption } from '../clients/lifetimes.js'
import type { TtlPosition, TtlUnit } from '../clients/spec.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { Template } from '../keys/template.js'
import type { Context } from '../resolve/context.js'
import { bare, memberAt } from '../resolve/expressions.js'
import { declarationOf } from '../resolve/scope.js'
import { NAME_OF, type Unit } from '../resolve/unit-names.js'
import type { Unit as File } from '../source/program.js'
import { ttlUnitOf } from '../trace/ttl.js'

/** A place that takes a lifetime. */
export interface Sink {
  readonly file: File
  readonly node: ts.Expression
  /** None where nothing tells the unit. */
  readonly unit?: Unit
  /** It takes a point in time, and no duration. */
  readonly isAbsolute: boolean
  /** Only whole numbers are taken: Redis refuses others. */
  readonly isWhole: boolean
  /** The client, or what else takes it. */
  readonly by: string
  readonly takes: string
  readonly key?: Template
}

const unitOf = (unit: TtlUnit): Unit | undefined => (unit === 'unsaid' ? undefined : unit === 's' || unit === 'at-s' ? 's' : 'ms')

const sink = (file: File, node: ts.Expression, unit: TtlUnit, by: string, isWhole: boolean, key?: Template): Sink[] => {
  if (unit === 'text') return []
  const plain = unitOf(unit)
  const isAbsolute = unit.startsWith('at-')
  const name = plain ? NAME_OF[plain] : 'a duration'
  return [{ file, node, ...(plain ? { unit: plain } : {}), isAbsolute, isWhole, by, takes: `${by} takes ${isAbsolute ? `a point in time in ${name}` : name}`, ...(key ? { key } : {}) }]
}

/** The places of a site that take its lifetime, as they are written. */
export function sinksOf(context: Context, site: RawSite): readonly Sink[] {
  if (site.through || !ts.isCallExpression(site.call.node)) return []
  const { unit: file } = site.call
  return (site.spec.ttl ?? []).flatMap((position) => {
    const node = expressionAt(argumentsOf(site), position)
    return node ? sink(file, node, ttlUnitOf(context, site, position), site.client.client.id === 'own-store' ? 'this cache' : site.client.client.id, site.client.client.family === 'redis', site.templates[0]) : []
  }).slice(0, 1)
}

function expressionAt(args: readonly ts.Expression[], { arg, property, after }: TtlPosition): ts.Expression | undefined {
  if (after !== undefined) {
    const at = args.findIndex((each, i) => i >= arg && ts.isStringLiteralLike(each) && each.text.toUpperCase() === after)
    return at === -1 ? undefined : args[at + 1]
  }
  const given = args[arg]
  if (!given || property === undefined) return given && ts.isObjectLiteralExpression(bare(given)) ? undefined : given
  return memberAt(given, property)
}

const BY_MODULE = new Map(LIFETIMES.flatMap((each) => each.modules.map((module) => [module, LIFETIMES.filter((other) => other.modules.includes(module))] as const)))

/** The texts that show that a file may hold one of the other places. */
export const SINK_PATTERN = new RegExp(`['"](?:${[...BY_MODULE.keys()].map((module) => module.replace(/[/.]/g, '\\$&')).join('|')})['"]|max-?age=\\$\\{|export const revalidate\\s*=`)

/** The other places of a file that take a lifetime: options of libraries, headers of responses, Next's `revalidate`. */
export function otherSinks(context: Context, file: File): readonly Sink[] {
  const found: Sink[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) found.push(...optionSinks(context, file, node))
    if (ts.isTemplateExpression(node)) found.push(...headerSinks(file, node))
    if (ts.isVariableDeclaration(node) && node.initializer && node.name.getText() === 'revalidate' && isExported(node)) found.push(...sink(file, node.initializer, 's', 'Next', false))
    ts.forEachChild(node, visit)
  }
  visit(file.ast)
  return found
}

const isExported = (node: ts.VariableDeclaration): boolean => ts.isVariableStatement(node.parent.parent) && (ts.getModifiers(node.parent.parent)?.some((each) => each.kind === ts.SyntaxKind.ExportKeyword) ?? false)

function optionSinks(context: Context, file: File, node: ts.NewExpression | ts.CallExpression): readonly Sink[] {
  const called = importedName(node.expression)
  return called === undefined ? [] : (BY_MODULE.get(called.module) ?? []).filter(({ names }) => names.includes(called.name)).flatMap((each) => {
    const given = node.arguments?.[each.arg]
    const value = given && memberAt(given, each.path)
    return value ? sink(file, value, unitBy(context, file, each), `${each.path} of ${called.module}`, false) : []
  })
}

function unitBy(context: Context, file: File, { modules, unit, since }: LifetimeOption): TtlUnit {
  const major = since && context.program.modules.workspaces.majorOf(modules[0]!, dirname(file.file))
  return since?.filter(([from]) => major === undefined || major >= from).at(-1)?.[1] ?? unit
}

/** What an expression names of a package: `LRUCache`, `MongoStore.create`. */
function importedName(node: ts.Expression): { readonly module: string; readonly name: string } | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const owner = importedName(node.expression)
    return owner && { module: owner.module, name: `${owner.name}.${node.name.text}` }
  }
  const declaration = ts.isIdentifier(node) ? declarationOf(node) : undefined
  if (!declaration || !(ts.isImportSpecifier(declaration) || ts.isImportClause(declaration) || ts.isNamespaceImport(declaration))) return undefined
  let at: ts.Node = declaration
  while (!ts.isImportDeclaration(at)) at = at.parent
  const module = ts.isStringLiteral(at.moduleSpecifier) ? at.moduleSpecifier.text : ''
  return { module, name: ts.isImportSpecifier(declaration) ? (declaration.propertyName ?? declaration.name).text : 'default' }
}

function headerSinks(file: File, node: ts.TemplateExpression): readonly Sink[] {
  const texts = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)]
  return node.templateSpans.flatMap((span, i) => {
    const directive = /(max-age|s-maxage|stale-while-revalidate|stale-if-error)\s*=\s*$/i.exec(texts[i]!)?.[1]
    return directive ? sink(file, span.expression, 's', directive, true) : []
  })
}
