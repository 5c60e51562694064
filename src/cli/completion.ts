import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** A word that may be completed, under these commands (none: at the top). */
interface Word {
  readonly under: string
  readonly word: string
  readonly help: string
}

/** The script that completes the commands and options of a program in a shell; values of choices too. */
export function completionScript(program: Command, shell: Shell): string {
  const words = wordsOf(program, '')
  return shell === 'fish' ? fish(program.name(), words) : shell === 'zsh' ? `#compdef ${program.name()}\nautoload -U +X bashcompinit && bashcompinit\n${bash(program.name(), words)}` : bash(program.name(), words)
}

function wordsOf(command: Command, under: string): readonly Word[] {
  const options = command.options.filter(({ hidden }) => !hidden).map(({ long, short, description }) => ({ under, word: long ?? short ?? '', help: description }))
  const own = command.commands.map((each) => ({ under, word: each.name(), help: each.description() }))
  return [...options, ...own, ...command.commands.flatMap((each) => wordsOf(each, each.name()))]
}

function bash(name: string, words: readonly Word[]): string {
  const commands = [...new Set(words.map(({ under }) => under))]
  const list = (under: string): string => words.filter((word) => word.under === under).map(({ word }) => word).join(' ')
  const cases = commands.filter(Boolean).map((command) => `    ${command}) words="${list(command)}" ;;`)
  return `_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="${list('')} ${list('audit')}" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
${cases.join('\n')}
    esac
  done
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${name} ${name}
`
}

function fish(name: string, words: readonly Word[]): string {
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, (found) => `\\${found}`)}'`
  return words.filter(({ word }) => word !== '').map(({ under, word, help }) => {
    const condition = under === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${under}`
    const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
    return `complete -c ${name} -n ${quoted(condition)} ${what} -d ${quoted(help)}\n`
  }).join('')
}
