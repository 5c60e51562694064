import type { Report } from '../report/schema.js'

export type FailOn = 'error' | 'warning' | 'info'

export const COULD_NOT = 2

/** 0 clean, 1 findings at or above the threshold. (2, could not do it, is decided where it happens.) */
export function exitCode({ summary: { findings } }: Report, failOn: FailOn): 0 | 1 {
  const counted = { error: findings.error, warning: findings.error + findings.warning, info: findings.error + findings.warning + findings.info }
  return counted[failOn] > 0 ? 1 : 0
}
