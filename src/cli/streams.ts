import { existsSync, lstatSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { visible } from '../keys/visible.js'
import { harmless, spoken } from '../report/harmless.js'
import { asJson } from '../report/json.js'
import type { Look } from '../report/style.js'
import { isBelow } from '../source/disk.js'
import { SourceError } from '../source/discover.js'
import { writeWhole } from '../source/write-whole.js'

/** Where the command line writes and looks; handed in, so that tests need no process. */
export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly cwd: string
}

/** The options that every command has. */
export interface CommonOptions {
  readonly format: 'text' | 'json'
  readonly output?: string
  readonly config?: string
  readonly color?: boolean
  readonly debug?: boolean
}

/** Colours for terminals that take them, unless the options or the environment say otherwise. */
export async function lookOf(options: Pick<CommonOptions, 'color' | 'output'>, streams: Streams): Promise<Look> {
  const { supportsColor } = await import('chalk')
  const asked = process.env['FORCE_COLOR'] !== undefined && process.env['FORCE_COLOR'] !== '0'
  const wanted = options.color !== false && process.env['NO_COLOR'] === undefined && options.output === undefined
  return { color: wanted && (asked || (streams.stdout.isTTY === true && Boolean(supportsColor))), width: streams.stdout.columns ?? 120 }
}

/**
 * Writes to a file, whole or not at all: who reads it never finds half a report. Without a file, to stdout. A symbolic link is
 * put out of the way and not written through, wherever it leads; pipes and devices are written to.
 */
export function writeTo(output: string, file: string | undefined, streams: Streams): void {
  if (file === undefined) return void streams.stdout.write(output)
  const path = resolve(streams.cwd, file)
  const before = lstatSync(path, { throwIfNoEntry: false })
  if (/^\/(?:dev|proc)\//.test(path) || (before && !before.isFile() && !before.isSymbolicLink())) return writeFileSync(path, output)
  writeWhole(output, path)
}

/** Writes a file of the project, and the folders that it needs; never elsewhere, whatever links lead there. @throws SourceError */
export function writeBelow(output: string, file: string, streams: Streams): void {
  const path = resolve(streams.cwd, file)
  let folder = dirname(path)
  while (!existsSync(folder)) folder = dirname(folder)
  const [here, there] = [realpathSync(streams.cwd), realpathSync(folder)]
  if (here !== there && !isBelow(there, here)) throw new SourceError(`${file} leads out of this folder: nothing was written there`)
  mkdirSync(dirname(path), { recursive: true })
  writeTo(output, path, streams)
}

/** Writes data, to stdout or the file that `--output` names: as JSON, or as text for people, in which what the audited code says does nothing. */
export async function writeAs<T>(data: T, json: unknown, asText: (data: T, look: Look) => string, options: CommonOptions, streams: Streams): Promise<void> {
  writeTo(options.format === 'json' ? asJson(json) : spoken(asText(harmless(data), await lookOf(options, streams))), options.output, streams)
}

/** Says a line on stderr, in which what the audited code says does nothing either. */
export const say = (line: string, { stderr }: Streams): void => void stderr.write(`${spoken(visible(line))}\n`)

export const configPath = (options: Pick<CommonOptions, 'config'>, streams: Streams): string | undefined =>
  (options.config === undefined ? undefined : resolve(streams.cwd, options.config))
