// Pausing without memory: processes end, files stay, and a resumption starts the sandbox anew on the same disk.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Sandbox, SandboxError, SandboxNotFoundError } from 'e2b'

import { attempt, create, failure, fresh, record, sleep, test, until } from '../harness/suite.mjs'

const state = async (id) => (await Sandbox.getInfo(id)).state
const groups = (id) => ['memory', 'unified', 'pids', 'freezer'].filter((one) => existsSync(`/sys/fs/cgroup/${one}/caisson/${id}`))
const drop = { headers: { 'Caisson-Memory': 'drop' } }

test('files stay and processes end', async (t) => {
  const box = await fresh(t)
  await box.files.write('kept', 'kept')
  const handle = await box.commands.run('sleep 600', { background: true, timeoutMs: 0 })
  handle.wait().catch(() => null)
  assert.equal(await box.pause({ keepMemory: false }), true)
  assert.equal(await state(box.sandboxId), 'paused')
  const again = await Sandbox.connect(box.sandboxId)
  assert.equal(await again.files.read('kept'), 'kept')
  assert.deepEqual(await again.commands.list(), [])
  assert.notEqual((await attempt(again, 'pgrep -x sleep')).exitCode, 0)
})

test('it has nothing on the host but its disk', async (t) => {
  const box = await fresh(t)
  assert.ok(groups(box.sandboxId).length > 0)
  await box.pause({ keepMemory: false })
  assert.deepEqual(groups(box.sandboxId), [])
  assert.deepEqual(readdirSync(join(process.env.E2E_STATE, 'sandboxes', box.sandboxId)).filter((name) => !name.startsWith('timeline')), ['disk.ext4'])
})

test('id, tokens, variables, labels and policy are the same after', async (t) => {
  const box = await fresh(t, { envs: { GREETING: 'hello' }, metadata: { who: 'me' } })
  const before = await box.getFullInfo?.() ?? await box.getInfo()
  await box.pause({ keepMemory: false })
  const again = await Sandbox.connect(box.sandboxId)
  assert.equal(again.sandboxId, box.sandboxId)
  assert.equal((await again.commands.run('echo $GREETING $E2B_SANDBOX_ID; hostname')).stdout, `hello ${box.sandboxId}\n${box.sandboxId}\n`)
  assert.deepEqual((await again.getInfo()).metadata, before.metadata)
  // The object from before the pause still works: its token is the same.
  assert.equal((await box.commands.run('echo same')).stdout, 'same\n')
})

test('owners, modes, links, removed files and root’s files stay as they were', async (t) => {
  const box = await fresh(t)
  await box.commands.run('mkdir -m 700 /opt/d && echo root > /opt/d/f && chmod 640 /opt/d/f && chown 1000:7 /opt/d/f && ln -s f /opt/d/l && rm /etc/motd; rm -rf /usr/share/doc/bash; echo etc >> /etc/hosts.extra', { user: 'root' })
  await box.pause({ keepMemory: false })
  await box.connect()
  assert.equal((await box.commands.run('stat -c "%a %u %g" /opt/d /opt/d/f; readlink /opt/d/l; cat /opt/d/f; ls /etc/motd /usr/share/doc/bash 2>/dev/null; cat /etc/hosts.extra', { user: 'root' })).stdout.trim(),
    '700 0 0\n640 1000 7\nf\nroot\netc')
})

test('a file still in memory when it was paused is there after', async (t) => {
  const box = await fresh(t)
  await box.commands.run('head -c 50M /dev/urandom > big && sha256sum big > sum')
  await box.pause({ keepMemory: false })
  await box.connect()
  assert.match((await box.commands.run('sha256sum -c sum')).stdout, /OK/)
})

test('twelve times in a row lose nothing', async (t) => {
  const box = await fresh(t)
  for (let round = 0; round < 12; round++) {
    await box.files.write(`file${round}`, `${round},`)
    await box.pause({ keepMemory: round % 3 === 2 })
    await box.connect()
  }
  assert.equal((await box.commands.run('cat $(ls file* | sort -V)')).stdout, '0,1,2,3,4,5,6,7,8,9,10,11,')
})

test('the disk limit still holds after', async (t) => {
  const box = await fresh(t)
  await box.commands.run('head -c 1G /dev/zero > /home/user/one')
  await box.pause({ keepMemory: false })
  await box.connect()
  assert.match((await attempt(box, 'head -c 1500M /dev/zero > /home/user/two', { timeoutMs: 60_000 })).stderr, /No space left/)
})

test('a second pause of either kind is told', async (t) => {
  const box = await fresh(t)
  assert.equal(await box.pause({ keepMemory: false }), true)
  assert.equal(await box.pause({ keepMemory: false }), false)
  assert.equal(await box.pause(), false)
})

test('of many at once one is done', async (t) => {
  const box = await fresh(t)
  const results = await Promise.all(Array.from({ length: 8 }, (_, i) => box.pause({ keepMemory: i % 2 === 0 }).catch((error) => error)))
  assert.equal(results.filter((one) => one === true).length, 1, JSON.stringify(results))
  assert.equal(await state(box.sandboxId), 'paused')
  await box.connect()
  assert.equal((await box.commands.run('echo up')).stdout, 'up\n')
})

test('many connects at once start it once', async (t) => {
  const box = await fresh(t)
  await box.pause({ keepMemory: false })
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => Sandbox.connect(box.sandboxId)))
  assert.ok(results.some((one) => one.status === 'fulfilled'))
  for (const { reason } of results.filter((one) => one.status === 'rejected')) assert.ok(reason instanceof SandboxError, `${reason}`)
  await until(async () => (await state(box.sandboxId)) === 'running', { what: 'running' })
  assert.equal((await box.commands.run('echo up')).stdout, 'up\n')
})

test('kill works on it, and nothing is left', async () => {
  const box = await create()
  await box.pause({ keepMemory: false })
  assert.equal(await box.kill(), true)
  assert.ok((await failure(Sandbox.connect(box.sandboxId))) instanceof SandboxNotFoundError)
  assert.ok(!existsSync(join(process.env.E2E_STATE, 'sandboxes', box.sandboxId)))
})

test('kill during the start on its files ends it', async () => {
  const box = await create()
  await box.pause({ keepMemory: false })
  const [connected, killed] = await Promise.allSettled([Sandbox.connect(box.sandboxId), sleep(20).then(() => box.kill())])
  assert.equal(killed.value, true, `${killed.reason}`)
  if (connected.status === 'rejected') assert.ok(connected.reason instanceof SandboxError || connected.reason instanceof SandboxNotFoundError, `${connected.reason}`)
  await until(() => !existsSync(join(process.env.E2E_STATE, 'sandboxes', box.sandboxId)), { what: 'its removal' })
  assert.deepEqual(groups(box.sandboxId), [])
})

test('commands to it are told that it is not there', async (t) => {
  const box = await fresh(t)
  await box.pause({ keepMemory: false })
  assert.equal(await box.isRunning(), false)
  assert.ok(await failure(box.commands.run('echo x')))
  assert.equal(await state(box.sandboxId), 'paused')
})

test('at the timeout, when asked for', async (t) => {
  const box = await fresh(t, { timeoutMs: 2_000, lifecycle: { onTimeout: { action: 'pause', keepMemory: false } } })
  await box.files.write('kept', 'kept')
  await until(async () => (await state(box.sandboxId)) === 'paused', { within: 10_000, what: 'the pause' })
  await until(() => groups(box.sandboxId).length === 0, { what: 'its processes ended' })
  await box.connect({ timeoutMs: 60_000 })
  assert.equal(await box.files.read('kept'), 'kept')
})

test('setTimeout to now pauses it so', async (t) => {
  const box = await fresh(t, { lifecycle: { onTimeout: { action: 'pause', keepMemory: false } } })
  await box.setTimeout(0).catch(() => null)
  await until(async () => (await state(box.sandboxId)) === 'paused' && groups(box.sandboxId).length === 0, { within: 10_000, what: 'the pause' })
})

test('autoResume cannot be had with it at the timeout', async () => {
  const error = await failure(Sandbox.create({ lifecycle: { onTimeout: { action: 'pause', keepMemory: false }, autoResume: true } }).then((made) => (record(made.sandboxId), made.kill())))
  assert.ok(error)
})

test('a sandbox that resumes by itself starts anew for a call', async (t) => {
  const box = await fresh(t, { lifecycle: { onTimeout: 'pause', autoResume: true }, envs: { A: 'a' } })
  await box.files.write('kept', 'kept')
  await box.pause({ keepMemory: false })
  assert.equal((await box.commands.run('cat kept; echo $A$E2B_SANDBOX_ID')).stdout, `kepta${box.sandboxId}\n`)
})

test('paused with memory, resumed without: a fresh start on the same files', async (t) => {
  const box = await fresh(t)
  await box.files.write('kept', 'kept')
  await box.commands.run('sleep 600', { background: true, timeoutMs: 0 }).then((handle) => handle.disconnect())
  await box.pause()
  const answer = await fetch(`${process.env.E2B_API_URL}/v2/sandboxes/${box.sandboxId}/connect`, {
    method: 'POST', headers: { 'X-API-KEY': process.env.E2B_API_KEY, 'Content-Type': 'application/json' }, body: JSON.stringify({ timeout: 60, memory: false }),
  })
  assert.equal(answer.status, 201)
  assert.deepEqual(await box.commands.list(), [])
  assert.equal(await box.files.read('kept'), 'kept')
})

test('a snapshot and a fork of it while it is paused', async (t) => {
  const box = await fresh(t)
  await box.files.write('kept', 'kept')
  await box.pause({ keepMemory: false })
  const { snapshotId } = await box.createSnapshot(drop)
  t.after(() => Sandbox.deleteSnapshot(snapshotId))
  const from = await Sandbox.create(snapshotId, { timeoutMs: 60_000 })
  record(from.sandboxId)
  t.after(() => from.kill().catch(() => false))
  assert.equal(await from.files.read('kept'), 'kept')
  const [fork] = await box.fork(drop)
  record(fork.sandboxId)
  t.after(() => fork.kill().catch(() => false))
  assert.equal(await fork.files.read('kept'), 'kept')
  assert.equal(await state(box.sandboxId), 'paused')
})

test('one that stands on a snapshot is paused and resumed so too', async (t) => {
  const box = await fresh(t)
  await box.files.write('below', 'below')
  const { snapshotId } = await box.createSnapshot(drop)
  const from = await Sandbox.create(snapshotId, { timeoutMs: 60_000 })
  record(from.sandboxId)
  t.after(() => from.kill().catch(() => false))
  await Sandbox.deleteSnapshot(snapshotId)
  await from.files.write('above', 'above')
  await from.pause({ keepMemory: false })
  await from.connect()
  assert.equal((await from.commands.run('cat below above')).stdout, 'belowabove')
})

test('the timeline goes on through it', async (t) => {
  const box = await fresh(t)
  await box.pause({ keepMemory: false })
  await box.connect()
  const { logs } = await (await fetch(`${process.env.E2B_API_URL}/sandboxes/${box.sandboxId}/logs`, { headers: { 'X-API-KEY': process.env.E2B_API_KEY } })).json()
  const text = logs.map((one) => one.line).join('\n')
  for (const word of ['starting', 'running', 'pausing', 'paused', 'resuming', 'files alone']) assert.ok(text.includes(word), `${word} in:\n${text}`)
})

test('the timeout does not run meanwhile', async (t) => {
  const box = await fresh(t, { timeoutMs: 3_000 })
  await box.pause({ keepMemory: false })
  await sleep(4000)
  assert.equal(await state(box.sandboxId), 'paused')
  await box.connect({ timeoutMs: 60_000 })
  const left = (await box.getInfo()).endAt - Date.now()
  assert.ok(left > 50_000 && left <= 61_000, `${left}`)
})
