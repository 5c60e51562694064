import { ts } from 'ts-morph'
import { placeOf, symbolAt } from '../collect/place.js'
import type { LifetimeFault } from '../model/expiry.js'
import { bare } from '../resolve/expressions.js'
import { enclosingClass, enclosingFunction } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import { NAME_OF, unitDeclared } from '../resolve/unit-names.js'
import type { Sink } from './sinks.js'

/** A parameter of a method that a class has by contract, handed on as it is. */
interface Handed { readonly contract: string; readonly sink: Sink }

/** Implementations of one method that hand its lifetime to places of different units: whoever calls it is wrong for one. */
export function siblingFaults(sinks: readonly Sink[]): LifetimeFault[] {
  const groups = new Map<string, Handed[]>()
  for (const handed of sinks.flatMap((sink) => handedOf(sink) ?? [])) groups.set(handed.contract, [...(groups.get(handed.contract) ?? []), handed])
  return [...groups.values()].flatMap((group) => {
    const [ms, s] = (['ms', 's'] as const).map((unit) => group.find(({ sink }) => sink.unit === unit)?.sink)
    return ms && s ? [faultOf(ms, s)] : []
  })
}

function handedOf(sink: Sink): Handed | undefined {
  const node = bare(sink.node)
  const declaration = ts.isIdentifier(node) ? declarationOf(node) : undefined
  if (!declaration || !ts.isParameter(declaration) || !ts.isMethodDeclaration(declaration.parent) || sink.isAbsolute || unitDeclared(declaration)) return undefined
  const method = declaration.parent
  const [clause] = enclosingClass(method.name)?.heritageClauses ?? []
  const base = clause?.types[0]?.expression.getText()
  if (base === undefined || enclosingFunction(sink.node) !== method) return undefined
  return { sink, contract: `${base}.${method.name.getText()} ${method.parameters.indexOf(declaration)}` }
}

const faultOf = (ms: Sink, s: Sink): LifetimeFault => ({
  kind: 'siblings', location: placeOf(ms.file, ms.node), symbol: symbolAt(ms.node), takes: ms.takes, text: ms.node.getText(), sink: placeOf(s.file, s.node), ...(ms.key ? { key: ms.key } : {}),
  because: `another implementation of the method hands it on as ${NAME_OF.s}`,
})
