import { dirname } from 'node:path'
import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import type { Edit } from '../model/finding.js'
import type { Program } from '../source/program.js'

/**
 * The edit that makes `const keys = await redis.keys(pattern)` a walk with SCAN. Only the clients that give an iterator of
 * it are mended; the others need a loop that somebody has to write.
 */
export function scanned(program: Program, { call: { unit, node }, client, through }: RawSite): readonly Edit[] | undefined {
  if (through || !ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || node.arguments.length !== 1 || !ts.isAwaitExpression(node.parent)) return undefined
  const statement = declaringStatement(node.parent)
  if (!statement) return undefined
  const receiver = node.expression.expression.getText(unit.ast)
  const walk = walkOf(client.client.id, program.modules.workspaces.majorOf('redis', dirname(unit.file)), receiver, node.arguments[0]!.getText(unit.ast))
  if (walk === undefined) return undefined
  const name = statement.declarationList.declarations[0]!.name.getText(unit.ast)
  const end = statement.getText(unit.ast).endsWith(';') ? ';' : ''
  const indent = /[ \t]*$/.exec(unit.ast.text.slice(0, statement.getStart(unit.ast)))![0]
  return [{ path: unit.path, range: placeOf(unit, statement), text: `const ${name}: string[] = []${end}\n${indent}for await (const batch of ${walk}) ${name}.push(...batch)${end}` }]
}

/** `const keys = await …`, and nothing else. */
function declaringStatement(awaited: ts.AwaitExpression): ts.VariableStatement | undefined {
  const { parent } = awaited
  const list = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.parent : undefined
  return list && ts.isVariableDeclarationList(list) && list.declarations.length === 1 && ts.isVariableStatement(list.parent) ? list.parent : undefined
}

/** Batches of keys: streams of ioredis give arrays, and so do iterators of node-redis from version 5 on. */
function walkOf(client: string, major: number | undefined, receiver: string, pattern: string): string | undefined {
  if (client === 'ioredis') return `${receiver}.scanStream({ match: ${pattern} })`
  return client === 'redis' && major !== undefined && major >= 5 ? `${receiver}.scanIterator({ MATCH: ${pattern} })` : undefined
}
