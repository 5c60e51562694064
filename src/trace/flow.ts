import { ts } from 'ts-morph'
import { bare } from '../resolve/expressions.js'
import { enclosingClass, enclosingFunction, isFunctionNode } from '../resolve/frame.js'
import { declarationOf, within, type Declaration } from '../resolve/scope.js'
import { assignedIn, isChangeable, isMadeWith } from './fields.js'
import { makersOf } from './makers.js'
import { memberPath } from './member-path.js'
import { chainOf, indicesIn, isParameterLike, isState, iteratedBy, parameterPath } from './variables.js'

/** Something that flows into an expression: a member path from a parameter, or from a variable around the expression. */
export interface Flow {
  /** `['command', 'page']`; destructuring is undone. */
  readonly path: readonly string[]
  readonly node: ts.Node
  readonly root: Declaration
  /** It is handed to a call that may load by it, and is not merely part of what is stored. */
  readonly loads: boolean
  /** What a variable is made of; empty for a parameter. */
  readonly sources: readonly Flow[]
  /** It is a function that is called: what it gives flows in, not the function. */
  readonly calls?: boolean
}

/** How much of an argument a function uses: all of it, some of its members, or nothing. */
export type Usage = 'whole' | readonly (readonly string[])[]

export interface FlowOptions {
  /** Leaves out what decides without flowing: the tests of conditions, `!x`, `typeof x`. */
  readonly lossless?: boolean
  /** What the function that is called uses of its arguments, where the program holds it. */
  readonly usageOf?: (call: ts.CallExpression, index: number) => Usage
}

/** What flows into an expression, or into what a function returns: the backward slice, as a tree of variables. */
export function flowsInto(start: ts.Node, options: FlowOptions = {}): Flow[] {
  return new Walk(start, options).from()
}

/** Flows, and what they are made of; what several are made of comes once. */
export function flat(flows: readonly Flow[]): Flow[] {
  const found: Flow[] = []
  const seen = new Set<readonly Flow[]>()
  const visit = (list: readonly Flow[]): void => {
    if (seen.has(list)) return
    seen.add(list)
    for (const flow of list) {
      found.push(flow)
      visit(flow.sources)
    }
  }
  visit(flows)
  return found
}

/** Methods that give back what they are called on, in another form; on anything else a receiver is a service. */
const OF_DATA = /^(?:map|flatMap|filter|find|slice|sort|reverse|concat|join|flat|reduce|toString|toLowerCase|toUpperCase|trim|split|replace(?:All)?|padStart|padEnd|toISOString|toJSON|getTime|valueOf|toFixed|at|charAt|substring|substr|normalize|keys|values|entries|toSorted|includes|some|every|startsWith|endsWith|then|catch|finally)$/
const MAKES = /(?:^|\.)(?:create|insert|register|send|upload|generate|issue|\w+Issue)(?:[A-Z]\w*)?$/
export const isOfData = (method: string): boolean => OF_DATA.test(method)

/** Functions that only give their arguments another form. */
const OF_FORM = /(?:^|\.)(?:JSON\.\w+|superjson\.\w+|String|Number|Boolean|BigInt|Object\.\w+|Array\.\w+|Promise\.\w+|parseInt|parseFloat|encodeURI\w*|structuredClone|stringify|serialize|encode)$/

class Walk {
  private readonly variables = new Map<Declaration, readonly Flow[]>()
  private readonly methods = new Map<ts.MethodDeclaration, readonly Flow[]>()
  /** The fields that are being followed: one may be made of itself. */
  private readonly fields = new Set<string>()

  constructor(private readonly start: ts.Node, private readonly options: FlowOptions) {}

  from(): Flow[] {
    return ts.isBlock(this.start) ? this.returned(this.start, false) : this.into(this.start, false)
  }

  private into(node: ts.Node, loads: boolean): Flow[] {
    if (ts.isTypeNode(node)) return []
    if (ts.isIdentifier(node)) return this.reference(node, [node.text], node, loads)
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return this.member(node, loads)
    if (ts.isCallExpression(node)) return this.call(node, loads)
    if (ts.isPropertyAssignment(node)) return this.into(node.initializer, loads)
    if (ts.isShorthandPropertyAssignment(node)) return this.reference(node.name, [node.name.text], node.name, loads)
    if (ts.isJsxAttribute(node)) return node.initializer ? this.into(node.initializer, loads) : []
    if (isFunctionNode(node)) return node.body ? this.returned(node.body, loads) : []
    if (ts.isConditionalExpression(node) && (isFunctionNode(node.whenTrue) || isFunctionNode(node.whenFalse))) return [...this.into(node.whenTrue, loads), ...this.into(node.whenFalse, loads)]
    if (this.options.lossless) return this.whole(node, loads)
    return this.children(node, loads)
  }

  private children(node: ts.Node, loads: boolean): Flow[] {
    const found: Flow[] = []
    ts.forEachChild(node, (child) => { found.push(...this.into(child, loads)) })
    return found
  }

  // Of a condition only what it chooses between is in the result as it is.
  private whole(node: ts.Node, loads: boolean): Flow[] {
    // `x ? 'a' : 'b'` tells little of x; `x ? a : b` is what a loader makes of it too.
    if (ts.isConditionalExpression(node) && isFixed(node.whenTrue) && isFixed(node.whenFalse)) return []
    if (ts.isConditionalExpression(node) && isChoice(node)) return [...this.children(node.condition, loads), ...this.children(node, loads)]
    if (ts.isTypeOfExpression(node)) return []
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return []
    if (ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind)) return []
    return this.children(node, loads)
  }

  /** What a function returns, wherever in its body; what it does besides is no part of the value. */
  private returned(body: ts.ConciseBody, loads: boolean): Flow[] {
    if (!ts.isBlock(body)) return this.into(body, loads)
    const found: Flow[] = []
    const visit = (node: ts.Node): void => {
      if (isFunctionNode(node)) return
      const given = (ts.isReturnStatement(node) || ts.isYieldExpression(node)) && node.expression
      if (given) found.push(...this.into(given, loads))
      else ts.forEachChild(node, visit)
    }
    visit(body)
    // A loader that gives nothing is judged by what it does.
    return found.length > 0 || givesSomething(body) ? found : this.children(body, loads)
  }

  private call(node: ts.CallExpression, loads: boolean): Flow[] {
    const { expression } = node
    const isForm = OF_FORM.test(expression.getText())
    const isOfData = ts.isPropertyAccessExpression(expression) && OF_DATA.test(expression.name.text)
    const inner = loads || !(isForm || isOfData)
    // What is made on a miss is no answer to a question that its parts would ask.
    if (!this.options.lossless && MAKES.test(expression.getText())) return []
    return [...this.callee(expression, isOfData, isOfData ? loads : inner), ...node.arguments.flatMap((argument, i) => this.argument(node, argument, i, inner))]
  }

  private argument(call: ts.CallExpression, argument: ts.Expression, index: number, loads: boolean): Flow[] {
    // Behind a spread the places of arguments are not known.
    const isPlaced = !call.arguments.slice(0, index + 1).some(ts.isSpreadElement)
    const usage = isPlaced ? this.options.usageOf?.(call, index) ?? 'whole' : 'whole'
    if (usage === 'whole') return this.into(argument, loads)
    if (ts.isObjectLiteralExpression(argument)) {
      return argument.properties.filter((property) => !property.name || usage.some(([name]) => name === property.name!.getText())).flatMap((property) => this.into(property, loads))
    }
    return this.into(argument, loads).flatMap((flow) => usage.map((members) => ({ ...flow, path: [...flow.path, ...members] })))
  }

  private callee(expression: ts.Expression, isOfData: boolean, loads: boolean): Flow[] {
    if (ts.isIdentifier(expression)) return this.closure(expression, loads)
    if (ts.isElementAccessExpression(expression)) return this.into(expression.argumentExpression, loads)
    if (!ts.isPropertyAccessExpression(expression)) return ts.isCallExpression(expression) ? this.into(expression, loads) : []
    const receiver = expression.expression
    if (receiver.kind === ts.SyntaxKind.ThisKeyword) return this.ofMethod(expression.name.text, receiver, loads)
    return isOfData || this.options.lossless || chained(receiver) ? this.into(receiver, loads) : []
  }

  // A function declared around the expression brings along what it captures.
  private closure(callee: ts.Identifier, loads: boolean): Flow[] {
    const declaration = declarationOf(callee)
    if (declaration && isParameterLike(declaration)) return within(declaration, this.start) ? [] : [{ ...this.parameter(declaration, [callee.text], callee, loads), calls: true }]
    if (!declaration || !enclosingFunction(declaration)) return []
    const fn = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration
    return fn && isFunctionNode(fn) && !within(callee, fn) ? this.into(fn, loads) : []
  }

  private member(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, loads: boolean): Flow[] {
    const { at, path } = memberPath(node)
    const indices = indicesIn(node).flatMap((index) => this.into(index, loads))
    if (ts.isIdentifier(at)) return [...this.reference(at, [at.text, ...path], node, loads), ...indices]
    if (at.kind === ts.SyntaxKind.ThisKeyword && path[0] !== undefined) return [...this.field(path, node, loads), ...indices]
    return at === node ? indices : [...this.into(at, loads), ...indices]
  }

  /** `this.range`: what the function around puts there, or what the object was made with. */
  private field(path: readonly string[], node: ts.Node, loads: boolean): Flow[] {
    const cls = enclosingClass(node)
    const [name] = path
    if (!cls || name === undefined || this.fields.has(name)) return []
    const fn = enclosingFunction(node)
    const assigned = fn && !ts.isConstructorDeclaration(fn) && fn.body ? assignedIn(fn.body, name) : []
    if (assigned.length === 0) return isMadeWith(cls, name) || isChangeable(cls, name) ? [{ path: ['this', ...path], node, root: cls, loads, sources: [] }] : []
    this.fields.add(name)
    const sources = assigned.flatMap((value) => this.into(value, loads))
    this.fields.delete(name)
    return sources
  }

  /** The fields that a method of the same object makes its result of. */
  private ofMethod(name: string, node: ts.Node, loads: boolean): Flow[] {
    const cls = enclosingClass(node)
    const method = cls?.members.find((member): member is ts.MethodDeclaration => ts.isMethodDeclaration(member) && member.name.getText() === name)
    if (!cls || !method?.body || within(node, method)) return []
    const known = this.methods.get(method)
    if (known) return [...known]
    this.methods.set(method, [])
    const found = flat(this.returned(method.body, loads)).filter(({ root }) => root === cls)
    this.methods.set(method, found)
    return found
  }

  private reference(root: ts.Identifier, path: readonly string[], node: ts.Node, loads: boolean): Flow[] {
    const declaration = declarationOf(root)
    if (declaration && isState(declaration)) return [{ path, node, root: declaration, loads, sources: [] }]
    if (!declaration || !enclosingFunction(declaration) && !isParameterLike(declaration)) return []
    if (isParameterLike(declaration) && within(declaration, this.start)) return this.byDefault(declaration, loads)
    if (isParameterLike(declaration)) return [this.parameter(declaration, path, node, loads)]
    if (isFunctionNode(declaration)) return within(root, declaration) ? [] : this.into(declaration, loads)
    const chain = chainOf(declaration)
    if (chain && !within(chain.root, this.start)) return this.reference(chain.root, [...chain.path, ...path.slice(1)], node, loads)
    const sources = this.sourcesOf(declaration, loads)
    return within(declaration, this.start) ? [...sources] : [{ path, node, root: declaration, loads, sources }]
  }

  /** What a parameter of the loader itself is where it is not given: `(context, id = outerId) => …`. */
  private byDefault(declaration: Declaration, loads: boolean): Flow[] {
    const { root } = parameterPath(declaration)
    return root === declaration && ts.isParameter(root) && root.initializer ? this.into(root.initializer, loads) : []
  }

  // The parameter of `rows.map((row) => …)` is made of the rows.
  private parameter(declaration: Declaration, path: readonly string[], node: ts.Node, loads: boolean): Flow {
    const { root, names } = parameterPath(declaration)
    const iterated = iteratedBy(root.parent)
    const sources = iterated ? this.into(iterated, loads) : []
    return { path: [...names, ...path.slice(1)], node, root, loads, sources }
  }

  private sourcesOf(declaration: Declaration, loads: boolean): readonly Flow[] {
    const known = this.variables.get(declaration)
    if (known) return known
    this.variables.set(declaration, [])
    const found = makersOf(declaration).flatMap((maker) => this.into(maker, loads))
    this.variables.set(declaration, found)
    return found
  }
}

/** `scope === 'own' ? own() : scope === 'team' ? team(id) : all(id)`: each value of what is tested has a key of its own. */
const isChoice = ({ condition, whenFalse }: ts.ConditionalExpression): boolean =>
  ts.isBinaryExpression(condition) && condition.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken && ts.isStringLiteralLike(condition.right)
  && (!ts.isConditionalExpression(bare(whenFalse)) || isChoice(bare(whenFalse) as ts.ConditionalExpression))

const isFixed = (node: ts.Expression): boolean => ts.isLiteralExpression(node) || /^(?:true|false|null|undefined)$/.test(node.getText())

const EQUALITY = new Set([ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken])

/** `db.select().from(x)`: what a chain of calls was given before. */
const chained = (node: ts.Expression): boolean => ts.isCallExpression(bare(node))

const givesSomething = (body: ts.Node): boolean =>
  ts.isReturnStatement(body) || ts.isYieldExpression(body) || ts.isThrowStatement(body) || (ts.forEachChild(body, (child) => (!isFunctionNode(child) && givesSomething(child)) || undefined) ?? false)
