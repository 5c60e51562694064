import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { RULES } from '../rules/index.js'
import { audit, type AuditResult } from '../src/audit/audit.js'
import { collect } from '../src/collect/collect.js'
import { clientSpecs, toldBy } from '../src/config/load.js'
import { configSchema } from '../src/config/schema.js'
import { assemble } from '../src/model/assemble.js'
import { keyText } from '../src/report/build.js'
import { discover } from '../src/source/discover.js'
import { Program } from '../src/source/program.js'

export const REPOSITORY = new URL('..', import.meta.url).pathname

/** Writes files into a new folder and returns it. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-test-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** Audits a folder as the command line does. */
export function auditFolder(folder: string, config: object = {}): AuditResult {
  const parsed = configSchema.parse(config)
  const program = new Program(discover([folder], '/'.concat('nowhere'), parsed.ignore))
  const model = assemble(collect(program, clientSpecs(parsed.clients), parsed.enable, toldBy(parsed)))
  return audit(model, RULES, parsed, (path) => program.text(join(program.root, path)))
}

export const auditFiles = (files: Readonly<Record<string, string>>, config: object = {}): AuditResult => auditFolder(project(files), config)

/** The sites of a program, one line each: `op key`, marked when the key is handed through. */
export function siteLines(files: Readonly<Record<string, string>>, config: object = {}): string[] {
  return auditFiles(files, config).model.sites.map((site) => `${site.op} ${keyText(site)}${site.passThrough ? ' (handed through)' : ''}`)
}

/** `path:line rule` of every finding that is more than a note. */
export const findingLines = (result: AuditResult): string[] => result.findings.filter(({ severity }) => severity !== 'info').map((f) => `${f.location.path}:${f.location.startLine} ${f.ruleId}`)

/** What the `// expect: RULE` comments of a folder announce: the line below each. */
export function expectedLines(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts') && !path.includes('node_modules')).sort()
    .flatMap((path) => readFileSync(join(folder, path), 'utf8').split('\n').flatMap((line, i) => {
      const rule = /\/\/ expect: (\S+)/.exec(line)?.[1]
      return rule === undefined ? [] : [`${path}:${i + 2} ${rule}`]
    }))
}

const OF_OPERATION = new Set(['ttl-unit', 'ttl-falsy', 'split-expiry', 'ttl-missing', 'falsy-hit', 'cached-error', 'lossy-value', 'unawaited-cache', 'stampede', 'keys-command', 'undefined-in-key', 'object-in-key', 'unstable-key'])

/** What is said of which key is used where, and not of how long, how often or how safely: small programs are bare of all that. */
export const keyFindings = (result: AuditResult): AuditResult['findings'] => result.findings.filter(({ ruleId }) => !OF_OPERATION.has(ruleId))
