import fc from 'fast-check'

/** A generated program and the arguments that its `main` is called with. */
export interface KeyProgram {
  readonly source: string
  readonly args: readonly (string | boolean | undefined)[]
}

const HEAD = `
enum Kind { User = 'user', Team = 'team', Count = 3 }
const PREFIX = 'app'
const VERSIONED = \`\${PREFIX}:v2\`
const TABLE = Object.freeze({ user: 'u', team: 't', nested: { all: 'a-l-l' } })
const MAKERS = { one: (id: string) => \`one:\${id}\`, two: (a: string, b = 'dflt') => [a, b].join('|') }
const FROM_ENTRIES: Record<string, string> = Object.fromEntries(['x', 'y'].map((name) => [name, \`made-\${name}\`]))
const curry = (a: string) => (b: string) => \`\${a}/\${b}\`
const rest = (...parts: string[]) => parts.join(':')
const present = (...parts: (string | undefined | false)[]) => parts.filter(Boolean).join('.')
const suffixed = (id: string, event?: string) => event ? \`lead:\${id}:\${event}\` : \`lead:\${id}\`
const pick = ({ a, b: c = 'none', ...others }: { a: string; b?: string; z?: string }) => \`\${a}=\${c}\${others.z ?? ''}\`
const tagged = (strings: TemplateStringsArray, ...values: string[]) => strings.reduce((out, part, i) => out + part + (values[i] ?? ''), '')
function chosen(kind: string) { switch (kind) { case 'user': return 'U'; case 'team': return 'T'; default: return \`other-\${kind}\` } }
function early(a: string, on: boolean) { if (on) return \`on:\${a}\`; let key = 'off'; key += ':' + a; return key }
function looped(parts: string[]) { const out: string[] = ['head']; for (const part of parts) out.push(part); return out.join(':') }
function appended(a: string, b?: string) { let key = a; if (b) key = \`\${key}+\${b}\`; return key }
function guarded(a: string) { try { return JSON.parse('1') === 1 ? \`g:\${a}\` : 'never' } catch { return 'failed' } }
function indexed(parts: string[]) { let s = ''; for (let i = 0; i < parts.length; i++) { s += (i > 0 ? ':' : '') + parts[i] } return s }
function switched(kind: string) { let key = 'none'; switch (kind) { case 'a': key = 'A'; break; case 'alpha': { key = 'ALPHA'; break } case 'b:c': key = 'B'; case '1234567': key += '!'; break; default: if (kind.length > 9) break; key = \`d:\${kind}\` } return key }
function halted(parts: string[]) { let key = 'start'; for (const part of parts) { if (part === 'alpha') continue; key = part; if (part.length > 4) break; key += '.' } return key }
function failing(a: string, on: boolean) { let key = 'before'; try { key = \`tried:\${a}\`; if (on) throw new Error(a); key = 'done' } catch { key = \`\${key}/caught\` } finally { key += '/end' } return key }
function* generated(a: string) { yield \`gen:\${a}\`; yield 'end' }
const factory = (name: string) => ({ all: name, byId: (id: string) => \`\${name}:\${id}\`, lists() { return \`\${this.all}:list\` } })
const selfReferring = (name: string) => { const keys = { all: () => [name], list: () => [...keys.all(), 'list'], detail: (id: string) => [...keys.list(), id] }; return keys }
abstract class Base { protected abstract kind(): string; static readonly SEP = '::'; constructor(protected readonly ns: string) {}
  key(id: string) { return [this.ns, this.kind(), id].join(Base.SEP) } get root() { return \`\${this.ns}!\` } }
class Users extends Base { private version = 'v1'; protected kind() { return 'users-' + this.version } }
class Teams extends Base { constructor(ns: string) { super(ns + '.teams') } protected kind() { return Kind.Team } }
`

/** What a string expression may be made of: parameters `p` and `q`, a switch `on`, an option `opt` that may be absent. */
const { text } = fc.letrec<{ text: string; list: string }>((tie) => ({
  text: fc.oneof({ maxDepth: 4, withCrossShrink: true },
    fc.constantFrom("'a'", "'b:c'", 'p', 'q', 'PREFIX', 'VERSIONED', 'Kind.User', 'TABLE.team', 'TABLE.nested.all', 'FROM_ENTRIES.x', '`${Kind.Count}`', "(opt ?? 'no')", 'users.root'),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `\`\${${a}}:\${${b}}\``),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + '-' + ${b})`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(on ? ${a} : ${b})`),
    fc.tuple(tie('list'), fc.constantFrom(':', '|', '')).map(([a, s]) => `${a}.join('${s}')`),
    fc.tuple(fc.constantFrom('MAKERS.one', 'chosen', 'switched', 'guarded', 'users.key', 'teams.key', "factory('f').byId", 'suffixed', 'appended', 'String', 'encodeURIComponent'), tie('text')).map(([f, a]) => `${f}(${a})`),
    fc.tuple(fc.constantFrom('MAKERS.two', 'rest', 'present', 'suffixed', 'appended'), tie('text'), tie('text')).map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.tuple(fc.constantFrom('suffixed', 'present', 'appended'), tie('text')).map(([f, a]) => `${f}(${a}, opt)`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `curry(${a})(${b})`),
    tie('text').map((a) => `early(${a}, on)`), tie('text').map((a) => `failing(${a}, on)`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `pick({ a: ${a}, b: ${b} })`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `pick({ ...{ a: ${a} }, z: ${b} })`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `tagged\`t:\${${a}}:\${${b}}\``),
    fc.tuple(tie('text'), fc.constantFrom('toUpperCase()', 'toLowerCase()', 'trim()', 'padStart(12, "0")', 'slice(0, 3)', 'concat("x")', 'replace("a", "A")', 'split(":").join("/")', 'toString()', 'substring(0, 4)', 'replaceAll(":", "_")', 'at(0)', 'repeat(2)',
      'replace(/:/g, "_")', 'replace(/\\/+$/, "")', 'replace(/^a+|x+$/g, "z")', 'replace(/[^a-z0-9:]/gi, "")', 'replace(/(a|b)+/, "")')).map(([a, m]) => `(${a}).${m}`),
    tie('list').map((a) => `looped(${a})`), tie('list').map((a) => `halted(${a})`), tie('list').map((a) => `indexed(${a})`),
    fc.tuple(tie('list'), fc.constantFrom("reduce((s, x) => s + x, 'r:')", "map((x) => `m:${x}`).join(',')", 'at(-1)', 'length.toString()', "reverse().join(':')", "map((x, i) => `${i}${x}`).join(':')", 'find((x) => x !== "")', "sort().join(':')", "slice(0, 2).join(':')", 'filter((x) => x.length > 1).join(":")')).map(([a, m]) => `${a}.${m}`),
    fc.constantFrom("TABLE[on ? 'user' : 'team']", "factory('things').lists()", "[...generated(p)].join(';')", "selfReferring('s').detail(q).join('/')", "Object.keys(TABLE).join(',')", "Object.values({ a: p, b: q }).join('-')", "Object.entries({ a: p }).map(([k, v]) => `${k}=${v}`).join('&')"),
  ),
  list: fc.oneof({ maxDepth: 2 },
    fc.array(tie('text'), { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.tuple(tie('list'), tie('text')).map(([a, b]) => `[...${a}, ${b}]`),
    fc.tuple(tie('list'), tie('list')).map(([a, b]) => `${a}.concat(${b})`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `[[${a}], [${b}]].flat()`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `[${a}, on && ${b}].filter((x): x is string => Boolean(x))`),
    tie('list').map((a) => `${a}.flatMap((x) => [x, 'fm'])`),
    fc.constant("(on ? [p] : [q, 'z'])"),
  ),
}))

// Words without separators: a hole stays within its segment.
const word = fc.constantFrom('1234567', 'alpha', 'Beta9')

export const keyProgram: fc.Arbitrary<KeyProgram> = fc.record({
  expression: text, p: word, q: word, on: fc.boolean(), opt: fc.option(word, { nil: undefined }),
}).map(({ expression, p, q, on, opt }) => ({
  source: `import Redis from 'ioredis'\nconst redis = new Redis()\n${HEAD}
export function main(p: string, q: string, on: boolean, opt?: string) {
  const users = new Users('ns')
  const teams = new Teams(p)
  const key: string = ${expression}
  return redis.get(key)
}`,
  args: [p, q, on, opt],
}))
