// One peer in a process of its own: `node peers.mjs NAME LIST`, LIST being a file with the paths to look at.
import { readFileSync } from 'node:fs'

const [name, list] = process.argv.slice(2)
const files = readFileSync(list, 'utf8').trim().split('\n')

const RUN = {
  /** Reads every byte. */
  bytes: () => files.reduce((sum, file) => sum + readFileSync(file).length, 0),

  /** Parses every file by TypeScript 6, and does nothing with it. */
  parse: async () => {
    const { default: ts } = await import('typescript')
    for (const file of files) ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, false)
  },

  /** ESLint with the parser of typescript-eslint and one rule. */
  eslint: async () => {
    const { ESLint } = await import('eslint')
    const parser = await import('@typescript-eslint/parser')
    const { default: query } = await import('@tanstack/eslint-plugin-query')
    const eslint = new ESLint({
      cwd: process.cwd(), overrideConfigFile: true, allowInlineConfig: false,
      overrideConfig: [{ files: ['**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}'], languageOptions: { parser: parser.default ?? parser, parserOptions: { ecmaFeatures: { jsx: true } } }, plugins: { '@tanstack/query': query }, rules: { '@tanstack/query/exhaustive-deps': 'error' } }],
    })
    const results = await eslint.lintFiles(files.filter((file) => /\.[cm]?[jt]sx?$/.test(file)))
    if (results.some(({ messages }) => messages.some(({ message }) => message.startsWith('File ignored')))) throw new Error('ESLint left files out')
  },
}

await RUN[name]()
