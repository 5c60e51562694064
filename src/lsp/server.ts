import { fileURLToPath, pathToFileURL } from 'node:url'
import { join, relative, sep } from 'node:path'
import { createConnection, ProposedFeatures, TextDocuments, TextDocumentSyncKind, type Connection, type Diagnostic, type InitializeResult, type TextDocumentPositionParams } from 'vscode-languageserver/node.js'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Report, ReportSite } from '../report/schema.js'
import { actionsFor, diagnosticOf, hoverOf, placesOf, siteAt } from './answers.js'

/** Audits a folder, with the texts that are open for those on disk. */
export type Auditor = (root: string, open: ReadonlyMap<string, string>) => Promise<Report>

/** How long it is quiet before what was typed is audited. */
const QUIET_MS = 300

/** What the server knows: its folder, the texts that are open, and the last report on them. */
class Watch {
  root = process.cwd()
  readonly documents = new TextDocuments(TextDocument)
  private report: Report | undefined
  private waiting: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()
  private shown: ReadonlySet<string> = new Set()

  constructor(private readonly connection: Connection, private readonly audit: Auditor) {}

  readonly uriOf = (path: string): string => pathToFileURL(join(this.root, path)).href
  readonly pathOf = (uri: string): string => relative(this.root, fileURLToPath(uri)).split(sep).join('/')

  /** Audits when it is quiet; one audit at a time, and one more for what was typed meanwhile. */
  readonly soon = (): void => {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => { this.running = this.running.then(() => this.look()) }, QUIET_MS)
  }

  stop(): void {
    clearTimeout(this.waiting)
  }

  /** Answers of the last report, the one under way awaited. */
  async asked<T>(answer: (report: Report) => T): Promise<T | null> {
    await this.running
    return this.report ? answer(this.report) : null
  }

  private async look(): Promise<void> {
    const open = new Map(this.documents.all().filter(({ uri }) => uri.startsWith('file:')).map((document) => [fileURLToPath(document.uri), document.getText()]))
    try {
      this.report = await this.audit(this.root, open)
    } catch (error) {
      return this.connection.console.error(`keyproof: ${error instanceof Error ? error.message : String(error)}`)
    }
    const byUri = new Map<string, Diagnostic[]>()
    for (const finding of this.report.findings) {
      const uri = this.uriOf(finding.location.path)
      byUri.set(uri, [...(byUri.get(uri) ?? []), diagnosticOf(finding, this.uriOf)])
    }
    for (const uri of new Set([...this.shown, ...byUri.keys()])) await this.connection.sendDiagnostics({ uri, diagnostics: byUri.get(uri) ?? [] })
    this.shown = new Set(byUri.keys())
  }
}

/**
 * The language server (LSP 3.17), thin over the audit: findings as diagnostics, the key of a call on hover, who writes,
 * reads and deletes it as definition and references, suggestions as quick fixes. Ends with its client.
 */
export function serve(connection: Connection, audit: Auditor, version: string): Promise<void> {
  const watch = new Watch(connection, audit)
  const { documents, soon, uriOf } = watch
  connection.onInitialize(({ workspaceFolders, rootUri }): InitializeResult => {
    const uri = workspaceFolders?.[0]?.uri ?? rootUri
    if (uri) watch.root = fileURLToPath(uri)
    return { serverInfo: { name: 'keyproof', version }, capabilities: CAPABILITIES }
  })
  connection.onInitialized(soon)
  documents.onDidOpen(soon)
  documents.onDidChangeContent(soon)
  documents.onDidSave(soon)
  connection.onDidChangeWatchedFiles(soon)
  const atSite = <T>({ textDocument, position }: TextDocumentPositionParams, answer: (report: Report, site: ReportSite) => T): Promise<T | null> =>
    watch.asked((report) => { const site = siteAt(report, watch.pathOf(textDocument.uri), position); return site ? answer(report, site) : null })
  connection.onHover((params) => atSite(params, hoverOf))
  connection.onDefinition((params) => atSite(params, (report, site) => placesOf(report, site, uriOf, ['write', 'read-through'])))
  connection.onReferences((params) => atSite(params, (report, site) => placesOf(report, site, uriOf)))
  connection.onCodeAction(({ context }) => watch.asked((report) => actionsFor(report, context.diagnostics, uriOf)))
  const ended = new Promise<void>((resolve) => { connection.onShutdown(() => { watch.stop(); resolve() }) })
  documents.listen(connection)
  connection.listen()
  return ended
}

const CAPABILITIES: InitializeResult['capabilities'] = {
  textDocumentSync: TextDocumentSyncKind.Incremental, hoverProvider: true, definitionProvider: true, referencesProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix'] },
}

/** A connection over the standard streams of this process. */
export const overStdio = (): Connection => createConnection(ProposedFeatures.all, process.stdin, process.stdout)
