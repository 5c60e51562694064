import { ts } from 'ts-morph'

/** Walks over a tree call themselves level by level; the stack of the machine holds about twice as many. */
const DEEPEST = 1500

/** Does the tree nest deeper than walks over it can follow? `a + b + …` does, though its parser goes in a loop. */
export function isTooDeep(ast: ts.SourceFile): boolean {
  // No level is written with less than a character.
  if (ast.end < DEEPEST) return false
  let level: ts.Node[] = [ast]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true
    const next: ts.Node[] = []
    for (const node of level) ts.forEachChild(node, (child) => { next.push(child) })
    level = next
  }
  return false
}
