// The documented first steps, word for word but for the record of the id.
import assert from 'node:assert/strict'
import { Sandbox } from 'e2b'

import { record, test } from '../harness/suite.mjs'

test('the quick start', async () => {
  const sandbox = await Sandbox.create()
  record(sandbox.sandboxId)
  await sandbox.files.write('hello.py', 'print("Hello from", __import__("os").getcwd())\n')
  const result = await sandbox.commands.run('python3 hello.py')
  assert.equal(result.stdout, 'Hello from /home/user\n')
  const files = await sandbox.files.list('/home/user')
  assert.ok(files.some((file) => file.name === 'hello.py'))
  assert.equal(await sandbox.kill(), true)
})
