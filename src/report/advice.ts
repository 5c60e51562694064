import type { Advice } from '../audit/advise.js'
import { inkOf, plural, type Look } from './style.js'

const MOST_SITES = 3

/** What is advised on each key, for people. */
export function adviceText(advices: readonly Advice[], look: Look): string {
  const ink = inkOf(look)
  const said = (answer: boolean | 'unknown'): string => (answer === 'unknown' ? '?' : answer ? 'yes' : 'no')
  const lines = advices.flatMap(({ template, store, strategy, answers, why, notes, sites }) => [
    `${ink.bold(template)}  ${ink.dim(store)}`,
    `  ${strategy}: ${why}`,
    ink.dim(`  read more than written ${said(answers.readMoreThanWritten)}, may be stale ${said(answers.mayBeStale)}, of one user ${said(answers.userSpecific)}, expensive source ${said(answers.expensiveSource)}`),
    ...notes.map(({ id, message }) => `  ${ink.yellow(id)}: ${message}`),
    ...sites.slice(0, MOST_SITES).map(({ role, path, startLine }) => ink.dim(`  ${role}: ${path}:${startLine}`)),
    '',
  ])
  return [...lines, `${plural(advices.length, 'key')}`, ''].join('\n')
}
