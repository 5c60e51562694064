import { ts } from 'ts-morph'
import { commandsOn, uncommented } from '../clients/lua.js'
import { redisCommands } from '../clients/redis-commands.js'
import { specsOf, type ClientSpec, type Op, type OperationSpec, type Operations } from '../clients/spec.js'
import { operationsOf } from '../clients/registry.js'
import type { Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import type { Frame } from '../resolve/frame.js'
import { exactText, type OperationValue } from '../resolve/value.js'
import { memberAt } from '../resolve/expressions.js'
import type { Program } from '../source/program.js'
import { calledName, callsIn } from './calls.js'
import { scriptIn, scriptText } from './script-text.js'

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
export function operationsAt(context: Context, call: ts.CallExpression, frame: Frame, { client: { client }, name }: OperationValue): readonly OperationSpec[] {
  return scriptOperations(context, call, frame, client) ?? operationsOf(client, name)
}

const MOST_KEYS = 32

/** What `eval(script, 2, first, second, …)` does to each of its keys, where the frame tells the script and their number. */
export function scriptOperations(context: Context, call: ts.CallExpression, frame: Frame, client: ClientSpec): readonly OperationSpec[] | undefined {
  const [script, count] = call.arguments
  if (!client.takesScripts || !/^eval(?:sha)?(?:_ro)?$/i.test(calledName(call) ?? '') || !script || !count) return undefined
  const number = Number(exactText(evaluate(context, count, frame)))
  const text = number > 0 && number <= MOST_KEYS ? scriptIn(context, call, frame) : undefined
  if (text === undefined) return undefined
  const found = Array.from({ length: number }, (_, at) => operationsOn(text, at, at + 2))
  // What the script does to a key by other names is not seen: it may write it.
  return found.some((operations) => operations.length > 0) ? found.flatMap((operations, at) => (operations.length > 0 ? operations : [{ op: 'write', key: { arg: at + 2 } }])) : undefined
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
