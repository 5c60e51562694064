import { describe, expect, test } from 'vitest'
import { auditFiles, keyFindings } from '../support.js'

/** What the loader of a query depends on and its key leaves out, topic by topic of the linter of TanStack Query. */
const HEAD = `import { queryOptions, skipToken, useInfiniteQuery, useQueries, useQuery, useSuspenseQuery } from '@tanstack/react-query'
declare const api: { get(...args: unknown[]): Promise<any> }
declare function load(...args: unknown[]): Promise<any>
`

const reported = (code: string, config: object = {}): boolean =>
  keyFindings(auditFiles({ 'main.tsx': HEAD + code }, config)).some(({ ruleId }) => ruleId === 'missing-key-dependency')

const hook = (parameters: string, key: string, fn: string, before = ''): string => `export function useIt(${parameters}) { ${before} return useQuery({ queryKey: ${key}, queryFn: ${fn} }) }`

describe('is quiet', () => {
  test.each<[string, string]>([
    ['where nothing varies', hook('', "['todos']", '() => load()')],
    ['where the key lists it', hook('id: string', "['todo', id]", '() => load(id)')],
    ['where a template of the key holds it', hook('id: string', '[`todo/${id}`]', '() => load(id)')],
    ['of a setter of React that it calls', hook('id: string', "['todo', id]", 'async () => { const made = await load(id); setOpen(true); return made }', 'const [, setOpen] = useState(false);')],
    ['of a client that is only called', hook('id: string', "['todo', api, id]", '() => api.get(id)')],
    ['of a function that is called', hook('id: string', "['todo', id]", '() => find(id)', 'const find = (x: string) => load(x);')],
    ['of what a method is called on', hook('store: TodoStore, id: string', "['todo', id]", '() => store.find(id)')],
    ['where an optional chain or a `!` stands on one side only', hook('user?: { id: string }', "['todo', user?.id]", '() => load(user!.id)')],
    ['where it is read back from the context of the query', hook('id: string', "['todo', id]", '({ queryKey: [, given] }) => load(given)')],
    ['of types', hook('id: string', "['todo', id]", '() => load(id) as Promise<Todo>', 'interface Todo { id: string }')],
    ['where a rest parameter is spread into the key', hook('...ids: string[]', "['todos', ...ids]", '() => load(ids)')],
    ['of constructors and of undefined', hook('id?: string', "['todo', id]", '() => id === undefined ? undefined : load(new Request(id))')],
    ['where a factory is given it and holds it', `const keys = { one: (id: string) => ['todo', id] as const }\n${hook('id: string', 'keys.one(id)', '() => load(id)')}`],
    ['where the key of a factory stands in a variable', `const keys = { one: (id: string) => ['todo', id] }\n${hook('id: string', 'queryKey', '() => load(id)', 'const queryKey = keys.one(id);')}`],
    ['where factories are chained', `const keys = { one: (id: string) => ({ comments: () => ['todo', id, 'comments'] }) }\n${hook('id: string', 'keys.one(id).comments()', '() => load(id)')}`],
    ['behind `as const`', hook('id: string', "['todo', id] as const", '() => load(id)')],
    ['where the whole object is in the key', hook('filter: { page: number }', "['todos', filter]", '() => load(filter.page)')],
    ['where the whole is spread into the key', hook('filter: { page: number }', "['todos', { ...filter }]", '() => load(filter.page)')],
    ['of what the loader declares itself', hook('', "['todos']", '() => { const page = 1; return load(page) }')],
    ['of constants of the module', `const PAGE_SIZE = 20\n${hook('', "['todos']", '() => load(PAGE_SIZE)')}`],
    ['where an expression of the key holds it', hook('a: number, b: number', "['sum', a + b]", '() => load(a + b)')],
    ['where a callback in the key holds it', hook('ids: string[]', "['todos', ids.map((id) => id)]", '() => load(ids)')],
    ['of a branch that skips', hook('id?: string', "['todo', id]", 'id ? () => load(id) : skipToken')],
    ['where a nested callback uses what the key holds', hook('id: string', "['todo', id]", 'async () => { try { return await load(id) } catch { return null } }')],
    ['where a member path is listed by itself', hook('user: { team: { id: string } }', "['team', user.team.id]", '() => load(user.team.id)')],
    ['where a call in the key is given it', hook('id: string', "['todo', String(id)]", '() => load(id)')],
    ['where either branch loads by what the key holds', hook('id: string, draft: boolean', "['todo', id, draft]", 'draft ? () => load(id, draft) : () => load(id)')],
    ['of setters, translations and navigation', hook('setPage: (n: number) => void, t: (s: string) => string', "['todos']", '() => load().then((rows) => { setPage(1); return rows })')],
  ])('%s', (_topic, code) => {
    expect(reported(code)).toBe(false)
  })

  test('of what the configuration allows, by variable and by type', () => {
    const code = hook('flags: Flags, id: string', "['todo', id]", '() => load(id, flags.beta)', '').replace('export', 'interface Flags { beta: boolean }\nexport')
    expect(reported(code)).toBe(true)
    expect(reported(code, { dependencies: { allow: { variables: ['flags'] } } })).toBe(false)
    expect(reported(code, { dependencies: { allow: { types: ['Flags'] } } })).toBe(false)
    expect(reported(code, { dependencies: { allow: { types: ['Others'] } } })).toBe(true)
  })
})

test('tells only as an info of a key that the caller names', () => {
  const code = hook('key: string, pathname: string, ids: string[]', '[key, ids]', '() => load(pathname, ids)')
  expect(keyFindings(auditFiles({ 'main.tsx': HEAD + code })).map(({ severity }) => severity)).toEqual(['info'])
})

describe('reports', () => {
  test.each<[string, string]>([
    ['what is simply left out', hook('id: string', "['todo']", '() => load(id)')],
    ['options that a factory gives back as they are', 'export const todos = { list: () => ({ queryKey: [\'todos\'], queryFn: () => load() }), detail: (id: string) => ({ queryKey: [\'todos\'], queryFn: () => load(id) }) }'],
    ['options of queryOptions', "export const todo = (id: string) => queryOptions({ queryKey: ['todo'], queryFn: () => load(id) })"],
    ['a placeholder that is plain text', hook('id: string', "['todo/${id}']", '() => load(id)')],
    ['one of two', hook('id: string, page: number', '[`todo-${id}`]', '() => load(id, page)')],
    ['what only the template of an argument holds', hook('id: string', "['todo']", '() => load(`/todos/${id}`)')],
    ['several behind a nested key', hook('a: number, b: number, c: number', "['t', { a }, [1]]", '() => load(a, b, c)')],
    ['a computed member', hook('rows: Record<string, string>, name: string', "['todo', rows]", '() => load(rows[name])')],
    ['the key in a variable', hook('id: string', 'queryKey', '() => load(id)', "const queryKey = ['todo'];")],
    ['a factory that is called without it', `const keys = { all: () => ['todos'] }\n${hook('id: string', 'keys.all()', '() => load(id)')}`],
    ['a factory that is given it and drops it', `const keys = { one: (_id: string) => ['todo'] as const }\n${hook('id: string', 'keys.one(id)', '() => load(id)')}`],
    ['one member of an object', hook('q: { page: number; size: number }', "['todos', q.page]", '() => load(q.page, q.size)')],
    ['a loader that is a method', "export function useIt(id: string) { return useQuery({ queryKey: ['todo'], queryFn() { return load(id) } }) }"],
    ['a branch that does not skip', hook('id?: string', "['todo']", 'id ? () => load(id) : skipToken')],
    ['what a nested callback uses', hook('id: string', "['todo']", '() => load().then(() => load(id))')],
    ['what a try block uses', hook('id: string', "['todo']", 'async () => { try { return await load(id) } catch { return null } }')],
    ['a local of a callback of the key that hides it', hook('id: string, ids: string[]', "['todo', ids.map((id) => id)]", '() => load(id)')],
    ['behind `as const`', hook('id: string', "['todo'] as const", '() => load(id)')],
    ['a member of a configuration', hook('service: MyService', "['data']", '() => service.baseUrl')],
    ['one of two loaders of a condition', hook('id: string, draft: boolean', "['todo', draft]", 'draft ? () => load(id) : () => load()')],
    ['a loader by its name', hook('id: string', "['todo']", 'fetchIt', 'const fetchIt = () => load(id);')],
    ['a loader that a call makes', hook('id: string', "['todo']", 'make(id)', 'const make = (x: string) => () => load(x);')],
    ['a loader that a call wraps', hook('id: string', "['todo']", 'withAuth(() => load(id))', 'const withAuth = <T,>(fn: () => T) => fn;')],
    ['what an inner function declares', "export function useAll() { function one(id: string) { return queryOptions({ queryKey: ['todo'], queryFn: () => load(id) }) } return one }"],
    ['what an inner block declares', "export function useIt(x: string) { if (x) { const id = x + '1'; return useQuery({ queryKey: ['todo'], queryFn: () => load(id) }) } return null }"],
    ['a field of the object', "export class Todos { userId = '1'; options() { return queryOptions({ queryKey: ['todos'], queryFn: () => load(this.userId) }) } }"],
    ['state of the module', `let current = '1'\nexport const change = (id: string) => { current = id }\n${hook('', "['todos']", '() => load(current)')}`],
    ['what is read of the browser', hook('', "['todos']", "() => load(localStorage.getItem('tenant'))")],
    ['data that is given another form', hook('ids: string[]', "['todos']", "() => load(ids.join(','))")],
    ['a list of which the key holds the length', hook('ids: string[]', "['todos', ids.length]", '() => load(ids)')],
    ['what the key only tests', hook('id: string', "['todo', !!id]", '() => load(id)')],
    ['members in quotes', "export function useIt(id: string) { return useQuery({ 'queryKey': ['todo'], 'queryFn': () => load(id) }) }"],
    ['the default of a parameter of the loader', "export function useIt(id: string) { return useQuery({ queryKey: ['todo'], async queryFn(_context: unknown, x = id) { return load(x) } }) }"],
    ['another member beside the id', hook('user: { id: string; org: string }', "['todos', user.id]", '() => load(user.id, user.org)')],
    ['a constant key of the module', `const KEY = ['todo']\n${hook('id: string', 'KEY', '() => load(id)')}`],
  ])('%s', (_topic, code) => {
    expect(reported(code)).toBe(true)
  })
})
