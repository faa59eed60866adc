// A paused sandbox stands still with all it holds, costs no processor time, and goes on where it was.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Sandbox, SandboxNotFoundError, SandboxError } from 'e2b'

import { attempt, create, failure, fresh, record, sleep, test, until } from '../harness/suite.mjs'

const cpu = (id) => Number(readFileSync(`/sys/fs/cgroup/cpuacct/caisson/${id}/cpuacct.usage`, 'utf8'))
const state = async (id) => (await Sandbox.getInfo(id)).state

test('pause tells that it paused, and info and list show it', async (t) => {
  const box = await fresh(t)
  assert.equal(await box.pause(), true)
  assert.equal((await box.getInfo()).state, 'paused')
  const paused = await Sandbox.list({ query: { state: ['paused'] }, limit: 100 }).nextItems()
  assert.ok(paused.some((one) => one.sandboxId === box.sandboxId && one.state === 'paused'))
  const running = await Sandbox.list({ query: { state: ['running'] }, limit: 100 }).nextItems()
  assert.ok(!running.some((one) => one.sandboxId === box.sandboxId))
  const both = await Sandbox.list({ query: { state: ['running', 'paused'] }, limit: 100 }).nextItems()
  assert.ok(both.some((one) => one.sandboxId === box.sandboxId))
})

test('a second pause says that it is paused already', async (t) => {
  const box = await fresh(t)
  assert.equal(await box.pause(), true)
  assert.equal(await box.pause(), false)
})

test('betaPause and the static call do the same', async (t) => {
  const box = await fresh(t)
  assert.equal(await box.betaPause(), true)
  await box.connect()
  assert.equal(await Sandbox.pause(box.sandboxId), true)
  assert.equal(await state(box.sandboxId), 'paused')
})

test('of many pauses at once one is done and the others are told', async (t) => {
  const box = await fresh(t)
  const results = await Promise.all(Array.from({ length: 8 }, () => box.pause().catch((error) => error)))
  assert.equal(results.filter((one) => one === true).length, 1, JSON.stringify(results))
  assert.ok(results.every((one) => typeof one === 'boolean'), 'a conflict is no error to the client')
  assert.equal(await state(box.sandboxId), 'paused')
})

test('connect resumes with processes, their memory and their numbers', async (t) => {
  const box = await fresh(t)
  const counter = await box.commands.run('n=0; while true; do n=$((n+1)); echo $n > /tmp/n; sleep 0.05; done', { background: true, timeoutMs: 0 })
  counter.wait().catch(() => null)
  await until(async () => Number((await attempt(box, 'cat /tmp/n')).stdout) > 3, { what: 'counting' })
  await box.pause()
  await sleep(1500)
  const again = await Sandbox.connect(box.sandboxId)
  const first = Number(await again.files.read('/tmp/n'))
  assert.ok(first < 100, `it did not count while paused: ${first}`)
  await until(async () => Number(await again.files.read('/tmp/n')) > first + 3, { what: 'counting on' })
  const listed = await again.commands.list()
  assert.ok(listed.some((one) => one.pid === counter.pid), 'the same process')
})

test('a paused sandbox uses no processor time', async (t) => {
  const box = await fresh(t)
  await box.commands.run('while :; do :; done', { background: true, timeoutMs: 0 }).then((handle) => handle.disconnect())
  await sleep(200)
  await box.pause()
  const before = cpu(box.sandboxId)
  await sleep(2000)
  assert.equal(cpu(box.sandboxId), before)
  await box.connect()
  await sleep(300)
  assert.ok(cpu(box.sandboxId) > before)
})

test('a server inside answers again after the resumption', async (t) => {
  const box = await fresh(t)
  await box.files.write('index.html', 'still here')
  await box.commands.run('python3 -m http.server 8000', { background: true, timeoutMs: 0 }).then((handle) => handle.disconnect())
  const viaHeaders = () =>
    fetch(`${process.env.E2B_SANDBOX_URL}/index.html`, { headers: { 'E2b-Sandbox-Id': box.sandboxId, 'E2b-Sandbox-Port': '8000' } }).then(async (answer) => [answer.status, await answer.text()])
  await until(async () => (await viaHeaders())[0] === 200, { within: 15_000, what: 'the server' })
  await box.pause()
  assert.equal((await viaHeaders())[0], 502)
  await box.connect()
  assert.deepEqual(await viaHeaders(), [200, 'still here'])
})

test('output goes on at its offset: nothing is lost and nothing comes twice', async (t) => {
  const box = await fresh(t)
  const handle = await box.commands.run('for i in $(seq 1 60); do echo line $i; sleep 0.03; done', { background: true, timeoutMs: 0 })
  handle.wait().catch(() => null)
  await until(() => handle.stdout.includes('line 5\n'), { what: 'first output' })
  await box.pause()
  await sleep(300)
  await box.connect()
  const again = await box.commands.connect(handle.pid, { timeoutMs: 0 })
  await again.wait()
  const seen = again.stdout.trimEnd().split('\n').map((line) => Number(line.slice(5)))
  assert.equal(seen.at(-1), 60)
  assert.deepEqual(seen, Array.from({ length: seen.length }, (_, i) => 60 - seen.length + 1 + i))
})

test('a stream that is open when it is paused ends', async (t) => {
  const box = await fresh(t)
  const handle = await box.commands.run('sleep 60', { background: true, timeoutMs: 0 })
  const ended = handle.wait().then(() => 'ended', (error) => error)
  await sleep(100)
  await box.pause()
  assert.notEqual(await Promise.race([ended, sleep(5000).then(() => 'hangs')]), 'hangs')
})

test('what is asked of a paused sandbox is refused, and it stays paused', async (t) => {
  const box = await fresh(t)
  await box.pause()
  assert.equal(await box.isRunning(), false)
  assert.ok(await failure(box.commands.run('true')))
  assert.ok(await failure(box.files.read('/etc/hostname')))
  assert.equal(await state(box.sandboxId), 'paused')
})

test('a paused sandbox can be killed', async (t) => {
  const box = await create()
  await box.pause()
  assert.equal(await box.kill(), true)
  assert.equal(await box.kill(), false)
  assert.ok((await failure(Sandbox.connect(box.sandboxId))) instanceof SandboxNotFoundError)
})

test('the timeout does not run while it is paused, and connect gives a new one', async (t) => {
  const box = await fresh(t, { timeoutMs: 3_000 })
  await box.pause()
  await sleep(4000)
  assert.equal(await state(box.sandboxId), 'paused')
  await box.connect({ timeoutMs: 60_000 })
  const left = (await box.getInfo()).endAt - Date.now()
  assert.ok(left > 50_000 && left <= 61_000, `${left}`)
})

test('onTimeout pause pauses at the timeout and keeps what ran', async (t) => {
  const box = await fresh(t, { timeoutMs: 2_000, lifecycle: { onTimeout: 'pause' } })
  assert.deepEqual((await box.getInfo()).lifecycle, { onTimeout: 'pause', autoResume: false })
  const handle = await box.commands.run('sleep 600', { background: true, timeoutMs: 0 })
  handle.wait().catch(() => null)
  await until(async () => (await state(box.sandboxId)) === 'paused', { within: 10_000, what: 'the pause' })
  assert.equal(await box.isRunning(), false)
  await box.connect({ timeoutMs: 60_000 })
  assert.ok((await box.commands.list()).some((one) => one.pid === handle.pid))
})

test('autoResume: a command wakes it', async (t) => {
  const box = await fresh(t, { lifecycle: { onTimeout: 'pause', autoResume: true } })
  await box.files.write('kept', 'kept')
  await box.pause()
  assert.equal((await box.commands.run('cat kept')).stdout, 'kept')
  assert.equal(await state(box.sandboxId), 'running')
})

test('autoResume: reading a file wakes it', async (t) => {
  const box = await fresh(t, { lifecycle: { onTimeout: 'pause', autoResume: true } })
  await box.files.write('kept', 'kept')
  await box.pause()
  assert.equal(await box.files.read('kept'), 'kept')
})

test('autoResume: a request to a port wakes it', async (t) => {
  const box = await fresh(t, { lifecycle: { onTimeout: 'pause', autoResume: true } })
  await box.files.write('index.html', 'awake')
  await box.commands.run('python3 -m http.server 8000', { background: true, timeoutMs: 0 }).then((handle) => handle.disconnect())
  const get = () => fetch(`${process.env.E2B_SANDBOX_URL}/`, { headers: { 'E2b-Sandbox-Id': box.sandboxId, 'E2b-Sandbox-Port': '8000' } }).then((answer) => answer.text())
  await until(async () => (await get()) === 'awake', { within: 15_000, what: 'the server' })
  await box.pause()
  assert.equal(await get(), 'awake')
})

test('autoResume: isRunning wakes it', async (t) => {
  const box = await fresh(t, { lifecycle: { onTimeout: 'pause', autoResume: true } })
  await box.pause()
  assert.equal(await box.isRunning(), true)
})

test('autoResume: twenty calls at once wake it once', async (t) => {
  const box = await fresh(t, { lifecycle: { onTimeout: 'pause', autoResume: true } })
  await box.pause()
  const results = await Promise.all(Array.from({ length: 20 }, (_, i) => box.commands.run(`echo ${i}`)))
  assert.deepEqual(results.map((one) => one.stdout), Array.from({ length: 20 }, (_, i) => `${i}\n`))
})

test('autoResume: a request without the token does not wake it', async (t) => {
  const box = await fresh(t, { lifecycle: { onTimeout: 'pause', autoResume: true } })
  await box.pause()
  const answer = await fetch(`${process.env.E2B_SANDBOX_URL}/files?path=/etc/hostname`, { headers: { 'E2b-Sandbox-Id': box.sandboxId, 'E2b-Sandbox-Port': '49983' } })
  assert.equal(answer.status, 403)
  assert.equal(await state(box.sandboxId), 'paused')
})

test('autoResume without pausing at the timeout is refused', async () => {
  const error = await failure(Sandbox.create({ lifecycle: { onTimeout: 'kill', autoResume: true } }).then((made) => (record(made.sandboxId), made.kill())))
  assert.ok(error)
})

test('ten pauses and resumptions in a row lose no file', async (t) => {
  const box = await fresh(t)
  for (let round = 0; round < 10; round++) {
    await box.files.write(`file${round}`, `${round}`)
    await box.pause()
    await box.connect()
  }
  const names = (await box.commands.run('cat file? | tr -d "\\n"')).stdout
  assert.equal(names, '0123456789')
})

test('a sandbox that pauses with a busy fork storm resumes whole', async (t) => {
  const box = await fresh(t)
  await box.commands.run('for j in 1 2 3 4 5 6 7 8; do (while true; do /bin/true; done) & done; wait', { background: true, timeoutMs: 0 }).then((handle) => handle.disconnect())
  await sleep(300)
  for (let round = 0; round < 5; round++) {
    await box.pause()
    await box.connect()
  }
  assert.equal((await box.commands.run('echo fine')).stdout, 'fine\n')
})
