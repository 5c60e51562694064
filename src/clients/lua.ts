/** A command that a Lua script calls, and what stands behind its key. */
export interface ScriptCommand {
  readonly name: string
  readonly rest: string
}

const CALL = /redis\.p?call\(\s*['"](\w+)['"]\s*,\s*([\w.]+(?:\[[\w.]+\])?)(?=([^\n]*))/gi
const LOCAL = /\blocal\s+([\w\s,]{1,200}?)\s{0,20}=\s*([^\n;]+)/g
const EACH_KEY = /\bfor\s+\w+\s*,\s*(\w+)\s+in\s+ipairs\(\s*KEYS\s*\)|\blocal\s+(\w+)\s*=\s*KEYS\[[a-z]\w*\]/g

/** A script without its comments. */
export const uncommented = (script: string): string => script.replace(/--[^\n]*/g, '')

/** The commands that a script, its comments left out, calls on its `key`-th key, the first being 1: on `KEYS[key]`, by the name of a local variable, or in a loop over all. */
export function commandsOn(script: string, key: number): readonly ScriptCommand[] {
  const names = namesOf(script, key)
  return calls(script).filter(({ on }) => names.has(on) || /^KEYS\[[a-z_]/i.test(on))
}

/** The commands that it calls on anything else. */
export function commandsBeside(script: string, key: number): readonly ScriptCommand[] {
  const names = namesOf(script, key)
  return calls(script).filter(({ on }) => !names.has(on))
}

const calls = (script: string): (ScriptCommand & { readonly on: string })[] =>
  [...script.matchAll(CALL)].map(([, name, on, rest]) => ({ name: name!.toUpperCase(), on: on!, rest: rest! }))

function namesOf(script: string, key: number): ReadonlySet<string> {
  const names = new Set([`KEYS[${key}]`])
  for (const [, each, indexed] of script.matchAll(EACH_KEY)) names.add((each ?? indexed)!)
  for (const [, left, right] of script.matchAll(LOCAL)) {
    const values = right!.split(',').map((value) => value.trim())
    left!.split(',').forEach((name, at) => { if (values[at] === `KEYS[${key}]`) names.add(name.trim()) })
  }
  return names
}

