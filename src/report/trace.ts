import type { KeyStep, KeyTrace } from '../model/key-trace.js'
import type { Place } from '../model/types.js'
import { fitted, inkOf, plural, type Look } from './style.js'

/** How keys were worked out, for people: the steps as a tree, what fills the holes, where it gave up. */
export function traceText(traces: readonly KeyTrace[], look: Look): string {
  return [...traces.flatMap((trace) => [...traceLines(trace, look), '']), plural(traces.length, 'site'), ''].join('\n')
}

function traceLines(trace: KeyTrace, look: Look): string[] {
  const ink = inkOf(look)
  const head = `${ink.underline(at(trace.location))}  ${trace.op}  ${ink.bold(trace.keys.join(', '))}  ${ink.dim(trace.client)}`
  const widest = Math.min(60, Math.max(0, ...trace.steps.map((step) => step.depth * 2 + step.source.length)))
  return [
    head,
    ...trace.steps.map((step) => stepLine(step, trace.location.path, widest, look)),
    ...trace.through.map((inner) => `  ${ink.dim('reaches')} ${at(inner.location)}  ${inner.keys.join(', ')}`),
    ...trace.holes.map((hole) => `  ${hole.name}  ${hole.origin}${hole.location ? ink.dim(`  ${at(hole.location)}`) : ''}`),
  ]
}

function stepLine(step: KeyStep, path: string, widest: number, look: Look): string {
  const ink = inkOf(look)
  const source = `${'  '.repeat(step.depth)}${step.source}`
  const place = step.location.path === path ? `:${step.location.startLine}` : at(step.location)
  return fitted(`    ${source.padEnd(widest)}  ${step.result}  ${ink.dim(place)}`, look.color ? look.width + 20 : look.width)
}

const at = (place: Place): string => `${place.path}:${place.startLine}`
