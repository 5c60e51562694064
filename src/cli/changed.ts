import { execFileSync } from 'node:child_process'
import { diffArrays } from 'diff'
import type { Report, ReportFinding } from '../report/schema.js'
import { linesOf } from '../model/lines.js'
import { SourceError } from '../source/discover.js'

type Range = readonly [from: number, to: number]

/** The lines of a file, by its path in the report, that were changed: first and last of each piece. */
export type ChangedLines = (path: string) => readonly Range[]

// Whatever the repository's own files say, git is to read, and to run nothing: no hook, no monitor, no filter, no fetch, and
// no folder that merely looks like a repository (safe.bareRepository: git-config(1)).
const QUIETLY = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.pager=cat', '-c', 'safe.bareRepository=explicit']
const ALONE = { GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' }

const git = (root: string, args: readonly string[]): string =>
  execFileSync('git', [...QUIETLY, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...ALONE } })

/**
 * What was changed since `ref` left the branch at hand, in commits or not. Files are compared as they are stored with what
 * `textOf` gives, so that no attribute or filter of the repository has a say. @throws SourceError where git cannot tell
 */
export function changedLines(root: string, ref: string, textOf: (path: string) => string): ChangedLines {
  if (ref.startsWith('-')) throw new SourceError(`--changed: ${ref} is no revision`)
  const base = baseOf(root, ref)
  const known = new Map<string, readonly Range[]>()
  return (path) => {
    const ranges = known.get(path) ?? piecesOf(storedAt(root, base, path), textOf(path))
    known.set(path, ranges)
    return ranges
  }
}

function baseOf(root: string, ref: string): string {
  try {
    return git(root, ['merge-base', ref, 'HEAD']).trim()
  } catch (error) {
    const told = (error as { stderr?: string }).stderr?.trim().split('\n')[0]
    throw new SourceError(`--changed: git cannot tell what was changed${told ? `: ${told}` : ': is it installed?'}`)
  }
}

/** A file as a commit holds it; `undefined` where it holds none. */
function storedAt(root: string, commit: string, path: string): string | undefined {
  try {
    return git(root, ['cat-file', 'blob', `${commit}:./${path}`])
  } catch {
    return undefined
  }
}

function piecesOf(before: string | undefined, after: string): Range[] {
  if (before === undefined) return [[1, Number.MAX_SAFE_INTEGER]]
  if (before === after) return []
  const found: Range[] = []
  let line = 1
  for (const { added, removed, count } of diffArrays([...linesOf(before)], [...linesOf(after)])) {
    // Lines that were only taken out stand between two that are there.
    if (added) found.push([line, line + count - 1])
    else if (removed) found.push([line - 1, line])
    if (!removed) line += count
  }
  return found
}

/** The findings of which some place was changed: the write, the delete, or what lies between. */
export const touching = (findings: readonly ReportFinding[], changed: ChangedLines): ReportFinding[] =>
  findings.filter((finding) => [finding.location, ...finding.related].some(({ path, startLine, endLine }) => changed(path).some(([from, to]) => from <= endLine && to >= startLine)))

/** The report of these findings alone. */
export function reportOf(report: Report, findings: readonly ReportFinding[], more: Partial<Report['summary']> = {}): Report {
  const count = (severity: ReportFinding['severity']): number => findings.filter((finding) => finding.severity === severity).length
  return { ...report, findings: [...findings], summary: { ...report.summary, ...more, findings: { error: count('error'), warning: count('warning'), info: count('info') } } }
}
