import { relative, resolve } from 'node:path'
import { digestOf } from '../source/digest.js'
import type { Program } from '../source/program.js'
import type { Question } from '../source/question.js'
import { stampOf, type Stamp } from './stamps.js'

/** A source file as it was: its path from the root, what the disk said of it, and the digest of its text (none where it could not be read). */
export type SourceInput = readonly [path: string, stamp: Stamp, digest: string | null]

/**
 * All that an audit hung on, as plain data. Of files that were parsed it hung on every character; of all others on the answers to
 * the questions that were asked of their texts alone. Paths are relative to the root.
 */
export interface Inputs {
  /** The configuration: its path and digest; none where there is none. */
  readonly config: readonly [path: string, digest: string] | null
  /** What the configuration leaves out. */
  readonly ignored: readonly string[]
  /** The audited files, sorted. */
  readonly files: readonly SourceInput[]
  /** Files that imports led to and that are not audited by themselves. */
  readonly led: readonly SourceInput[]
  /** Which of the files were read whole, by their place in `files`. */
  readonly read: readonly number[]
  readonly asked: readonly AskedOf[]
  readonly settings: Settings
}

/** A question, whom it was asked of (nobody named: of all), and who said yes; by their places in `files`. */
export interface AskedOf {
  readonly question: Question
  readonly of?: readonly number[]
  readonly found: readonly number[]
}

/** What was looked for among settings, and what was found: there or not, the digest of a text, the files of a pattern. */
export interface Settings {
  readonly files: readonly (readonly [path: string, isThere: boolean])[]
  readonly texts: readonly (readonly [path: string, digest: string | null])[]
  readonly globs: readonly { readonly folder: string; readonly patterns: readonly string[]; readonly found: readonly string[] }[]
}

/** What a program hung on, once it was audited. `began` is when that work began, in ms of the epoch. */
export function inputsOf(program: Program, { config, ignored, began }: Pick<Inputs, 'config' | 'ignored'> & { readonly began: number }): Inputs {
  const at = (file: string): string => relative(program.root, file)
  const input = (file: string): SourceInput => [at(file), stampOf(file, began), program.digest(file) ?? null]
  const index = new Map(program.files.map((file, i) => [file, i]))
  const places = (files: readonly string[]): number[] => files.map((file) => index.get(file)!)
  return {
    config, ignored,
    files: program.files.map(input),
    led: program.led.map(input),
    read: program.files.flatMap((file, i) => (program.isRead(file) ? [i] : [])),
    asked: program.asked.map(({ question, files, found }) => ({ question, ...(files === program.files ? {} : { of: places(files) }), found: places(found) })),
    settings: settingsOf(program, at),
  }
}

function settingsOf({ modules: { disk } }: Program, at: (file: string) => string): Settings {
  const { files, texts, globs } = disk.looked
  return {
    // What has a text is there.
    files: [...files].filter(([file]) => !texts.has(file)).map(([file, isThere]) => [at(file), isThere]),
    texts: [...texts].map(([file, text]) => [at(file), text === undefined ? null : digestOf(text)]),
    globs: globs.map(({ folder, patterns, found }) => ({ folder: at(folder), patterns, found: found.map(at) })),
  }
}

/** The file of a path in `Inputs`. */
export const fileAt = (root: string, path: string): string => resolve(root, path)
