// What is not offered says so clearly; it is never silently something else.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Sandbox, SandboxError, SandboxNotFoundError, Volume, VolumeError } from 'e2b'

import { create, failure, record, test } from '../harness/suite.mjs'

let box
before(async () => {
  box = await create()
})
after(() => box?.kill())

async function unsupported(call, type = SandboxError) {
  const error = await failure(call)
  assert.ok(error instanceof type, `${error.name}: ${error.message}`)
  assert.ok(!(error instanceof SandboxNotFoundError), error.message)
  assert.match(error.message, /not supported|unsupported|not implemented|not available/i)
}

test('pause is refused and the sandbox goes on', async () => {
  await unsupported(box.pause())
  assert.equal(await box.isRunning(), true)
  assert.equal((await box.getInfo()).state, 'running')
})

test('createSnapshot is refused', () => unsupported(box.createSnapshot()))
test('createSnapshot with a name is refused', () => unsupported(box.createSnapshot({ name: 'mine' })))
test('fork is refused and makes no sandbox', async () => {
  await unsupported(box.fork({ count: 2 }))
  assert.equal((await box.commands.run('echo fine')).stdout, 'fine\n')
})

test('making a volume is refused', () => unsupported(Volume.create('mine'), VolumeError))

test('mounting a volume is refused', async () => {
  const error = await failure(Sandbox.create({ volumeMounts: { '/mnt/v': 'mine' } }))
  assert.ok(error instanceof SandboxError)
})

test('pausing at the timeout is refused at creation, not dropped', async () => {
  const error = await failure(
    Sandbox.create({ lifecycle: { onTimeout: 'pause' }, timeoutMs: 60_000 }).then((made) => {
      record(made.sandboxId)
      return made.kill()
    })
  )
  assert.ok(error instanceof SandboxError)
})

test('pause of an unknown id is still not found', async () => {
  assert.ok((await failure(Sandbox.pause('i0000000000000000000'))) instanceof SandboxNotFoundError)
})
