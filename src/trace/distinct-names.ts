import { ts } from 'ts-morph'
import { shapeOf } from '../keys/print.js'
import { holesOf, type Template } from '../keys/template.js'
import type { Site } from '../model/types.js'
import { quoted } from '../resolve/quoted.js'
import type { Program } from '../source/program.js'

/** Two names of identifiers that look alike, in the order of the alphabet: `_subscriberId`, `subscriberId`. */
export type NamePair = readonly [string, string]

const MOST_PAIRS = 48
const MOST_FILES = 64

/**
 * Pairs of names that fill one hole at different sites, and that some type of the program declares side by side. One
 * type has no use for two names of one value, so that `_subscriberId` and `subscriberId` of a `Job` are two identities,
 * where `_environmentId` and `environmentId`, never declared together, are one by two habits.
 */
export function distinctNames(program: Program, sites: readonly Site[]): NamePair[] {
  return pairsOf(sites).slice(0, MOST_PAIRS).filter((pair) => {
    const files = pair.reduce((files, name) => program.among(files, declares(name), name), program.files).slice(0, MOST_FILES)
    return files.some((file) => {
      const unit = program.unit(file)
      return unit !== undefined && hasBoth(unit.ast, pair)
    })
  })
}

const declares = (name: string): RegExp => new RegExp(`(?<![\\w$.])${quoted(name)}[?!]?\\s*:`)

/** The look-alikes that fill the same hole of keys of one shape. */
function pairsOf(sites: readonly Site[]): NamePair[] {
  const slots = new Map<string, Set<string>>()
  for (const site of sites) {
    for (const template of site.key.templates) {
      for (const [slot, name] of namesIn(site, template)) slots.set(slot, (slots.get(slot) ?? new Set()).add(name))
    }
  }
  const pairs = new Map<string, NamePair>()
  for (const names of slots.values()) {
    const sorted = [...names].sort()
    for (const [i, a] of sorted.entries()) for (const b of sorted.slice(i + 1)) if (stemOf(a) === stemOf(b)) pairs.set(`${a} ${b}`, [a, b])
  }
  return [...pairs.values()]
}

function namesIn(site: Site, template: Template): (readonly [string, string])[] {
  const slot = `${site.store.family} ${shapeOf(template)}`
  return holesOf(template).flatMap((hole, i) => {
    const name = /^[\w$.]+$/.test(hole.name) ? hole.name.split('.').at(-1)! : ''
    return stemOf(name) === undefined ? [] : [[`${slot} ${i}`, name] as const]
  })
}

/** What a name of an identifier identifies, its habits and its origin left aside: `subscriber` of `_externalSubscriberId`. */
function stemOf(name: string): string | undefined {
  const plain = name.replace(/_/g, '').toLowerCase().replace(/^(?:external|internal|public|legacy|mongo|db|object)(?=\w{3,}id$)/, '')
  return /.(?:id|key|code|slug|uuid)$/.test(plain) ? plain : undefined
}

function hasBoth(ast: ts.SourceFile, pair: NamePair): boolean {
  const visit = (node: ts.Node): boolean => {
    const own = declaredBy(node)
    if (own && pair.every((name) => own.includes(name))) return true
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false
  }
  return visit(ast)
}

/** The names that a type declares; those of a schema too, which is a type to the database. */
function declaredBy(node: ts.Node): string[] | undefined {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node) || ts.isClassLike(node)) return (node.members as ts.NodeArray<ts.Node>).flatMap(propertyName)
  const isSchema = ts.isObjectLiteralExpression(node) && (ts.isCallExpression(node.parent) || ts.isNewExpression(node.parent)) && /(?:object|[sS]chema|[tT]able|model)$/.test(node.parent.expression.getText())
  return isSchema ? node.properties.flatMap(propertyName) : undefined
}

function propertyName(member: ts.Node): string[] {
  const isProperty = ts.isPropertySignature(member) || ts.isPropertyDeclaration(member) || ts.isPropertyAssignment(member)
  return isProperty && (ts.isIdentifier(member.name) || ts.isStringLiteral(member.name)) ? [member.name.text] : []
}
