import { ts } from 'ts-morph'
import { placeOf, symbolAt } from '../collect/place.js'
import type { PartFault } from '../model/parts.js'
import type { Context } from '../resolve/context.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit as File } from '../source/program.js'
import { bareUpToBang } from './part.js'

const PREFIX = /\bkeyPrefix\s*:\s*[`\w]/

/** Prefixes of whole stores that are a fixed word where what tells deployments apart is not handed in. */
export function prefixFallbacks(context: Context): PartFault[] {
  return context.program.scan(PREFIX).flatMap((path) => {
    const file = context.program.unit(path)
    return file ? fallbacksIn(file) : []
  })
}

function fallbacksIn(file: File): PartFault[] {
  const found: PartFault[] = []
  const visit = (node: ts.Node): void => {
    const value = ts.isPropertyAssignment(node) && node.name.getText() === 'keyPrefix' ? bareUpToBang(node.initializer) : undefined
    for (const part of value && ts.isTemplateExpression(value) ? value.templateSpans.map((span) => span.expression) : value ? [value] : []) {
      const fallback = fallbackOf(part)
      if (fallback) found.push({ kind: 'fallback', location: placeOf(file, node), symbol: symbolAt(node), text: fallback.getText(), because: `whoever is not handed ${fallback.left.getText()} shares the keys of all others`, use: placeOf(file, fallback) })
    }
    ts.forEachChild(node, visit)
  }
  visit(file.ast)
  return found
}

/** `buildId || 'none'`, of what the function around it is handed; the environment is chosen by who deploys. */
function fallbackOf(part: ts.Expression): ts.BinaryExpression | undefined {
  const plain = bareUpToBang(part)
  const declaration = ts.isIdentifier(plain) ? declarationOf(plain) : undefined
  const made = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? bareUpToBang(declaration.initializer) : plain
  if (!ts.isBinaryExpression(made) || !ts.isStringLiteralLike(bareUpToBang(made.right)) || !/^(?:\|\||\?\?)$/.test(made.operatorToken.getText())) return undefined
  const left = ts.isIdentifier(made.left) ? declarationOf(made.left) : undefined
  return left && (ts.isParameter(left) || (ts.isBindingElement(left) && isOfParameter(left))) ? made : undefined
}

function isOfParameter(element: ts.BindingElement): boolean {
  let at: ts.Node = element
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at)) at = at.parent
  return ts.isParameter(at)
}
