#!/usr/bin/env node
// Keeps score of the rules on consistency without hand-made cases: takes a code base, applies one textual fault at a time
// to a delete, a read or a factory call whose key agrees with what is written, audits the mutant, and tells the share of
// faults that are found; and what is reported on the code as it is.
//
//   npm run mutate -- DIR [--seed N] [--count N] [--verbose]
//
// DIR is copied and never changed.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ts } from 'ts-morph'
import { RULES } from '../../dist/rules/index.js'
import { audit } from '../../dist/src/audit/audit.js'
import { collectProgram } from '../../dist/src/cli/run-audit.js'
import { isSolid, isWriter, keysOf, sameSpace, siteReaches } from '../../dist/src/model/relations.js'
import { shapeOf } from '../../dist/src/keys/print.js'
import { assemble } from '../../dist/src/model/assemble.js'
import { swapArguments, TEXT_FAULTS } from './faults.mjs'

const JUDGING = ['set-delete-mismatch', 'set-get-mismatch', 'hole-mismatch', 'key-list-as-key', 'key-factory-bypass', 'key-collision']

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? fallback : Number(process.argv[at + 1])
}
const [folder] = process.argv.slice(2).filter((word, i, words) => !word.startsWith('--') && !/^--(?:seed|count)$/.test(words[i - 1] ?? ''))
if (!folder) {
  process.stderr.write('usage: npm run mutate -- DIR [--seed N] [--count N] [--verbose]\n')
  process.exit(2)
}

/** A generator of numbers from 0 to 1, the same for the same seed (Lehmer, 1951). */
function generator(seed) {
  let state = seed % 2147483647 || 1
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}

function run(root) {
  const { collected, config } = collectProgram([root], '/')
  const model = assemble(collected)
  const { program } = collected.context
  return { collected, model, result: audit(model, RULES, config, (path) => program.text(join(program.root, path))) }
}

const within = (inner, outer) => inner.path === outer.path && inner.startLine >= outer.startLine && inner.endLine <= outer.endLine

/** Sites that agree with a write: a delete or read that reaches one, and about which nothing is reported. */
function agreeing({ model, result }) {
  const places = new Set(result.findings.flatMap((f) => [f.location, ...f.related].map((p) => `${p.path}:${p.startLine}`)))
  const writers = model.sites.filter((site) => isWriter(site) && isSolid(site) && !site.passThrough)
  return model.sites.filter((site) => !site.passThrough && !site.echo && (site.op === 'delete' || site.op === 'read') && site.purpose === 'data' && isSolid(site)
    && site.key.templates.length === 1 && site.key.kind !== 'pattern' && site.key.kind !== 'path' && site.store.family !== 'map' && !places.has(`${site.location.path}:${site.location.startLine}`)
    && writers.some((writer) => writer !== site && sameSpace(site, writer) && keysOf(site).some((key) => siteReaches(site, key, writer))))
}

/** All single faults of a site: the file, the range and the new text. */
function mutantsOf(site, sites, collected, random) {
  const unit = collected.context.program.unit(join(collected.context.program.root, site.location.path))
  const source = unit.ast.text
  const offset = (line, column) => unit.ast.getPositionOfLineAndCharacter(line - 1, column - 1)
  const from = offset(site.location.startLine, site.location.startColumn)
  const to = offset(site.location.endLine, site.location.endColumn)
  return site.built?.factory ? factoryFaults(site, unit.ast, source, from, to) : textFaults(site, source, offset, random, sites)
}

function textFaults(site, source, offset, random, shared) {
  const place = site.built?.location
  // A text that a write is made of too would change on both sides.
  if (place && shared.filter((other) => other.built && within(other.built.location, place)).length > 1) return []
  if (!place || place.path !== site.location.path || !within(place, { ...site.location, startLine: site.location.startLine - 12 })) return []
  const [start, end] = [offset(place.startLine, place.startColumn), offset(place.endLine, place.endColumn)]
  // A shorter prefix still reaches what a prefix is for.
  const faults = site.key.match === 'prefix' || site.key.templates[0][0]?.kind === 'list' ? TEXT_FAULTS.filter(({ name }) => /rename|case|version/.test(name)) : TEXT_FAULTS
  return faults.flatMap((fault) => {
    const text = fault.apply(source.slice(start, end), random)
    return text === undefined ? [] : [{ site, fault: fault.name, start, end, text, line: place.startLine }]
  })
}

function factoryFaults(site, ast, source, from, to) {
  const name = site.built.factory.name.split('.').at(-1)
  const found = []
  const visit = (node) => {
    if (node.pos > to || node.end < from) return
    if (ts.isCallExpression(node) && node.getStart() >= from && node.end <= to && node.expression.getText().split('.').at(-1) === name) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(ast)
  const [call] = found
  if (!call) return []
  const line = ast.getLineAndCharacterOfPosition(call.getStart()).line + 1
  const args = call.arguments.map((argument) => ({ text: argument.getText(), start: argument.getStart() - call.getStart(), end: argument.end - call.getStart() }))
  const swapped = swapArguments(call.getText(), args)
  const typed = typedOut(site, args)
  return [
    ...(swapped === undefined ? [] : [{ site, fault: 'swap two arguments', start: call.getStart(), end: call.end, text: swapped, line }]),
    ...(typed === undefined ? [] : [{ site, fault: 'replace the factory call by its text', start: call.getStart(), end: call.end, text: typed, line }]),
  ]
}

/** The text that a factory call makes, typed by hand. */
function typedOut(site, args) {
  const parts = site.key.templates[0]
  if (!parts.every((part) => part.kind === 'text' || (part.kind === 'hole' && args.some(({ text }) => text === part.name)))) return undefined
  return `\`${parts.map((part) => (part.kind === 'text' ? part.text.replace(/[`$\\]/g, '\\$&') : `\${${part.name}}`)).join('')}\``
}

function sampled(items, count, random) {
  const pool = [...items]
  const picked = []
  while (pool.length > 0 && picked.length < count) picked.push(...pool.splice(Math.floor(random() * pool.length), 1))
  return picked
}

const random = generator(option('seed', 1))
const root = mkdtempSync(join(tmpdir(), 'keyproof-mutate-'))
try {
  cpSync(resolve(folder), root, { recursive: true, filter: (path) => !/\/(?:node_modules|\.git)(?:\/|$)/.test(path) })
  const base = run(root)
  const counts = {}
  for (const finding of base.result.findings) counts[`${finding.severity} ${finding.ruleId}`] = (counts[`${finding.severity} ${finding.ruleId}`] ?? 0) + 1
  console.log(`reported on the code as it is: ${Object.entries(counts).map(([name, n]) => `${n} ${name}`).join(', ') || 'nothing'}`)
  const known = new Set(base.result.findings.map((finding) => finding.id))
  const mutants = sampled(agreeing(base).flatMap((site) => mutantsOf(site, base.model.sites, base.collected, random)), option('count', 40), random)
  const written = new Set(base.model.sites.filter(isWriter).flatMap((site) => site.key.templates.map(shapeOf)))
  let others = 0
  const tally = new Map()
  for (const mutant of mutants) {
    const file = join(root, mutant.site.location.path)
    const source = readFileSync(file, 'utf8')
    writeFileSync(file, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end))
    const { result, model } = run(root)
    writeFileSync(file, source)
    // A fault that makes the key of something else that is cached makes another delete or read, right in itself.
    const now = model.sites.find((site) => site.location.path === mutant.site.location.path && site.location.startLine === mutant.site.location.startLine && site.op === mutant.site.op)
    if (/segment/.test(mutant.fault) && now && now.key.templates.some((template) => written.has(shapeOf(template)))) {
      others++
      continue
    }
    const isHere = (place) => place.path === mutant.site.location.path && Math.abs(place.startLine - mutant.line) <= 12
    const hit = result.findings.find((finding) => JUDGING.includes(finding.ruleId) && !known.has(finding.id) && [finding.location, ...finding.related].some(isHere))
    const row = tally.get(mutant.fault) ?? { found: 0, all: 0 }
    tally.set(mutant.fault, { found: row.found + (hit ? 1 : 0), all: row.all + 1 })
    if (process.argv.includes('--verbose')) {
      console.log(`${hit ? `found (${hit.severity} ${hit.ruleId})` : 'MISSED'}  ${mutant.fault}  ${mutant.site.op}  ${mutant.site.location.path}:${mutant.line}  ${source.slice(mutant.start, mutant.end)} -> ${mutant.text}`)
    }
  }
  for (const [fault, { found, all }] of [...tally].sort()) console.log(`${fault.padEnd(40)} ${String(found).padStart(3)} of ${String(all).padStart(3)}`)
  if (others > 0) console.log(`${'made the key of something else'.padEnd(40)} ${String(others).padStart(3)}, left out`)
  const [found, all] = [...tally.values()].reduce(([f, a], row) => [f + row.found, a + row.all], [0, 0])
  console.log(`faults found: ${found} of ${all}${all > 0 ? ` = ${(100 * found / all).toFixed(1)} %` : ''}`)
} finally {
  rmSync(root, { recursive: true, force: true })
}
