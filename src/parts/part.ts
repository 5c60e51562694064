import { ts } from 'ts-morph'
import type { FunctionNode } from '../resolve/frame.js'
import type { Unit as File } from '../source/program.js'

/** The arguments of one call of a function, to know what its parameters are. */
export interface Binding {
  readonly fn: FunctionNode
  readonly args: readonly ts.Expression[]
  readonly file: File
  readonly outer?: Binding
}

/** An expression whose value becomes part of a key. */
export interface KeyPart {
  readonly node: ts.Expression
  readonly file: File
  readonly binding?: Binding
  /** Written into text, an element of an array key, or into JSON. */
  readonly how: 'text' | 'element' | 'json'
  /** The variables on the way to it: who asks for one of them asks for the part. */
  readonly via?: readonly ts.Identifier[]
}

/** A `!` stays: it says that the part is there. */
export function bareUpToBang(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isAwaitExpression(node) || ts.isSatisfiesExpression(node) ? bareUpToBang(node.expression) : node
}
