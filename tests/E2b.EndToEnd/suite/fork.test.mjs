// Forks are sandboxes that start with the files of another at one moment, each a sandbox of its own.
import assert from 'node:assert/strict'
import { Sandbox, SandboxNotFoundError } from 'e2b'

import { create, failure, fresh, record, test, until } from '../harness/suite.mjs'
import { needs } from '../harness/wall.mjs'

const files = { headers: { 'Caisson-Memory': 'drop' } }

async function fork(t, box, options = {}) {
  const forks = await box.fork({ timeoutMs: 120_000, ...options })
  for (const one of forks) {
    assert.ok(one instanceof Sandbox, `${one}`)
    record(one.sandboxId)
    t.after(() => one.kill().catch(() => false))
  }
  return forks
}

test('a fork has the files of its source and its own id, tokens and host name', async (t) => {
  const box = await fresh(t)
  await box.files.write('shared', 'from the source')
  const [one] = await fork(t, box)
  assert.notEqual(one.sandboxId, box.sandboxId)
  assert.equal(await one.files.read('shared'), 'from the source')
  assert.equal((await one.commands.run('hostname; echo $E2B_SANDBOX_ID')).stdout, `${one.sandboxId}\n${one.sandboxId}\n`)
  const wrong = await fetch(`${process.env.E2B_SANDBOX_URL}/files?path=/home/user/shared`, {
    headers: { 'E2b-Sandbox-Id': one.sandboxId, 'E2b-Sandbox-Port': '49983', 'X-Access-Token': box.envdAccessToken ?? 'none' },
  })
  assert.equal(wrong.status, 401)
})

test('ten forks at once do not see each other', async (t) => {
  const box = await fresh(t)
  await box.files.write('n', 'source')
  const forks = await fork(t, box, { count: 10 })
  assert.equal(new Set(forks.map((one) => one.sandboxId)).size, 10)
  await Promise.all(forks.map((one, i) => one.files.write('n', `${i}`)))
  assert.deepEqual(await Promise.all(forks.map((one) => one.files.read('n'))), forks.map((_, i) => `${i}`))
  assert.equal(await box.files.read('n'), 'source')
})

test('the source keeps its id, state, end and processes', async (t) => {
  const box = await fresh(t)
  const handle = await box.commands.run('sleep 600', { background: true, timeoutMs: 0 })
  handle.wait().catch(() => null)
  const before = await box.getInfo()
  await fork(t, box, files)
  const after = await box.getInfo()
  assert.deepEqual([after.sandboxId, after.state, after.endAt, after.startedAt], [before.sandboxId, 'running', before.endAt, before.startedAt])
  assert.ok((await box.commands.list()).some((one) => one.pid === handle.pid))
})

test('forks go on with the processes of the source, each its own', needs('memoryCopies'), async (t) => {
  const box = await fresh(t)
  const handle = await box.commands.run('i=0; while true; do i=$((i+1)); echo $i > /dev/shm/n; sleep 0.1; done', { background: true, timeoutMs: 0 })
  handle.wait().catch(() => null)
  const count = async (one) => Number((await one.commands.run('cat /dev/shm/n')).stdout)
  await until(async () => (await count(box)) > 3, { within: 20_000, what: 'the first counts' })
  const forks = await fork(t, box, { count: 2 })
  const boots = new Set()
  for (const one of [box, ...forks]) {
    const before = await count(one)
    await until(async () => (await count(one)) > before, { within: 20_000, what: 'a higher count' })
    assert.deepEqual((await one.commands.list()).map((process) => process.pid), [handle.pid])
    boots.add((await one.commands.run('cat /proc/sys/kernel/random/boot_id')).stdout)
    assert.equal((await one.commands.run('hostname')).stdout.trim(), one.sandboxId)
  }
  assert.equal(boots.size, 3)
  assert.ok(await forks[0].commands.kill(handle.pid))
  assert.equal((await forks[1].commands.list()).length, 1)
  assert.equal((await box.commands.list()).length, 1)
})

test('where processes run the caller must say that files are enough, and then forks have none', needs('filesAlone'), async (t) => {
  const box = await fresh(t)
  const handle = await box.commands.run('sleep 600', { background: true, timeoutMs: 0 })
  handle.wait().catch(() => null)
  assert.match((await failure(box.fork())).message, /processes run/)
  const [one] = await fork(t, box, files)
  assert.deepEqual(await one.commands.list(), [])
})

test('a paused sandbox can be forked, and stays paused', async (t) => {
  const box = await fresh(t)
  await box.files.write('kept', 'kept')
  await box.pause()
  const [one] = await fork(t, box)
  assert.equal(await one.files.read('kept'), 'kept')
  assert.equal((await box.getInfo()).state, 'paused')
})

test('a fork of a fork has the files of both', async (t) => {
  const box = await fresh(t)
  await box.files.write('a', 'a')
  const [one] = await fork(t, box)
  await one.files.write('b', 'b')
  const [two] = await fork(t, one)
  assert.equal((await two.commands.run('cat a b')).stdout, 'ab')
})

test('forks outlive their source', async (t) => {
  const box = await create()
  await box.files.write('a', 'a')
  const [one] = await fork(t, box)
  await box.kill()
  assert.equal(await one.files.read('a'), 'a')
})

test('forks have the environment, labels and policy of their source', async (t) => {
  const box = await fresh(t, { envs: { COLOUR: 'blue' }, metadata: { of: 'fork' }, allowInternetAccess: false })
  const [one] = await fork(t, box)
  assert.equal((await one.commands.run('echo $COLOUR')).stdout, 'blue\n')
  const info = await one.getInfo()
  assert.equal(info.metadata.of, 'fork')
  assert.equal(info.allowInternetAccess, false)
})

test('a fork has the time it is given', async (t) => {
  const box = await fresh(t)
  const [one] = await fork(t, box, { timeoutMs: 60_000 })
  const left = (await one.getInfo()).endAt - Date.now()
  assert.ok(left > 50_000 && left <= 61_000, `${left}`)
})

test('a machine id is a fork\'s own', async (t) => {
  const box = await fresh(t)
  await box.commands.run('echo 0123456789abcdef0123456789abcdef | sudo tee /etc/machine-id')
  const [one, two] = await fork(t, box, { count: 2 })
  const ids = [await one.files.read('/etc/machine-id'), await two.files.read('/etc/machine-id')]
  assert.equal(new Set([...ids, '0123456789abcdef0123456789abcdef\n']).size, 3)
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}\n$/)
})

test('a thousand small files come over', async (t) => {
  const box = await fresh(t)
  await box.commands.run('mkdir many && for i in $(seq 1 1000); do echo $i > many/$i; done')
  const [one] = await fork(t, box)
  assert.equal((await one.commands.run('cat many/* | sort -n | tail -1; ls many | wc -l')).stdout, '1000\n1000\n')
})

test('a bad count is refused', async (t) => {
  const box = await fresh(t)
  for (const count of [0, -1, 101]) assert.ok(await failure(box.fork({ count })), `${count}`)
})

test('a fork of what is gone is not found', async () => {
  assert.ok((await failure(Sandbox.fork('i0000000000000000000'))) instanceof SandboxNotFoundError)
})
