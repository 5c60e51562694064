/** What the name of a hole says of the value that fills it, as far as names can say it. */
export interface HoleIdentity {
  /** The last name of the path, without a leading underscore: `subscriberId`. */
  readonly member: string
  /** What the value identifies: `user` of `userId`, `user.id`, `session.user._id`. */
  readonly entity?: string
  /** What was done to the value: `toLowerCase`, `encodeURIComponent`, `sha256`. */
  readonly forms: readonly string[]
  /** The path without what was done to it. */
  readonly path: string
}

const CALL = /^(\w+)\((.+)\)$/
const METHOD = /^(.+)\.(toLowerCase|toUpperCase|trim|replace|normalize|slice|padStart|padEnd)\(\)$/

/** Reads the name of a hole: its path, what it identifies, and what was done to it. */
export function identityOf(name: string): HoleIdentity | undefined {
  const forms: string[] = []
  // What `ProjectService.key(token)` gives is a project.
  let path = name.replace(/^([A-Z]\w*?)(?:Service|Repository|Repo|Model)\.\w+\([^()]*\)(?=\.)/, (_, thing: string) => thing[0]!.toLowerCase() + thing.slice(1))
  for (let match = METHOD.exec(path) ?? CALL.exec(path); match; match = METHOD.exec(path) ?? CALL.exec(path)) {
    const isMethod = METHOD.test(path)
    forms.push(isMethod ? match[2]! : match[1]!)
    path = isMethod ? match[1]! : match[2]!
  }
  if (!/^[\w$.[\]]+$/.test(path)) return undefined
  const names = path.replace(/\[\]/g, '').split('.')
  const last = names.at(-1)!
  const entity = entityOf(names)
  return { member: last.replace(/^_+/, ''), forms: forms.filter((form) => form !== 'String'), path, ...(entity ? { entity } : {}) }
}

function entityOf(names: readonly string[]): string | undefined {
  const last = names.at(-1)!
  const own = /^_*(\w+?)_?(?:Id|ID|_id|Uuid)$/.exec(last)?.[1]
  if (own) return own.toLowerCase()
  const isId = /^_?(?:id|uuid)$/i.test(last)
  const owner = names.at(-2)
  return isId && owner && owner !== 'this' ? lastWord(owner) : undefined
}

const lastWord = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().split(/[\s_]+/).at(-1)!
