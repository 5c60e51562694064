import { ScriptKind } from 'ts-morph'

/** A file as the parser wants it. */
export interface Script {
  readonly name: string
  readonly text: string
  readonly kind: ScriptKind
}

const KINDS: Readonly<Record<string, ScriptKind>> = {
  ts: ScriptKind.TS, mts: ScriptKind.TS, cts: ScriptKind.TS, tsx: ScriptKind.TSX,
  js: ScriptKind.JSX, jsx: ScriptKind.JSX, mjs: ScriptKind.JSX, cjs: ScriptKind.JSX,
}

/** The script of a file; of a Vue or Svelte component its `<script>` blocks, each at its own lines and columns. */
export function scriptOf(file: string, text: string): Script {
  const suffix = file.slice(file.lastIndexOf('.') + 1)
  if (suffix !== 'vue' && suffix !== 'svelte') return { name: file, text, kind: KINDS[suffix] ?? ScriptKind.TS }
  return { name: `${file}.ts`, text: scriptBlocks(text), kind: ScriptKind.TS }
}

function scriptBlocks(component: string): string {
  let script = ''
  let end = 0
  const tags = /<(\/?)script\b/gi
  for (let tag = tags.exec(component); tag; tag = tags.exec(component)) {
    const start = tag[1] === '' ? component.indexOf('>', tag.index) + 1 : 0
    if (start === 0) continue
    const close = component.slice(start).search(/<\/script\b/i)
    if (close === -1) break
    script += blank(component.slice(end, start)) + component.slice(start, start + close)
    end = start + close
    tags.lastIndex = end
  }
  return script + blank(component.slice(end))
}

const blank = (markup: string): string => markup.replace(/[^\n]/g, ' ')
