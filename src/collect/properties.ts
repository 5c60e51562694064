import { ts } from 'ts-morph'

/** The member of an object literal by its name, quoted or not. */
export const memberNamed = (object: ts.ObjectLiteralExpression, name: string): ts.ObjectLiteralElementLike | undefined =>
  object.properties.find(({ name: own }) => own !== undefined && (ts.isIdentifier(own) || ts.isStringLiteralLike(own)) && own.text === name)

/** What a member of an object literal is written to be: its value, or the method. */
export function valueNamed(object: ts.ObjectLiteralExpression, name: string): ts.Expression | ts.MethodDeclaration | undefined {
  const member = memberNamed(object, name)
  if (!member) return undefined
  if (ts.isPropertyAssignment(member)) return member.initializer
  if (ts.isShorthandPropertyAssignment(member)) return member.name
  return ts.isMethodDeclaration(member) ? member : undefined
}
