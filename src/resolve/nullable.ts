import { ts } from 'ts-morph'

/** Does a type say that the value may be `undefined` or `null`? */
export const isNullable = (type: ts.TypeNode): boolean => ts.isUnionTypeNode(type) && type.types.some(isNullish)

export const isNullish = (type: ts.TypeNode): boolean =>
  type.kind === ts.SyntaxKind.UndefinedKeyword || (ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword)

/** Does a type, as it is written, say that the value is there? Names of types may hide anything and do not. */
export function isPlainlyThere(type: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.every(isPlainlyThere)
  return type.kind === ts.SyntaxKind.StringKeyword || type.kind === ts.SyntaxKind.NumberKeyword || type.kind === ts.SyntaxKind.BooleanKeyword
    || ts.isArrayTypeNode(type) || (ts.isLiteralTypeNode(type) && !isNullish(type))
}
