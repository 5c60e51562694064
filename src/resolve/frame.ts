import { ts } from 'ts-morph'
import type { Unit } from '../source/program.js'
import type { Element, Value } from './value.js'

export type FunctionNode = ts.FunctionLikeDeclaration

/**
 * The variables of one call of a function, or of a module. A frame without `args` is symbolic: some call, by someone,
 * whose parameters are holes.
 */
export interface Frame {
  readonly unit: Unit
  /** The function, or the source file. */
  readonly scope: FunctionNode | ts.SourceFile
  readonly parent?: Frame
  readonly self?: Value
  readonly args?: readonly Element[]
  readonly memo: Map<ts.Node, Value>
  /** Variables under evaluation: the guard against cycles. */
  readonly active: Set<ts.Node>
  /** Values of variables at the point that the flow has reached. */
  readonly overrides: Map<ts.Node, Value>
  /** Its number: what is worked out in a call makes frames that are younger than the call. */
  readonly born: number
}

export function newFrame(unit: Unit, scope: Frame['scope'], more: Pick<Frame, 'parent' | 'self' | 'args'> = {}): Frame {
  return { unit, scope, ...more, memo: new Map(), active: new Set(), overrides: new Map(), born: ++frames }
}

let frames = 0

/** How many frames there have been. */
export const framesBorn = (): number => frames

/** A frame like another, in which nothing is worked out yet. */
export function variantOf(frame: Frame, more: Partial<Pick<Frame, 'parent' | 'scope' | 'overrides'>>): Frame {
  return { ...frame, memo: new Map(), active: new Set(), overrides: new Map(), ...more, born: ++frames }
}

const FUNCTIONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.FunctionDeclaration, ts.SyntaxKind.FunctionExpression, ts.SyntaxKind.ArrowFunction, ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.Constructor, ts.SyntaxKind.GetAccessor, ts.SyntaxKind.SetAccessor,
])

export const isFunctionNode = (node: ts.Node): node is FunctionNode => FUNCTIONS.has(node.kind)

export const isAsync = (fn: FunctionNode): boolean => ts.canHaveModifiers(fn) && (ts.getModifiers(fn)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false)

/** The name of a function, its own or of the variable that it is put into. */
export const nameOfFunction = (fn: FunctionNode): string | undefined => fn.name?.getText() ?? (ts.isVariableDeclaration(fn.parent) ? fn.parent.name.getText() : undefined)

/** The innermost function around a node, its own not counted. */
export function enclosingFunction(node: ts.Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunctionNode(at)) return at
  return undefined
}

/** The class whose `this` holds at a node. */
export function enclosingClass(node: ts.Node): ts.ClassLikeDeclaration | undefined {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isClassLike(at)) return at
    if ((ts.isFunctionDeclaration(at) || ts.isFunctionExpression(at)) && !isPrototypeLike(at)) return undefined
  }
  return undefined
}

const isPrototypeLike = (node: ts.Node): boolean => ts.isFunctionExpression(node) && ts.isPropertyDeclaration(node.parent)

/** Identity of a function over the whole program. */
export const functionId = (unit: Unit, node: ts.Node): string => `${unit.path}:${node.pos}`

/** The names that a function is called by. */
export function calledNames(fn: FunctionNode): string[] {
  const own = 'name' in fn && fn.name && ts.isIdentifier(fn.name) ? [fn.name.text] : []
  const holder = fn.parent
  const held = (ts.isVariableDeclaration(holder) || ts.isPropertyAssignment(holder) || ts.isPropertyDeclaration(holder)) && ts.isIdentifier(holder.name)
    ? [holder.name.text] : []
  return [...own, ...held, ...assignedTo(holder), ...heldByCall(holder), ...(isDefaultExport(fn) ? ['default'] : [])]
}

// `client.setOnce = async (key) => …`; what a decorator puts in `descriptor.value` is called by the method's name.
function assignedTo(holder: ts.Node): string[] {
  const isAssignment = ts.isBinaryExpression(holder) && holder.operatorToken.kind === ts.SyntaxKind.EqualsToken
  return isAssignment && ts.isPropertyAccessExpression(holder.left) && holder.left.name.text !== 'value' ? [holder.left.name.text] : []
}

// `const getUser = cache(async (id) => …)`: the function behind a call that hands it back.
function heldByCall(holder: ts.Node): string[] {
  if (!ts.isCallExpression(holder) || !ts.isVariableDeclaration(holder.parent)) return []
  return ts.isIdentifier(holder.parent.name) ? [holder.parent.name.text] : []
}

function isDefaultExport(fn: FunctionNode): boolean {
  if (ts.isExportAssignment(fn.parent)) return true
  return ts.canHaveModifiers(fn) && (ts.getModifiers(fn)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword) ?? false)
}
