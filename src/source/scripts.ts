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
  for (const block of component.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/gi)) {
    const body = block[1]!
    const start = block.index + block[0].indexOf('>') + 1
    script += blank(component.slice(end, start)) + body
    end = start + body.length
  }
  return script + blank(component.slice(end))
}

const blank = (markup: string): string => markup.replace(/[^\n]/g, ' ')
