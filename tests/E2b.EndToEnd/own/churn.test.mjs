// Many sandboxes one after the other cost no memory and leave nothing. CHURN=10000 CHURN_LANES=4 for a long run (bench/cycles).
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Sandbox } from 'e2b'

import { createKey, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'

const rounds = Number(process.env.CHURN ?? 100)
const lanes = Number(process.env.CHURN_LANES ?? 1)
const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const state = join(root, 's')
const ids = []
let server

after(
  async () => {
    if (server?.alive()) await server.stop('SIGKILL')
    rmSync(root, { recursive: true, force: true })
  },
  { timeout: 60_000 }
)

/** Bytes per round by least squares. */
function slope(samples) {
  const n = samples.length
  const meanX = (n - 1) / 2
  const meanY = samples.reduce((a, b) => a + b, 0) / n
  const top = samples.reduce((sum, y, x) => sum + (x - meanX) * (y - meanY), 0)
  const bottom = samples.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0)
  return top / bottom
}

test(`create, exec and kill ${rounds} times`, { timeout: 60_000 + rounds * 2000 }, async (t) => {
  server = await startServer({ state, dns: process.env.E2E_DNS })
  Object.assign(process.env, server.environment(await createKey(state)))
  const resident = []
  const open = []
  const times = []
  const warmUp = Math.min(Math.ceil(rounds * 0.4), 200)
  let next = 0
  const lane = async () => {
    for (let i = next++; i < rounds; i = next++) {
      const began = performance.now()
      const sandbox = await Sandbox.create({ timeoutMs: 60_000 })
      ids.push(sandbox.sandboxId)
      assert.equal((await sandbox.commands.run(`echo ${i}`)).stdout, `${i}\n`)
      assert.equal(await sandbox.kill(), true)
      times.push(performance.now() - began)
      if (i < warmUp) continue
      resident.push(server.residentBytes())
      open.push(server.descriptors())
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))

  const perRound = slope(resident)
  const growth = perRound * resident.length
  t.diagnostic(`${(resident[0] / 2 ** 20).toFixed(1)} MiB after ${warmUp} rounds, ${(resident.at(-1) / 2 ** 20).toFixed(1)} MiB at the end, ${(perRound / 1024).toFixed(1)} KiB a round`)
  times.sort((a, b) => a - b)
  t.diagnostic(`a cycle takes ${times[times.length >> 1].toFixed(0)} ms, the slowest of a hundred ${times[Math.floor(times.length * 0.99)].toFixed(0)} ms; ${open[0]} descriptors then, ${open.at(-1)} at the end`)
  assert.ok(slope(open) * open.length < 100, `the server opens descriptors and keeps them: ${open[0]} to ${open.at(-1)}`)
  // A garbage collected heap breathes: over a short run only a leak of sandboxes' size would show, over a long one any.
  const allowed = Math.max(24 * 2 ** 20, resident[0] * 0.15)
  assert.ok(growth < allowed, `the server grew by ${(growth / 2 ** 20).toFixed(1)} MiB over ${resident.length} rounds`)
  if (resident.length >= 500) assert.ok(perRound < 32 * 1024, `the server grows by ${(perRound / 1024).toFixed(1)} KiB a sandbox`)
  assert.deepEqual(await Sandbox.list().nextItems(), [])
})

test('and nothing is left', { timeout: 60_000 }, async () => {
  await server.stop()
  assert.equal(ids.length, rounds)
  assert.deepEqual(await sweep({ state, ids }), [])
})
