import { execFileSync } from 'node:child_process'
import { relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { discover, SourceError } from '../../src/source/discover.js'
import { Program } from '../../src/source/program.js'
import { scriptOf } from '../../src/source/scripts.js'
import { project } from '../support.js'

const found = (files: Readonly<Record<string, string>>, paths = ['.']): string[] => {
  const folder = project(files)
  return discover(paths, folder).files.map((file) => relative(folder, file))
}

describe('which files are audited', () => {
  test('TypeScript and JavaScript of every suffix, and components', () => {
    const names = ['a.ts', 'b.tsx', 'c.mts', 'd.cts', 'e.js', 'f.jsx', 'g.mjs', 'h.cjs', 'i.vue', 'j.svelte']
    expect(found(Object.fromEntries([...names, 'k.css', 'l.json'].map((name) => [name, ''])))).toEqual(names)
  })

  test('no tests, no generated and no vendored files', () => {
    const left = ['a.test.ts', 'b.spec.tsx', '__tests__/c.ts', 'test/d.ts', 'e.d.ts', 'f.generated.ts', 'generated/g.ts', 'vendor/h.js', 'i.min.js', 'node_modules/j/k.js', 'dist/l.js', '.next/m.js']
    expect(found(Object.fromEntries([...left, 'src/kept.ts'].map((name) => [name, ''])))).toEqual(['src/kept.ts'])
  })

  test('a test folder that is asked for by name', () => {
    expect(found({ 'test/fixtures/a.ts': '' }, ['test/fixtures'])).toEqual(['test/fixtures/a.ts'])
  })

  test('.gitignore, also of folders below, with exceptions', () => {
    const folder = project({ '.gitignore': 'out\n*.gen.js\n', 'out/a.ts': '', 'src/.gitignore': 'tmp\n!tmp/keep.ts\n', 'src/b.ts': '', 'src/skip.gen.js': '', 'c.ts': '' })
    execFileSync('git', ['init', '-q'], { cwd: folder })
    expect(discover(['.'], folder).files.map((file) => relative(folder, file))).toEqual(['c.ts', 'src/b.ts'])
  })

  test('paths outside of where it is called have their common folder as root', () => {
    const folder = project({ 'a/x.ts': '', 'b/y.ts': '' })
    expect(discover([`${folder}/a`, `${folder}/b`], '/nowhere').root).toBe(folder)
  })

  test('a project in a folder that is none is its own root', () => {
    const folder = project({ 'app/package.json': '{}', 'app/x.ts': '' })
    expect(discover(['app'], folder).root).toBe(`${folder}/app`)
  })

  test('a part of a project has the project as root', () => {
    const folder = project({ 'package.json': '{}', 'packages/api/package.json': '{}', 'packages/api/x.ts': '' })
    expect(discover(['packages/api'], folder).root).toBe(folder)
  })

  test('nothing found is an error with the path', () => {
    expect(() => found({ 'a.md': '' })).toThrow(SourceError)
  })
})

test('the script of a component keeps its lines and columns', () => {
  const { text } = scriptOf('a.vue', '<template>\n  <p>é</p>\n</template>\n<script setup lang="ts">\nconst a = 1\n</script>\n')
  expect(text.split('\n')[4]).toBe('const a = 1')
  expect(text.split('\n')).toHaveLength(7)
})

test('a file that cannot be read is told, and reads as empty', () => {
  const folder = project({ 'a.ts': 'export {}' })
  const program = new Program({ root: folder, files: [`${folder}/a.ts`, `${folder}/gone.ts`] })
  expect(program.text(`${folder}/gone.ts`)).toBe('')
  expect(program.problems).toEqual([{ kind: 'unreadable', path: 'gone.ts', message: expect.stringContaining('gone.ts') as string }])
  expect(program.unit(`${folder}/gone.ts`)).toBeUndefined()
})
