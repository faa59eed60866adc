// Contexts outlive the server that made them.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'

import { createKey, startServer } from '../../E2b.EndToEnd/harness/server.mjs'
import { sweep } from '../../E2b.EndToEnd/harness/sweep.mjs'
import { create, failure, sleep, test } from '../harness.mjs'

const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const state = join(root, 's')

let server, box, project, listed, cut

describe('a killed server', () => {
  before(
    async () => {
      server = await startServer({ state, dns: process.env.E2E_DNS })
      Object.assign(process.env, server.environment(await createKey(state)))
      box = await create()
      await box.runCode('kept = "python"')
      await box.runCode('kept = "javascript"', { language: 'javascript' })
      await box.files.makeDir('/home/user/project')
      project = await box.createCodeContext({ cwd: '/home/user/project' })
      await box.runCode('kept = "project"', { context: project })
      listed = await box.listCodeContexts()
      cut = failure(box.runCode('import time\nfor i in range(600): time.sleep(0.1)', { context: project }))
      await sleep(500)
      await server.stop('SIGKILL')
      server = await startServer({ state, port: server.port, dns: process.env.E2E_DNS })
    },
    { timeout: 240_000 }
  )

  after(async () => {
    if (server?.alive()) {
      await box?.kill().catch(() => false)
      await server.stop()
    }
    rmSync(root, { recursive: true, force: true })
  })

  test('cuts the run under way', async () => assert.ok(await cut))

  test('leaves its contexts to its successor', async () => {
    const found = await box.listCodeContexts()
    assert.deepEqual(found.map((context) => context.id).sort(), listed.map((context) => context.id).sort())
    assert.deepEqual(found.find((context) => context.id === project.id), project)
  })

  test('what they knew is still known', async () => {
    assert.equal((await box.runCode('kept')).text, 'python')
    assert.equal((await box.runCode('kept', { language: 'javascript' })).text, 'javascript')
    assert.equal((await box.runCode('kept', { context: project })).text, 'project')
  })

  test('new ones are forked as before', async () => {
    const context = await box.createCodeContext()
    assert.equal((await box.runCode('"kept" in globals()', { context })).text, 'False')
  })

  test('nothing is left in the end', async () => {
    await box.kill()
    await server.stop()
    assert.deepEqual(await sweep({ state, ids: new Set([box.sandboxId]) }), [])
  })
})
