import type { Report } from '../schema.js'
import { visible } from '../../keys/visible.js'
import { harmless } from '../harmless.js'
import type { Look } from '../style.js'

/** What a report tells of a rule. */
export interface RuleInfo {
  readonly id: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly description: string
  /** Its page, in Markdown. */
  readonly page: string
}

/** What a format may ask besides the report. */
export interface FormatContext {
  readonly rules: readonly RuleInfo[]
  /** The text of an audited file, by its path in the report. */
  readonly textOf: (path: string) => string
  readonly look: Look
  /** Tell what happens at run time, step by step. */
  readonly isExplained: boolean
}

/** A pure function of the report to a string. */
export type Format = (report: Report, context: FormatContext) => string

export const FORMATS = ['text', 'json', 'sarif', 'github', 'markdown', 'gitlab', 'rdjson', 'junit', 'html', 'agent'] as const

export type FormatName = (typeof FORMATS)[number]

/** Loads a format when it is asked for, and not before. What the audited code says reaches it as text that does nothing. */
export async function formatOf(name: FormatName): Promise<Format> {
  const make = await loaded(name)
  if (name === 'json') return make
  return (report, context) => {
    const paths = new Map(report.findings.flatMap(({ location, related }) => [location, ...related]).map(({ path }) => [visible(path), path]))
    return make(harmless(report), { ...context, textOf: (path) => context.textOf(paths.get(path) ?? path) })
  }
}

async function loaded(name: FormatName): Promise<Format> {
  switch (name) {
    case 'text': {
      const { text } = await import('../text.js')
      return (report, { textOf, look, isExplained }) => text(report, textOf, look, isExplained)
    }
    case 'json': return (await import('../json.js')).json
    case 'sarif': return (await import('./sarif.js')).sarif
    case 'github': return (await import('./github.js')).github
    case 'markdown': return (await import('./markdown.js')).markdown
    case 'gitlab': return (await import('./gitlab.js')).gitlab
    case 'rdjson': return (await import('./rdjson.js')).rdjson
    case 'junit': return (await import('./junit.js')).junit
    case 'html': return (await import('./html.js')).html
    case 'agent': return (await import('./agent.js')).agent
  }
}
