// Writes one large cache after another, until it is killed. Argument: the file.
import { inFile } from '../../dist/src/incremental/store.js'

const inputs = { config: null, ignored: [], files: [], led: [], read: [], asked: [], settings: { files: [], texts: [], globs: [] } }
const store = inFile(process.argv[2], 'secret')
process.stdout.write('begun\n')
for (;;) store.set({ maker: 'test', inputs, value: 'x'.repeat(30_000_000) })
