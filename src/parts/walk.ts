import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import type { Context } from '../resolve/context.js'
import { isAwaited, returnedBy } from '../resolve/expressions.js'
import { enclosingFunction, isAsync, isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from '../trace/entities.js'
import { bareUpToBang, type Binding, type KeyPart } from './part.js'

const DEEPEST = 10

/** What a key is put together of, and the calls of functions on the way. */
export interface Walked {
  readonly parts: readonly KeyPart[]
  readonly calls: readonly { readonly file: File; readonly node: ts.CallExpression }[]
}

/** Takes a key apart: templates, sums, joins, arrays, constants, the program's own builders. */
export function walkKey(context: Context, file: File, node: ts.Expression, binding?: Binding): Walked {
  const walk = new Walk(context)
  walk.into({ node, file, how: 'text', ...(binding ? { binding } : {}) }, 0, true)
  return walk
}

class Walk implements Walked {
  readonly parts: KeyPart[] = []
  readonly calls: { readonly file: File; readonly node: ts.CallExpression }[] = []
  private readonly seen = new Set<ts.Node>()

  constructor(private readonly context: Context) {}

  /** `isWhole`: the expression is the whole key, and not written into a text. */
  into(part: KeyPart, depth: number, isWhole = false): void {
    const node = bareUpToBang(part.node)
    const again = (inner: ts.Expression, how = part.how): void => this.into({ ...part, node: inner, how }, depth + 1)
    if (depth > DEEPEST) return
    if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return
    if (ts.isTemplateExpression(node)) return node.templateSpans.forEach((span) => again(span.expression, 'text'))
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) return [node.left, node.right].forEach((side) => again(side, 'text'))
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].forEach((side) => this.into({ ...part, node: side }, depth + 1, isWhole))
    if (ts.isArrayLiteralExpression(node)) return node.elements.forEach((element) => again(ts.isSpreadElement(element) ? element.expression : element, isWhole ? 'element' : part.how))
    if (ts.isIdentifier(node)) return this.identifier(part, node, depth, isWhole)
    if (ts.isCallExpression(node)) return this.call(part, node, depth, isWhole)
    if (!isWhole) this.parts.push({ ...part, node })
  }

  /** Is it put together here? What is a value of its own says more by its name than by where it comes from. */
  private isBuilt(file: File, given: ts.Expression): boolean {
    const node = bareUpToBang(given)
    if (!ts.isCallExpression(node)) return ts.isTemplateExpression(node) || ts.isBinaryExpression(node) || ts.isConditionalExpression(node) || ts.isArrayLiteralExpression(node) || ts.isIdentifier(node)
    return /^(?:join|stringify|digest|String)$/.test(calledName(node) ?? '') || functionsAt(this.context, file, node).length === 1
  }

  private identifier(part: KeyPart, node: ts.Identifier, depth: number, isWhole: boolean): void {
    const declaration = declarationOf(node)
    if (declaration && ts.isParameter(declaration)) {
      const { binding } = part
      const given = binding && binding.fn === declaration.parent && !declaration.dotDotDotToken ? binding.args[binding.fn.parameters.indexOf(declaration)] : undefined
      if (!given || !binding) return isWhole ? undefined : void this.parts.push({ ...part, node })
      const { binding: _, ...rest } = part
      return this.into({ ...rest, node: given, file: binding.file, via: [...part.via ?? [], node], ...(binding.outer ? { binding: binding.outer } : {}) }, depth + 1, isWhole)
    }
    const made = declaration && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) ? madeOf(declaration) : []
    const built = made.filter((each) => this.isBuilt(part.file, each))
    if (built.length === 0 || this.seen.has(declaration!)) return isWhole ? undefined : void this.parts.push({ ...part, node })
    this.seen.add(declaration!)
    for (const each of built) this.into({ ...part, node: each, via: [...part.via ?? [], node] }, depth + 1, isWhole && each === made[0])
  }

  private call(part: KeyPart, node: ts.CallExpression, depth: number, isWhole: boolean): void {
    const name = calledName(node)
    const receiver = ts.isPropertyAccessExpression(node.expression) ? bareUpToBang(node.expression.expression) : undefined
    if (name === 'join' && receiver && ts.isArrayLiteralExpression(receiver)) return receiver.elements.forEach((element) => this.into({ ...part, node: ts.isSpreadElement(element) ? element.expression : element, how: 'text' }, depth + 1))
    const mapped = name === 'join' && receiver ? mappedIn(receiver) : undefined
    if (mapped) return returnedBy(mapped).forEach((each) => this.into({ ...part, node: each, how: 'text' }, depth + 1))
    if (node.expression.getText() === 'JSON.stringify' && node.arguments[0]) return void this.parts.push({ ...part, node: node.arguments[0], how: 'json' })
    if (name === 'digest' || name === 'update') return this.digested(part, node, depth)
    if (name === 'String' && node.arguments[0]) return this.into({ ...part, node: node.arguments[0], how: 'text' }, depth + 1)
    const [fn, ...others] = functionsAt(this.context, part.file, node)
    if (fn && !isWhole && isAsync(fn.node) && !isAwaited(node) && !ts.isReturnStatement(node.parent)) return void this.parts.push({ ...part, node })
    if (!fn || others.length > 0 || this.seen.has(fn.node) || node.arguments.some(ts.isSpreadElement)) return isWhole ? undefined : void this.parts.push({ ...part, node })
    this.seen.add(fn.node)
    this.calls.push({ file: part.file, node })
    const binding: Binding = { fn: fn.node, args: node.arguments, file: part.file, ...(part.binding ? { outer: part.binding } : {}) }
    for (const returned of returnedBy(fn.node)) this.into({ ...part, node: returned, file: fn.frame.unit, binding }, depth + 1, isWhole)
    this.seen.delete(fn.node)
  }

  /** `createHash('sha1').update(text).digest('hex')`. */
  private digested(part: KeyPart, node: ts.CallExpression, depth: number): void {
    const receiver = ts.isPropertyAccessExpression(node.expression) ? bareUpToBang(node.expression.expression) : undefined
    if (calledName(node) === 'update' && node.arguments[0]) this.into({ ...part, node: node.arguments[0], how: 'text' }, depth + 1)
    if (receiver && ts.isCallExpression(receiver)) this.digested(part, receiver, depth)
  }
}

/** The function of the last `map` in a chain: what is joined is what it returns. */
function mappedIn(node: ts.Expression): FunctionNode | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const [fn] = node.arguments
  if (node.expression.name.text === 'map') return fn && isFunctionNode(fn) && !/\btypeof\b/.test(fn.getText()) ? fn : undefined
  return /^(?:sort|toSorted|filter|reverse)$/.test(node.expression.name.text) ? mappedIn(node.expression.expression) : undefined
}

/** What a variable is made of: what it begins as, and what is assigned or added to it in its function. */
function madeOf(declaration: ts.VariableDeclaration): readonly ts.Expression[] {
  const name = (declaration.name as ts.Identifier).text
  const own = declaration.initializer ? [declaration.initializer] : []
  if ((declaration.parent.flags & ts.NodeFlags.Const) !== 0) return own
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && ts.isIdentifier(node.left) && node.left.text === name
      && [ts.SyntaxKind.EqualsToken, ts.SyntaxKind.PlusEqualsToken].includes(node.operatorToken.kind)) found.push(node.right)
    ts.forEachChild(node, visit)
  }
  const scope = enclosingFunction(declaration)
  if (scope?.body) visit(scope.body)
  return [...own, ...found]
}
