// What a host may lack or hold already: another server on the same state directory, a controller of limits.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Sandbox } from 'e2b'

import { createKey, executable, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'

const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const servers = []
const serve = async (state) => {
  const server = await startServer({ state, dns: process.env.E2E_DNS })
  servers.push(server)
  Object.assign(process.env, server.environment(await createKey(state)))
  return server
}

after(async () => {
  for (const server of servers) if (server.alive()) await server.stop().catch(() => null)
  rmSync(root, { recursive: true, force: true })
}, { timeout: 60_000 })

test('a second server on one state directory is refused, and the first and its sandboxes go on', { timeout: 120_000 }, async () => {
  const state = join(root, 'one')
  const server = await serve(state)
  const box = await Sandbox.create({ timeoutMs: 300_000 })
  await assert.rejects(startServer({ state, readyWithin: 60_000 }), /another server is using the state directory .*Stop that server/s)
  assert.equal((await box.commands.run('echo up')).stdout, 'up\n')
  const fresh = await Sandbox.create({ timeoutMs: 300_000 })
  await Promise.all([box.kill(), fresh.kill()])
  await server.stop()
  assert.deepEqual(await sweep({ state, ids: [box.sandboxId, fresh.sandboxId] }), [])
})

describe('a host without a controller of limits', { skip: process.getuid() === 0 ? false : 'hiding a controller from a server needs root' }, () => {
  test('is told by the doctor; memory is bounded all the same, and what needs a group is refused', { timeout: 180_000 }, async (t) => {
    const program = executable()
    const hidden = existsSync('/sys/fs/cgroup/pids') ? '/sys/fs/cgroup/pids' : '/sys/fs/cgroup'
    const without = join(root, 'without')
    writeFileSync(without, `#!/bin/sh\nexec unshare --mount --propagation private -- sh -c 'umount --lazy --recursive ${hidden} && exec "${program}" "$@"' sh "$@"\n`, { mode: 0o755 })
    process.env.CAISSON_BIN = without
    t.after(() => (process.env.CAISSON_BIN = program))
    const state = join(root, 'two')
    const server = await serve(state)
    const doctor = () => {
      try {
        return execFileSync(without, ['doctor', '--local', '--json'], { encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] })
      } catch (error) {
        return error.stdout
      }
    }
    assert.match(doctor(), /no cgroup controller for .*pids/)
    const box = await Sandbox.create({ timeoutMs: 300_000 })
    assert.equal((await box.commands.run('echo up')).stdout, 'up\n')
    await assert.rejects(box.commands.run('python3 -c "x = b\'x\' * (8 << 30)"', { timeoutMs: 60_000 }))
    assert.equal((await box.commands.run('echo still up')).stdout, 'still up\n')
    await assert.rejects(box.pause(), /cgroup/)
    await assert.rejects(Sandbox.create({ timeoutMs: 300_000, lifecycle: { onTimeout: 'pause' } }), /no cgroup in which a sandbox could be paused/)
    await box.kill()
    await server.stop()
    assert.deepEqual(await sweep({ state, ids: [box.sandboxId] }), [])
  })
})
