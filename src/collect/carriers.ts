import { ts } from 'ts-morph'
import { basename, dirname } from 'node:path'
import { holesOf } from '../keys/template.js'
import { moduleFrame, refill, type Context } from '../resolve/context.js'
import { evaluateDeclaration } from '../resolve/identifier.js'
import { exportsOf } from '../resolve/exports.js'
import { callFunction } from '../resolve/call.js'
import { within, type Declaration } from '../resolve/scope.js'
import { evaluate } from '../resolve/evaluate.js'
import { alternatives, type Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import type { RawSite } from './raw-site.js'

/**
 * The words by which other files reach a cache through this one: its exports that are clients, give clients, hold them,
 * or are wrappers. `'path'` stands for a default export, which every importer names as it likes.
 */
export function carriersOf(context: Context, unit: Unit, sites: readonly RawSite[]): string[] {
  const importsLibrary = unit.ast.statements.some((statement) => ts.isImportDeclaration(statement)
    && ts.isStringLiteral(statement.moduleSpecifier) && context.registry.modules.includes(statement.moduleSpecifier.text)) || /\brequire\(/.test(unit.ast.text)
  if (!importsLibrary && sites.length === 0) return reexports(context, unit)
  const open = sites.filter((site) => site.templates.some((template) => holesOf(template).some((hole) => hole.parameter !== undefined)))
  const words: string[] = []
  for (const [name, entry] of exportsOf(unit).names) {
    if (entry.kind === 'forward') continue
    const carries = entry.kind === 'declaration' ? declarationCarries(context, unit, entry.node, open, importsLibrary)
      : carriesClient(context, evaluated(context, () => evaluate(context, entry.node, moduleFrame(context, unit)))) || open.some((site) => within(site.call.node, entry.node))
    if (carries) words.push(...wordsFor(unit, name, entry.node))
  }
  return words
}

function wordsFor(unit: Unit, name: string, node: ts.Node): string[] {
  const own = name === 'default' ? [pathWord(unit)] : [name]
  return ts.isClassLike(node) ? [...own, ...supertypes(node)] : own
}

function pathWord(unit: Unit): string {
  const stem = basename(unit.file).replace(/\.[cm]?[jt]sx?$/, '')
  return `'${stem === 'index' ? basename(dirname(unit.file)) : stem}'`
}

// Users of a class may know it by its interface or its base alone.
function supertypes(node: ts.ClassLikeDeclaration): string[] {
  return (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => type.expression).filter(ts.isIdentifier).map((name) => name.text))
}

function declarationCarries(context: Context, unit: Unit, node: Declaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration, open: readonly RawSite[], importsLibrary: boolean): boolean {
  if (open.some((site) => within(site.call.node, node))) return true
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return importsLibrary
  if (ts.isClassLike(node)) return importsLibrary || mentionsClient(node)
  return carriesClient(context, evaluated(context, () => evaluateDeclaration(context, node, moduleFrame(context, unit))))
}

const mentionsClient = (node: ts.Node): boolean => /\b(?:redis|cache|Redis|Cache)\w*\b/.test(node.getText())

function evaluated(context: Context, work: () => Value): Value {
  refill(context)
  return work()
}

function carriesClient(context: Context, value: Value): boolean {
  return alternatives(value).some((option) => {
    if (option.kind === 'client' || option.kind === 'operation' || option.kind === 'instance' || option.kind === 'class') return true
    if (option.kind === 'object') return [...option.props.values()].some((thunk) => alternatives(thunk()).some((v) => v.kind === 'client' || v.kind === 'function' || v.kind === 'instance'))
    if (option.kind !== 'function') return option.kind === 'opaque' && option.type !== undefined
    refill(context)
    return alternatives(callFunction(context, option, [], 'client')).some((v) => v.kind === 'client' || v.kind === 'instance' || v.kind === 'function' || v.kind === 'object')
  })
}

// A barrel that renames: the new name leads on.
function reexports(_context: Context, _unit: Unit): string[] {
  return []
}
