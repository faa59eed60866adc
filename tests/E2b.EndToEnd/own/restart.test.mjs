// A server that dies takes no sandbox with it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from 'e2b'

import { createKey, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'
import { until } from '../harness/wait.mjs'

const count = 20
const lines = 400
const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const state = join(root, 's')
const bound = { timeout: 60_000 }

let server
const made = []

describe('a killed server', () => {
  before(
    async () => {
      server = await startServer({ state, dns: process.env.E2E_DNS })
      Object.assign(process.env, server.environment(await createKey(state)))
      for (let at = 0; at < count; at += 5) {
        made.push(...(await Promise.all(Array.from({ length: 5 }, async (_, i) => ({ number: at + i, sandbox: await Sandbox.create({ timeoutMs: 600_000, metadata: { number: String(at + i) }, envs: { NUMBER: String(at + i) } }) })))))
      }
      await Promise.all(
        made.map(async (one) => {
          await one.sandbox.files.write('before.txt', `before ${one.number}`)
          const command = `for i in $(seq 1 ${lines}); do echo line $NUMBER $i; echo line $NUMBER $i >> /tmp/counted; sleep 0.03; done; exit 3`
          one.handle = await one.sandbox.commands.run(command, { background: true, timeoutMs: 0 })
        })
      )
      for (const { handle } of made) handle.wait().catch(() => null)
      await until(() => made.every((one) => one.handle.stdout.length > 0), { within: 20_000, what: 'first output of all' })
      await server.stop('SIGKILL')
      server = await startServer({ state, port: server.port, dns: process.env.E2E_DNS })
    },
    { timeout: 240_000 }
  )

  after(
    async () => {
      if (server?.alive()) {
        await Promise.all(made.map(({ sandbox }) => sandbox.kill().catch(() => false)))
        await server.stop()
      }
      rmSync(root, { recursive: true, force: true })
    },
    { timeout: 60_000 }
  )

  test('leaves every sandbox to its successor', bound, async () => {
    const listed = await Sandbox.list({ limit: 100 }).nextItems()
    assert.deepEqual(listed.map((one) => one.sandboxId).sort(), made.map((one) => one.sandbox.sandboxId).sort())
    assert.ok(listed.every((one) => one.state === 'running'))
    assert.deepEqual(listed.map((one) => one.metadata.number).sort(), made.map((one) => String(one.number)).sort())
  })

  test('leaves their ends where they were', bound, async () => {
    for (const { sandbox } of made.slice(0, 3)) {
      const left = (await sandbox.getInfo()).endAt - Date.now()
      assert.ok(left > 300_000 && left < 600_000, `${left} ms left`)
    }
  })

  // Eight thousand programs are started meanwhile, which some walls take minutes for.
  test('leaves the processes alive, and their streams can be picked up', { timeout: 240_000 }, async () => {
    const codes = await Promise.all(
      made.map(async ({ sandbox, handle, number }) => {
        assert.ok((await sandbox.commands.list()).some((one) => one.pid === handle.pid), `the process of ${number}`)
        const again = await sandbox.commands.connect(handle.pid, { timeoutMs: 0 })
        const code = await again.wait().then(
          (result) => result.exitCode,
          (error) => error.exitCode
        )
        const seen = again.stdout.trimEnd().split('\n')
        assert.equal(seen.at(-1), `line ${number} ${lines}`)
        const first = Number(/line \d+ (\d+)/.exec(seen[0])[1])
        assert.equal(seen.length, lines - first + 1, 'no line is missing from where the stream was picked up')
        return code
      })
    )
    assert.deepEqual(codes, made.map(() => 3))
  })

  test('leaves their complete work', bound, async () => {
    for (const { sandbox, number } of made) {
      const text = await until(
        async () => {
          const now = await sandbox.files.read('/tmp/counted')
          return now.split('\n').length === lines + 1 && now
        },
        { within: 30_000, what: `all lines of ${number}` }
      )
      assert.equal(text, Array.from({ length: lines }, (_, i) => `line ${number} ${i + 1}\n`).join(''))
    }
  })

  test('leaves their files', bound, async () => {
    for (const { sandbox, number } of made) assert.equal(await sandbox.files.read('before.txt'), `before ${number}`)
  })

  test('and new commands run, with the environment of the creation', bound, async () => {
    const results = await Promise.all(made.map(({ sandbox }) => sandbox.commands.run('echo $NUMBER $E2B_SANDBOX_ID')))
    assert.deepEqual(results.map((one) => one.stdout), made.map(({ sandbox, number }) => `${number} ${sandbox.sandboxId}\n`))
  })

  test('and new sandboxes can be made', bound, async () => {
    const one = await Sandbox.create({ timeoutMs: 60_000 })
    made.push({ number: count, sandbox: one })
    assert.equal((await one.commands.run('echo new')).stdout, 'new\n')
  })

  test('and all can be ended without a trace', bound, async () => {
    const ended = await Promise.all(made.map(({ sandbox }) => sandbox.kill()))
    assert.ok(ended.every(Boolean))
    await server.stop()
    assert.deepEqual(await sweep({ state, ids: made.map(({ sandbox }) => sandbox.sandboxId) }), [])
  })
})
