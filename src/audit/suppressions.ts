import { linesOf } from '../model/lines.js'
import type { Diagnostic, Place } from '../model/types.js'

/** `// keyproof-disable-next-line RULE -- reason` */
interface Suppression {
  readonly line: number
  readonly rules: readonly string[]
  readonly reason: string
}

const DIRECTIVE = 'keyproof-disable-next-line'
const OPENS = /(?:\/\/|\/\*|#|<!--)\s{0,20}$/
const CLOSES = /\*\/|-->/

/** What a line says behind the directive, if there is one in a comment. */
function saidIn(line: string): string | undefined {
  const at = line.indexOf(DIRECTIVE)
  if (at === -1 || !OPENS.test(line.slice(Math.max(0, at - 24), at))) return undefined
  const rest = line.slice(at + DIRECTIVE.length)
  return /^[\w-]/.test(rest) ? undefined : rest.split(CLOSES, 1)[0]!.trim()
}

/** What the comments of one file suppress, and the comments that cannot. */
export class Suppressions {
  private readonly byPath = new Map<string, readonly Suppression[]>()
  private readonly used = new Set<Suppression>()
  readonly diagnostics: Diagnostic[] = []

  constructor(private readonly textOf: (path: string) => string, private readonly ruleIds: readonly string[]) {}

  /** Is a finding of the rule at this place suppressed? */
  covers(ruleId: string, place: Place): boolean {
    const match = this.of(place.path).find((s) => s.line === place.startLine && s.rules.includes(ruleId))
    if (match) this.used.add(match)
    return match !== undefined
  }

  /** Reports the comments of these files that suppressed nothing. */
  reportUnused(paths: readonly string[]): void {
    for (const path of paths) {
      for (const suppression of this.of(path)) {
        if (!this.used.has(suppression)) this.report(path, suppression.line - 1, `unused suppression of ${suppression.rules.join(', ')}`)
      }
    }
  }

  private of(path: string): readonly Suppression[] {
    const known = this.byPath.get(path)
    if (known) return known
    const found = this.read(path)
    this.byPath.set(path, found)
    return found
  }

  private read(path: string): readonly Suppression[] {
    const text = this.textOf(path)
    if (!text.includes('keyproof-disable')) return []
    return linesOf(text).flatMap((line, i) => {
      const said = saidIn(line)
      if (said === undefined) return []
      const [names = '', ...rest] = said.split(/\s--\s?|^--\s?/)
      return this.checked({ line: i + 2, rules: names.split(/[\s,]+/).filter(Boolean), reason: rest.join(' -- ').trim() }, path)
    })
  }

  // A suppression that says nothing of its reason, or names no rule, hides nothing.
  private checked(suppression: Suppression, path: string): Suppression[] {
    const { rules, reason, line } = suppression
    const unknown = rules.filter((rule) => !this.ruleIds.includes(rule))
    if (rules.length === 0) this.report(path, line - 1, 'suppression names no rule')
    else if (unknown.length > 0) this.report(path, line - 1, `suppression of unknown rule ${unknown.join(', ')}`)
    else if (reason === '') this.report(path, line - 1, `suppression of ${rules.join(', ')} without a reason: write -- and why`)
    else return [suppression]
    return []
  }

  private report(path: string, line: number, message: string): void {
    this.diagnostics.push({ kind: 'suppression', message, location: { path, startLine: line, startColumn: 1, endLine: line, endColumn: 1 } })
  }
}
