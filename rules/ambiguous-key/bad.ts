const known = new Map<string, string>()

const load = (folder: string, file: string): Promise<string> => Promise.resolve(`${file} in ${folder}`)

/** A Map of the module is a cache too: it takes whatever text it is given. */
async function contentOf(folder: string, file: string): Promise<string> {
  // expect: ambiguous-key
  const key = `content:${folder}${file}`
  const hit = known.get(key)
  if (hit !== undefined) return hit
  const made = await load(folder, file)
  known.set(key, made)
  return made
}

/** Two files whose names run together. Is one served for the other? */
export async function run(print: (line: string) => void): Promise<boolean> {
  print(`ab, c: ${await contentOf('ab', 'c')}`)
  const served = await contentOf('a', 'bc')
  print(`a, bc: ${served}`)
  return served !== 'bc in a'
}
