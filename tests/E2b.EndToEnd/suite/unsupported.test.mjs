// What is not offered says so clearly; it is never silently something else.
import assert from 'node:assert/strict'
import { Sandbox, SandboxError, SandboxNotFoundError } from 'e2b'

import { failure, record, test } from '../harness/suite.mjs'

test('tokens of workload identity are refused', async () => {
  const error = await failure(Sandbox.create({ iam: { tokens: { t: { audience: 'a', tokenType: 'JWT-SVID' } } } }).then((made) => (record(made.sandboxId), made.kill())))
  assert.ok(error instanceof SandboxError)
  assert.match(error.message, /not supported/)
})

test('pause of an unknown id is still not found', async () => {
  assert.ok((await failure(Sandbox.pause('i0000000000000000000'))) instanceof SandboxNotFoundError)
})
