import type { ClientSpec } from './spec.js'

/** The response cache of Apollo Server: the key is a hash of the query, its variables and what the options add. */
export const apolloResponseCache: ClientSpec = {
  id: 'apollo-response-cache',
  modules: ['@apollo/server-plugin-response-cache', 'apollo-server-plugin-response-cache'],
  family: 'apollo-cache',
  sharing: 'family',
  operations: {},
  functions: {
    default: { op: 'read-through', key: { arg: 0, template: 'fqc:{sha256(query, variables, session, extra)}' } },
    responseCachePlugin: { op: 'read-through', key: { arg: 0, template: 'fqc:{sha256(query, variables, session, extra)}' } },
  },
}
