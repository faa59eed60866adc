// Starts one server, runs every test file against it, stops it and sweeps; then the files that bring servers of their own.
// Usage: node run.mjs [part of a file name ...]
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

import { startInternet } from './harness/internet.mjs'
import { createKey, startServer } from './harness/server.mjs'
import { sweep } from './harness/sweep.mjs'

// Other suites of a running server bring folders of their own.
const here = process.env.E2E_SUITES ?? dirname(fileURLToPath(import.meta.url))
const wanted = process.argv.slice(2)
const filesIn = (folder) =>
  readdirSync(join(here, folder))
    .filter((name) => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
    .sort()
    .map((name) => join(here, folder, name))

const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const totals = { passed: 0, failed: 0, skipped: 0 }
const failures = []

function runFiles(files, concurrency) {
  return new Promise((done, fail) => {
    const stream = run({ files, concurrency, timeout: Math.max(900_000, 2000 * Number(process.env.CHURN ?? 0)) })
    stream.on('test:pass', (event) => count(event, 'passed'))
    stream.on('test:fail', (event) => count(event, 'failed'))
    stream.on('error', fail)
    const report = stream.compose(new spec())
    report.on('data', (part) => process.stdout.write(part))
    report.on('end', done)
    report.on('error', fail)
  })
}

function count(event, outcome) {
  const isSuite = event.details?.type === 'suite'
  const isFile = event.nesting === 0 && event.name === event.file
  if (outcome === 'passed' && (isSuite || isFile)) return
  // A failed suite or file repeats the failures of its tests; count it only when it failed by itself.
  if (outcome === 'failed' && (isSuite || isFile) && event.details?.error?.failureType === 'subtestsFailed') return
  if (event.skip !== undefined) totals.skipped++
  else totals[outcome]++
  if (outcome === 'failed') failures.push(event.name)
}

function check(name, problems) {
  totals[problems.length === 0 ? 'passed' : 'failed']++
  if (problems.length === 0) return console.log(`✔ ${name}`)
  failures.push(name)
  console.log(`✖ ${name}\n${problems.map((problem) => `    ${problem}`).join('\n')}`)
}

async function killEverySandbox(url, key) {
  const headers = { 'X-API-KEY': key }
  const left = []
  for (let round = 0; round < 20; round++) {
    const listed = await (await fetch(`${url}/v2/sandboxes`, { headers, signal: AbortSignal.timeout(20_000) })).json()
    if (listed.length === 0) break
    for (const { sandboxID } of listed) {
      left.push(sandboxID)
      await fetch(`${url}/sandboxes/${sandboxID}`, { method: 'DELETE', headers, signal: AbortSignal.timeout(20_000) })
    }
  }
  return left
}

async function runShared(files, internet) {
  const state = join(root, 'state')
  const ledger = join(root, 'ledger')
  writeFileSync(ledger, '')
  const server = await startServer({ state, dns: internet.dns })
  try {
    const key = await createKey(state)
    const { stop, asked, ...world } = internet
    Object.assign(process.env, server.environment(key), {
      E2E_LEDGER: ledger,
      E2E_INTERNET: JSON.stringify(world),
      E2E_STATE: state,
      E2E_SERVER_PID: String(server.pid),
    })
    await runFiles(files, 2)
    check('the server outlived the suite', server.alive() ? [] : [server.text().slice(-4000)])
    const left = server.alive() ? await killEverySandbox(server.url, key) : []
    if (left.length) console.log(`ended ${left.length} sandboxes that tests had left`)
    const ids = new Set([...readFileSync(ledger, 'utf8').split('\n').filter(Boolean), ...left])
    const { code, signal, error } = await server.stop().catch((error) => ({ error }))
    check('the server ends on SIGTERM', error || (code !== 0 && code !== 143 && signal !== 'SIGTERM') ? [String(error ?? `exit code ${code}, signal ${signal}`)] : [])
    check(`nothing is left of ${ids.size} sandboxes`, await sweep({ state, ids }))
    const secret = key.slice(4)
    check('the key is in no log line', server.text().includes(secret) ? ['the server wrote its API key to the log'] : [])
  } finally {
    await server.stop('SIGKILL').catch(() => null)
  }
}

const started = Date.now()
let broken = null
let internet = null
try {
  internet = await startInternet(root)
  if (internet.reason) console.log(`skipped: ${internet.reason}`)
  const shared = filesIn('suite')
  if (shared.length) await runShared(shared, internet)
  const own = filesIn('own')
  process.env.E2E_DNS = internet.dns
  const { stop, asked, ...world } = internet
  process.env.E2E_INTERNET = JSON.stringify(world)
  if (own.length) await runFiles(own, 1)
} catch (error) {
  broken = error
  console.log(error)
} finally {
  await internet?.stop()
}

const good = totals.failed === 0 && broken === null && totals.passed > 0
if (good) rmSync(root, { recursive: true, force: true })
else console.log(`kept for a look: ${root}`)
if (failures.length) console.log(`failed:\n${failures.map((name) => `  ${name}`).join('\n')}`)
console.log(`${((Date.now() - started) / 1000).toFixed(0)} s on ${cpus().length} cores, ${totals.skipped} skipped`)
console.log(`${totals.passed} passed, ${totals.failed + (broken ? 1 : 0)} failed`)
process.exit(good ? 0 : 1)
