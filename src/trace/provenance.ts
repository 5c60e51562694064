import { ts } from 'ts-morph'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import { placeBetween, placeOf } from '../collect/place.js'
import { partsOf, type Origin, type Template, type TextPart } from '../keys/template.js'
import { shapeOf } from '../keys/print.js'
import type { Factory, FactoryRef, Place, Site } from '../model/types.js'
import { refill, symbolicFrame, symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { isListedText } from '../resolve/closed-types.js'
import { enclosingFunction, isFunctionNode, newFrame, type FunctionNode } from '../resolve/frame.js'
import { exportsOf } from '../resolve/exports.js'
import { quoted } from '../resolve/quoted.js'
import { returnsOf } from '../resolve/returns.js'
import { toKey } from '../resolve/to-template.js'
import { within } from '../resolve/scope.js'
import type { Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import { functionsAt } from './entities.js'

/**
 * Where the text of a site's key is written, and the function or constant that owns it, if it is not the site's own. A
 * key of which a factory writes any word is the factory's: the rest is its arguments.
 */
export function builtBy(context: Context, site: RawSite): Site['built'] {
  const places = originsOf(site.templates).flatMap((origin) => writtenAt(context, origin, site) ?? [])
  // What a wrapper writes is told at the wrapper; its callers spell nothing.
  if (places.some((place) => isInWrapper(place.node, site) || isOneOfListed(context, place.node, site))) return undefined
  const found = places.find((place) => place.factory !== undefined) ?? places[0]
  if (!found) return undefined
  const pieces = piecesOf(context, site).filter((place) => place.startLine !== found.location.startLine || place.path !== found.location.path)
  return { location: found.location, ...(found.factory ? { factory: found.factory } : {}), ...(pieces.length > 0 ? { pieces } : {}) }
}

interface Written extends NonNullable<Site['built']> {
  readonly node: ts.Node
}

function isInWrapper(node: ts.Node, site: RawSite): boolean {
  for (let inner = site.through; inner; inner = inner.through) {
    const fn = outermostFunction(inner.call.node)
    if (fn && within(node, fn)) return true
  }
  return false
}

/** `isEnabled('new-search')`: the word is one of those that the type of the parameter lists. */
function isOneOfListed(context: Context, node: ts.Node, { call, through }: RawSite): boolean {
  if (!through || !ts.isCallExpression(call.node) || node.parent !== call.node) return false
  const index = call.node.arguments.indexOf(node as ts.Expression)
  return functionsAt(context, call.unit, call.node).some(({ node: fn, frame }) => { const type = fn.parameters[index]?.type; return type !== undefined && isListedText(context, { node: type, unit: frame.unit }) })
}

function writtenAt(context: Context, origin: Origin, site: RawSite): Written | undefined {
  const unit = unitAt(context, origin)
  const node = unit && nodeAt(unit.ast, origin.at)
  if (!unit || !node || isDefault(innermostNamed(node))) return undefined
  const location = placeBetween(unit, node.getStart(unit.ast), node.end)
  const factory = factoryAt(context, unit, node, site)
  return factory ? { node, location, factory } : { node, location }
}

/** Where all the text of a key stands, separators too: a key may be put together in several places. */
function piecesOf(context: Context, site: RawSite): Place[] {
  const origins = site.templates.flatMap((template) => [...partsOf(template)]).flatMap((part) => (part.kind === 'text' ? part.origins ?? [] : []))
  const places = origins.flatMap((origin) => {
    const unit = unitAt(context, origin)
    const node = unit && nodeAt(unit.ast, origin.at)
    return unit && node ? [placeBetween(unit, node.getStart(unit.ast), node.end)] : []
  })
  return [...new Map(places.map((place) => [`${place.path}:${place.startLine}`, place])).values()]
}

/** The variables among the arguments of the call, and the members that they are handed over as. */
export function handedIn(site: RawSite): readonly string[] {
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.add(node.text)
    if (!isFunctionNode(node)) ts.forEachChild(node, visit)
  }
  argumentsOf(site).forEach(visit)
  return [...found].sort()
}

/** Where the object stands, with another spread into it, that the text of a site's key is made of. */
export function mixedAt(context: Context, site: RawSite): Place | undefined {
  const origin = site.templates.flatMap((template) => [...partsOf(template)]).flatMap((part) => (part.kind === 'hole' ? part.mixed ?? [] : []))[0]
  const unit = origin && unitAt(context, origin)
  const node = unit && nodeAt(unit.ast, origin.at)
  return unit && node && placeBetween(unit, node.getStart(unit.ast), node.end)
}

// Separators belong to nobody; the longest text comes first.
function originsOf(templates: readonly Template[]): Origin[] {
  return templates.flatMap((template) => [...partsOf(template)])
    .filter((part): part is TextPart => part.kind === 'text' && /[a-z]{2}/i.test(part.text))
    .sort((a, b) => b.text.length - a.text.length)
    .flatMap((part) => part.origins ?? [])
}

const unitAt = ({ program }: Context, { file }: Origin): Unit | undefined => program.parsedAt(file)

/** The text, template or object that starts at an offset. */
export function nodeAt(ast: ts.Node, at: number): ts.Node | undefined {
  const inner = ts.forEachChild(ast, (child) => (child.pos <= at && at < child.end ? child : undefined))
  if (!inner) return undefined
  return inner.pos === at && (ts.isStringLiteralLike(inner) || ts.isTemplateExpression(inner) || ts.isObjectLiteralExpression(inner)) ? inner : nodeAt(inner, at)
}

/**
 * A key is built by a factory when its text stands in a function around neither the site nor the wrapper call, or in a
 * constant of module or class level: one place that other sites can share.
 */
function factoryAt(context: Context, unit: Unit, node: ts.Node, site: RawSite): FactoryRef | undefined {
  const fn = enclosingFunction(node)
  const own = outermostFunction(site.call.node)
  if (own && within(node, own)) return undefined
  const owner = fn ? innermostNamed(node) : constantAround(node)
  if (!owner) return undefined
  const built = ownTemplate(context, unit, owner)
  return { ...factoryNamed(unit, owner), ...(built ? { [functionOf(owner) ? 'own' : 'written']: built } : {}) }
}

export const factoryNamed = (unit: Unit, owner: Owner): Pick<FactoryRef, 'name' | 'location' | 'body' | 'isHidden'> =>
  ({ name: nameOfOwner(owner), location: placeOf(unit, (owner.name as ts.Node | undefined) ?? owner), body: placeOf(unit, owner), ...(isReached(unit, owner) ? {} : { isHidden: true as const }) })

/** Is what the owner stands in exported, itself or by its name? What a function makes may be handed out by it. */
function isReached(unit: Unit, owner: Owner): boolean {
  if (enclosingFunction(owner) !== undefined) return true
  let at: ts.Node = owner
  while (!ts.isSourceFile(at.parent) && !ts.isVariableDeclaration(at)) at = at.parent
  const name = (at as ts.NamedDeclaration).name?.getText()
  return [...exportsOf(unit).names.values()].some((entry) => entry.kind === 'declaration' ? entry.node === at : entry.kind === 'expression' && mentions(entry.node, name))
}

const mentions = (node: ts.Expression, name: string | undefined): boolean => name !== undefined && new RegExp(`(?<![\\w$.])${quoted(name)}(?![\\w$])`).test(node.getText())

/** `mode: options.mode ?? 'all'`: a word that one part of a key may be, and no key. */
const isDefault = (owner: Owner | undefined): boolean => owner !== undefined && ts.isPropertyAssignment(owner) && enclosingFunction(owner) !== undefined
  && ts.isBinaryExpression(owner.initializer) && [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(owner.initializer.operatorToken.kind)

const owns = new WeakMap<ts.Node, { readonly template: Template | undefined }>()

/** What a factory builds of its own parameters, whose names say what its holes are meant for, or what is written there. */
export function ownTemplate(context: Context, unit: Unit, owner: Owner): Template | undefined {
  const known = owns.get(owner)
  if (known) return known.template
  const node = functionOf(owner)
  const template = withinStack(() => (node ? builtBySelf(context, unit, node) : writtenIn(context, unit, owner)), () => undefined)
  owns.set(owner, { template })
  return template
}

function builtBySelf(context: Context, unit: Unit, node: FunctionNode): Template | undefined {
  refill(context)
  const { parent, self } = symbolicFrame(context, unit, node)
  return keyIn(returnsOf(context, node, newFrame(unit, node, { ...(parent ? { parent } : {}), ...(self ? { self } : {}) })))
}

function writtenIn(context: Context, unit: Unit, owner: Owner): Template | undefined {
  if (!('initializer' in owner) || !owner.initializer) return undefined
  refill(context)
  return keyIn(evaluate(context, owner.initializer, symbolicFrameAt(context, unit, owner.initializer)))
}

const keyIn = (value: Value): Template | undefined => (value.kind === 'text' || value.kind === 'array' ? toKey(value) : undefined)

export function functionOf(owner: Owner): FunctionNode | undefined {
  if (isFunctionNode(owner)) return owner
  const value = 'initializer' in owner ? owner.initializer : undefined
  return value && isFunctionNode(value) ? value : undefined
}

function outermostFunction(node: ts.Node): ts.Node | undefined {
  let found: ts.Node | undefined
  for (let at = enclosingFunction(node); at; at = enclosingFunction(at)) found = at
  return found
}

export type Owner = ts.FunctionDeclaration | ts.MethodDeclaration | ts.PropertyAssignment | ts.VariableDeclaration | ts.PropertyDeclaration | ts.EnumMember

export function innermostNamed(node: ts.Node): Owner | undefined {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    const named = ts.isFunctionDeclaration(at) || ts.isMethodDeclaration(at) || ts.isPropertyAssignment(at) || ts.isVariableDeclaration(at) || ts.isPropertyDeclaration(at)
    if (named) return at as Owner
  }
  return undefined
}

// A key inside a call is that call's own; one in a constant or a table can be shared.
function constantAround(node: ts.Node): Owner | undefined {
  let owner: Owner | undefined
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isDecorator(at) || ts.isNewExpression(at) || (ts.isCallExpression(at) && !isTableCall(at))) return undefined
    if (!owner && (ts.isPropertyAssignment(at) || ts.isVariableDeclaration(at) || ts.isPropertyDeclaration(at) || ts.isEnumMember(at))) owner = at
  }
  return owner
}

const isTableCall = (node: ts.CallExpression): boolean => /^(?:Object\.freeze|createQueryKeys|Object\.fromEntries)$/.test(node.expression.getText())

export function nameOfOwner(owner: Owner): string {
  const names: string[] = []
  for (let at = owner as ts.Node | undefined; at; at = at.parent) {
    const named = ts.isPropertyAssignment(at) || ts.isVariableDeclaration(at) || ts.isFunctionDeclaration(at) || ts.isMethodDeclaration(at)
      || ts.isClassLike(at) || ts.isPropertyDeclaration(at) || ts.isEnumDeclaration(at) || ts.isEnumMember(at)
    const name: ts.Node | undefined = named ? (at as ts.NamedDeclaration).name : undefined
    if (name) names.unshift(name.getText())
  }
  return names.join('.')
}

/** The factories that sites use, with the template that each builds there. */
export function factoriesOf(sites: readonly Site[]): Factory[] {
  const found = new Map<string, Factory>()
  for (const site of sites) {
    const factory = site.built?.factory
    const [template] = site.key.templates
    if (!factory || !template || site.key.templates.length !== 1) continue
    const slot = `${factory.location.path}:${factory.location.startLine}:${factory.name}:${shapeOf(template)}`
    const known = found.get(slot)
    const { own, written } = { ...factory, ...known }
    found.set(slot, { name: factory.name, location: factory.location, body: factory.body, ...(factory.isHidden ? { isHidden: true } : {}), template: known?.template ?? template, ...(own ? { own } : {}), ...(written ? { written } : {}), uses: (known?.uses ?? 0) + 1 })
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, factory]) => factory)
}
