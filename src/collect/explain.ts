import { ts } from 'ts-morph'
import { overlaps } from '../keys/match.js'
import { NotationError, parse } from '../keys/parse.js'
import { print } from '../keys/print.js'
import { holesOf, type HolePart, type Template } from '../keys/template.js'
import type { KeyStep, KeyTrace, TracedHole } from '../model/key-trace.js'
import type { Place } from '../model/types.js'
import { newContext, refill, symbolicFrameAt, type Context, type Tracer } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { toTemplate } from '../resolve/to-template.js'
import type { Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import type { Collected } from './collect.js'
import { placeOf, placeOfCall, symbolAt } from './place.js'
import { argumentsOf, type RawSite } from './raw-site.js'

/** The sites on a line of a file; the line counts from 1. */
export function sitesAtLine(collected: Collected, path: string, line: number): RawSite[] {
  return collected.sites.filter(({ call }) => {
    const place = placeOf(call.unit, call.node)
    return call.unit.path === path && place.startLine <= line && line <= placeOfCall(call.unit, call.node).endLine
  })
}

/** The sites whose key may be `key`: a concrete key, or a template in the notation. */
export function sitesOfKey(collected: Collected, key: string): RawSite[] {
  const wanted = templateOf(key)
  return collected.sites.filter((site) => site.templates.some((template) => hasText(template) && overlaps(wanted, template)))
}

function templateOf(key: string): Template {
  try {
    return parse(key)
  } catch (error) {
    if (error instanceof NotationError) return [{ kind: 'text', text: key }]
    throw error
  }
}

const hasText = (template: Template): boolean => /[\w]/.test(print(template).replace(/\{[^}]*\}/g, ''))

/** How the key of a site was worked out: step by step, what fills its holes, and where it gave up. */
export function explainSite({ context }: Collected, site: RawSite): KeyTrace {
  const { unit, node } = site.call
  return {
    op: site.spec.op, client: site.client.client.id, location: placeOfCall(unit, node),
    keys: site.templates.map(print),
    steps: stepsOf(context, site),
    through: chainOf(site).map((inner) => ({ location: placeOfCall(inner.call.unit, inner.call.node), keys: inner.templates.map(print) })),
    holes: distinctHoles(site.templates).map((hole) => holeOf(context, hole)),
  }
}

function chainOf(site: RawSite): RawSite[] {
  return site.through ? [site.through, ...chainOf(site.through)] : []
}

/** Works the key's argument out anew, with nothing remembered, and writes down each step. */
function stepsOf(context: Context, site: RawSite): KeyStep[] {
  const recorder = new Recorder()
  const fresh = newContext(context.program, context.registry, { tracer: recorder, told: context.told })
  const frame = symbolicFrameAt(fresh, site.call.unit, site.call.node)
  const args = argumentsOf(site)
  const { arg, rest } = site.spec.key
  // In a wrapper's call any argument may take part in the key.
  const asked = site.through ? args.filter((node) => !ts.isFunctionLike(node)) : rest ? args.slice(arg) : args.slice(arg, arg + 1)
  refill(fresh)
  for (const node of asked) evaluate(fresh, ts.isSpreadElement(node) ? node.expression : node, frame)
  return recorder.steps
}

const MOST_STEPS = 200

/** Writes down the steps that tell something: a name, a member, a call, a text that is put together. */
class Recorder implements Tracer {
  readonly steps: KeyStep[] = []
  private readonly open: { readonly node: ts.Node; readonly unit: Unit; readonly at: number }[] = []
  private depth = 0

  enter(node: ts.Node, unit: Unit): void {
    const isTold = TELLING.has(node.kind) && this.steps.length < MOST_STEPS
    this.open.push({ node, unit, at: isTold ? this.steps.length : -1 })
    if (!isTold) return
    this.steps.push({ depth: this.depth, source: oneLine(node.getText()), result: '', location: placeOf(unit, node) })
    this.depth++
  }

  leave(value: Value): void {
    const { at } = this.open.pop()!
    if (at === -1) return
    this.depth--
    this.steps[at] = { ...this.steps[at]!, result: shown(value) }
  }
}

const TELLING = new Set([
  ts.SyntaxKind.Identifier, ts.SyntaxKind.PropertyAccessExpression, ts.SyntaxKind.ElementAccessExpression, ts.SyntaxKind.CallExpression,
  ts.SyntaxKind.TemplateExpression, ts.SyntaxKind.BinaryExpression, ts.SyntaxKind.ConditionalExpression, ts.SyntaxKind.ArrayLiteralExpression,
  ts.SyntaxKind.NewExpression, ts.SyntaxKind.TaggedTemplateExpression,
])

const LONGEST = 80

function oneLine(source: string): string {
  const line = source.replace(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

function shown(value: Value): string {
  if (value.kind === 'opaque' && value.reason !== undefined) return `? (${value.reason})`
  if (value.kind === 'array') return `[${value.elements.map((element) => `${element.many ? '...' : ''}${shown(element.value)}`).join(', ')}]`
  if (value.kind === 'union') return value.options.map(shown).join(' | ')
  const isText = value.kind === 'text' || value.kind === 'const' || value.kind === 'opaque'
  return isText ? print(toTemplate(value)) : value.kind
}

function distinctHoles(templates: readonly Template[]): HolePart[] {
  return [...new Map(templates.flatMap(holesOf).map((hole) => [`${hole.name} ${hole.unresolved ?? ''}`, hole])).values()]
}

function holeOf(context: Context, hole: HolePart): TracedHole {
  const name = hole.unresolved === undefined ? `{${hole.name}}` : '{?}'
  if (hole.unresolved !== undefined) return { name, origin: `gave up: ${hole.unresolved}` }
  if (hole.epoch !== undefined) return { name, origin: `read from the cache under ${hole.epoch}: a change there renames this key` }
  const owner = hole.parameter && ownerOf(context, hole.parameter.fn)
  if (owner && hole.parameter) return { name, origin: `parameter ${hole.parameter.index + 1}${hole.parameter.path.map((part) => `.${part}`).join('')} of ${owner.name}`, location: owner.location }
  return { name, origin: 'known only when the program runs' }
}

/** The function that an identity `path:offset` stands for. */
function ownerOf(context: Context, id: string): { readonly name: string; readonly location: Place } | undefined {
  const at = id.lastIndexOf(':')
  const unit = context.program.unit(context.program.fileOf(id.slice(0, at)))
  const node = unit && functionAt(unit.ast, Number(id.slice(at + 1)))
  if (!unit || !node) return undefined
  const body = (node as ts.FunctionLikeDeclaration).body ?? node
  return { name: symbolAt(body) || 'a function', location: { ...placeOf(unit, node), endLine: placeOf(unit, node).startLine } }
}

function functionAt(ast: ts.SourceFile, pos: number): ts.Node | undefined {
  const visit = (node: ts.Node): ts.Node | undefined =>
    (node.pos === pos && ts.isFunctionLike(node) ? node : ts.forEachChild(node, (child) => (child.pos <= pos && pos < child.end ? visit(child) : undefined)))
  return visit(ast)
}
