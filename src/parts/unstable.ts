import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { declarationOf } from '../resolve/scope.js'
import { bareUpToBang, type KeyPart } from './part.js'

type Fault = { readonly kind: 'time' | 'random' | 'unordered' | 'locale'; readonly because: string }

const RANDOM = /^(?:randomUUID|uuid|uuidv4|v4|nanoid|ulid|cuid|createId|randomBytes)$/

/** Why a part is another each time that the same is asked for. */
export function unstableOf({ node, how, via = [] }: KeyPart): Fault | undefined {
  if (how === 'json') return undefined
  const made = madeBy(node)
  const name = calledName(made) ?? ''
  const text = made.getText()
  if (/^Date\.now\(\)$|^new Date\(\)(?:\.(?:getTime|valueOf|toISOString|toString|toJSON)\(\))?$|^\+new Date\(\)$|^performance\.now\(\)$/.test(text)) return { kind: 'time', because: 'it is the time of the call' }
  if (text === 'Math.random()' || (RANDOM.test(name) && isOfPackage(made) && !isHeld(node, via))) return { kind: 'random', because: 'it is made anew at each call' }
  const chain = chainOf(made)
  if (chain.includes('join') && /^Object\.(?:values|keys|entries)\(/.test(text) && !chain.some((each) => /^(?:sort|toSorted)$/.test(each))) return { kind: 'unordered', because: 'it is in the order in which the object was filled' }
  return /\.(?:sort|toSorted)\(\s*\(?\w+,\s*\w+\)?\s*=>\s*\w+\.localeCompare\(\w+\)/.test(text) ? { kind: 'locale', because: 'localeCompare sorts by the language of the machine' } : undefined
}

/** What a constant holds, where it is no more than another name. */
function madeBy(node: ts.Expression): ts.Expression {
  const declaration = ts.isIdentifier(node) ? declarationOf(node) : undefined
  const isConst = declaration && ts.isVariableDeclaration(declaration) && (declaration.parent.flags & ts.NodeFlags.Const) !== 0
  return isConst && declaration.initializer ? bareUpToBang(declaration.initializer) : bareUpToBang(node)
}

/** The methods called one after the other, the last first. */
function chainOf(node: ts.Expression): readonly string[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  return [node.expression.name.text, ...chainOf(node.expression.expression)]
}

/** Is the value held by a variable of its own? Then it goes elsewhere too, and whoever is handed it can ask again. */
const isHeld = (node: ts.Expression, via: readonly ts.Identifier[]): boolean => ts.isIdentifier(node) || via.some((each) => {
  const declaration = declarationOf(each)
  const made = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? bareUpToBang(declaration.initializer) : undefined
  return made !== undefined && !ts.isTemplateExpression(made) && !ts.isArrayLiteralExpression(made) && !/\.join\(|\+/.test(made.getText())
})

// A function of the program that is called `v4` may be anything.
function isOfPackage(node: ts.Expression): boolean {
  if (!ts.isCallExpression(node)) return false
  const root = ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : node.expression
  const declaration = ts.isIdentifier(root) ? declarationOf(root) : undefined
  return declaration === undefined ? root.getText() === 'crypto' : ts.isImportSpecifier(declaration) || ts.isImportClause(declaration) || ts.isNamespaceImport(declaration)
}
