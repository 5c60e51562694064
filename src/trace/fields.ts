import { ts } from 'ts-morph'
import { isFunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import { isServiceType } from './services.js'

/** What the class makes a field of: its initialiser, and what the constructor puts there. */
export function fieldValues(cls: ts.ClassLikeDeclaration, name: string): ts.Expression[] {
  return cls.members.flatMap((member) => {
    if (ts.isPropertyDeclaration(member) && member.name.getText() === name && member.initializer) return [member.initializer]
    return ts.isConstructorDeclaration(member) && member.body ? assignedIn(member.body, name) : []
  })
}

/** What a body puts into a field of its object: `this.name = …`. */
export function assignedIn(body: ts.Node, name: string): ts.Expression[] {
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && node.left.getText() === `this.${name}`) found.push(node.right)
    if (!isFunctionNode(node)) ts.forEachChild(node, visit)
  }
  ts.forEachChild(body, visit)
  return found
}

/** The type that a class declares of a field, or of the parameter of its constructor that is one. */
export function fieldType(cls: ts.ClassLikeDeclaration, name: string): ts.TypeNode | undefined {
  for (const member of cls.members) {
    if (ts.isPropertyDeclaration(member) && member.name.getText() === name) return member.type
    if (ts.isConstructorDeclaration(member)) {
      const parameter = member.parameters.find((each) => each.name.getText() === name && ts.isParameterPropertyDeclaration(each, member))
      if (parameter) return parameter.type
    }
  }
  return undefined
}

/** Is a field data that each object of the class was made with? Those of services that a framework makes are services too. */
export function isMadeWith(cls: ts.ClassLikeDeclaration, name: string): boolean {
  const constructor = cls.members.find((member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined)
  const type = fieldType(cls, name)
  if (!constructor || (type && isServiceType(type)) || isInjected(cls)) return false
  if (constructor.parameters.some((each) => each.name.getText() === name && ts.isParameterPropertyDeclaration(each, constructor))) return true
  return assignedIn(constructor.body!, name).some((value) => !ts.isNewExpression(value) && constructor.parameters.some((each) => isMadeOf(value, each)))
}

/** Does an expression mention a parameter, or what is destructured of it? */
function isMadeOf(value: ts.Node, parameter: ts.ParameterDeclaration): boolean {
  if (ts.isIdentifier(value)) {
    for (let at: ts.Node | undefined = declarationOf(value); at; at = ts.isBindingElement(at) ? at.parent.parent : undefined) if (at === parameter) return true
  }
  return ts.forEachChild(value, (child) => isMadeOf(child, parameter) || undefined) ?? false
}

/** Is a field plain data that may be set at any time: `userId = '1'`, `page: number`? */
export function isChangeable(cls: ts.ClassLikeDeclaration, name: string): boolean {
  const field = cls.members.find((member): member is ts.PropertyDeclaration => ts.isPropertyDeclaration(member) && member.name.getText() === name)
  if (!field || ts.getModifiers(field)?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword || kind === ts.SyntaxKind.StaticKeyword)) return false
  // What nobody outside can set, and nothing inside sets, is a constant.
  const isPrivate = ts.isPrivateIdentifier(field.name) || ts.getModifiers(field)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
  if (isPrivate && !cls.members.some((member) => (ts.isMethodDeclaration(member) || ts.isAccessor(member)) && member.body && assignedIn(member.body, name).length > 0)) return false
  return field.type ? isPlainType(field.type) : field.initializer !== undefined && ts.isLiteralExpression(field.initializer)
}

/** A type of plain values, present or absent. */
export const isPlainType = (type: ts.TypeNode): boolean => /^(?:string|number|boolean|null|undefined)(?:\s*\|\s*(?:string|number|boolean|null|undefined))*$/.test(type.getText())

const isInjected = (cls: ts.ClassLikeDeclaration): boolean => ts.canHaveDecorators(cls) && (ts.getDecorators(cls)?.length ?? 0) > 0
