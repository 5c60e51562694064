import { ts } from 'ts-morph'
import { cacheManager } from '../clients/cache-manager.js'
import { choice, hole, text, type Part, type Template } from '../keys/template.js'
import { symbolicFrameAt, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { baseOf } from '../resolve/instance.js'
import { exactText, type Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import type { RawSite } from './raw-site.js'

/**
 * The handlers whose responses Nest's `CacheInterceptor` keeps: `@UseInterceptors(CacheInterceptor)` on a method, or on a
 * controller for all of its GET handlers. The key is the URL of the request; `@CacheKey` gives another and is a site itself.
 */
export function interceptorSites(context: Context, unit: Unit): RawSite[] {
  if (!unit.ast.text.includes('UseInterceptors(')) return []
  return unit.ast.statements.filter(ts.isClassDeclaration).flatMap((controller) => {
    const isWhole = isCached(context, unit, controller)
    return controller.members.filter(ts.isMethodDeclaration)
      .filter((method) => (isWhole || isCached(context, unit, method)) && !decorator(method, 'CacheKey'))
      .flatMap((method) => siteOf(context, unit, controller, method) ?? [])
  })
}

function siteOf(context: Context, unit: Unit, controller: ts.ClassDeclaration, method: ts.MethodDeclaration): RawSite | undefined {
  const get = decorator(method, 'Get')
  if (!get) return undefined
  const frame = symbolicFrameAt(context, unit, method)
  const path = [decorator(controller, 'Controller'), get].map((call) => pathOf(context, call, unit)).filter((part) => part !== '')
  return {
    call: { unit, node: get }, frame, spec: { op: 'read-through', key: { arg: 0 } }, client: { kind: 'client', client: cacheManager, prefix: [] },
    kind: 'key', match: 'exact', args: [], templates: [isTracked(context, unit, controller) || isTracked(context, unit, method) ? [hole('trackBy()', { wild: true })] : routeKey(`/${path.join('/')}`)],
  }
}

/** `/users/:id` → `/users/{id}`, with or without a query. */
function routeKey(route: string): Template {
  const parts = route.split(/(:\w+)/).filter(Boolean).map((piece): Part => (piece.startsWith(':') ? hole(piece.slice(1)) : text(piece)))
  return [...parts, ...choice([[], [text('?'), hole('query', { wild: true })]])]
}

function pathOf(context: Context, call: ts.CallExpression | undefined, unit: Unit): string {
  const [argument] = call?.arguments ?? []
  const value = argument && exactText(evaluate(context, argument, symbolicFrameAt(context, unit, argument)))
  return (value ?? (argument ? ':path' : '')).replace(/^\/+|\/+$/g, '')
}

function isCached(context: Context, unit: Unit, node: ts.ClassDeclaration | ts.MethodDeclaration): boolean {
  const uses = decorator(node, 'UseInterceptors')
  return uses?.arguments.some((argument) => isCacheInterceptor(context, evaluate(context, argument, symbolicFrameAt(context, unit, argument)))) ?? false
}

/** Does the program's own interceptor choose the key, by `trackBy`? */
function isTracked(context: Context, unit: Unit, node: ts.ClassDeclaration | ts.MethodDeclaration): boolean {
  return decorator(node, 'UseInterceptors')?.arguments.some((argument) => {
    const value = evaluate(context, argument, symbolicFrameAt(context, unit, argument))
    return value.kind === 'class' && value.node.members.some((member) => member.name?.getText() === 'trackBy')
  }) ?? false
}

function isCacheInterceptor(context: Context, value: Value): boolean {
  if (value.kind === 'external') return value.name === 'CacheInterceptor' && (value.module === '@nestjs/cache-manager' || value.module === '@nestjs/common')
  const base = value.kind === 'class' ? baseOf(context, value) : undefined
  return base !== undefined && isCacheInterceptor(context, base)
}

function decorator(node: ts.HasDecorators, name: string): ts.CallExpression | undefined {
  return (ts.getDecorators(node) ?? []).map((each) => each.expression)
    .find((call): call is ts.CallExpression => ts.isCallExpression(call) && call.expression.getText() === name)
}
