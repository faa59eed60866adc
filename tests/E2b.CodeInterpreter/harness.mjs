// What every test file shares: sandboxes of the real code interpreter package, recorded for the sweep.
import { appendFileSync } from 'node:fs'
import { test as nodeTest } from 'node:test'
import { Sandbox } from '@e2b/code-interpreter'

export { sleep, until, within } from '../E2b.EndToEnd/harness/wait.mjs'

if (!process.env.E2B_API_URL && !process.env.E2E_DNS) throw new Error('E2B_API_URL is not set: run `node run.mjs`, or set the E2B_ variables of a running server')

/** A test of at most 90 s: a virtual machine for Java starts slowly on a busy host. */
export function test(name, options, body) {
  if (typeof options === 'function') [options, body] = [{}, options]
  return nodeTest(name, { timeout: 90_000, ...options }, body)
}

/** A new sandbox; the caller kills it. */
export async function create(options = {}) {
  const sandbox = await Sandbox.create({ timeoutMs: 300_000, ...options })
  if (process.env.E2E_LEDGER) appendFileSync(process.env.E2E_LEDGER, `${sandbox.sandboxId}\n`)
  return sandbox
}

/** A new sandbox that ends with the test. */
export async function fresh(t, options = {}) {
  const sandbox = await create(options)
  t.after(() => sandbox.kill().catch(() => false))
  return sandbox
}

/** The error a call rejects with; fails when it does not reject. */
export async function failure(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('the call succeeded where it must fail')
}

/** What was printed to standard output, as one text. */
export const printed = (execution) => execution.logs.stdout.join('')

/** What was printed to standard error, as one text. */
export const complained = (execution) => execution.logs.stderr.join('')
