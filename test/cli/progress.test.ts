import { describe, expect, test } from 'vitest'
import { TerminalProgress } from '../../src/cli/progress.js'

/** A terminal, or none, whose clock is set by hand. */
function terminal(isTTY: boolean, timings = false): { readonly progress: TerminalProgress; readonly at: (ms: number) => void; readonly said: () => string } {
  let now = 0
  let said = ''
  const progress = new TerminalProgress({ isTTY, write: (text) => { said += text } }, { timings }, () => now)
  return { progress, at: (ms) => { now = ms }, said: () => said }
}

describe('progress', () => {
  test('nothing is said in the first second', () => {
    const { progress, at, said } = terminal(true)
    progress.phase('looking for files'); at(999); progress.count(10); progress.end()
    expect(said()).toBe('')
  })

  test('then one line, written over, at most ten times a second, and taken away at the end', () => {
    const { progress, at, said } = terminal(true)
    progress.phase('resolving keys'); at(1000); progress.count(10); at(1050); progress.count(20); at(1100); progress.count(30); at(1200); progress.phase('checking rules'); progress.end()
    expect(said().split('\r\u001b[2K')).toEqual(['', 'keyproof: resolving keys, 10 files parsed', 'keyproof: resolving keys, 30 files parsed', 'keyproof: checking rules', ''])
  })

  test('nothing where nobody watches', () => {
    const { progress, at, said } = terminal(false)
    progress.phase('a'); at(5000); progress.count(10); progress.end()
    expect(said()).toBe('')
  })

  test('the time of each phase, for those who ask', () => {
    const { progress, at, said } = terminal(false, true)
    progress.phase('a'); at(30); progress.phase('b'); at(50); progress.end()
    expect(said().split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual(['a 30 ms', 'b 20 ms', 'in all 50 ms', ''])
  })
})
