import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import { print } from '../keys/print.js'
import type { OmittedInput, Producer } from '../model/producer.js'
import type { Context } from '../resolve/context.js'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { uncovered } from './covers.js'
import { flat, flowsInto, type Flow } from './flow.js'
import { inputsOf, type Input } from './slice.js'
import { keyFlows, toInputs, valueFlows } from './omitted.js'

/**
 * The producer of a key that a decorator makes: the method. Its key leaves out what the method loads by and the function
 * that builds the key does not ask for, and, where another method of the class is kept under the same key, which of them
 * was asked.
 */
export function decoratedProducer(context: Context, site: RawSite, sites: readonly RawSite[]): Producer | undefined {
  const method = decoratedMethod(site)
  if (!method || site.spec.op !== 'read-through') return undefined
  const location = placeOf(site.call.unit, method.name)
  const omitted = isShared(site, method, sites) ? [{ path: method.name.getText(), location }] : unheld(context, site, method)
  return { location, dependencies: [], calls: [], requests: [], reads: [], omitted }
}

/** `@Cached() find(query) {…}` */
export function decoratedMethod({ call: { node } }: RawSite): ts.MethodDeclaration | undefined {
  const { parent } = node
  return ts.isDecorator(parent) && ts.isMethodDeclaration(parent.parent) ? parent.parent : undefined
}

function isShared(site: RawSite, method: ts.MethodDeclaration, sites: readonly RawSite[]): boolean {
  const key = site.templates.map(print).join()
  return sites.some((other) => {
    const sibling = other === site || other.spec.op !== 'read-through' ? undefined : decoratedMethod(other)
    return sibling !== undefined && sibling !== method && sibling.parent === method.parent
      && sibling.name.getText() !== method.name.getText() && other.templates.map(print).join() === key
  })
}

/** What the method loads by, less what the builder asks of the same arguments. */
function unheld(context: Context, site: RawSite, method: ts.MethodDeclaration): OmittedInput[] {
  const builder = builderIn(site.call.node)
  if (!builder?.body || !method.body || [...builder.parameters, ...method.parameters].some((each) => each.dotDotDotToken || !ts.isIdentifier(each.name))) return []
  const { unit } = site.call
  const held = flat(flowsInto(builder.body, keyFlows(context, unit))).flatMap((flow) => asArgument(flow, builder, method))
  return toInputs(unit, flowsInto(method.body, valueFlows(context, unit)).flatMap((flow) => uncovered(flow, held, method.body!, false)))
}

/** `command.id` of the builder as what the method calls it. */
function asArgument(flow: Flow, builder: FunctionNode, method: ts.MethodDeclaration): Flow[] {
  const root = method.parameters[builder.parameters.findIndex((each) => each === flow.root)]
  return root ? [{ ...flow, root, path: [root.name.getText(), ...flow.path.slice(1)] }] : []
}

/** The one function that a decorator is handed, itself or as a member of options. */
function builderIn(call: ts.Node): FunctionNode | undefined {
  const args = ts.isCallExpression(call) ? call.arguments.flatMap((arg): ts.Node[] => (ts.isObjectLiteralExpression(arg) ? arg.properties.flatMap((each) => (ts.isPropertyAssignment(each) ? [each.initializer] : [])) : [arg])) : []
  const [only, ...more] = args.filter((arg): arg is FunctionNode & ts.Expression => isFunctionNode(arg))
  return more.length === 0 ? only : undefined
}

/**
 * What the answer of a decorated method depends on, beside the inputs of its key: those of the builder or, where the key
 * is the address of the request, the parameters that stand in it. Nothing where the key is made otherwise.
 */
export function decoratedInputs({ call: { node } }: RawSite, method: ts.MethodDeclaration): { readonly value: readonly Input[]; readonly key: readonly Input[] } {
  const builder = builderIn(node)
  const none = { value: [], key: [] }
  if (!method.body) return none
  const value = inputsOf(method.body)
  if (builder?.body) return builder.parameters.some((each) => each.dotDotDotToken) ? none : { value, key: inputsOf(builder.body) }
  return isRoute(node) ? { value: value.filter(({ root }) => !(root && ts.isParameter(root) && isInAddress(root))), key: [] } : none
}

const isRoute = (node: ts.Node): boolean => ts.isCallExpression(node) && node.expression.getText() === 'Get'

const isInAddress = (parameter: ts.ParameterDeclaration): boolean => (ts.getDecorators(parameter) ?? []).some((each) => /^@(?:Param|Query)\b/.test(each.getText()))
