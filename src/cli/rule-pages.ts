import { existsSync, readFileSync } from 'node:fs'
import type { RuleInfo } from '../report/formats/format.js'

// Beside the built file in the package, and two folders above it in a checkout.
export const PAGES = [new URL('../../../rules/', import.meta.url), new URL('../../rules/', import.meta.url)].find((url) => existsSync(new URL('set-delete-mismatch/README.md', url)))!

/** The page of a rule, in Markdown. */
export const pageOf = (id: string): string => readFileSync(new URL(`${id}/README.md`, PAGES), 'utf8')

/** The page is read when a format asks for it. */
export const withPage = (rule: Omit<RuleInfo, 'page'>): RuleInfo => ({ ...rule, get page() { return pageOf(rule.id) } })
