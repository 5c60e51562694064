import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { configFolder, findConfig } from '../config/find.js'
import type { Inputs } from '../incremental/inputs.js'
import { secretOf } from '../incremental/secret.js'
import { stillTrue } from '../incremental/still.js'
import { cacheFolder, forgiving, inFile, type Kept, type Store } from '../incremental/store.js'
import { discover } from '../source/discover.js'
import { digestOf } from '../source/digest.js'
import { repositoryOf, sourceTextIfAny } from '../source/disk.js'
import type { Report } from '../report/schema.js'
import type { RuleInfo } from '../report/formats/format.js'
import type { Progress } from './progress.js'
import { withPage } from './rule-pages.js'
import type { AuditRun, Verdict } from './run-audit.js'
import { say, type Streams } from './streams.js'
import { version } from './version.js'

/** What is audited, and by which rules: two requests that are the same get the same answer of the same files. */
export interface AuditRequest {
  readonly paths: readonly string[]
  readonly cwd: string
  readonly config: string | undefined
  readonly only: readonly string[] | undefined
  readonly rules: Readonly<Record<string, string>> | undefined
}

/** The part of a verdict that is plain data. */
interface KeptVerdict {
  readonly report: Report
  readonly refuted: Verdict['refuted']
  readonly rules: readonly Omit<RuleInfo, 'page'>[]
}

export type VerdictStore = Store<KeptVerdict>

/** The verdict of the last audit, where all that it hung on is as it was; else that of a new audit, which is kept. @throws SourceError, ConfigError */
export async function keptAudit(request: AuditRequest, store: VerdictStore | undefined, progress: Progress): Promise<Verdict> {
  const began = Date.now()
  if (store) progress.phase('looking at the cache')
  const known = store?.get()
  const still = known && known.maker === makerFor(request) ? recalled(request, known, began) : undefined
  if (known && still) {
    if (still.inputs !== known.inputs) store!.set({ ...known, inputs: still.inputs })
    progress.end()
    return still.verdict
  }
  const { runAudit } = await import('./run-audit.js')
  const { paths, cwd, config, only, rules } = request
  const before = store && configNow(request)
  const run = await runAudit(paths, cwd, config, { ...(only ? { only } : {}), ...(rules ? { rules } : {}), progress })
  // What was edited while it ran may have been read before or after.
  if (store && before !== undefined && JSON.stringify(before) === JSON.stringify(configNow(request))) store.set(await keptOf(run, request, { config: before, began }))
  return run
}

async function keptOf(run: AuditRun, request: AuditRequest, { config, began }: { readonly config: Inputs['config']; readonly began: number }): Promise<Kept<KeptVerdict>> {
  const { inputsOf } = await import('../incremental/inputs.js')
  const { report, refuted, rules } = run
  const inputs = inputsOf(run.program, { config, ignored: run.config.ignore, began })
  return { maker: makerFor(request), inputs, value: { report, refuted, rules: rules.map(({ id, severity, description }) => ({ id, severity, description })) } }
}

function recalled(request: AuditRequest, { inputs, value }: Kept<KeptVerdict>, began: number): { readonly inputs: Inputs; readonly verdict: Verdict } | undefined {
  const config = configNow(request)
  // Under another configuration other files may be there.
  if (JSON.stringify(config) !== JSON.stringify(inputs.config)) return undefined
  const { root, files } = discover(request.paths, request.cwd, inputs.ignored)
  const still = stillTrue(inputs, { root, files, began })
  return still && { inputs: still, verdict: { ...value, root, rules: value.rules.map(withPage), textOf: (path) => sourceTextIfAny(join(root, path)) ?? '' } }
}

function configNow({ paths, cwd, config }: AuditRequest): Inputs['config'] {
  const file = findConfig(configFolder(paths, cwd), config)
  return file === undefined ? null : [relative(cwd, file), digestOf(readFileSync(file, 'utf8'))]
}

/** What makes a verdict: keyproof, and what was asked of it. */
const makerFor = (request: AuditRequest): string => `${maker()}; ${asText(request)}`

/** The version; of a checkout, whose version stays while its code changes, the time of its build too. */
function maker(): string {
  const own = new URL(import.meta.url)
  const isCheckout = ['../../tsconfig.build.json', '../../../tsconfig.build.json'].some((path) => existsSync(new URL(path, own)))
  return `keyproof ${version()} on Node.js ${process.versions.node}${isCheckout ? `, built ${statSync(own).mtimeMs}` : ''}`
}

/** The cache that the command line asks for. Where there can be none, that is told, and the audit goes on without. */
export function cacheOf(request: AuditRequest, { cache, cacheLocation }: { readonly cache?: boolean; readonly cacheLocation?: string }, streams: Streams): VerdictStore | undefined {
  if (!cache && cacheLocation === undefined) return undefined
  const { cwd, paths } = request
  const failed = (error: unknown): void => say(`keyproof: no cache: ${error instanceof Error ? error.message : String(error)}`, streams)
  try {
    const folder = cacheLocation === undefined ? cacheFolder(configFolder(paths, cwd), process.env) : resolve(cwd, cacheLocation)
    return forgiving(inFile(join(folder, `${slotOf(request)}.json`), secretOf(process.env, repositoryOf(configFolder(paths, cwd)))), failed)
  } catch (error) {
    failed(error)
    return undefined
  }
}

/** One file for each request, whatever folder the project stands in. */
const slotOf = (request: AuditRequest): string => createHash('sha256').update(asText(request)).digest('hex').slice(0, 16)

const asText = ({ paths, cwd, config, only, rules }: AuditRequest): string =>
  JSON.stringify([paths.map((path) => relative(cwd, resolve(cwd, path))), config === undefined ? null : relative(cwd, config), only ?? null, rules ?? null])
