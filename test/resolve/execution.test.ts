import fc from 'fast-check'
import { ts } from 'ts-morph'
import { expect, test } from 'vitest'
import { isInstance } from '../../src/keys/match.js'
import { print } from '../../src/keys/print.js'
import { auditFiles } from '../support.js'
import { keyProgram, type KeyProgram } from './programs.js'

/** Runs a program of ours (never audited code) and returns the key that it asks the cache for. */
function executed({ source, args }: KeyProgram): string {
  const keys: string[] = []
  const body = ts.transpileModule(source.replace(/^import .*\nconst redis.*\n/, ''), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } }).outputText
  const exports: { main?: (...args: unknown[]) => unknown } = {}
  new Function('redis', 'exports', body)({ get: (key: string) => keys.push(String(key)) }, exports)
  exports.main!(...args)
  return keys[0]!
}

test('the key that a program builds is an instance of the template that the audit gives it', () => {
  fc.assert(fc.property(keyProgram, (program) => {
    const key = executed(program)
    const { sites } = auditFiles({ 'main.ts': program.source }).model
    const templates = sites.flatMap((site) => site.key.templates)
    const shown = `${key} against ${templates.map(print).join(' or ')}\n${program.source.split('\n').find((line) => line.includes('const key:'))}`
    expect(templates.some((template) => isInstance(key, template)), shown).toBe(true)
  }), { numRuns: Number(process.env['KEYPROOF_RUNS'] ?? 400) })
})

// Programs that were met at random and whose key was no instance once.
test.each([
  ['an empty text among the elements of a loop', `const out: string[] = ['head']\nfor (const part of [[['a'].filter((x) => x.length > 1).join(':'), 'b'], ['c']].flat()) out.push(part)\nconst key: string = out.join(':')`],
  ['a text that may be empty, and then is filtered out', "const present = (...parts: (string | undefined)[]) => parts.filter(Boolean).join('.')\nconst opt: string | undefined = process.argv[99]\nconst key: string = present('a', [false as boolean && (opt ?? 'no'), opt].filter((x): x is string => Boolean(x)).filter((x) => x.length > 1).join(':')) + '-a'"],
  ['nothing among the elements of a loop', "const out: (string | undefined)[] = ['head']\nfor (const part of [undefined, 'b'][0] === undefined ? [undefined] : ['b']) out.push(part)\nconst key: string = out.join(':')"],
])('%s', (_name, body) => {
  const source = `import Redis from 'ioredis'\nconst redis = new Redis()\nexport function main() {\n${body}\nreturn redis.get(key)\n}\n`
  const templates = auditFiles({ 'main.ts': source }).model.sites.flatMap((site) => site.key.templates)
  const key = executed({ source, args: [] })
  expect(templates.some((template) => isInstance(key, template)), `${key} against ${templates.map(print).join(' or ')}`).toBe(true)
})
