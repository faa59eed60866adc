// A server that is stopped in the middle of a build ends it; the next one says so, and nothing of it is left.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Template } from 'e2b'

import { createKey, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'
import { until } from '../harness/wait.mjs'

const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const state = join(root, 's')
let server

const start = async () => (server = await startServer({ state, port: server?.port, dns: process.env.E2E_DNS }))
const within = (name) => (existsSync(join(state, name)) ? readdirSync(join(state, name)) : [])

after(async () => {
  if (server?.alive()) await server.stop().catch(() => null)
  rmSync(root, { recursive: true, force: true })
}, { timeout: 60_000 })

test('a server that is stopped in the middle of a build ends it', { timeout: 240_000 }, async () => {
  await start()
  Object.assign(process.env, server.environment(await createKey(state)))
  const info = await Template.buildInBackground(Template().fromTemplate('base').runCmd('sleep 100'), 'stopped')
  await until(async () => (await Template.getBuildStatus(info)).logEntries.some((entry) => /RUN sleep/.test(entry.message)), { within: 120_000 })
  await until(() => within('sandboxes').length > 0, { within: 30_000 })
  const ids = within('sandboxes')
  await server.stop()
  await start()
  const status = await Template.getBuildStatus(info)
  assert.equal(status.status, 'error')
  assert.match(status.reason.message, /the server stopped before the build was done/)
  assert.deepEqual(within('sandboxes'), [])
  assert.deepEqual(within('layers'), [])
  await server.stop()
  assert.deepEqual(await sweep({ state, ids }), [])
})
