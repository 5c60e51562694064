import { join, relative, sep } from 'node:path'
import { ts } from 'ts-morph'
import type { Discovery } from './discover.js'
import { ModuleResolver } from './resolve-module.js'
import { digestOf } from './digest.js'
import { sourceText } from './disk.js'
import { isTooDeep } from './depth.js'
import { holdsEndlessWord } from './endless-word.js'
import { answerer, handsOn, importsIn, type Imports, type Question } from './question.js'
import { scriptOf, type Script } from './scripts.js'

/** One parsed source file. */
export interface Unit {
  /** Absolute. */
  readonly file: string
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly ast: ts.SourceFile
}

export interface SourceProblem {
  readonly kind: 'unreadable' | 'syntax-error' | 'budget'
  readonly path: string
  readonly message: string
  readonly line?: number
}

/** A question that was asked of the texts of some files alone, and those that said yes. */
export interface Asked {
  readonly question: Question
  readonly files: readonly string[]
  readonly found: readonly string[]
}

export interface ProgramOptions {
  /** Texts by absolute path that stand for the files on disk: what an editor has and did not save. */
  readonly open?: ReadonlyMap<string, string>
  /** Told of each file that is parsed, with how many that makes. */
  readonly onParse?: (count: number) => void
}

// What a comment says is read from the text: no tree of it is needed.
const SYNTAX: ts.CreateSourceFileOptions = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }

function treeOf({ name, text, kind }: Script): ts.SourceFile | undefined {
  try {
    const ast = ts.createSourceFile(name, text, SYNTAX, true, kind)
    return isTooDeep(ast) ? undefined : ast
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/**
 * The audited program as text and, on demand, as syntax. Texts are read once; a file is parsed when something leads to
 * it, so that the cost of an audit is the cost of the files that matter.
 */
export class Program {
  readonly root: string
  readonly files: readonly string[]
  readonly modules: ModuleResolver
  readonly problems: SourceProblem[] = []
  private readonly texts = new Map<string, string | null>()
  private readonly units = new Map<string, Unit | null>()
  private readonly inOrder: Unit[] = []
  private readonly scans = new Map<string, readonly string[]>()
  private readonly imports = new Map<string, Imports>()
  private readonly barrels = new Map<string, boolean>()
  private readonly wasRead = new Set<string>()
  /** All that was asked of texts, in the order of it. */
  readonly asked: Asked[] = []

  constructor(discovery: Discovery, private readonly options: ProgramOptions = {}) {
    this.root = discovery.root
    this.files = discovery.files
    this.modules = new ModuleResolver(discovery.root, discovery.files)
  }

  get parsed(): number {
    return this.inOrder.length
  }

  /** The file that a path of the report names. */
  fileOf(path: string): string {
    return join(this.root, path)
  }

  pathOf(file: string): string {
    return relative(this.root, file).split(sep).join('/')
  }

  /** The text of a file, empty where it cannot be read (which `problems` then tells). */
  text(file: string): string {
    this.wasRead.add(file)
    return this.textOf(file)
  }

  /** The files that were looked into and are not among those to audit: what imports led to. */
  get led(): readonly string[] {
    const audited = new Set(this.files)
    return [...new Set([...this.units.keys(), ...this.texts.keys()])].filter((file) => !audited.has(file))
  }

  /** Does all that is known hang on more of the file than the answers to what was asked? */
  isRead(file: string): boolean {
    return this.units.has(file) || this.wasRead.has(file) || this.texts.get(file) === null
  }

  /** What tells the text of a file from any other; nothing where it cannot be read. */
  digest(file: string): string | undefined {
    const text = this.textOf(file)
    return this.texts.get(file) === null ? undefined : digestOf(text)
  }

  private textOf(file: string): string {
    const known = this.texts.get(file)
    if (known !== undefined) return known ?? ''
    const text = this.bounded(file, this.read(file))
    this.texts.set(file, text)
    return text ?? ''
  }

  private bounded(file: string, text: string | null): string | null {
    if (text === null || !holdsEndlessWord(text)) return text
    this.problems.push({ kind: 'budget', path: this.pathOf(file), message: 'it holds a word of more than 5000 characters: this file was left out' })
    return null
  }

  private read(file: string): string | null {
    const open = this.options.open?.get(file)
    if (open !== undefined) return open
    try {
      return sourceText(file)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.problems.push({ kind: 'unreadable', path: this.pathOf(file), message: message.replace(file, this.pathOf(file)) })
      return null
    }
  }

  /**
   * The audited files whose text the pattern finds: the scan that decides what gets parsed. `word` stands in whatever the
   * pattern finds: to look for it first costs a tenth.
   */
  scan(pattern: RegExp, word = ''): readonly string[] {
    const slot = `${pattern.flags} ${pattern.source}`
    const known = this.scans.get(slot)
    if (known) return known
    const found = this.among(this.files, pattern, word)
    this.scans.set(slot, found)
    return found
  }

  /** Those of the files whose text the pattern finds. */
  among(files: readonly string[], pattern: RegExp, word = ''): readonly string[] {
    return this.ask({ kind: 'pattern', source: pattern.source, flags: pattern.flags, word }, files)
  }

  /** Those of the files whose text the pattern does not find. */
  without(files: readonly string[], pattern: RegExp): readonly string[] {
    const found = new Set(this.among(files, pattern))
    return files.filter((file) => !found.has(file))
  }

  /** Those of the files that import one of the words; `'name'` stands for the end of a specifier. */
  importing(words: readonly string[], files = this.files): readonly string[] {
    return this.ask({ kind: 'imports', words }, files)
  }

  /**
   * Those of the files that may export a name: it stands in them, or they hand on all that other files export. To read is
   * a tenth of the cost of parsing, and a barrel hands on hundreds.
   */
  exporting(name: string, files: readonly string[]): readonly string[] {
    return files.length === 0 ? files : this.ask({ kind: 'exports', name }, files)
  }

  private ask(question: Question, files: readonly string[]): readonly string[] {
    const says = answerer(question)
    const found = files.filter((file) => { const text = this.textOf(file); return says(text, { imports: () => this.importsOf(file, text), handsOn: () => this.handsOn(file, text) }) })
    this.asked.push({ question, files, found })
    return found
  }

  private handsOn(file: string, text: string): boolean {
    const known = this.barrels.get(file) ?? handsOn(text)
    this.barrels.set(file, known)
    return known
  }

  private importsOf(file: string, text: string): Imports {
    const known = this.imports.get(file)
    if (known) return known
    const imports = importsIn(text)
    this.imports.set(file, imports)
    return imports
  }

  /** The files that were parsed, in the order of it, leaving out the first so many. */
  parsedAfter(count: number): readonly Unit[] {
    return this.inOrder.slice(count)
  }

  isParsed(file: string): boolean {
    return this.units.has(file)
  }

  /** The file of a path in the report, where it was parsed. */
  parsedAt(path: string): Unit | undefined {
    return this.units.get(this.fileOf(path)) ?? undefined
  }

  /** Parses a file, once. `undefined` where it cannot be read. */
  unit(file: string): Unit | undefined {
    const known = this.units.get(file)
    if (known !== undefined) return known ?? undefined
    const text = this.textOf(file)
    const unit = this.texts.get(file) === null ? null : this.parse(file, text)
    this.units.set(file, unit)
    if (unit) this.inOrder.push(unit)
    return unit ?? undefined
  }

  private parse(file: string, text: string): Unit | null {
    this.options.onParse?.(this.inOrder.length + 1)
    const script = scriptOf(file, text)
    const ast = treeOf(script)
    if (!ast) {
      this.problems.push({ kind: 'budget', path: this.pathOf(file), message: 'the code nests too deeply: this file was left out' })
      return null
    }
    const unit = { file, path: this.pathOf(file), ast }
    this.reportSyntax(unit)
    return unit
  }

  // TypeScript keeps a tree whatever it reads: the file is audited as far as it goes.
  private reportSyntax({ ast, path }: Unit): void {
    const errors = (ast as ts.SourceFile & { readonly parseDiagnostics?: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics ?? []
    const first = errors[0]
    if (!first) return
    const line = ast.getLineAndCharacterOfPosition(first.start).line + 1
    this.problems.push({ kind: 'syntax-error', path, line, message: ts.flattenDiagnosticMessageText(first.messageText, ' ') })
  }
}
