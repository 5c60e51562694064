import { ts } from 'ts-morph'
import { callsIn } from '../collect/calls.js'
import { placeOf } from '../collect/place.js'
import { deepest, type RawSite } from '../collect/raw-site.js'
import type { InlineBuilder } from '../model/types.js'
import { fixedText } from '../keys/template.js'
import { symbolicFrameAt, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { exactText } from '../resolve/value.js'
import { calledNames, enclosingFunction, isFunctionNode } from '../resolve/frame.js'
import { functionsAt } from './entities.js'

/**
 * A builder of keys that its own file calls to make factories of (`const feedKey = (id) => queryKey({ kind: 'feed', id })`),
 * and that a site calls by itself, choosing the words of the key there.
 */
export function inlineBuilder(context: Context, site: RawSite): InlineBuilder | undefined {
  for (const call of callsIn(site.call.node)) {
    const words = call.arguments.flatMap(wordsIn).at(-1)
    if (call === site.call.node || !ts.isIdentifier(call.expression) || isInLoader(call, site) || !words || !isInKey(context, site, words)) continue
    const [fn] = functionsAt(context, site.call.unit, call)
    if (!fn || fn.frame.unit === site.call.unit || enclosingFunction(fn.node)) continue
    const name = calledNames(fn.node)[0]
    const factories = name === undefined ? [] : factoriesOf(fn.frame.unit.ast, name, fn.node)
    if (name !== undefined && factories.length > 1) return { name, location: placeOf(fn.frame.unit, fn.node), words: placeOf(site.call.unit, words), factories }
  }
  return undefined
}

/** What a loader calls is no builder of the key. */
function isInLoader(call: ts.Node, site: RawSite): boolean {
  const { loader } = deepest(site).spec
  for (let at = call.parent; loader && at && at !== site.call.node; at = at.parent) {
    const isMember = ts.isPropertyAssignment(at.parent) || ts.isMethodDeclaration(at)
    const name = ts.isMethodDeclaration(at) ? at.name : ts.isPropertyAssignment(at.parent) ? at.parent.name : undefined
    if (isFunctionNode(at) && (loader.property === undefined ? !isMember : name?.getText() === loader.property)) return true
  }
  return false
}

/** Do the words stand in the key of the site? What else the call is handed, a value or options, may be built of words too. */
function isInKey(context: Context, site: RawSite, words: ts.Expression): boolean {
  const text = exactText(evaluate(context, words, symbolicFrameAt(context, site.call.unit, words)))
  return text !== undefined && site.templates.some((template) => fixedText(template).includes(text))
}

// A literal, or a member of an enum: `{ kind: Kinds.FEED }`.
function wordsIn(argument: ts.Expression): ts.Expression[] {
  if (ts.isStringLiteralLike(argument)) return [argument]
  if (ts.isPropertyAccessExpression(argument)) return ts.isIdentifier(argument.expression) && /^[A-Z]/.test(argument.expression.text) ? [argument] : []
  return ts.isObjectLiteralExpression(argument) ? argument.properties.flatMap((property) => (ts.isPropertyAssignment(property) ? wordsIn(property.initializer) : [])) : []
}

/** The functions of a file, by name, that give back what the builder makes. */
function factoriesOf(ast: ts.SourceFile, builder: string, own: ts.Node): string[] {
  const names = callsIn(ast).filter((call) => call.expression.getText() === builder).flatMap((call) => {
    let name: string | undefined
    for (let at = enclosingFunction(call); at && at !== own; at = enclosingFunction(at)) name = calledNames(at)[0] ?? name
    return name ?? []
  })
  return [...new Set(names)]
}
