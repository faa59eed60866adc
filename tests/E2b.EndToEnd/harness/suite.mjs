// What every test file shares: bounded tests and sandboxes that are recorded for the sweep.
import { appendFileSync, readFileSync } from 'node:fs'
import { test as nodeTest } from 'node:test'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Sandbox } from 'e2b'

import { until } from './wait.mjs'

export { sleep, until, within } from './wait.mjs'

if (!process.env.E2B_API_URL) throw new Error('E2B_API_URL is not set: run `node run.mjs`, or set the E2B_ variables of a running server')

/** A test of at most 60 s. */
export function test(name, options, body) {
  if (typeof options === 'function') [options, body] = [{}, options]
  return nodeTest(name, { timeout: 60_000, ...options }, body)
}

/** Records a sandbox id for the sweep after the suite. */
export function record(id) {
  if (process.env.E2E_LEDGER) appendFileSync(process.env.E2E_LEDGER, `${id}\n`)
  return id
}

/** A new sandbox; the caller kills it. */
export async function create(options = {}) {
  const sandbox = await Sandbox.create({ timeoutMs: 300_000, ...options })
  record(sandbox.sandboxId)
  return sandbox
}

/** A new sandbox that ends with the test. */
export async function fresh(t, options = {}) {
  const sandbox = await create(options)
  t.after(() => sandbox.kill().catch(() => false))
  return sandbox
}

/** A word that nothing else in the suite uses. */
export const unique = (prefix = 'u') => prefix + randomBytes(8).toString('hex')

/** The text of a file of tests/fixtures. */
export const fixture = (name) => readFileSync(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)), 'utf8')

/** The error a call rejects with; fails when it does not reject. */
export async function failure(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('the call succeeded where it must fail')
}

/** Runs a command and gives its result whatever its exit code. */
export async function attempt(sandbox, command, options = {}) {
  try {
    return await sandbox.commands.run(command, options)
  } catch (error) {
    if (typeof error.exitCode === 'number') return error
    throw error
  }
}

/** What the imitation Internet offers, or why there is none. */
export const internet = process.env.E2E_INTERNET
  ? JSON.parse(process.env.E2E_INTERNET)
  : { reason: 'no imitation Internet: the suite was not started by run.mjs' }

/** Runs a fixture in the background inside and waits until it says that it is ready. */
export async function serve(sandbox, script, ...args) {
  await sandbox.files.write(`/tmp/${script}`, fixture(script))
  const handle = await sandbox.commands.run(`exec python3 /tmp/${script} ${args.join(' ')}`, { background: true, timeoutMs: 0 })
  await until(() => handle.stdout.includes('ready') || handle.exitCode !== undefined, { within: 15_000, what: `the start of ${script}: ${handle.stderr}` })
  await handle.disconnect()
  return handle
}
