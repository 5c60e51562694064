#!/usr/bin/env node
// Audits pinned commits of public repositories, and compares what is found with what was found before:
//
//   npm run ecosystem -- --mirror DIR [--only NAME] [--update]
//
// DIR/<owner>+<name>/repo is a git repository, bare or not. The snapshots hold facts alone: paths, rules, templates, counts. Exit 1
// where one differs, so that a change of behaviour shows in review; --update writes them anew.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTwoFilesPatch } from 'diff'

const here = dirname(fileURLToPath(import.meta.url))
const words = process.argv.slice(2)
const value = (name) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined)
const [mirror, only, isUpdate] = [value('--mirror'), value('--only'), words.includes('--update')]
if (mirror === undefined) {
  process.stderr.write('usage: npm run ecosystem -- --mirror DIR [--only NAME] [--update]\n')
  process.exit(2)
}

const WANTED = /\.(?:[cm]?[jt]sx?|vue|svelte|jsonc?|ya?ml)$|(?:^|\/)\.gitignore$/
const REGULAR = /^100/

/** Lays the sources of a commit into a folder: of a snapshot that lacks large files, those that are there. */
function laid(repository, commit) {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-ecosystem-'))
  const git = (args, input) => {
    const { status, stdout, stderr } = spawnSync('git', ['-C', repository, ...args], { input, maxBuffer: 1 << 30 })
    if (status !== 0) throw new Error(`${repository}@${commit}: ${stderr.toString().slice(0, 300)}`)
    return stdout
  }
  const files = git(['ls-tree', '-r', '-z', commit]).toString().split('\0').map((row) => /^(\d+) blob (\w+)\t([^]*)$/.exec(row)).filter((row) => row && REGULAR.test(row[1]) && WANTED.test(row[3]))
  const blobs = git(['cat-file', '--batch'], `${files.map(([, , id]) => id).join('\n')}\n`)
  let at = 0
  for (const [, , , path] of files) {
    const end = blobs.indexOf(10, at)
    const size = /^\w+ blob (\d+)$/.exec(blobs.subarray(at, end).toString())?.[1]
    at = end + 1
    if (size === undefined) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), blobs.subarray(at, at + Number(size)))
    at += Number(size) + 1
  }
  mkdirSync(join(folder, '.git')) // so that it is a repository to the audit too
  return folder
}

/** What a report says, as lines that a person can review. */
function factsOf({ summary, findings, sites }) {
  const counted = (list) => [...list.reduce((all, one) => all.set(one, (all.get(one) ?? 0) + 1), new Map())].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} ${count}`)
  const { files, parsed, keys, resolved, unresolved, refuted } = summary
  return [
    `files ${files}, parsed ${parsed}, calls ${sites.length}, keys ${keys}, resolved ${resolved}, unresolved ${unresolved}, refuted ${refuted}`,
    '', '# calls', ...counted(sites.map(({ client, op }) => `${client} ${op}`)),
    '', '# purposes', ...counted(sites.map(({ purpose }) => purpose)),
    '', '# findings', ...findings.map(({ ruleId, severity, confidence, location, keys: [key] }) => `${severity} ${confidence} ${ruleId} ${location.path} ${key ?? ''}`.trimEnd()).sort(), '',
  ].join('\n')
}

let [differing, missing] = [0, 0]
for (const { repo, commit } of JSON.parse(readFileSync(join(here, 'pinned.json'), 'utf8'))) {
  if (only !== undefined && !repo.includes(only)) continue
  const repository = join(mirror, repo.replace('/', '+'), 'repo')
  if (!existsSync(repository)) {
    process.stdout.write(`${repo}: not in ${mirror}, skipped\n`)
    missing++
    continue
  }
  const folder = laid(repository, commit)
  const report = join(folder, '.git/report.json')
  spawnSync(process.execPath, [join(here, '../../bin/keyproof.js'), 'audit', '.', '--no-baseline', '--format', 'json', '-o', report], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const facts = `${repo}@${commit}\n${factsOf(JSON.parse(readFileSync(report, 'utf8')))}`
  rmSync(folder, { recursive: true })
  const file = join(here, 'snapshots', `${repo.replace('/', '+')}.txt`)
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (isUpdate) writeFileSync(file, facts)
  else if (before !== facts) {
    differing++
    process.stdout.write(createTwoFilesPatch(repo, repo, before, facts, 'before', 'now', { context: 1 }))
  }
  process.stdout.write(`${repo}: ${before === facts ? 'the same' : isUpdate ? 'written' : 'differs'}\n`)
}
process.stdout.write(`${differing} differ, ${missing} were not there\n`)
process.exit(differing > 0 ? 1 : 0)
