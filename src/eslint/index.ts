import { relative, sep } from 'node:path'
import type { ESLint, Linter, Rule } from 'eslint'
import { RULES } from '../../rules/index.js'
import { version } from '../cli/version.js'
import type { ReportFinding } from '../report/schema.js'
import { reportOn } from './audits.js'

const RANK = { info: 0, warning: 1, error: 2 } as const

type Severity = keyof typeof RANK

/** A rule of keyproof as one of ESLint: what the audit of the whole folder found in the file. */
function ruleOf({ id, description }: (typeof RULES)[number]): Rule.RuleModule {
  return {
    meta: {
      type: 'problem', hasSuggestions: true,
      docs: { description, url: `https://github.com/keyproof/keyproof/blob/main/rules/${id}/README.md` },
      messages: { finding: '{{message}}', mend: '{{message}}' },
      schema: [{ type: 'object', additionalProperties: false, properties: { from: { enum: ['error', 'warning', 'info'], description: 'the lowest severity that is reported' } } }],
      defaultOptions: [{ from: 'warning' }],
    },
    create: (context) => ({ Program: () => { for (const finding of findingsIn(context, id)) reportFinding(context, finding) } }),
  }
}

function findingsIn(context: Rule.RuleContext, id: string): readonly ReportFinding[] {
  const path = relative(context.cwd, context.filename).split(sep).join('/')
  const { from = 'warning' } = (context.options[0] ?? {}) as { from?: Severity }
  return reportOn(context.cwd, path).findings.filter(({ ruleId, severity, location }) => ruleId === id && location.path === path && RANK[severity] >= RANK[from])
}

function reportFinding(context: Rule.RuleContext, { message, location, suggestion }: ReportFinding): void {
  const loc = locationOf(location)
  // What was typed since the audit may have moved the place out of the file.
  if (loc.end.line > context.sourceCode.lines.length) return
  const isHere = suggestion?.edits.every(({ path }) => path === location.path)
  context.report({
    loc, messageId: 'finding', data: { message },
    suggest: suggestion && isHere ? [{ messageId: 'mend', data: { message: suggestion.message }, fix: (fixer) => suggestion.edits.map(({ range, text }) => fixer.replaceTextRange(offsetsOf(context, range), text)) }] : [],
  })
}

// ESLint counts columns from 0.
const locationOf = ({ startLine, startColumn, endLine, endColumn }: Omit<ReportFinding['location'], 'path'>): { start: { line: number; column: number }; end: { line: number; column: number } } =>
  ({ start: { line: startLine, column: startColumn - 1 }, end: { line: endLine, column: endColumn - 1 } })

function offsetsOf({ sourceCode }: Rule.RuleContext, range: Omit<ReportFinding['location'], 'path'>): [number, number] {
  const { start, end } = locationOf(range)
  return [sourceCode.getIndexFromLoc(start), sourceCode.getIndexFromLoc(end)]
}

const LEVELS = { error: 'error', warning: 'warn', info: 'off' } as const

const plugin = {
  meta: { name: 'keyproof', version: version(), namespace: 'keyproof' },
  rules: Object.fromEntries(RULES.map((rule) => [rule.id, ruleOf(rule)])),
} satisfies ESLint.Plugin

const recommended: Linter.Config = {
  name: 'keyproof/recommended',
  plugins: { keyproof: plugin },
  rules: Object.fromEntries(RULES.map(({ id, severity }) => [`keyproof/${id}`, LEVELS[severity]])),
}

/** keyproof in ESLint 9 and later: `import keyproof from 'keyproof/eslint'`, and `keyproof.configs.recommended`. */
export default { ...plugin, configs: { recommended } }
