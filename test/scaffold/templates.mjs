// What a new rule, client or format begins with: a whole that works, to be changed piece by piece.

const FENCE = '```'

const RULE = (id, name) => `import { print } from '../../src/keys/print.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { keysOf, ownSites } from '../../src/model/relations.js'
import type { Site } from '../../src/model/types.js'

export const ${name}: Rule = {
  id: '${id}',
  severity: 'warning',
  description: 'What it finds, in a line.',
  messages: {
    found: 'This reads {key}.',
  },
  check: (model) => ownSites(model).filter(isFound).map(finding),
}

/** The condition, as its page says it. */
const isFound = (site: Site): boolean => site.op === 'read' && keysOf(site).some((template) => print(template) === '${id}-example')

function finding(site: Site): Finding {
  const key = site.key.templates[0]!
  return { messageId: 'found', confidence: 'high', data: { key: print(key) }, keys: [key], location: site.location, related: [], symbol: site.symbol }
}
`

const PAGE = (id) => `# ${id}

What it finds, in a line.

Severity: warning.

## What it finds

- **found**: the exact condition, and when it stays quiet.

## Why it bites

What goes wrong at run time.

## Bad

${FENCE}ts
import { LRUCache } from 'lru-cache'
const cache = new LRUCache<string, string>({ max: 10 })

export const read = () => cache.get('${id}-example')
${FENCE}

## Good

${FENCE}ts
import { LRUCache } from 'lru-cache'
const cache = new LRUCache<string, string>({ max: 10 })

export const read = (id: string) => cache.get(\`user:\${id}\`)
${FENCE}

## Options

None.

## When not to use it

Where its fault is meant.
`

const PROOF = (id, key, expectation) => `import { LRUCache } from 'lru-cache'

const cache = new LRUCache<string, string>({ max: 10 })

export function read(): string | undefined {${expectation}
  return cache.get('${key}')
}

/** Tells what happens, and whether it went wrong. */
export function run(print: (line: string) => void): boolean {
  const found = read()
  print(\`found: \${found ?? 'nothing'}\`)
  return ${id}
}
`

export const ruleFiles = (id, name) => ({
  [`rules/${id}/rule.ts`]: RULE(id, name),
  [`rules/${id}/README.md`]: PAGE(id),
  [`rules/${id}/bad.ts`]: PROOF('found === undefined', `${id}-example`, `\n  // expect: ${id}`),
  [`rules/${id}/good.ts`]: PROOF('found !== undefined', `${id}-mended`, ''),
})

export const clientFiles = (id, name) => ({
  [`src/clients/${id}.ts`]: `import { read, remove, write, type ClientSpec } from './spec.js'

/** ${id}: its versions, and where its documentation says what its calls mean. */
export const ${name}: ClientSpec = {
  id: '${id}',
  modules: ['${id}'],
  family: '${id}',
  sharing: 'instance',
  constructors: ['default'],
  types: ['default'],
  operations: { get: read(), set: write(), delete: remove() },
}
`,
})

export const formatFiles = (id, name) => ({
  [`src/report/formats/${id}.ts`]: `import { counted, headline } from './common.js'
import type { Format } from './format.js'

/** Who reads it, and where its form is specified. */
export const ${name}: Format = (report) => [
  ...report.findings.map((finding) => \`\${finding.location.path}:\${finding.location.startLine} \${finding.ruleId} \${headline(finding)}\`),
  counted(report), '',
].join('\\n')
`,
})
