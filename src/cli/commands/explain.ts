import { existsSync, readFileSync } from 'node:fs'
import { PAGES, pageOf } from '../rule-pages.js'
import { closest, distance } from 'fastest-levenshtein'
import { RULES } from '../../../rules/index.js'
import type { Explanation } from '../../report/explain.js'
import { writeAs, type CommonOptions, type Streams } from '../streams.js'

interface Program { run(print: (line: string) => void): Promise<boolean> }

/** `keyproof explain RULE`: what it finds, why that bites, and the rule's own proof, run. */
export async function explainCommand(id: string, options: CommonOptions, streams: Streams): Promise<number> {
  const explanation = await explanationOf(id)
  const { explainText } = await import('../../report/explain.js')
  await writeAs(explanation, explanation, explainText, options, streams)
  return 0
}

async function explanationOf(id: string): Promise<Explanation> {
  const rule = RULES.find((each) => each.id === id)
  if (!rule) {
    const near = closest(id, RULES.map((each) => each.id))
    throw Object.assign(new Error(`there is no rule ${id}${distance(id, near) <= 4 ? `; did you mean ${near}?` : ''}`), { code: 'USAGE' })
  }
  const page = pageOf(id)
  const source = new URL(`${id}/bad.ts`, PAGES)
  const proof = existsSync(source) ? { proof: { code: asUsersWrite(readFileSync(source, 'utf8')), ...await ran(id) } } : {}
  return { id, severity: rule.severity, description: rule.description, why: sectionOf(page, 'Why it bites'), ...proof }
}

/** Runs the proofs of this package: nothing of the audited code. */
async function ran(id: string): Promise<Omit<NonNullable<Explanation['proof']>, 'code'>> {
  const runOf = async (name: string): Promise<{ readonly lines: readonly string[]; readonly goesWrong: boolean }> => {
    const program = await import(new URL(`../../../rules/${id}/${name}.js`, import.meta.url).href) as Program
    const lines: string[] = []
    return { goesWrong: await program.run((line) => { lines.push(line) }), lines }
  }
  const [bad, good] = [await runOf('bad'), await runOf('good')]
  return { printed: bad.lines, goesWrong: bad.goesWrong, repaired: good.lines }
}

const asUsersWrite = (code: string): string =>
  code.replaceAll("'../../src/runtime/index.js'", "'keyproof/runtime'").replaceAll("'../pool.js'", "'pg'").replaceAll("'../redis.js'", "'ioredis'").replace(/^ *\/\/ expect: .*\n/gm, '')

const sectionOf = (page: string, title: string): string => new RegExp(`## ${title}\\n+([^]*?)(?=\\n## |$)`).exec(page)?.[1]?.trim() ?? ''
