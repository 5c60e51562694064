import { visible } from '../../keys/visible.js'
import { linesOf } from '../../model/lines.js'
import { createHash } from 'node:crypto'
import type { Report, ReportFinding, ReportSite } from '../schema.js'
import { headline, keyLines } from './common.js'
import type { Format, FormatContext } from './format.js'
import { SCRIPT } from './html-script.js'
import { STYLE } from './html-style.js'

/** One key of the page: its template, and the calls that use it. */
interface PageKey {
  readonly template: string
  readonly store: string
  readonly purpose: string
  readonly factory?: string
  readonly ttl?: string
  readonly sites: readonly (readonly [op: string, place: string])[]
  /** Numbers of findings. */
  readonly findings: readonly number[]
}

/**
 * One page to look at, whole in itself: the map of all keys with who writes, reads and deletes each, the findings with
 * their frames and replays, and which files write what others invalidate. Nothing is asked of the network, and no text
 * of the audited code is ever markup: it is data that a script of known hash puts into text nodes.
 */
export const html: Format = (report, context) => {
  const data = JSON.stringify(dataOf(report, context)).replace(/</g, '\\u003c').replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029')
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>keyproof</title>
<style>${STYLE}</style>
</head>
<body>
<noscript>This page shows its data by a script of its own.</noscript>
<div id="page"></div>
<script type="application/json" id="data">${data}</script>
<script>${SCRIPT}</script>
</body>
</html>
`
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

function dataOf(report: Report, context: FormatContext): object {
  const findings = report.findings.map((finding) => pageFinding(finding, context))
  return { version: report.tool.version, summary: report.summary, keys: pageKeys(report), findings, files: crossings(report) }
}

function pageFinding(finding: ReportFinding, { textOf }: FormatContext): object {
  const frame = (place: ReportFinding['location']): object => ({ place: `${place.path}:${place.startLine}`, line: place.startLine, code: visible(linesOf(textOf(place.path))[place.startLine - 1]?.trim().slice(0, 300) ?? '') })
  return {
    rule: finding.ruleId, severity: finding.severity, confidence: finding.confidence, message: headline(finding), keys: keyLines(finding),
    at: frame(finding.location), related: finding.related.slice(0, 12).map((place) => ({ ...frame(place), role: place.role, message: place.message })),
    story: finding.replay?.steps.map(({ op, key, as, result }) => [as ?? '', op, key, result]) ?? [], verdict: finding.replay?.verdict ?? '',
  }
}

const placeOf = ({ location }: ReportSite): string => `${location.path}:${location.startLine}`

const ttlText = ({ ttl }: ReportSite): string | undefined => (ttl?.ms === undefined ? undefined : ttl.ms % 1000 === 0 ? `${ttl.ms / 1000} s` : `${ttl.ms} ms`)

function pageKeys(report: Report): readonly PageKey[] {
  const sites = new Map<string, ReportSite[]>()
  for (const site of report.sites.filter(({ passThrough }) => !passThrough)) sites.set(`${site.store}\u0000${site.key.template}`, [...(sites.get(`${site.store}\u0000${site.key.template}`) ?? []), site])
  const found = new Map<string, number[]>()
  report.findings.forEach((finding, i) => { for (const key of finding.keys) found.set(key, [...(found.get(key) ?? []), i]) })
  return report.keys.map((key) => {
    const own = sites.get(`${key.store}\u0000${key.template}`) ?? []
    const ttl = own.map(ttlText).find((text) => text !== undefined)
    return { template: key.template, store: key.store, purpose: key.purpose, ...(key.factory === undefined ? {} : { factory: key.factory }), ...(ttl === undefined ? {} : { ttl }), sites: own.map((site) => [site.op, placeOf(site)] as const), findings: found.get(key.template) ?? [] }
  })
}

/** Which files write the keys that others delete: `[writer, deleter, how many]`, the most first. */
function crossings(report: Report): readonly (readonly [string, string, number])[] {
  const byKey = new Map<string, { readonly writers: Set<string>; readonly deleters: Set<string> }>()
  for (const { store, key, op, location, passThrough } of report.sites) {
    if (passThrough) continue
    // What a hole is called differs from file to file.
    const name = `${store}\u0000${key.template.replace(/\{[^{}]*\}/g, '{}')}`
    const slot = byKey.get(name) ?? { writers: new Set(), deleters: new Set() }
    if (op === 'write' || op === 'read-through') slot.writers.add(location.path)
    if (op === 'delete') slot.deleters.add(location.path)
    byKey.set(name, slot)
  }
  const counts = new Map<string, number>()
  for (const { writers, deleters } of byKey.values()) for (const writer of writers) for (const deleter of deleters) counts.set(JSON.stringify([writer, deleter]), (counts.get(JSON.stringify([writer, deleter])) ?? 0) + 1)
  return [...counts].map(([pair, count]) => [...JSON.parse(pair) as [string, string], count] as const).sort((a, b) => b[2] - a[2]).slice(0, MOST_CROSSINGS)
}

const MOST_CROSSINGS = 60
