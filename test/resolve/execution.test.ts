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
