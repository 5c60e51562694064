import { ts } from 'ts-morph'
import { argumentsOf, deepest, type RawSite } from '../collect/raw-site.js'
import type { Context } from '../resolve/context.js'
import { bare, returnedBy } from '../resolve/expressions.js'
import { isFunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf } from '../resolve/scope.js'
import { exactText } from '../resolve/value.js'
import { functionsAt } from '../trace/entities.js'

/** Stands for the time at which something is stored. */
export const TIME = 'time'

/** The one word that a site always stores: `'1'`, `true`, `JSON.stringify(true)`; the time counts as one. */
export function fixedValueOf(site: RawSite): string | undefined {
  const at = valueIndexOf(site)
  if (at === undefined) return undefined
  const value = site.args[at]?.value
  const known = value && (exactText(value) ?? (value.kind === 'const' && typeof value.value === 'boolean' ? String(value.value) : undefined))
  if (known !== undefined) return known
  const node = valueNodeOf(site)
  return node && wordOf(node)
}

// What is empty marks nothing.
export const hasFixedValue = (site: RawSite): boolean => (fixedValueOf(site) ?? '') !== ''

const valueIndexOf = (site: RawSite): number | undefined => deepest(site).spec.value

/** The value as it is written at the call of the store itself, or in the call of the wrapper that hands it on. */
function valueNodeOf(site: RawSite): ts.Expression | undefined {
  if (!site.through) return site.spec.value === undefined ? undefined : argumentsOf(site)[site.spec.value]
  const inner = valueNodeOf(site.through)
  const declaration = inner && ts.isIdentifier(inner) ? declarationOf(inner) : undefined
  if (!declaration || !ts.isParameter(declaration) || !isFunctionNode(declaration.parent)) return inner
  return argumentsOf(site)[declaration.parent.parameters.indexOf(declaration)]
}

/** The variable or member that the value is. */
export function heldValueOf(site: RawSite): string | undefined {
  const node = valueNodeOf(site)
  return node && (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) ? node.getText() : undefined
}

function wordOf(node: ts.Expression): string | undefined {
  const made = madeOf(node)
  if (ts.isStringLiteralLike(made) || ts.isNumericLiteral(made)) return made.text
  if (made.kind === ts.SyntaxKind.TrueKeyword || made.kind === ts.SyntaxKind.FalseKeyword) return made.getText()
  if (isTime(made)) return TIME
  if (!ts.isCallExpression(made)) return undefined
  const text = made.expression.getText()
  if ((text === 'String' || text === 'JSON.stringify') && made.arguments[0]) return wordOf(made.arguments[0])
  return ts.isPropertyAccessExpression(made.expression) && /^to\w*String$/.test(made.expression.name.text) ? wordOf(made.expression.expression) : undefined
}

const isTime = (node: ts.Expression): boolean => /^(?:Date\.now\(\)|new Date\(\)(?:\.\w+\(\))?)$/.test(node.getText())

/** What an expression is made of: the initializer of a constant, or itself. */
function madeOf(node: ts.Expression): ts.Expression {
  const plain = bare(node)
  const declaration = ts.isIdentifier(plain) ? declarationOf(plain) : undefined
  return declaration && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && declaration.initializer ? bare(declaration.initializer) : plain
}

const RANDOM = /(?<![.\w])(?:crypto\.)?(?:randomUUID|randomBytes|nanoid|uuidv4|uuid|ulid|cuid|createId|getRandomChars|generateToken|randomString)\(/

/** A nonce, or a code: what is stored was made at random. */
export function hasRandomValue(site: RawSite): boolean {
  const node = valueNodeOf(site)
  const made = node && madeOf(node)
  return made !== undefined && (ts.isCallExpression(made) || ts.isTemplateExpression(made)) && RANDOM.test(made.getText())
}

/** What is stored is a record written as JSON, or an object. */
export function hasRecord(site: RawSite): boolean {
  const node = valueNodeOf(site)
  const made = node && madeOf(node)
  return made !== undefined && (ts.isObjectLiteralExpression(made) || (ts.isCallExpression(made) && made.expression.getText() === 'JSON.stringify' && wordOf(made) === undefined))
}

/** What is stored is the number that was read, and one more or less. */
export function isStepped(site: RawSite): boolean {
  const node = valueNodeOf(site)
  const made = node && madeOf(node)
  const sum = made && ts.isCallExpression(made) && /^(?:String|JSON\.stringify)$/.test(made.expression.getText()) && made.arguments[0] ? madeOf(made.arguments[0]) : made
  return sum !== undefined && ts.isBinaryExpression(sum) && /^[-+]$/.test(sum.operatorToken.getText()) && ts.isNumericLiteral(bare(sum.right))
}

/** Is a key, or a part of it, made at random where it is used, and not the id of a row that is new? */
export function isMadeAtRandom(context: Context, site: RawSite, printed: string): boolean {
  const keys = layersOf(site).flatMap((layer) => (ts.isCallExpression(layer.call.node) ? argumentsOf(layer).slice(0, 1) : []))
  return keys.length > 0 && (RANDOM.test(printed) || keys.some((key) => isRandom(context, site, key))) && !keys.some(namesRow)
}

/** The call of a wrapper, and what it reaches, down to the store. */
const layersOf = (site: RawSite): readonly RawSite[] => (site.through ? [site, ...layersOf(site.through)] : [site])

function isRandom(context: Context, site: RawSite, key: ts.Expression): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    const made = ts.isIdentifier(node) ? madeOf(node) : node
    if (RANDOM.test(made.getText().slice(0, 200)) || (ts.isCallExpression(made) && givesRandom(context, site, made))) found = true
    if (!found) ts.forEachChild(node, visit)
  }
  visit(madeOf(key))
  return found
}

/** `generateNonce()`, a function of the program that gives back what was made at random. */
const givesRandom = (context: Context, { call: { unit } }: RawSite, call: ts.CallExpression): boolean =>
  call.arguments.length === 0 && functionsAt(context, unit, call).some(({ node }) => returnedBy(node).some((returned) => RANDOM.test(madeOf(returned).getText().slice(0, 200))))

/** `create({ id: teamId })` beside `team:${teamId}`: the id of a row that is new. */
const namesRow = (key: ts.Expression): boolean =>
  [...madeOf(key).getText().matchAll(/\$\{(\w+)\}/g)].some(([, name]) => new RegExp(`\\bid:\\s*${quoted(name!)}\\b`).test(key.getSourceFile().text))

/** Is there an argument where a lifetime may stand? */
export const hasLifetime = (site: RawSite): boolean =>
  (site.spec.ttl ?? []).some(({ arg, after }) => site.args.length > (after === undefined ? arg : (valueIndexOf(site) ?? 1) + 1))
