import { execFileSync } from 'node:child_process'
import type { Report, ReportFinding } from '../report/schema.js'
import { SourceError } from '../source/discover.js'

/** The lines of a file that were changed: first and last of each piece. */
export type ChangedLines = ReadonlyMap<string, readonly (readonly [from: number, to: number])[]>

// Whatever the repository's own configuration says, git is to read, and to run nothing.
const QUIETLY = ['-c', 'core.fsmonitor=false', '-c', 'core.pager=cat', '-c', 'diff.external=']

function git(root: string, args: readonly string[]): string {
  try {
    return execFileSync('git', [...QUIETLY, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const told = (error as { stderr?: string }).stderr?.trim().split('\n')[0]
    throw new SourceError(`--changed: git cannot tell what was changed${told ? `: ${told}` : ': is it installed?'}`)
  }
}

/**
 * What was changed since `ref` left the branch at hand, uncommitted and untracked files included; paths are relative to
 * `root`. @throws SourceError where git cannot tell
 */
export function changedLines(root: string, ref: string): ChangedLines {
  if (ref.startsWith('-')) throw new SourceError(`--changed: ${ref} is no revision`)
  const base = git(root, ['merge-base', ref, 'HEAD']).trim()
  const diff = git(root, ['diff', '--relative', '--unified=0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--src-prefix=a/', '--dst-prefix=b/', base, '--'])
  const untracked = git(root, ['ls-files', '--others', '--exclude-standard', '-z']).split('\0').filter(Boolean)
  const whole = untracked.map((path): [string, [number, number][]] => [path, [[1, Number.MAX_SAFE_INTEGER]]])
  return new Map([...piecesOf(diff), ...whole])
}

function piecesOf(diff: string): Map<string, [number, number][]> {
  const found = new Map<string, [number, number][]>()
  let path: string | undefined
  for (const line of diff.split('\n')) {
    const file = /^\+\+\+ (?:"?b\/(.*?)"?|\/dev\/null)\t?$/.exec(line)
    if (file) path = file[1]
    const [, start, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
    if (start === undefined || path === undefined) continue
    // Lines that were only taken out stand between two that are there.
    const from = Number(start)
    found.set(path, [...(found.get(path) ?? []), [from, from + Math.max(1, Number(count)) - 1]])
  }
  return found
}

/** The findings of which some place was changed: the write, the delete, or what lies between. */
export const touching = (findings: readonly ReportFinding[], changed: ChangedLines): ReportFinding[] =>
  findings.filter((finding) => [finding.location, ...finding.related].some(({ path, startLine, endLine }) => changed.get(path)?.some(([from, to]) => from <= endLine && to >= startLine)))

/** The report of these findings alone. */
export function reportOf(report: Report, findings: readonly ReportFinding[], more: Partial<Report['summary']> = {}): Report {
  const count = (severity: ReportFinding['severity']): number => findings.filter((finding) => finding.severity === severity).length
  return { ...report, findings: [...findings], summary: { ...report.summary, ...more, findings: { error: count('error'), warning: count('warning'), info: count('info') } } }
}
