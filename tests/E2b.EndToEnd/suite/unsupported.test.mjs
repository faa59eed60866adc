// What is not offered says so clearly; it is never silently something else.
import assert from 'node:assert/strict'
import { Sandbox, SandboxError, SandboxNotFoundError, Volume, VolumeError } from 'e2b'

import { failure, test } from '../harness/suite.mjs'

async function unsupported(call, type = SandboxError) {
  const error = await failure(call)
  assert.ok(error instanceof type, `${error.name}: ${error.message}`)
  assert.ok(!(error instanceof SandboxNotFoundError), error.message)
  assert.match(error.message, /not supported|unsupported|not implemented|not available/i)
}

test('making a volume is refused', () => unsupported(Volume.create('mine'), VolumeError))

test('mounting a volume is refused', async () => {
  const error = await failure(Sandbox.create({ volumeMounts: { '/mnt/v': 'mine' } }))
  assert.ok(error instanceof SandboxError)
})

test('pause of an unknown id is still not found', async () => {
  assert.ok((await failure(Sandbox.pause('i0000000000000000000'))) instanceof SandboxNotFoundError)
})
