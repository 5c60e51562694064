import { ts } from 'ts-morph'
import { placeOf, symbolAt } from '../collect/place.js'
import type { LifetimeFault } from '../model/expiry.js'
import type { Context } from '../resolve/context.js'
import { bare } from '../resolve/expressions.js'
import { enclosingFunction } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import { LIFETIME_NAME } from '../resolve/unit-names.js'
import type { Unit as File } from '../source/program.js'

const ARITHMETIC = /\b(?:const|let)\s{1,40}\w{0,60}(?:ttl|maxAge|max_age|expir|lifetime|stale)\w{0,60}[^=\n]{0,100}=[^;\n]{0,300}[*/]\s{0,20}\d/i

/**
 * A lifetime that arithmetic makes, and that is then asked whether it is `null`: it never is. What was to be caught is the
 * absent number before, of which the arithmetic makes NaN.
 */
export function deadNullTests(context: Context): LifetimeFault[] {
  return context.program.scan(ARITHMETIC).flatMap((path) => {
    const file = context.program.unit(path)
    return file ? testsIn(file) : []
  })
}

function testsIn(file: File): LifetimeFault[] {
  const found: LifetimeFault[] = []
  const visit = (node: ts.Node): void => {
    const declaration = ts.isBinaryExpression(node) && isNullTest(node) && ts.isIdentifier(node.left) ? declarationOf(node.left) : undefined
    const made = declaration && ts.isVariableDeclaration(declaration) && LIFETIME_NAME.test(declaration.name.getText()) ? declaration.initializer : undefined
    if (made && isArithmetic(made) && enclosingFunction(node) === enclosingFunction(declaration!)) {
      found.push({
        kind: 'nan', location: placeOf(file, declaration!), symbol: symbolAt(node), takes: '', text: made.getText(),
        because: `\`${node.getText()}\` is always true: without its operand \`${made.getText()}\` is NaN, and not null`,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(file.ast)
  return found
}

const NOT_EQUAL = [ts.SyntaxKind.ExclamationEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken]

const isNullTest = ({ operatorToken, right }: ts.BinaryExpression): boolean =>
  NOT_EQUAL.includes(operatorToken.kind) && (right.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(right) && right.text === 'undefined'))

const ARITHMETIC_SIGNS = [ts.SyntaxKind.AsteriskToken, ts.SyntaxKind.SlashToken, ts.SyntaxKind.MinusToken]

const isArithmetic = (node: ts.Expression): boolean => {
  const plain = bare(node)
  return ts.isBinaryExpression(plain) && ARITHMETIC_SIGNS.includes(plain.operatorToken.kind) && (ts.isPropertyAccessExpression(bare(plain.left)) || ts.isIdentifier(bare(plain.left)))
}
