import { ts } from 'ts-morph'
import type { Context } from './context.js'
import type { Frame } from './frame.js'
import { evaluateDeclaration } from './identifier.js'
import { declarationsOfNamespace } from './scope.js'
import { opaque, type Value } from './value.js'

/** `namespace Keys { export const user = … }`: an object of what it exports, in all of its parts. */
export function namespaceValue(context: Context, declaration: ts.ModuleDeclaration, frame: Frame): Value {
  if (isAmbient(declaration)) return opaque(declaration.name.text)
  const exported = partsOf(declaration).flatMap((part) => [...declarationsOfNamespace(part)])
  return { kind: 'object', props: new Map(exported.map(([name, member]) => [name, () => evaluateDeclaration(context, member, frame)])) }
}

const isAmbient = (declaration: ts.ModuleDeclaration): boolean => declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false

/** The declarations of one namespace that stand side by side. */
function partsOf(declaration: ts.ModuleDeclaration): readonly ts.ModuleDeclaration[] {
  const { parent } = declaration
  if (!ts.isSourceFile(parent) && !ts.isModuleBlock(parent)) return [declaration]
  return parent.statements.filter((each): each is ts.ModuleDeclaration => ts.isModuleDeclaration(each) && each.name.text === declaration.name.text)
}
