import { ts } from 'ts-morph'
import { clientOfExternal } from './client-value.js'
import { frameOf, hangOn, moduleFrame, nameOf, type Context } from './context.js'
import { evaluate } from './evaluate.js'
import { exportsOf, starsOf, type ExportEntry } from './exports.js'
import { isAssigned } from './assignments.js'
import { valueAt } from './flow.js'
import { enclosingFunction, isFunctionNode, type Frame } from './frame.js'
import { elementOf } from './iterate.js'
import { elementAt, memberValue } from './member.js'
import { namespaceValue } from './namespaces.js'
import { narrowed } from './narrow.js'
import { parameterValue } from './parameter.js'
import { declarationOf, type Declaration } from './scope.js'
import { withAdded, withAssigned } from './assigned-members.js'
import { gaveUp, mapUnion, opaque, union, UNDEFINED, type Value } from './value.js'
import type { Unit } from '../source/program.js'

export function evaluateIdentifier(context: Context, node: ts.Identifier, frame: Frame): Value {
  if (node.text === 'undefined') return UNDEFINED
  const declaration = declarationOf(node)
  if (!declaration) return clientOfExternal(context, 'global', node.text, 'instance') ?? { kind: 'external', module: 'global', name: node.text }
  for (let at: Frame | undefined = frame; at; at = at.parent) {
    const override = at.overrides.get(declaration)
    if (override) {
      hangOn(context, at)
      return override
    }
  }
  return narrowed(context, evaluateDeclaration(context, declaration, frame, node), node, frame)
}

/** The value that a declaration binds, as seen at `use`. */
export function evaluateDeclaration(context: Context, declaration: Declaration, frame: Frame, use?: ts.Node): Value {
  const owner = frameOf(context, frame, scopeOf(declaration))
  if (use && isAssigned(declaration)) return guarded(context, owner, declaration, () => valueAt(context, declaration, owner, use))
  return guarded(context, owner, declaration, () => firstValue(context, declaration, owner))
}

/** What a declaration binds at first, before anything assigns to it. */
export function firstValue(context: Context, declaration: Declaration, owner: Frame): Value {
  const known = owner.memo.get(declaration)
  if (known) return known
  const value = declaredValue(context, declaration, owner)
  if (!context.budget.spent) owner.memo.set(declaration, value)
  return value
}

function guarded(context: Context, owner: Frame, declaration: Declaration, work: () => Value): Value {
  const known = owner.memo.get(declaration)
  if (known && !isAssigned(declaration)) return known
  if (owner.active.has(declaration)) {
    hangOn(context, owner)
    return gaveUp(nameOf(declaration.name ?? declaration), 'refers to itself')
  }
  owner.active.add(declaration)
  try {
    return work()
  } finally {
    owner.active.delete(declaration)
  }
}

function scopeOf(declaration: Declaration): ReturnType<typeof enclosingFunction> {
  return ts.isParameter(declaration) ? (isFunctionNode(declaration.parent) ? declaration.parent : undefined)
    : ts.isFunctionExpression(declaration) ? declaration : enclosingFunction(declaration)
}

function declaredValue(context: Context, declaration: Declaration, frame: Frame): Value {
  if (ts.isVariableDeclaration(declaration)) return initialValue(context, declaration, frame)
  if (ts.isBindingElement(declaration)) return boundValue(context, declaration, frame)
  if (ts.isParameter(declaration)) return parameterValue(context, declaration, frame)
  if (ts.isFunctionDeclaration(declaration) || ts.isFunctionExpression(declaration)) return { kind: 'function', node: declaration, frame }
  if (ts.isClassLike(declaration)) return { kind: 'class', node: declaration, frame }
  if (ts.isEnumDeclaration(declaration)) return enumValue(context, declaration, frame)
  if (ts.isModuleDeclaration(declaration)) return namespaceValue(context, declaration, frame)
  return importedValue(context, declaration, frame)
}

/** The value that a variable starts with. */
export function initialValue(context: Context, declaration: ts.VariableDeclaration, frame: Frame): Value {
  const loop = declaration.parent.parent
  const now = frame.overrides.get(declaration)
  if (now && ts.isForOfStatement(loop)) {
    hangOn(context, frame)
    return now
  }
  if (ts.isForOfStatement(loop) && loop.initializer === declaration.parent) return named(elementOf(evaluate(context, loop.expression, frame), nameOf(loop.expression)), declaration.name)
  const typed = declaration.type ? { type: { node: declaration.type, unit: frame.unit } } : {}
  if (!declaration.initializer) return opaque(nameOf(declaration.name), typed)
  const value = evaluate(context, declaration.initializer, frame)
  if (value.kind === 'object') return withAssigned(context, value, declaration, frame)
  if (value.kind === 'client') return withAdded(context, value, declaration, frame)
  const asDeclared = (option: Value): Value => (option.kind === 'opaque' && declaration.type ? { ...option, ...typed } : option)
  return named(mapUnion(value, asDeclared), declaration.name)
}

/** A value without a name of its own, or with one that nobody would read, takes that of the variable it is bound to. */
export function named(value: Value, name: ts.BindingName): Value {
  if (value.kind !== 'opaque' || !ts.isIdentifier(name) || !(value.anonymous || isUnwieldy(value.name))) return value
  const { anonymous: _, ...rest } = value
  return { ...rest, name: name.text }
}

const isUnwieldy = (name: string): boolean => name.length > 36 && /[({<]/.test(name)

function boundValue(context: Context, element: ts.BindingElement, frame: Frame): Value {
  const pattern = element.parent
  const owner = pattern.parent
  const source = ts.isBindingElement(owner) ? boundValue(context, owner, frame)
    : ts.isParameter(owner) ? parameterValue(context, owner, frame)
      : initialValue(context, owner, frame)
  const value = named(ts.isObjectBindingPattern(pattern) ? memberByPattern(context, source, element, frame) : itemOf(source, pattern, element), element.name)
  if (!element.initializer) return value
  if (value.kind === 'const' && value.value === undefined) return evaluate(context, element.initializer, frame)
  return value
}

function memberByPattern(context: Context, source: Value, element: ts.BindingElement, frame: Frame): Value {
  if (element.dotDotDotToken) return mapUnion(source, (option) => without(option, element.parent))
  const name = element.propertyName ?? element.name
  if (ts.isIdentifier(name) || ts.isStringLiteral(name)) return memberValue(context, source, name.text, element, frame)
  return opaque(nameOf(element))
}

// `{ locale, ...others }`: the others are all but those that are named.
function without(source: Value, pattern: ts.BindingPattern): Value {
  if (source.kind !== 'object') return source
  const named = new Set(pattern.elements.flatMap((each) => (ts.isBindingElement(each) ? [(each.propertyName ?? each.name).getText()] : [])))
  return { ...source, props: new Map([...source.props].filter(([name]) => !named.has(name))) }
}

function itemOf(source: Value, pattern: ts.ArrayBindingPattern, element: ts.BindingElement): Value {
  const at = pattern.elements.indexOf(element)
  if (source.kind === 'array') {
    if (element.dotDotDotToken) return { kind: 'array', elements: source.elements.slice(at) }
    return elementAt(source, at)
  }
  if (source.kind === 'union') return union(source.options.map((option) => itemOf(option, pattern, element)))
  const { parameter, reason } = source.kind === 'opaque' ? source : {}
  return opaque(nameOf(element.name), {
    anonymous: true, ...(reason ? { reason } : {}), ...(parameter ? { parameter: { ...parameter, path: [...parameter.path, `[${at}]`] } } : {}),
  })
}

function enumValue(context: Context, node: ts.EnumDeclaration, frame: Frame): Value {
  const props = new Map<string, () => Value>()
  let next = 0
  for (const member of node.members) {
    const name = ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) ? member.name.text : member.name.getText()
    const value: Value = member.initializer ? evaluate(context, member.initializer, frame) : { kind: 'const', value: next }
    next = value.kind === 'const' && typeof value.value === 'number' ? value.value + 1 : next + 1
    props.set(name, () => value)
  }
  return { kind: 'object', props }
}

function importedValue(context: Context, node: Declaration, frame: Frame): Value {
  if (ts.isImportEqualsDeclaration(node)) {
    const reference = node.moduleReference
    if (!ts.isExternalModuleReference(reference) || !ts.isStringLiteral(reference.expression)) return opaque(node.name.text)
    return importValue(context, reference.expression.text, 'default', frame.unit)
  }
  const declaration = importDeclarationOf(node)
  if (!declaration || !ts.isStringLiteral(declaration.moduleSpecifier)) return opaque(nameOf(node))
  const name = ts.isImportSpecifier(node) ? (node.propertyName ?? node.name).text : ts.isNamespaceImport(node) ? '*' : 'default'
  return importValue(context, declaration.moduleSpecifier.text, name, frame.unit)
}

function importDeclarationOf(node: ts.Node): ts.ImportDeclaration | undefined {
  for (let at: ts.Node | undefined = node; at; at = at.parent) if (ts.isImportDeclaration(at)) return at
  return undefined
}

/** The value of `name` imported from `specifier`; `*` is the module itself. */
export function importValue(context: Context, specifier: string, name: string, from: Unit): Value {
  const file = context.program.modules.resolve(specifier, from.file)
  const unit = file === undefined ? undefined : context.program.unit(file)
  if (unit) return name === '*' ? { kind: 'namespace', unit } : exportedValue(context, unit, name)
  if (specifier.startsWith('.')) return gaveUp(name === '*' || name === 'default' ? specifier : name, `module ${specifier} not found`)
  const instance = name === '*' ? undefined : clientOfExternal(context, specifier, name, 'instance')
  return instance ?? { kind: 'external', module: specifier, name: name === '*' ? '' : name }
}

export function exportedValue(context: Context, unit: Unit, name: string): Value {
  const slot = `${unit.file}\u0000${name}`
  const known = context.exports.get(slot)
  if (known) return known
  context.exports.set(slot, gaveUp(name, 'modules import each other in a circle'))
  const value = findExport(context, unit, name, new Set()) ?? gaveUp(name, `${unit.path} exports no ${name}`)
  if (context.budget.spent) context.exports.delete(slot)
  else context.exports.set(slot, value)
  return value
}

function findExport(context: Context, unit: Unit, name: string, seen: Set<Unit>): Value | undefined {
  if (seen.has(unit)) return undefined
  seen.add(unit)
  const table = exportsOf(unit)
  const entry = table.names.get(name)
  if (entry) return entryValue(context, unit, entry, seen)
  if (name === 'default' && table.names.size > 0 && isCommonJs(unit)) return { kind: 'namespace', unit }
  const whole = name === 'default' ? undefined : table.names.get('default')
  if (whole && isCommonJs(unit)) return memberValue(context, entryValue(context, unit, whole, seen) ?? UNDEFINED, name, unit.ast, moduleFrame(context, unit))
  for (const file of starsOf(context, unit, name)) {
    const target = context.program.unit(file)
    const found = target && findExport(context, target, name, seen)
    if (found) return found
  }
  return undefined
}

const isCommonJs = (unit: Unit): boolean => /\bmodule\.exports\b|\bexports\.\w/.test(unit.ast.text)

function entryValue(context: Context, unit: Unit, entry: ExportEntry, seen: Set<Unit>): Value | undefined {
  const frame = moduleFrame(context, unit)
  if (entry.kind === 'expression') return evaluate(context, entry.node, frame)
  if (entry.kind === 'declaration') {
    return ts.isInterfaceDeclaration(entry.node) || ts.isTypeAliasDeclaration(entry.node) ? opaque(entry.node.name.text)
      : evaluateDeclaration(context, entry.node, frame, unit.ast.endOfFileToken)
  }
  const file = context.program.modules.resolve(entry.from, unit.file)
  const target = file === undefined ? undefined : context.program.unit(file)
  if (!target) return importValue(context, entry.from, entry.name, unit)
  return entry.name === '*' ? { kind: 'namespace', unit: target } : findExport(context, target, entry.name, seen)
}
