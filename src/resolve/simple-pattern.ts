import { ts } from 'ts-morph'

/**
 * A regular expression of the audited code that is safe to apply and clear in what it does to text known in part:
 * alternatives of one character or class, repeated or not, anchored or not. Others are not run: they make a hole.
 */
export interface SimplePattern {
  readonly alternatives: readonly { readonly regex: RegExp; readonly atStart: boolean; readonly atEnd: boolean }[]
  readonly isGlobal: boolean
}

const ALTERNATIVE = /^(\^)?(?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\[\](){}.*+?^$|/])[+*]?(\$)?$/
const LONGEST = 40

/** Reads a regular expression literal; `undefined` where it is more than simple. */
export function simplePattern(node: ts.Expression | undefined): SimplePattern | undefined {
  if (!node || !ts.isRegularExpressionLiteral(node)) return undefined
  const end = node.text.lastIndexOf('/')
  const [source, flags] = [node.text.slice(1, end), node.text.slice(end + 1)]
  if (source.length > LONGEST || /[^gi]/.test(flags)) return undefined
  const alternatives = source.split(/(?<!\\)\|(?![^[]*\])/).map((part) => alternative(part, flags.includes('i') ? 'gi' : 'g'))
  return alternatives.every((each) => each !== undefined) ? { alternatives, isGlobal: flags.includes('g') } : undefined
}

function alternative(source: string, flags: string): SimplePattern['alternatives'][number] | undefined {
  const match = ALTERNATIVE.exec(source)
  if (!match) return undefined
  try {
    return { regex: new RegExp(source, flags), atStart: match[1] !== undefined, atEnd: match[2] !== undefined }
  } catch {
    return undefined
  }
}
