import { z } from 'zod'
import { linesOf } from '../model/lines.js'
import type { Model } from '../model/types.js'
import { SourceError } from '../source/discover.js'
import type { Program } from '../source/program.js'

/**
 * What a package says of its caches, as plain data: made on one machine, linked on another. The package is looked at with what it
 * depends on, so that facts of packages that share one overlap.
 */
export interface Facts {
  readonly schemaVersion: 1
  /** Facts are read by the version that made them. */
  readonly tool: { readonly name: 'keyproof'; readonly version: string }
  /** The workspace or package at the root: paths are relative to its folder. */
  readonly repository: string
  /** The package, by its path; `.` for the root. */
  readonly package: string
  readonly files: readonly string[]
  readonly parsed: readonly string[]
  /** The lines that suppress findings, by path. */
  readonly comments: Readonly<Record<string, readonly (readonly [line: number, text: string])[]>>
  readonly model: Model
}

const DIRECTIVE = 'keyproof-disable'

/** The facts of a program, and of the model that was made of it. */
export function factsOf(program: Program, model: Model, about: Pick<Facts, 'repository' | 'package'> & { readonly version: string }): Facts {
  const parsed = program.parsedAfter(0).map(({ path }) => path).sort()
  const lines = parsed.flatMap((path) => {
    const text = program.text(program.fileOf(path))
    return text.includes(DIRECTIVE) ? [[path, linesOf(text).flatMap((line, i) => (line.includes(DIRECTIVE) ? [[i, line] as const] : []))] as const] : []
  })
  return {
    schemaVersion: 1, tool: { name: 'keyproof', version: about.version }, repository: about.repository, package: about.package,
    files: program.files.map((file) => program.pathOf(file)), parsed, comments: Object.fromEntries(lines), model,
  }
}

const list = z.array(z.unknown())

// What is inside of the model was made by the same version.
const shape = z.object({
  schemaVersion: z.literal(1), tool: z.object({ name: z.literal('keyproof'), version: z.string() }), repository: z.string(), package: z.string(),
  files: z.array(z.string()), parsed: z.array(z.string()), comments: z.record(z.string(), z.array(z.tuple([z.number(), z.string()]))),
  model: z.looseObject({ sites: list, writes: list, factories: list, keyless: list, responses: list, diagnostics: list, cached: z.array(z.string()) }),
})

/** Reads a file of facts. `name` is what it is called by in errors. @throws SourceError */
export function readFacts(text: string, name: string, version: string): Facts {
  const read = parsedJson(text, name)
  const made = (read as { tool?: { version?: unknown } } | null)?.tool?.version
  if (typeof made === 'string' && made !== version) throw new SourceError(`${name}: of keyproof ${made}, and this is ${version}: collect it again`)
  const result = shape.safeParse(read)
  if (!result.success) throw new SourceError(`${name}: is no file of \`keyproof collect\`: ${result.error.issues[0]!.path.join('.') || '(top)'}: ${result.error.issues[0]!.message}`)
  return result.data as unknown as Facts
}

function parsedJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SourceError(`${name}: is no JSON`, { cause: error })
  }
}
