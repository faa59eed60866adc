// A snapshot keeps the files of a sandbox at one moment; sandboxes start from it as from any template.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Sandbox, SandboxError, SandboxNotFoundError } from 'e2b'

import { create, failure, fresh, record, test, unique, until } from '../harness/suite.mjs'
import { needs } from '../harness/wall.mjs'

const files = { headers: { 'Caisson-Memory': 'drop' } }
const all = async (options) => {
  const pages = Sandbox.listSnapshots(options)
  const found = []
  while (pages.hasNext) found.push(...(await pages.nextItems()))
  return found
}

async function from(t, snapshotId, options = {}) {
  const box = await Sandbox.create(snapshotId, { timeoutMs: 120_000, ...options })
  record(box.sandboxId)
  t.after(() => box.kill().catch(() => false))
  return box
}

let box
let snapshot
before(async () => {
  box = await create()
  await box.commands.run('mkdir -p work/deep && echo one > work/deep/one && ln -s deep/one work/link && chmod 640 work/deep/one && echo root | sudo tee /etc/mine && sudo rm /etc/shells && sudo rm -r /etc/skel')
  snapshot = await box.createSnapshot()
})
after(async () => {
  await box?.kill()
  if (snapshot) await Sandbox.deleteSnapshot(snapshot.snapshotId)
})

test('an unnamed snapshot has an id with the default tag and no names', () => {
  assert.match(snapshot.snapshotId, /^[a-z0-9]+:default$/)
  assert.deepEqual(snapshot.names, [])
})

test('a sandbox from it has the files, links, modes and owners, and lacks what was removed', async (t) => {
  const other = await from(t, snapshot.snapshotId)
  assert.equal(await other.files.read('work/link'), 'one\n')
  assert.equal((await other.commands.run("stat -c '%a %U' work/deep/one; cat /etc/mine; ls /etc/shells /etc/skel 2>&1 | grep -c 'No such'")).stdout, '640 user\nroot\n2\n')
})

test('the source goes on, and changes of either do not show in the other', async (t) => {
  const other = await from(t, snapshot.snapshotId)
  await other.files.write('work/deep/one', 'theirs')
  await box.files.write('work/after', 'later')
  assert.equal(await box.files.read('work/deep/one'), 'one\n')
  assert.equal(await other.files.exists('work/after'), false)
})

test('a sandbox from it has an identity of its own', async (t) => {
  const other = await from(t, snapshot.snapshotId)
  assert.notEqual(other.sandboxId, box.sandboxId)
  assert.equal((await other.commands.run('hostname; echo $E2B_SANDBOX_ID')).stdout, `${other.sandboxId}\n${other.sandboxId}\n`)
})

test('two sandboxes from it at once do not see each other', async (t) => {
  const [one, two] = await Promise.all([from(t, snapshot.snapshotId), from(t, snapshot.snapshotId)])
  await one.files.write('work/who', 'one')
  await two.files.write('work/who', 'two')
  assert.equal(await one.files.read('work/who'), 'one')
  assert.equal(await two.files.read('work/who'), 'two')
})

test('a snapshot of a sandbox from a snapshot stands on both', async (t) => {
  const second = await from(t, snapshot.snapshotId)
  await second.commands.run('echo two > work/two && rm work/link && sudo rm /etc/mine')
  const upon = await second.createSnapshot()
  const third = await from(t, upon.snapshotId)
  assert.equal((await third.commands.run('cat work/deep/one work/two; ls work; ls /etc/mine 2>&1 | grep -c "No such"')).stdout, 'one\ntwo\ndeep\ntwo\n1\n')
  await Sandbox.deleteSnapshot(upon.snapshotId)
  assert.equal(await third.files.read('work/two'), 'two\n', 'a sandbox keeps what it stands on')
})

test('it outlives its source', async (t) => {
  const source = await create()
  await source.files.write('kept', 'kept')
  const made = await source.createSnapshot()
  await source.kill()
  const other = await from(t, made.snapshotId)
  assert.equal(await other.files.read('kept'), 'kept')
  assert.equal(await Sandbox.deleteSnapshot(made.snapshotId), true)
  assert.equal(await Sandbox.deleteSnapshot(made.snapshotId), false)
  assert.ok(await failure(Sandbox.create(made.snapshotId)))
})

test('a named snapshot is found by its name, and the same name again replaces it', async (t) => {
  const name = unique('snap-')
  const source = await fresh(t)
  await source.files.write('version', '1')
  const first = await source.createSnapshot({ name })
  assert.match(first.snapshotId, new RegExp(`^[^/]+/${name}:default$`))
  assert.equal(first.names.length, 1)
  await source.files.write('version', '2')
  const second = await source.createSnapshot({ name })
  assert.equal(second.snapshotId, first.snapshotId)
  for (const reference of [name, `${name}:default`, second.snapshotId]) {
    const other = await from(t, reference)
    assert.equal(await other.files.read('version'), '2')
  }
  assert.equal((await all({ name })).length, 1)
  assert.equal(await Sandbox.deleteSnapshot(second.snapshotId), true)
})

test('tags tell snapshots of one name apart', async (t) => {
  const name = unique('tag-')
  const source = await fresh(t)
  for (const tag of ['v1', 'v2.0']) {
    await source.files.write('tag', tag)
    await source.createSnapshot({ name: `${name}:${tag}` })
  }
  for (const tag of ['v1', 'v2.0']) assert.equal(await (await from(t, `${name}:${tag}`)).files.read('tag'), tag)
  for (const one of await all()) if (one.snapshotId.includes(name)) await Sandbox.deleteSnapshot(one.snapshotId)
})

test('lists by source, by name, and in pages', async (t) => {
  const source = await fresh(t)
  const made = []
  for (let i = 0; i < 3; i++) made.push((await source.createSnapshot()).snapshotId)
  assert.deepEqual((await all({ sandboxId: source.sandboxId })).map((one) => one.snapshotId), made)
  assert.deepEqual((await all({ sandboxId: source.sandboxId, limit: 1 })).map((one) => one.snapshotId), made)
  assert.deepEqual(await all({ name: unique('none-') }), [])
  for (const id of made) await Sandbox.deleteSnapshot(id)
})

test('a paused sandbox can be kept, and stays paused', async (t) => {
  const source = await fresh(t)
  await source.files.write('kept', 'kept')
  await source.pause()
  const made = await source.createSnapshot()
  assert.equal((await source.getInfo()).state, 'paused')
  assert.equal(await (await from(t, made.snapshotId)).files.read('kept'), 'kept')
  await Sandbox.deleteSnapshot(made.snapshotId)
})

test('a snapshot has the processes, and those started from it go on with them', needs('memoryCopies'), async (t) => {
  const source = await fresh(t)
  const handle = await source.commands.run('i=0; while true; do i=$((i+1)); echo $i > /dev/shm/n; sleep 0.1; done', { background: true, timeoutMs: 0 })
  handle.wait().catch(() => null)
  await until(() => source.files.exists('/dev/shm/n'), { within: 20_000, what: 'the first count' })
  const made = await source.createSnapshot()
  await source.kill()
  for (let round = 0; round < 2; round++) {
    const other = await from(t, made.snapshotId)
    const before = Number(await other.files.read('/dev/shm/n'))
    await until(async () => Number(await other.files.read('/dev/shm/n')) > before, { within: 20_000, what: 'a higher count' })
    assert.deepEqual((await other.commands.list()).map((process) => process.pid), [handle.pid])
  }
  await Sandbox.deleteSnapshot(made.snapshotId)
})

test('where processes run the caller must say that files are enough', needs('filesAlone'), async (t) => {
  const source = await fresh(t)
  const handle = await source.commands.run('sleep 600', { background: true, timeoutMs: 0 })
  handle.wait().catch(() => null)
  const error = await failure(source.createSnapshot())
  assert.ok(error instanceof SandboxError)
  assert.match(error.message, /processes run/)
  const made = await source.createSnapshot(files)
  assert.ok((await source.commands.list()).some((one) => one.pid === handle.pid), 'they go on in the source')
  assert.deepEqual(await (await from(t, made.snapshotId)).commands.list(), [])
  await Sandbox.deleteSnapshot(made.snapshotId)
})

test('a writer that never stops is caught between two writes', async (t) => {
  const source = await fresh(t)
  const handle = await source.commands.run('i=0; while true; do i=$((i+1)); echo $i > /tmp/a; echo $i > /tmp/b; done', { background: true, timeoutMs: 0 })
  await handle.disconnect()
  // Where programs are translated a shell takes its time to begin.
  await until(() => source.files.exists('/tmp/b'), { within: 15_000, what: 'the first of its writes' })
  const made = await source.createSnapshot(files)
  const other = await from(t, made.snapshotId)
  const [a, b] = await Promise.all([other.files.read('/tmp/a'), other.files.read('/tmp/b')])
  if (a && b) assert.ok(Number(a) - Number(b) <= 1 && Number(a) >= Number(b), `${a} ${b}`)
  await Sandbox.deleteSnapshot(made.snapshotId)
})

test('large files come over whole', async (t) => {
  const source = await fresh(t)
  await source.commands.run('head -c 60000000 /dev/urandom > big && sha256sum big > sum && truncate -s 300M sparse')
  const made = await source.createSnapshot()
  const other = await from(t, made.snapshotId)
  assert.match((await other.commands.run('sha256sum -c sum && stat -c %s sparse')).stdout, /big: OK\n314572800/)
  await Sandbox.deleteSnapshot(made.snapshotId)
})

test('bad names are refused', async () => {
  for (const name of ['Ä', 'a b', 'other-team/x', '../x', ':tag']) assert.ok(await failure(box.createSnapshot({ name })), name)
})

test('a snapshot of what is gone is not found', async () => {
  assert.ok((await failure(Sandbox.createSnapshot('i0000000000000000000'))) instanceof SandboxNotFoundError)
})
