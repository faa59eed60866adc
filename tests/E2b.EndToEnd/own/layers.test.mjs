// A layer that was corrupted at rest: who would start on it is told so, and everything else goes on.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from 'e2b'

import { createKey, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'

const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const state = join(root, 's')
const ids = []
let server

const start = async () => {
  server = await startServer({ state, port: server?.port, dns: process.env.E2E_DNS })
}

const create = async (template) => {
  const box = await (template ? Sandbox.create(template, { timeoutMs: 300_000 }) : Sandbox.create({ timeoutMs: 300_000 }))
  ids.push(box.sandboxId)
  return box
}

// Into a file of its own, as a restored or replaced disk would have it: what runs keeps the one that it has open.
const corrupt = () => {
  const [name, ...more] = readdirSync(join(state, 'layers'))
  assert.deepEqual(more, [])
  const path = join(state, 'layers', name)
  const at = Number(execFileSync('grep', ['-obaF', 'sound content', path], { encoding: 'utf8' }).split(':')[0])
  assert.ok(at > 0)
  execFileSync('cp', ['--sparse=always', path, `${path}.copy`])
  const file = openSync(`${path}.copy`, 'r+')
  writeSync(file, Buffer.from('wrong'), 0, 5, at)
  closeSync(file)
  renameSync(`${path}.copy`, path)
  return name.replace('.layer', '')
}

describe('a layer that was corrupted at rest', () => {
  before(async () => {
    await start()
    Object.assign(process.env, server.environment(await createKey(state)))
  }, { timeout: 120_000 })

  after(async () => {
    if (server?.alive()) await server.stop().catch(() => null)
    rmSync(root, { recursive: true, force: true })
  }, { timeout: 60_000 })

  test('is named with the remedy; nothing starts on it, nothing is left, and the others go on', { timeout: 300_000 }, async () => {
    const source = await create()
    await source.files.write('kept.txt', 'sound content')
    const { snapshotId } = await source.createSnapshot()
    const upon = await create(snapshotId)
    await server.stop()
    const layer = corrupt()
    await start()
    for (const round of [1, 2]) {
      await assert.rejects(Sandbox.create(snapshotId), (error) => {
        assert.match(error.message, new RegExp(`layer ${layer} .*corrupted`), `round ${round}`)
        assert.match(error.message, /again/)
        return true
      })
    }
    assert.equal(readdirSync(join(state, 'sandboxes')).length, 2)
    assert.equal(await upon.files.read('kept.txt'), 'sound content')
    assert.equal(await source.files.read('kept.txt'), 'sound content')
    const fresh = await create()
    assert.equal((await fresh.commands.run('echo up')).stdout, 'up\n')
    const sound = await source.createSnapshot()
    const again = await create(sound.snapshotId)
    assert.equal(await again.files.read('kept.txt'), 'sound content')
    for (const box of [source, upon, fresh, again]) await box.kill()
    for (const id of [snapshotId, sound.snapshotId]) assert.equal(await Sandbox.deleteSnapshot(id), true)
    assert.deepEqual(readdirSync(join(state, 'layers')), [])
    await server.stop()
    assert.deepEqual(await sweep({ state, ids }), [])
  })
})
