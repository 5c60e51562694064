import { ts } from 'ts-morph'
import type { RawSite } from '../collect/raw-site.js'
import { isFunctionNode } from '../resolve/frame.js'
import type { KeyPart } from './part.js'

/**
 * A builder that keeps arguments of some types alone, `args.map((arg) => (typeof arg === 'string' ? arg : null)).filter(Boolean)`,
 * around a method that takes others.
 */
export function droppedByType(site: RawSite, part: KeyPart): { readonly text: string; readonly because: string } | undefined {
  const method = site.through && ts.isDecorator(site.call.node.parent) ? site.call.node.parent.parent : undefined
  const kept = method && ts.isMethodDeclaration(method) ? keptTypes(part.node) : []
  if (!method || !ts.isMethodDeclaration(method) || kept.length === 0) return undefined
  const lost = method.parameters.find((parameter) => parameter.type && !isKept(parameter.type, kept))
  return lost && { text: lost.getText(), because: `the key is made of arguments of the types ${kept.join(' and ')} only` }
}

function isKept(type: ts.TypeNode, kept: readonly string[]): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.every((each) => isKept(each, kept) || each.kind === ts.SyntaxKind.UndefinedKeyword)
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return kept.includes('boolean')
  return !ts.isTypeLiteralNode(type) && !ts.isArrayTypeNode(type) || kept.includes('object')
}

/** The types that a `map` hands on, where it makes nothing of the others. */
function keptTypes(node: ts.Expression): readonly string[] {
  let found: readonly string[] = []
  const visit = (inner: ts.Node): void => {
    if (isFunctionNode(inner) && /\btypeof\b/.test(inner.getText()) && /\b(?:null|undefined)\b|''|""/.test(inner.getText())) found = [...inner.getText().matchAll(/['"](string|number|boolean|object|bigint)['"]/g)].map((match) => match[1]!)
    ts.forEachChild(inner, visit)
  }
  visit(node)
  return /\.filter\(Boolean\)/.test(node.getText()) ? found : []
}
