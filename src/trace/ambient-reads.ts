import { ts } from 'ts-morph'
import { callsIn } from '../collect/calls.js'

const STORAGE = /^(?:window\.|globalThis\.)?(?:localStorage|sessionStorage)\.getItem$/
const CREDENTIAL = /token|auth|jwt|session|secret/i

/**
 * What a loader reads of the browser around it, and its key does not: `localStorage.getItem('tenant')`. Credentials are
 * left out: that a request carries one is known of every loader.
 */
export function ambientReads(value: ts.Node, keys: readonly ts.Node[]): ts.CallExpression[] {
  return callsIn(value).filter((call) => {
    const [name] = call.arguments
    return STORAGE.test(call.expression.getText()) && name !== undefined && ts.isStringLiteralLike(name) && !CREDENTIAL.test(name.text)
      && !keys.some((key) => key.getText().includes(call.getText()))
  })
}
