import { hole, text } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import type { PublicResponse } from '../../src/model/types.js'

export const publicUserResponse: Rule = {
  id: 'public-user-response',
  severity: 'error',
  description: 'A response that is made for one reader may be kept by shared caches and handed to another.',
  messages: {
    handler: 'The handler reads `{path}` ({evidence}) and sends `{directives}`: a shared cache hands one reader\'s response to the next.',
    route: 'Every page under `{route}` is sent `{directives}`, and {count} of them read who asks ({path}): a shared cache hands one reader\'s page to the next.',
    unmarked: 'The endpoint answers who the reader is ({evidence}) and sends no `Cache-Control`: `no-store` keeps networks from keeping it.',
    person: 'What belongs to one `{person}` is sent `{directives}`: shared caches keep it, and go on serving it after it has changed.',
  },
  check: (model) => model.responses.flatMap((response) => findingOf(response) ?? []),
}

function findingOf(response: PublicResponse): Finding | undefined {
  const [identity] = response.identities
  const { directives, route, person, location, symbol } = response
  if (!identity) return person === undefined ? undefined : { messageId: 'person', severity: 'info', confidence: 'low', data: { person, directives }, keys: [], location, related: [], symbol }
  const data = { path: identity.path, evidence: identity.evidence, directives, route: route ?? '', count: String(response.identities.length) }
  if (directives === '') return { messageId: 'unmarked', severity: 'info', confidence: 'low', data, keys: [], location, related: [], symbol }
  // Without `public` or `s-maxage` a shared cache keeps it too, save what is asked for with `Authorization` (RFC 9111, 3.5).
  const isShared = /\bpublic\b|\bs-maxage\b/i.test(directives)
  return {
    messageId: route === undefined ? 'handler' : 'route', ...(isShared ? {} : { severity: 'warning' }), confidence: isShared ? identity.confidence : 'medium', data,
    keys: [], location, symbol,
    // What a network in front of the handler keeps it by.
    scenario: { kind: 'leak', key: [text('GET '), hole('url')], missing: [identity.path], who: 'users' },
    related: response.identities.slice(0, 5).map((each) => ({ ...each.location, role: 'identity', message: `${each.path} is read here` })),
  }
}
