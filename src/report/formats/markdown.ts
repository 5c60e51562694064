import { fitted } from '../style.js'
import { byGravity, counted, headline, keyLines } from './common.js'
import type { Format } from './format.js'
import type { ReportFinding } from '../schema.js'

const SIGNS = { error: '🔴', warning: '🟡', info: '🔵' } as const

// A step summary of GitHub takes 1 MiB, a comment 65,536 characters.
const LONGEST = 60_000

/** For a step summary, or a comment on a pull request. What the audited code says stands in code spans and is nothing else. */
export const markdown: Format = (report) => {
  const head = `## keyproof: ${report.findings.length === 0 ? 'no findings' : counted(report)}\n`
  let text = head
  const all = byGravity(report)
  for (const [i, finding] of all.entries()) {
    const next = `\n${section(finding)}`
    if (text.length + next.length > LONGEST) return `${text}\nAnd ${all.length - i} more: see the whole report.\n`
    text += next
  }
  const { files, sites, keys, unresolved } = report.summary
  return `${text}\n${files} files, ${sites} cache calls, ${keys} keys, ${unresolved} unresolved.\n`
}

function section(finding: ReportFinding): string {
  const { path, startLine } = finding.location
  const keys = keyLines(finding)
  return [
    `### ${SIGNS[finding.severity]} ${finding.ruleId} · ${code(`${path}:${startLine}`)}`, '', escaped(headline(finding)),
    ...(keys.length > 0 ? ['', ...fenced(keys)] : []),
    ...(finding.related.length > 0 ? ['', ...finding.related.slice(0, 8).map((place) => `- ${escaped(place.role)}: ${code(`${place.path}:${place.startLine}`)} ${escaped(place.message)}`)] : []),
    '',
  ].join('\n')
}

// So much of one text: a key without end hides no other finding.
const MOST = 600

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' }

/**
 * Text in which no character of Markdown or HTML means anything, and nobody is mentioned, no issue or page linked: GitHub finds
 * those in text (also behind entities), unless a blank of no width parts them.
 */
const escaped = (text: string): string => fitted(text.replace(/\n/g, ' '), MOST).replace(/[\\`*_{}[\]()<>&#+!|~]/g, (char) => ENTITIES[char] ?? `\\${char}`)
  .replace(/[@#]|:(?=\/\/)|(?<=\bwww)\.|(?<=\b[Gg][Hh])-/g, '$&\u200b')

/** A code span, whose fence is longer than any run of backticks in it. */
function code(text: string): string {
  const plain = fitted(text.replace(/\n/g, ' '), MOST)
  const fence = '`'.repeat(longestRun(plain) + 1)
  return `${fence}${plain.startsWith('`') ? ' ' : ''}${plain}${plain.endsWith('`') ? ' ' : ''}${fence}`
}

function fenced(lines: readonly string[]): readonly string[] {
  const plain = lines.map((line) => fitted(line, MOST))
  const fence = '`'.repeat(Math.max(3, longestRun(plain.join('\n')) + 1))
  return [fence, ...plain, fence]
}

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
