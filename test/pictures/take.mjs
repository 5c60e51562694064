// Takes the pictures of the README: `npm run pictures`. Needs Chromium at $CHROMIUM, or where Debian has it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const ROOT = new URL('../..', import.meta.url).pathname
const OUT = join(ROOT, '.github/pictures')
const run = (args, env = {}) => spawnSync(process.execPath, [join(ROOT, 'bin/keyproof.js'), ...args], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, GITHUB_ACTIONS: '', AI_AGENT: '', CLAUDECODE: '', ...env } }).stdout

const COLOURS = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 34: '#79c0ff', 35: '#d2a8ff', 36: '#56d4dd', 90: '#8b949e' }

/** What a terminal would show, as HTML. */
function terminal(title, text) {
  const escape = (part) => part.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  let open = 0
  const body = text.split(/(\u001b\[[\d;]*m)/).map((part) => {
    const [, codes] = /^\u001b\[([\d;]*)m$/.exec(part) ?? []
    if (codes === undefined) return escape(part)
    const closed = '</span>'.repeat(/^(?:0|22|39|24|)$/.test(codes) && open > 0 ? 1 : 0)
    if (closed) { open--; return closed }
    const style = codes.split(';').map((code) => (COLOURS[code] ? `color:${COLOURS[code]}` : code === '1' ? 'font-weight:bold' : code === '2' ? 'color:#8b949e' : code === '4' ? 'text-decoration:underline' : '')).join(';')
    open++
    return `<span style="${style}">`
  }).join('')
  return `<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#fff}div{display:inline-block;background:#0d1117;color:#e6edf3;border-radius:8px;padding:14px 20px 20px}p{margin:0 0 12px;color:#8b949e;font:13px system-ui}pre{margin:0;font:14px/1.45 "DejaVu Sans Mono",monospace;white-space:pre}</style><div><p>${escape(title)}</p><pre>${body}${'</span>'.repeat(open)}</pre></div>`
}

const folder = mkdtempSync(join(tmpdir(), 'keyproof-pictures-'))
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
const page = await browser.newPage({ viewport: { width: 1240, height: 760 }, deviceScaleFactor: 1.5 })

async function takeTerminal(name, args) {
  const file = join(folder, `${name}.html`)
  writeFileSync(file, terminal(`$ keyproof ${args.join(' ')}`, run(args, { FORCE_COLOR: '1' }).trimEnd()))
  await page.goto(pathToFileURL(file).href)
  await page.locator('div').screenshot({ path: join(OUT, `${name}.png`) })
}

await takeTerminal('terminal', ['audit', 'fixtures/chatbot', '--explain'])
const html = join(folder, 'page.html')
run(['audit', 'fixtures', '--format', `html=${html}`])
await page.goto(pathToFileURL(html).href)
await page.getByRole('combobox').first().selectOption('error')
await page.getByText('What happens', { exact: false }).first().click()
await page.screenshot({ path: join(OUT, 'page.png') })
await page.getByRole('tab', { name: /^Keys/ }).or(page.getByRole('button', { name: /^Keys/ })).first().click()
await page.locator('summary', { hasText: 'chatbot' }).first().click()
await page.screenshot({ path: join(OUT, 'map.png') })
await browser.close()
