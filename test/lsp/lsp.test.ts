import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import {
  CodeActionRequest, createProtocolConnection, DefinitionRequest, DidChangeTextDocumentNotification, DidOpenTextDocumentNotification, ExitNotification,
  HoverRequest, InitializedNotification, InitializeRequest, PublishDiagnosticsNotification, ReferencesRequest, ShutdownRequest, StreamMessageReader, StreamMessageWriter,
  type ProtocolConnection, type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node.js'
import { project, REPOSITORY } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const MAIN = `${REDIS}export const save = (id: string, locale: string) => redis.set(\`user:\${id}:\${locale}:profile\`, '', 'EX', 60)\nexport const load = (id: string, locale: string) => redis.get(\`user:\${id}:\${locale}:profile\`)\n`
const BROKEN = `${REDIS}export const drop = (id: string, locale: string) => { console.log(locale); return redis.del(\`user:\${id}:profile\`) }\n`

let child: ChildProcess | undefined
afterEach(() => { child?.kill() })

interface Client {
  readonly connection: ProtocolConnection
  readonly uriOf: (file: string) => string
  /** The next diagnostics of a file. */
  readonly diagnosticsOf: (file: string) => Promise<PublishDiagnosticsParams>
}

/** Starts the built server on a folder, as an editor does. */
async function client(files: Readonly<Record<string, string>>): Promise<Client> {
  const folder = project(files)
  child = spawn(process.execPath, [join(REPOSITORY, 'bin/keyproof.js'), 'lsp', '--stdio'], { cwd: folder })
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!))
  const waiting = new Map<string, (params: PublishDiagnosticsParams) => void>()
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => { waiting.get(params.uri)?.(params); waiting.delete(params.uri) })
  connection.listen()
  const uriOf = (file: string): string => pathToFileURL(join(folder, file)).href
  await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities: {} })
  await connection.sendNotification(InitializedNotification.type, {})
  return { connection, uriOf, diagnosticsOf: (file) => new Promise((resolve) => { waiting.set(uriOf(file), resolve) }) }
}

const open = ({ connection, uriOf }: Client, file: string, text: string): Promise<void> =>
  connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri: uriOf(file), languageId: 'typescript', version: 1, text } })

test('diagnostics, hover, definition, references, and a quick fix that makes the finding go', async () => {
  const editor = await client({ 'main.ts': MAIN, 'drop.ts': BROKEN })
  const { connection, uriOf } = editor
  const { diagnostics: [diagnostic] } = await editor.diagnosticsOf('drop.ts')
  expect(diagnostic).toMatchObject({ code: 'set-delete-mismatch', source: 'keyproof', severity: 1, range: { start: { line: 2 } } })
  expect(diagnostic!.relatedInformation).toMatchObject([{ location: { uri: uriOf('main.ts'), range: { start: { line: 2 } } } }])

  const at = { textDocument: { uri: uriOf('main.ts') }, position: { line: 3, character: 75 } }
  const hover = await connection.sendRequest(HoverRequest.type, at)
  expect(hover).toMatchObject({ contents: { value: expect.stringContaining('user:{id}:{locale}:profile') as string } })
  expect(JSON.stringify(hover)).toContain('written at `main.ts:3`')
  expect(await connection.sendRequest(DefinitionRequest.type, at)).toMatchObject([{ uri: uriOf('main.ts'), range: { start: { line: 2 } } }])
  expect(await connection.sendRequest(ReferencesRequest.type, { ...at, context: { includeDeclaration: true } })).toHaveLength(2)
  expect(await connection.sendRequest(HoverRequest.type, { ...at, position: { line: 0, character: 0 } })).toBeNull()

  const actions = await connection.sendRequest(CodeActionRequest.type, { textDocument: { uri: uriOf('drop.ts') }, range: diagnostic!.range, context: { diagnostics: [diagnostic!] } })
  expect(actions).toMatchObject([{ kind: 'quickfix', title: 'Spell the key as it is written: user:{id}:{locale}:profile.' }])
  const [{ range, newText }] = (actions![0] as unknown as { edit: { changes: Record<string, [{ range: object; newText: string }]> } }).edit.changes[uriOf('drop.ts')]!
  await open(editor, 'drop.ts', BROKEN)
  const gone = editor.diagnosticsOf('drop.ts')
  await connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri: uriOf('drop.ts'), version: 2 }, contentChanges: [{ range: range as never, text: newText }] })
  expect((await gone).diagnostics).toEqual([])
  await connection.sendRequest(ShutdownRequest.type)
  const ended = new Promise((resolve) => { child!.once('exit', resolve) })
  await connection.sendNotification(ExitNotification.type)
  expect(await ended).toBe(0)
}, 60_000)

test('what is typed and not saved is audited, and what cannot be audited keeps the last answer', async () => {
  const editor = await client({ 'main.ts': MAIN, 'drop.ts': '' })
  await open(editor, 'drop.ts', BROKEN)
  expect((await editor.diagnosticsOf('drop.ts')).diagnostics.map(({ code }) => code)).toEqual(['set-delete-mismatch'])
}, 60_000)
