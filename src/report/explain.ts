import { inkOf, type Look } from './style.js'

/** What a rule's page, its proof, and the run of the proof tell. */
export interface Explanation {
  readonly id: string
  readonly severity: string
  readonly description: string
  readonly why: string
  /** The program that goes wrong, and what it printed when it was run just now; none for a rule on the form of code. */
  readonly proof?: { readonly code: string; readonly printed: readonly string[]; readonly goesWrong: boolean; readonly repaired: readonly string[] }
}

/** A rule for people: what it finds, why that bites, its proof and what that printed. */
export function explainText({ id, severity, description, why, proof }: Explanation, look: Look): string {
  const ink = inkOf(look)
  const indented = (lines: readonly string[]): string[] => lines.map((line) => (line === '' ? '' : `    ${line}`))
  return [
    `${ink.bold(id)}  ${severity}`, '', description, '', ink.underline('Why it bites'), why, '',
    ...(proof ? [
      ink.underline('A program that goes wrong'), ...indented(proof.code.trimEnd().split('\n')), '',
      ink.underline('What it printed when it was run just now'), ...indented(proof.printed), '',
      ink.underline('And repaired'), ...indented(proof.repaired), '',
    ] : ['The rule is on the form of the code alone: nothing goes wrong at run time until one of the places is changed.', '']),
  ].join('\n')
}
