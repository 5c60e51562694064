import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildReport } from '../../src/report/build.js'
import { html } from '../../src/report/formats/html.js'
import type { Report } from '../../src/report/schema.js'
import { replayed } from '../../src/audit/audit.js'
import { auditFiles, auditFolder, REPOSITORY } from '../support.js'

const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))
if (!BROWSER && !process.env['CI']) console.warn('html.test.ts is skipped: there is no chromium here')

const context = { rules: [], textOf: (): string => 'const evil = "</script><script>document.title = 1</script>"', look: { color: false, width: 100 }, isExplained: false }
const EVIL = '</script><img src=x onerror="document.title=\'owned\'"><script>document.title = "owned"</script>\u2028'

describe.runIf(BROWSER !== undefined || process.env['CI'])('the page in a real browser', () => {
  let browser: Browser
  const asked: string[] = []
  const problems: string[] = []

  beforeAll(async () => { browser = await chromium.launch({ executablePath: BROWSER!, args: ['--no-sandbox'] }) })
  afterAll(async () => { await browser.close() })

  async function opened(report: Report, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const file = join(mkdtempSync(join(tmpdir(), 'keyproof-page-')), 'page.html')
    writeFileSync(file, html(report, context))
    const page = await browser.newPage({ colorScheme })
    page.on('request', (request) => { if (!request.url().startsWith('file:')) asked.push(request.url()) })
    page.on('pageerror', (error) => { problems.push(String(error)) })
    page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()) })
    await page.goto(`file://${file}`)
    return page
  }

  const real = async (name: string): Promise<Report> => buildReport(await replayed(auditFolder(join(REPOSITORY, 'fixtures', name))), '1.2.3')

  test('shows the finding with both keys, its frames and its replay as a story', async () => {
    const page = await opened(await real('chatbot'))
    const article = page.locator('article')
    expect(await article.count()).toBe(1)
    expect(await article.locator('pre').first().textContent()).toMatch(/^WRITE {3}chatbot:v2:[^]*\nDELETE {2}chatbot:v2:/)
    await article.getByText('What happens: stale read').click()
    expect(await article.locator('ol li').count()).toBe(3)
  })

  test('shows every key by namespace, with who writes, reads and deletes it; search and filter narrow them', async () => {
    const page = await opened(await real('dashboard'))
    await page.getByRole('tab', { name: /^Keys/ }).click()
    const text = await page.locator('main').textContent()
    expect(text).toContain('key')
    await page.getByRole('searchbox').fill('no such key')
    expect(await page.locator('main').textContent()).toContain('Nothing.')
  })

  test('shows which files write what others invalidate', async () => {
    const client = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
    const page = await opened(buildReport(auditFiles({ 'a.ts': `${client}export const f = (id: string) => redis.set(\`post:\${id}\`, '')`, 'b.ts': `${client}export const g = (postId: string) => redis.del(\`post:\${postId}\`)` }), '1.2.3'))
    await page.getByRole('tab', { name: /^Files/ }).click()
    expect(await page.locator('svg path').count()).toBe(1)
    expect(await page.locator('main li').allTextContents()).toEqual(['a.ts writes 1 key that b.ts invalidates'])
  })

  test('is used by the keyboard alone', async () => {
    const page = await opened(await real('chatbot'))
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowRight')
    expect(await page.getByRole('tab', { selected: true }).textContent()).toMatch(/^Keys/)
  })

  test('is dark where the reader wants that', async () => {
    const ground = async (scheme: 'light' | 'dark'): Promise<string> => (await opened(await real('chatbot'), scheme)).evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await ground('dark')).not.toBe(await ground('light'))
  })

  test('lets nothing of the audited code be markup or script', async () => {
    const report = await real('chatbot')
    const evil: Report = { ...report, findings: report.findings.map((finding) => ({ ...finding, message: EVIL, keys: [EVIL], related: [{ ...finding.location, path: EVIL, role: EVIL, message: EVIL }] })), keys: report.keys.map((key) => ({ ...key, template: EVIL })) }
    const page = await opened(evil)
    await page.getByRole('tab', { name: /^Keys/ }).click()
    expect(await page.title()).toBe('keyproof')
    expect(await page.locator('img').count()).toBe(0)
  })

  test('shows five thousand keys at once', async () => {
    const report = await real('chatbot')
    const keys = Array.from({ length: 5000 }, (_, i) => ({ ...report.keys[0]!, template: `space${i % 50}:{id}:${i}` }))
    const page = await opened({ ...report, keys })
    await page.getByRole('tab', { name: 'Keys (5000)' }).click()
    expect(await page.locator('main details').count()).toBe(50)
    await page.getByRole('searchbox').fill('space7:{id}:4957')
    expect(await page.locator('main').textContent()).toContain('space7:{id}:4957')
  })

  test('asks nothing of the network, and breaks no rule of its own policy', () => {
    expect(asked).toEqual([])
    expect(problems).toEqual([])
  })
})
