import { dirname } from 'node:path'
import type { Context } from '../resolve/context.js'
import type { Unit } from '../source/program.js'

interface Page {
  readonly unit: Unit
  readonly path: string
  /** It answers requests itself, so that only what it does on GET counts. */
  readonly isEndpoint: boolean
}

const PAGE = /^(?:src\/)?(?:app\/(.*?)\/?(?:page|route)|pages\/(.*))\.[jt]sx?$/
const ENDPOINT = /(?:^|\/)(?:route\.[jt]sx?$|pages\/api\/)/

/** The pages of the framework's application beside a configuration file that a route pattern of it covers. */
export function pagesUnder(context: Context, config: Unit, pattern: string): Page[] {
  const root = dirname(config.path) === '.' ? '' : `${dirname(config.path)}/`
  return context.program.files.flatMap((file): Page[] => {
    const path = context.program.pathOf(file)
    const match = path.startsWith(root) ? PAGE.exec(path.slice(root.length)) : null
    if (!match || !coversRoute(pattern, routeOf(match[1] ?? match[2] ?? ''))) return []
    const isEndpoint = ENDPOINT.test(path)
    // What an endpoint says of its own answer counts before what the configuration says.
    const unit = isEndpoint && context.program.among([file], /cache-control/i).length > 0 ? undefined : context.program.unit(file)
    return unit ? [{ unit, path, isEndpoint }] : []
  })
}

/** `(other)/profile` → `/profile`; a parameter in brackets stays, as a segment that may be anything. */
const routeOf = (folder: string): string =>
  `/${folder.split('/').filter((segment) => !/^\(.*\)$|^@|^index$/.test(segment)).join('/')}`

/**
 * Does the pattern cover the route? Patterns are read, not run: a leading negative lookahead excludes the prefixes that it
 * lists as plain text, `:name` and `[name]` stand for a segment, and whatever else is an expression covers nothing.
 */
export function coversRoute(pattern: string, route: string): boolean {
  const lookahead = /^\/\(\(\?!(.*)\)\.\*\)$/.exec(pattern)
  if (lookahead) return !excluded(lookahead[1]!).some((prefix) => route.slice(1).startsWith(prefix))
  const isAll = /^(?:\/:\w+\*|\/\(\.\*\)|\/\*\*?)$/.test(pattern)
  return isAll || segmentsCover(pattern.split('/').slice(1), route.split('/').slice(1))
}

const excluded = (alternatives: string): string[] => alternatives.split('|').map((each) => each.replace(/\\/g, '')).filter((each) => /^[\w./-]+$/.test(each))

function segmentsCover([head, ...rest]: readonly string[], route: readonly string[]): boolean {
  if (head === undefined) return route.length === 0
  if (/^:\w+\*$|^\(\.\*\)$/.test(head)) return rest.length === 0
  const [segment, ...more] = route
  if (segment === undefined) return false
  return (/^:\w+$/.test(head) || head === segment) && segmentsCover(rest, more)
}
