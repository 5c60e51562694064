import { commandsOn, uncommented, type ScriptCommand } from '../clients/lua.js'
import type { Signal } from './signal.js'

/**
 * What a Lua script of EVAL does to its `key`-th key, the first being 1: told by the commands that it calls on
 * `KEYS[key]`, itself or by the name of a local variable.
 */
export function signalsOfScript(source: string, key: number): readonly Signal[] {
  const script = uncommented(source)
  const commands = commandsOn(script, key)
  const does = (pattern: RegExp): boolean => commands.some(({ name }) => pattern.test(name))
  const isOwned = /(?:[=~]=\s*ARGV\[|ARGV\[\d+\]\s*[=~]=)/.test(script)
  const signals: Signal[] = []
  const isRecord = does(/^(?:HM?SET|HGETALL)$/)
  if (does(/^(?:INCR\w*|DECR\w*|ZINCRBY)$/) || (!isRecord && does(/^HINCR\w*$/)) || (does(/^[ZS]ADD$/) && does(/^[ZS]CARD$/)) || isBucket(script, commands)) signals.push('counts')
  if (does(/^(?:[LR]PUSHX?|[LR]POP|RPOPLPUSH|LMOVE|XADD|ZPOPM\w+)$/)) signals.push('queues')
  if (commands.some(({ name, rest }) => name === 'SETNX' || (name === 'SET' && /['"]NX['"]/i.test(rest)))) signals.push('claims')
  if (does(/^GETDEL$/) || (!isOwned && does(/^(?:GET|HGETALL)$/) && does(/^DEL$/))) signals.push('consumes')
  if (isOwned && does(/^GET$/) && does(/^(?:DEL|P?EXPIRE)$/) && !does(/^SET/)) signals.push('releases')
  if (commands.some(({ name, rest }) => /^(?:SET|P?SETEX|HM?SET)$/.test(name) && !/['"]NX['"]/i.test(rest))) signals.push('stores')
  return signals
}

// A token bucket: what is stored was computed of the number that was read.
function isBucket(script: string, commands: readonly ScriptCommand[]): boolean {
  const computed = [...script.matchAll(/\b(\w{1,60})\s{0,20}=\s{0,20}[^\n=]{0,200}\b(?:tonumber\(|\w{1,60}\s{0,20}[-+*/]\s{0,20}\w)/g)].map(([, name]) => name!)
  const isRead = commands.some(({ name }) => /^(?:GET|HM?GET|HGETALL)$/.test(name))
  return isRead && /\btonumber\(/.test(script) && commands.some(({ name, rest }) => /^(?:SET|P?SETEX|HM?SET)$/.test(name) && computed.some((word) => new RegExp(`\\b${word}\\b`).test(rest)))
}
