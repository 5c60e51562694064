import { commandsBeside, commandsOn, uncommented, type ScriptCommand } from '../clients/lua.js'
import type { Signal } from './signal.js'

/**
 * What a Lua script of EVAL does to its `key`-th key, the first being 1: told by the commands that it calls on
 * `KEYS[key]`, itself or by the name of a local variable.
 */
export function signalsOfScript(source: string, key: number): readonly Signal[] {
  const script = uncommented(source)
  const commands = commandsOn(script, key)
  const does = (pattern: RegExp): boolean => commands.some(({ name }) => pattern.test(name))
  const isOwned = isHeldAgainstArguments(script)
  const signals: Signal[] = []
  const isRecord = does(/^(?:HM?SET|HGETALL)$/)
  const others = commandsBeside(script, key)
  const isWorkedOff = isTakenOff(commands) || isMoved(commands, others) || isPayload(commands, others)
  if (does(/^(?:INCR\w*|DECR\w*|ZINCRBY)$/) || (!isRecord && does(/^HINCR\w*$/)) || (!isWorkedOff && !does(/^ZREMRANGEBYRANK$/) && does(/^[ZS]ADD$/) && does(/^[ZS]CARD$/)) || isBucket(script, commands)) signals.push('counts')
  if (isWorkedOff || does(/^(?:[LR]PUSHX?|[LR]POP|RPOPLPUSH|LMOVE|XADD|ZPOPM\w+|SPOP)$/)) signals.push('queues')
  if (does(/^[ZS]ADD$/)) signals.push('gathers')
  if (does(/^[ZS]CARD$/)) signals.push('measures')
  if (does(/^(?:SMEMBERS|SISMEMBER|SRANDMEMBER|Z(?:REV)?RANGE\w*)$/)) signals.push('lists')
  if (commands.some(({ name, rest }) => name === 'SETNX' || (name === 'SET' && /['"]NX['"]/i.test(rest)))) signals.push('claims')
  if (does(/^SISMEMBER$/) && does(/^SADD$/)) signals.push('adds')
  if (does(/^EXISTS$/) && does(/^SET$/) && !does(/^GET$/)) signals.push('claims')
  if (does(/^GETDEL$/) || (!isOwned && does(/^(?:GET|HGETALL)$/) && does(/^DEL$/))) signals.push('consumes')
  if (isOwned && does(/^GET$/) && does(/^(?:DEL|P?EXPIRE)$/) && !does(/^SET/)) signals.push('releases')
  if (commands.some(({ name, rest }) => /^(?:SET|P?SETEX|HM?SET)$/.test(name) && !/['"]NX['"]/i.test(rest))) signals.push('stores')
  return signals
}

/** `if redis.call('GET', key) == ARGV[1]`, or a local variable that is an argument: is it still whoever asks that holds it? */
function isHeldAgainstArguments(script: string): boolean {
  const names = [...script.matchAll(/\blocal\s+(\w{1,60})\s{0,20}=\s{0,20}ARGV\[\d+\]/g)].map(([, name]) => name!)
  const own = ['ARGV\\[\\d+\\]', ...names].join('|')
  return new RegExp(`[=~]=\\s*(?:${own})(?!\\w)|(?<!\\w)(?:${own})\\s*[=~]=`).test(script)
}

/** Members of a sorted set that come first, or whose time has come, are read, and taken off. */
function isTakenOff(commands: readonly ScriptCommand[]): boolean {
  return commands.some(({ name }) => /^Z(?:REV)?RANGE(?:BYSCORE)?$/.test(name)) && commands.some(({ name }) => name === 'ZREM')
}

/** A member goes from one sorted set to another: from what waits to what is being done, or to what failed. */
function isMoved(own: readonly ScriptCommand[], others: readonly ScriptCommand[]): boolean {
  const does = (commands: readonly ScriptCommand[], command: string): boolean => commands.some(({ name }) => name === command)
  return (does(own, 'ZREM') && does(others, 'ZADD')) || (does(own, 'ZADD') && does(others, 'ZREM'))
}

/** A hash of what the members of a sorted set or a list stand for: put there and taken out with them. */
function isPayload(own: readonly ScriptCommand[], others: readonly ScriptCommand[]): boolean {
  return own.length > 0 && own.every(({ name }) => /^H(?:SET|GET|DEL|EXISTS)$/.test(name)) && own.some(({ name }) => /^H(?:SET|DEL)$/.test(name))
    && others.some(({ name }) => /^(?:ZADD|ZREM|[LR]PUSH|[LR]POP|ZPOPM\w+)$/.test(name))
}

// A token bucket: what is stored was computed of the number that was read.
function isBucket(script: string, commands: readonly ScriptCommand[]): boolean {
  const computed = [...script.matchAll(/\b(\w{1,60})\s{0,20}=\s{0,20}[^\n=]{0,200}\b(?:tonumber\(|\w{1,60}\s{0,20}[-+*/]\s{0,20}\w)/g)].map(([, name]) => name!)
  const isRead = commands.some(({ name }) => /^(?:GET|HM?GET|HGETALL)$/.test(name))
  return isRead && /\btonumber\(/.test(script) && commands.some(({ name, rest }) => /^(?:SET|P?SETEX|HM?SET)$/.test(name) && computed.some((word) => new RegExp(`\\b${word}\\b`).test(storedIn(name, rest))))
}

/** What a command stores, without the lifetime that it may be given. */
const storedIn = (name: string, rest: string): string => (/^H/.test(name) ? rest : rest.split(',')[name === 'SET' ? 1 : 2] ?? '')
