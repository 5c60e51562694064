import { overStdio, serve } from '../../lsp/server.js'
import { runAudit } from '../run-audit.js'
import { version } from '../version.js'

/** `keyproof lsp`: speaks LSP over stdin and stdout until its client ends it. */
export async function lspCommand(): Promise<number> {
  await serve(overStdio(), async (root, open) => (await runAudit([root], root, undefined, { open })).report, version())
  return 0
}
