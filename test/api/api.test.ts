import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { REPOSITORY } from '../support.js'

/** What users import, by the name that they write. */
const ENTRIES: Readonly<Record<string, string>> = {
  'keyproof': 'src/index.ts', 'keyproof/eslint': 'src/eslint/index.ts', 'keyproof/runtime': 'src/runtime/index.ts',
  'keyproof/runtime/redis': 'src/runtime/layers/redis.ts', 'keyproof/runtime/memcached': 'src/runtime/layers/memcached.ts', 'keyproof/runtime/adapters': 'src/runtime/adapters/index.ts',
}

const files = Object.values(ENTRIES).map((path) => join(REPOSITORY, path))
const program = ts.createProgram(files, { ...ts.parseJsonConfigFileContent(ts.readConfigFile(join(REPOSITORY, 'tsconfig.json'), ts.sys.readFile).config, ts.sys, REPOSITORY).options, noEmit: true })
const checker = program.getTypeChecker()

interface Exported { readonly name: string; readonly shape: string; readonly isTold: boolean }

function exportsOf(path: string): Exported[] {
  const source = program.getSourceFile(join(REPOSITORY, path))!
  return checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const declaration = target.declarations![0]!
    return { name: symbol.name, shape: shapeOf(target, declaration), isTold: target.getDocumentationComment(checker).length > 0 || symbol.getDocumentationComment(checker).length > 0 }
  }).sort((a, b) => (a.name < b.name ? -1 : 1))
}

const FLAGS = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope

/** A signature, or the members, of what is exported: what a user's code may lean on. */
function shapeOf(symbol: ts.Symbol, declaration: ts.Declaration): string {
  if (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) {
    const members = checker.getDeclaredTypeOfSymbol(symbol).getProperties().filter((member) => !isPrivate(member)).map((member) => `${member.name}${member.flags & ts.SymbolFlags.Optional ? '?' : ''}`)
    return `${symbol.flags & ts.SymbolFlags.Class ? 'class' : 'interface'} { ${members.join(', ')} }`
  }
  if (symbol.flags & ts.SymbolFlags.TypeAlias) return 'type'
  return checker.typeToString(checker.getTypeOfSymbolAtLocation(symbol, declaration), declaration, FLAGS).replace(/import\("[^"]*"\)\./g, '').slice(0, 400)
}

const isPrivate = ({ declarations, name }: ts.Symbol): boolean => name.startsWith('__#') || (declarations ?? []).some((each) => (ts.getCombinedModifierFlags(each) & ts.ModifierFlags.Private) !== 0)

describe.each(Object.entries(ENTRIES))('%s', (name, path) => {
  const all = exportsOf(path)

  test('exports what it did: a change shows in review', () => {
    expect(all.length).toBeGreaterThan(0)
    expect(all.map((each) => `${each.name}: ${each.shape.replace(/(?<=__@\w+)@\d+/g, '')}`).join('\n')).toMatchSnapshot(name)
  })

  test('says of each export what it is', () => {
    expect(all.filter(({ isTold }) => !isTold).map((each) => each.name)).toEqual([])
  })
})
