// The server is killed in the middle of a build; the next one says that it failed, and nothing of it is left.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox, Template } from 'e2b'

import { createKey, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'
import { sleep, until } from '../harness/wait.mjs'

const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const state = join(root, 's')
let server
let key

const start = async (point) => {
  if (point) process.env.CAISSON_FAULT_POINT = point
  else delete process.env.CAISSON_FAULT_POINT
  server = await startServer({ state, port: server?.port, dns: process.env.E2E_DNS })
}
const sandboxes = () => readdirSync(join(state, 'sandboxes'))
const layers = () => readdirSync(join(state, 'layers'))
const template = () => Template().fromTemplate('base').runCmd('echo one > one').runCmd('echo two > two')

describe('a server killed in the middle of a build at', () => {
  before(async () => {
    await start()
    key = await createKey(state)
    Object.assign(process.env, server.environment(key))
    await server.stop()
  }, { timeout: 120_000 })

  after(async () => {
    if (server?.alive()) await server.stop().catch(() => null)
    rmSync(root, { recursive: true, force: true })
  }, { timeout: 60_000 })

  for (const point of ['template.step', 'template.capture', 'template.publish']) {
    test(point, { timeout: 180_000 }, async () => {
      const name = `at-${point.slice(9)}`
      await start(point)
      const ids = new Set()
      const info = await Template.buildInBackground(template(), name)
      for (let i = 0; i < 600 && server.alive(); i++) {
        if (existsSync(join(state, 'sandboxes'))) sandboxes().forEach((id) => ids.add(id))
        await sleep(50)
      }
      assert.equal(server.alive(), false, `the server did not die at ${point}`)

      await start()
      const status = await Template.getBuildStatus(info)
      await until(() => sandboxes().length === 0, { within: 20_000, what: 'the end of the build\'s sandbox' })
      if (point === 'template.publish') {
        assert.equal(status.status, 'ready')
        const box = await Sandbox.create(name, { timeoutMs: 60_000 })
        assert.equal(await box.files.read('two'), 'two\n')
        await box.kill()
      } else {
        assert.equal(status.status, 'error')
        assert.match(status.reason.message, /the server stopped before the build was done/)
        assert.deepEqual(layers(), [], 'no layer without use')
        await assert.rejects(Sandbox.create(name))
        await Template.build(template(), name)
        assert.equal(await Template.exists(name), true, 'it can be built again')
      }

      await Sandbox.deleteSnapshot(name)
      await server.stop()
      assert.deepEqual(await sweep({ state, ids: ids.size ? ids : ['none-was-made'] }), [])
      // What was remembered of steps would be found by the next case.
      rmSync(state, { recursive: true, force: true })
      await start()
      key = await createKey(state)
      Object.assign(process.env, server.environment(key))
      await server.stop()
    })
  }

  test('a server that is stopped in the middle of a build ends it', { timeout: 120_000 }, async () => {
    await start()
    const info = await Template.buildInBackground(Template().fromTemplate('base').runCmd('sleep 100'), 'stopped')
    await until(async () => (await Template.getBuildStatus(info)).logEntries.some((entry) => /RUN sleep/.test(entry.message)), { within: 60_000 })
    await until(() => sandboxes().length > 0, { within: 30_000 })
    await server.stop()
    await start()
    const status = await Template.getBuildStatus(info)
    assert.equal(status.status, 'error')
    assert.match(status.reason.message, /the server stopped before the build was done/)
    assert.deepEqual(sandboxes(), [])
    assert.deepEqual(layers(), [])
    await server.stop()
  })
})
