import { ts } from 'ts-morph'
import { text, type Template } from '../keys/template.js'
import { evaluateCall, evaluateNew, evaluateTagged } from './call.js'
import { compare, condition } from './condition.js'
import { nameOf, mayNest, step, type Context, type Tracer } from './context.js'
import type { Frame } from './frame.js'
import { evaluateIdentifier } from './identifier.js'
import { evaluateIndex, evaluateMember, memberOf } from './member.js'
import { isPlainlyThere } from './nullable.js'
import { toTemplate } from './to-template.js'
import { boundedText, constant, gaveUp, isNullish, opaque, present, textOf, union, UNDEFINED, NULL, type Element, type ObjectValue, type Value } from './value.js'

/** What an expression may be, in a frame. Always ends: cycles and spent budgets give an opaque value with the reason. */
export function evaluate(context: Context, node: ts.Expression, frame: Frame): Value {
  const { budget, tracer } = context
  if (!step(context)) return gaveUp(nameOf(node), 'budget spent')
  if (!mayNest(context)) return gaveUp(nameOf(node), 'expressions nest too deeply')
  budget.nesting++
  try {
    return tracer ? traced(context, node, frame, tracer) : evaluateNode(context, node, frame)
  } finally {
    budget.nesting--
  }
}

function traced(context: Context, node: ts.Expression, frame: Frame, tracer: Tracer): Value {
  tracer.enter(node, frame.unit)
  const value = evaluateNode(context, node, frame)
  tracer.leave(value)
  return value
}

function evaluateNode(context: Context, node: ts.Expression, frame: Frame): Value {
  switch (node.kind) {
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral: return literalText(node as ts.StringLiteralLike, frame)
    case ts.SyntaxKind.NumericLiteral: return constant(Number((node as ts.NumericLiteral).text))
    case ts.SyntaxKind.TrueKeyword: return constant(true)
    case ts.SyntaxKind.FalseKeyword: return constant(false)
    case ts.SyntaxKind.NullKeyword: return NULL
    case ts.SyntaxKind.TemplateExpression: return evaluateTemplate(context, node as ts.TemplateExpression, frame)
    case ts.SyntaxKind.Identifier: return evaluateIdentifier(context, node as ts.Identifier, frame)
    case ts.SyntaxKind.ThisKeyword: return frame.self ?? opaque('this')
    case ts.SyntaxKind.PropertyAccessExpression: return evaluateMember(context, node as ts.PropertyAccessExpression, frame)
    case ts.SyntaxKind.ElementAccessExpression: return evaluateIndex(context, node as ts.ElementAccessExpression, frame)
    case ts.SyntaxKind.CallExpression: return evaluateCall(context, node as ts.CallExpression, frame)
    case ts.SyntaxKind.NewExpression: return evaluateNew(context, node as ts.NewExpression, frame)
    case ts.SyntaxKind.TaggedTemplateExpression: return evaluateTagged(context, node as ts.TaggedTemplateExpression, frame)
    case ts.SyntaxKind.BinaryExpression: return evaluateBinary(context, node as ts.BinaryExpression, frame)
    case ts.SyntaxKind.ConditionalExpression: return evaluateConditional(context, node as ts.ConditionalExpression, frame)
    case ts.SyntaxKind.ArrayLiteralExpression: return { kind: 'array', elements: evaluateElements(context, (node as ts.ArrayLiteralExpression).elements, frame) }
    case ts.SyntaxKind.ObjectLiteralExpression: return evaluateObject(context, node as ts.ObjectLiteralExpression, frame)
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression: return functionValue(node as ts.ArrowFunction | ts.FunctionExpression, frame)
    case ts.SyntaxKind.ClassExpression: return { kind: 'class', node: node as ts.ClassExpression, frame }
    case ts.SyntaxKind.PrefixUnaryExpression: return evaluatePrefix(context, node as ts.PrefixUnaryExpression, frame)
    case ts.SyntaxKind.VoidExpression: return UNDEFINED
    default: return evaluateWrapped(context, node, frame)
  }
}

/** Parentheses, casts, `!`, `await`, `satisfies`: the value is that of the inner expression. */
function evaluateWrapped(context: Context, node: ts.Expression, frame: Frame): Value {
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return withDeclaredType(evaluate(context, node.expression, frame), node.type, frame)
  if (ts.isNonNullExpression(node)) return present(evaluate(context, node.expression, frame))
  if (ts.isParenthesizedExpression(node) || ts.isAwaitExpression(node) || ts.isSatisfiesExpression(node)) return evaluate(context, node.expression, frame)
  if (ts.isYieldExpression(node) && node.expression) return evaluate(context, node.expression, frame)
  return opaque(nameOf(node))
}

function withDeclaredType(value: Value, node: ts.TypeNode, frame: Frame): Value {
  // `globalThis as unknown as { app: App }`: what a program keeps there it says by the type.
  if (value.kind === 'external' && value.module === 'global' && value.name === 'globalThis' && ts.isTypeLiteralNode(node)) return opaque(value.name, { type: { node, unit: frame.unit } })
  if (value.kind !== 'opaque' || ts.isTypeReferenceNode(node) && node.getText() === 'const') return value
  return { ...value, type: { node, unit: frame.unit } }
}

function literalText(node: ts.StringLiteralLike, frame: Frame): Value {
  return textOf(node.text === '' ? [] : [text(node.text, [{ file: frame.unit.path, at: node.pos }])])
}

export function functionValue(node: ts.FunctionLikeDeclaration, frame: Frame): Value {
  return frame.self && ts.isArrowFunction(node) ? { kind: 'function', node, frame, self: frame.self } : { kind: 'function', node, frame }
}

function evaluateTemplate(context: Context, node: ts.TemplateExpression, frame: Frame): Value {
  const origins = [{ file: frame.unit.path, at: node.pos }]
  const parts: Template[] = [node.head.text === '' ? [] : [text(node.head.text, origins)]]
  for (const span of node.templateSpans) {
    parts.push(toTemplate(evaluate(context, span.expression, frame)))
    if (span.literal.text !== '') parts.push([text(span.literal.text, origins)])
  }
  return boundedText(parts.flat())
}

function evaluateBinary(context: Context, node: ts.BinaryExpression, frame: Frame): Value {
  const left = (): Value => evaluate(context, node.left, frame)
  const right = (): Value => evaluate(context, node.right, frame)
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken: return plus(left(), right(), node)
    case ts.SyntaxKind.QuestionQuestionToken: return coalesce(left(), right)
    case ts.SyntaxKind.BarBarToken: return either(context, node, frame, false)
    case ts.SyntaxKind.AmpersandAmpersandToken: return either(context, node, frame, true)
    case ts.SyntaxKind.QuestionQuestionEqualsToken: return coalesce(left(), right)
    case ts.SyntaxKind.BarBarEqualsToken: return union([left(), right()].filter((v) => !isNullish(v)))
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.CommaToken: return right()
    default: return arithmetic(left(), right(), node) ?? constantOr(compare(context, node, frame), node)
  }
}

const constantOr = (verdict: boolean | undefined, node: ts.Node): Value => (verdict === undefined ? opaque(nameOf(node)) : constant(verdict))

/** `+` on strings, or on numbers where both are known. Two unknown operands are taken for strings: keys are. */
export function plus(left: Value, right: Value, node: ts.Node): Value {
  const numeric = (value: Value): boolean => value.kind === 'const' && typeof value.value === 'number'
  if (numeric(left) && numeric(right)) return arithmetic(left, right, node as ts.BinaryExpression, '+') ?? opaque(nameOf(node))
  if ((numeric(left) && right.kind === 'opaque') || (numeric(right) && left.kind === 'opaque')) return opaque(nameOf(node))
  return boundedText([...toTemplate(left), ...toTemplate(right)])
}

function arithmetic(left: Value, right: Value, node: ts.BinaryExpression, sign = node.operatorToken.getText()): Value | undefined {
  if (left.kind !== 'const' || right.kind !== 'const') return undefined
  const [a, b] = [left.value, right.value]
  if (typeof a !== 'number' || typeof b !== 'number') return undefined
  switch (sign) {
    case '+': return constant(a + b)
    case '-': return constant(a - b)
    case '*': return constant(a * b)
    case '/': return constant(a / b)
    case '%': return constant(a % b)
    default: return undefined
  }
}

function coalesce(left: Value, right: () => Value): Value {
  if (isNullish(left)) return right()
  if (left.kind === 'union') return union(left.options.flatMap((option) => (isNullish(option) ? [right()] : [option])))
  // `globalThis.client ?? make()`: what is kept between reloads is what is made the first time.
  if (left.kind === 'external' && left.module === 'global') return union([left, right()])
  if (left.kind === 'opaque' && left.presence !== 'maybe' && left.type && isPlainlyThere(left.type.node)) return left
  return left.kind === 'opaque' ? coalesced([present(left), right()].filter((value) => !isNullish(value))) : left
}

function coalesced(values: readonly Value[]): Value {
  const value = union(values)
  return value.kind === 'union' ? { ...value, coalesced: true } : value
}

// `a || b` and `a && b`: the side that decides, both where nothing does.
function either(context: Context, node: ts.BinaryExpression, frame: Frame, isAnd: boolean): Value {
  const left = evaluate(context, node.left, frame)
  const verdict = condition(context, node.left, frame)
  const right = (): Value => evaluate(context, node.right, frame)
  if (verdict === isAnd) return right()
  if (verdict === !isAnd) return left
  if (isAnd) return union([constant(false), right()])
  const known = left.kind === 'union' ? union(left.options.filter((o) => !(o.kind === 'const' && !o.value))) : left
  return coalesced([present(known), right()])
}

function evaluateConditional(context: Context, node: ts.ConditionalExpression, frame: Frame): Value {
  const verdict = condition(context, node.condition, frame)
  if (verdict !== undefined) return evaluate(context, verdict ? node.whenTrue : node.whenFalse, frame)
  return union([evaluate(context, node.whenTrue, frame), evaluate(context, node.whenFalse, frame)])
}

function evaluatePrefix(context: Context, node: ts.PrefixUnaryExpression, frame: Frame): Value {
  if (node.operator === ts.SyntaxKind.ExclamationToken) return constantOr(condition(context, node, frame), node)
  const operand = evaluate(context, node.operand, frame)
  if (node.operator === ts.SyntaxKind.MinusToken && operand.kind === 'const' && typeof operand.value === 'number') return constant(-operand.value)
  return opaque(nameOf(node))
}

/** The elements of an array literal or an argument list, spreads opened. */
export function evaluateElements(context: Context, nodes: readonly ts.Expression[], frame: Frame): Element[] {
  if (nodes.length > MOST_ELEMENTS) return tooMany()
  const elements = nodes.flatMap((node): readonly Element[] => {
    if (!ts.isSpreadElement(node)) return [{ value: ts.isOmittedExpression(node) ? UNDEFINED : evaluate(context, node, frame) }]
    return spreadOf(evaluate(context, node.expression, frame), nameOf(node.expression))
  })
  return elements.length > MOST_ELEMENTS ? tooMany() : elements
}

const MOST_ELEMENTS = 2000
const tooMany = (): Element[] => [{ value: gaveUp('item', `more than ${MOST_ELEMENTS} elements`), many: true }]

export function spreadOf(value: Value, name: string): readonly Element[] {
  if (value.kind === 'array') return value.elements
  if (value.kind === 'union' && value.options.every((option) => option.kind === 'array')) {
    const lists = value.options.map((option) => (option.kind === 'array' ? option.elements : []))
    const longest = Math.max(...lists.map((list) => list.length))
    if (lists.every((list) => list.length === longest)) {
      return Array.from({ length: longest }, (_, i) => ({ value: union(lists.map((list) => list[i]!.value)) }))
    }
  }
  return [{ value: value.kind === 'opaque' ? { ...value, name: value.name, anonymous: true } : opaque(name, { anonymous: true }), many: true }]
}

function evaluateObject(context: Context, node: ts.ObjectLiteralExpression, frame: Frame): Value {
  const props = new Map<string, () => Value>()
  let rest: ObjectValue['rest']
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      rest = addSpread(evaluate(context, property.expression, frame), props) ?? rest
      continue
    }
    const name = propertyName(context, property.name, frame)
    if (name !== undefined) props.set(name, once(() => propertyValue(context, property, node, frame, { kind: 'object', props, ...(rest ? { rest } : {}) })))
  }
  return rest ? { kind: 'object', props, rest } : { kind: 'object', props }
}

function addSpread(value: Value, props: Map<string, () => Value>): ObjectValue['rest'] {
  const source = value.kind === 'union' ? value.options.find((option) => option.kind === 'object') ?? value.options[0]! : value
  if (source.kind === 'object') {
    for (const [name, thunk] of source.props) props.set(name, value.kind === 'union' ? () => union([thunk(), UNDEFINED]) : thunk)
    return source.rest
  }
  if (source.kind !== 'opaque') return undefined
  // What is spread in later may replace what stands before it; keys are nearly always added, so what stands is kept.
  return source
}

function propertyValue(context: Context, property: ts.ObjectLiteralElementLike, owner: ts.ObjectLiteralExpression, frame: Frame, self: ObjectValue): Value {
  if (ts.isPropertyAssignment(property)) {
    const value = evaluate(context, property.initializer, frame)
    return value.kind === 'function' && ts.isFunctionExpression(value.node) ? { ...value, self } : value
  }
  if (ts.isShorthandPropertyAssignment(property)) return evaluateIdentifier(context, property.name, frame)
  if (ts.isMethodDeclaration(property)) return { kind: 'function', node: property, frame, self }
  if (ts.isGetAccessor(property)) return memberOf(context, self, `get ${property.name.getText()}`, property) ?? opaque(property.name.getText())
  return opaque(nameOf(owner))
}

export function propertyName(context: Context, name: ts.PropertyName | undefined, frame: Frame): string | undefined {
  if (!name) return undefined
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name) || ts.isPrivateIdentifier(name)) return name.text
  if (!ts.isComputedPropertyName(name)) return undefined
  const value = evaluate(context, name.expression, frame)
  const [only] = value.kind === 'text' ? value.parts : []
  if (value.kind === 'const') return String(value.value)
  return value.kind === 'text' && value.parts.length === 1 && only?.kind === 'text' ? only.text : undefined
}

export function once(work: () => Value): () => Value {
  let known: Value | undefined
  let busy = false
  return () => {
    if (known) return known
    if (busy) return gaveUp('value', 'refers to itself')
    busy = true
    known = work()
    busy = false
    return known
  }
}
