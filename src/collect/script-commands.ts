import { ts } from 'ts-morph'
import { commandsOn, uncommented } from '../clients/lua.js'
import { redisCommands } from '../clients/redis-commands.js'
import { specsOf, type Op, type OperationSpec, type Operations } from '../clients/spec.js'
import { operationsOf } from '../clients/registry.js'
import type { OperationValue } from '../resolve/value.js'
import { memberAt } from '../resolve/expressions.js'
import type { Program } from '../source/program.js'
import { calledName, callsIn } from './calls.js'
import { scriptText } from './script-text.js'

const COMMANDS = redisCommands([])

/**
 * The commands that a program gives its Redis by itself (ioredis, `redis.defineCommand('take', { numberOfKeys: 2, lua })`):
 * what each does to each of its keys is what its script does.
 */
export function scriptCommands(program: Program): Operations {
  const calls = program.scan(/\.defineCommand\(/, '.defineCommand(').flatMap((file) => { const unit = program.unit(file); return unit ? [...callsIn(unit.ast)] : [] })
  return Object.fromEntries(calls.filter((call) => calledName(call) === 'defineCommand').flatMap(commandOf))
}

function commandOf({ arguments: [name, definition] }: ts.CallExpression): readonly (readonly [string, readonly OperationSpec[]])[] {
  const count = definition && memberAt(definition, 'numberOfKeys')
  const lua = definition && memberAt(definition, 'lua')
  const text = lua && scriptText(lua)
  if (!name || !ts.isStringLiteralLike(name) || !count || !ts.isNumericLiteral(count) || text === undefined) return []
  const keys = Array.from({ length: Number(count.text) }, (_, at) => at)
  return [[name.text.toLowerCase(), keys.flatMap((at) => operationsOn(text, at))]]
}

/** What a call does: a script that is handed over says it by itself. */
export function operationsAt(call: ts.CallExpression, { client: { client }, name }: OperationValue): readonly OperationSpec[] {
  return (client.takesScripts && name.toLowerCase() === 'eval' ? evalOperations(call) : undefined) ?? operationsOf(client, name)
}

/** What `eval(script, 2, first, second, …)` does to each of its keys, where the script is written out. */
function evalOperations({ arguments: [script, count] }: ts.CallExpression): readonly OperationSpec[] | undefined {
  const text = script && scriptText(script)
  if (text === undefined || !count || !ts.isNumericLiteral(count)) return undefined
  const found = Array.from({ length: Number(count.text) }, (_, at) => operationsOn(text, at, at + 2))
  // Of a key that the script puts together itself nothing is known here.
  return found.every((operations) => operations.length > 0) ? found.flat() : undefined
}

/**
 * What the script does to a key that is handed to it. It deletes where it does nothing else to it; what it deletes on one
 * way and writes on another is written, as far as anybody can tell.
 */
function operationsOn(text: string, at: number, arg = at): readonly OperationSpec[] {
  const found = commandsOn(uncommented(text), at + 1).flatMap(({ name }) => specsOf(COMMANDS[name.toLowerCase()]))
  if (found.length === 0) return []
  const only = (op: Op): boolean => found.every((spec) => spec.op === op && spec.member !== true)
  return [{ op: only('read') ? 'read' : only('delete') ? 'delete' : 'write', key: { arg }, script: { text, key: at + 1 } }]
}
