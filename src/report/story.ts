import type { ReportFinding } from './schema.js'
import { inkOf, type Look } from './style.js'

const VERDICTS: Readonly<Record<NonNullable<ReportFinding['replay']>['verdict'], string>> = {
  'stale read': 'the old value is served.',
  'never read': 'what was stored is never found.',
  leak: 'one is served what was made for another.',
  'wrong lifetime': 'it is gone before its time, or there after it.',
  stampede: 'each who misses loads for itself.',
  'wrong value': 'one kind of data is served for another.',
}

/** What happens at run time, step by step, as the reference runtime did it with concrete keys. */
export function storyLines({ replay }: ReportFinding, look: Look): string[] {
  if (!replay) return []
  const ink = inkOf(look)
  const widest = Math.max(...replay.steps.map(({ key }) => key.length))
  const steps = replay.steps.map(({ op, key, as, result }, i) => {
    const what = op === 'change' ? result : `${op.padEnd(6)}  ${key.padEnd(widest)}  ${result}`
    return `      ${i + 1}. ${what}${as === undefined ? '' : ink.dim(`  (${as})`)}`.trimEnd()
  })
  return [ink.dim('    What happens:'), ...steps, `      ${ink.bold('So')} ${VERDICTS[replay.verdict]}`]
}
