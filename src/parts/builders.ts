import { ts } from 'ts-morph'
import { returnedBy } from '../resolve/expressions.js'
import { nameOfFunction, isFunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { Context } from '../resolve/context.js'
import type { Unit as File } from '../source/program.js'
import { bareUpToBang } from './part.js'

const BUILDER = /(?:function|const)\s+\w*[cC]ache_?[kK]ey\w*/
const NAME = /cache_?key/i

/** What functions return that say they build keys of a cache, wherever these are used. */
export function builderKeys(context: Context): readonly { readonly file: File; readonly node: ts.Expression }[] {
  return context.program.scan(BUILDER).flatMap((path) => {
    const file = context.program.unit(path)
    return file ? buildersIn(file).flatMap((fn) => returnedBy(fn).flatMap(keysIn)).map((node) => ({ file, node })) : []
  })
}

function buildersIn(file: File): ts.FunctionLikeDeclaration[] {
  const found: ts.FunctionLikeDeclaration[] = []
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) && NAME.test(nameOfFunction(node) ?? '')) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file.ast)
  return found
}

/** A key by itself, or the members of an object that are named one. */
function keysIn(node: ts.Expression): readonly ts.Expression[] {
  const plain = bareUpToBang(node)
  if (!ts.isObjectLiteralExpression(plain)) return [plain]
  return plain.properties.flatMap((property) => {
    if (!/key/i.test(property.name?.getText() ?? '')) return []
    if (ts.isPropertyAssignment(property)) return [property.initializer]
    const held = ts.isShorthandPropertyAssignment(property) ? declarationOf(property.name) : undefined
    return held && ts.isVariableDeclaration(held) && held.initializer ? [held.initializer] : []
  })
}
