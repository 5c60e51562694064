import { Disk, repositoryOf, sourceTextIfAny } from '../source/disk.js'
import { digestOf } from '../source/digest.js'
import { holdsEndlessWord } from '../source/endless-word.js'
import { answerer, handsOn, importsIn, type Imports } from '../source/question.js'
import { fileAt, type Inputs, type Settings, type SourceInput } from './inputs.js'
import { stampOf } from './stamps.js'

/** What is on the disk now. */
export interface Now {
  /** Absolute. */
  readonly root: string
  /** The files that an audit would audit, absolute and sorted. */
  readonly files: readonly string[]
  /** When the looking began, in ms of the epoch. */
  readonly began: number
}

/**
 * What an audit hung on, with the stamps of now (itself, where they are the same), if under the same configuration it would find
 * the same again; nothing if it might not. A file that was never read whole may say something else (early cutoff: Mokhov et al.,
 * "Build Systems à la Carte", 2018), as long as each question gets the same answer of it.
 */
export function stillTrue(inputs: Inputs, now: Now): Inputs | undefined {
  if (inputs.files.length !== now.files.length || inputs.files.some(([path], i) => fileAt(now.root, path) !== now.files[i])) return undefined
  if (!settingsHold(inputs.settings, now.root)) return undefined
  const [files, led] = [inputs.files, inputs.led].map((list) => list.map((input) => lookedAt(input, now)))
  if (led!.some(({ text }) => text !== undefined)) return undefined
  const changed = files!.flatMap(({ text }, i) => (text === undefined ? [] : [{ i, text }]))
  if (!answersHold(inputs, changed)) return undefined
  const looked = { ...inputs, files: files!.map(({ input }) => input), led: led!.map(({ input }) => input) }
  return JSON.stringify([looked.files, looked.led]) === JSON.stringify([inputs.files, inputs.led]) ? inputs : looked
}

interface Looked {
  /** As it is now. */
  readonly input: SourceInput
  /** What it says, where it says something else; `null` where it cannot be read. */
  readonly text?: string | null
}

function lookedAt(input: SourceInput, { root, began }: Now): Looked {
  const [path, before, digest] = input
  const file = fileAt(root, path)
  const stamp = stampOf(file, began)
  if (stamp !== '' && stamp === before) return { input }
  const text = sourceTextIfAny(file) ?? null
  const now = text === null ? null : digestOf(text)
  return now === digest ? { input: [path, stamp, digest] } : { input: [path, stamp, now], text }
}

/** Do the files that changed answer every question as before? Who was asked hangs on answers to earlier ones, and so is as it was. */
function answersHold({ read, asked }: Inputs, changed: readonly { readonly i: number; readonly text: string | null }[]): boolean {
  if (changed.length === 0) return true
  const wasRead = new Set(read)
  if (changed.some(({ i, text }) => text === null || wasRead.has(i) || holdsEndlessWord(text))) return false
  const imports = new Map<number, Imports>()
  const importsOf = (i: number, text: string): Imports => {
    const known = imports.get(i) ?? importsIn(text)
    imports.set(i, known)
    return known
  }
  return asked.every(({ question, of, found }) => {
    const says = answerer(question)
    const [yes, were] = [new Set(found), of && new Set(of)]
    return changed.every(({ i, text }) => (were && !were.has(i)) || says(text!, { imports: () => importsOf(i, text!), handsOn: () => handsOn(text!) }) === yes.has(i))
  })
}

function settingsHold({ files, texts, globs }: Settings, root: string): boolean {
  const disk = new Disk(repositoryOf(root))
  const at = (path: string): string => fileAt(root, path)
  return files.every(([path, isThere]) => disk.isFile(at(path)) === isThere)
    && texts.every(([path, digest]) => { const text = disk.text(at(path)); return (text === undefined ? null : digestOf(text)) === digest })
    && globs.every(({ folder, patterns, found }) => { const now = disk.glob(at(folder), patterns); return now.length === found.length && found.every((path, i) => at(path) === now[i]) })
}
