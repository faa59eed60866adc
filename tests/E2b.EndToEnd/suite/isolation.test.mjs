// Two sandboxes, and a sandbox and the host, see nothing of each other.
import assert from 'node:assert/strict'
import { existsSync, writeFileSync, rmSync } from 'node:fs'
import { after, before } from 'node:test'

import { attempt, create, serve, test, unique } from '../harness/suite.mjs'

let left
let right
before(async () => {
  ;[left, right] = await Promise.all([create(), create()])
})
after(() => Promise.all([left?.kill(), right?.kill()]))

test('processes of one are invisible to the other, even to root', async () => {
  const marker = unique('mark')
  const handle = await left.commands.run(`bash -c 'sleep 60; : ${marker}'`, { background: true })
  const count = (sandbox) => attempt(sandbox, `pgrep -fc '${marker.slice(0, 8)}''${marker.slice(8)}'`, { user: 'root' })
  assert.ok(Number((await count(left)).stdout) > 0)
  assert.equal(Number((await count(right)).stdout), 0)
  await handle.kill()
})

test('processes of the host are invisible', async () => {
  const { stdout } = await left.commands.run('cat /proc/[0-9]*/cmdline | tr "\\0" " "', { user: 'root' })
  assert.doesNotMatch(stdout, /caisson serve|run\.mjs|--state/)
})

test('files of one are not in the other', async () => {
  for (const directory of ['/home/user', '/tmp', '/var/tmp', '/dev/shm', '/root', '/srv', '/opt']) {
    const path = `${directory}/${unique()}`
    const made = await attempt(left, `echo mine > ${path}`, { user: 'root' })
    if (made.exitCode === 0) assert.equal(await right.files.exists(path, { user: 'root' }), false, path)
  }
})

test('files of one are not on the host, nor the host\'s in it', async () => {
  const name = `/tmp/${unique()}`
  await left.files.write(name, 'inside', { user: 'root' })
  assert.equal(existsSync(name), false)
  const outside = `/tmp/${unique()}`
  writeFileSync(outside, 'outside')
  try {
    assert.equal(await left.files.exists(outside, { user: 'root' }), false)
  } finally {
    rmSync(outside)
  }
})

test('system files changed in one stay as they were in the other', async () => {
  const word = unique()
  await attempt(left, `echo ${word} >> /etc/passwd; echo ${word} > /usr/bin/${word}`, { user: 'root' })
  assert.doesNotMatch((await right.commands.run('cat /etc/passwd')).stdout, new RegExp(word))
  assert.equal(await right.files.exists(`/usr/bin/${word}`), false)
  assert.equal(existsSync(`/usr/bin/${word}`), false)
})

test('each has its own loopback', async () => {
  await serve(left, 'web.py', 8000)
  assert.equal((await attempt(left, 'curl -sS -m 5 http://127.0.0.1:8000/')).exitCode, 0)
  assert.notEqual((await attempt(right, 'curl -sS -m 5 http://127.0.0.1:8000/')).exitCode, 0)
})

test('both can listen on one port', async () => {
  await serve(left, 'web.py', 8010)
  await serve(right, 'web.py', 8010)
  for (const one of [left, right]) assert.equal((await attempt(one, 'curl -sS -m 5 http://127.0.0.1:8010/')).exitCode, 0)
})

test('abstract sockets of one are not in the other', async () => {
  const name = unique()
  const handle = await left.commands.run(`exec python3 -c "import socket,time; s=socket.socket(socket.AF_UNIX); s.bind('\\0${name}'); s.listen(); print('ready',flush=True); time.sleep(30)"`, { background: true })
  const dial = (one) => attempt(one, `python3 -c "import socket; socket.socket(socket.AF_UNIX).connect('\\0${name}')"`)
  const { until } = await import('../harness/wait.mjs')
  await until(() => handle.stdout.includes('ready'))
  assert.equal((await dial(left)).exitCode, 0)
  assert.notEqual((await dial(right)).exitCode, 0)
  await handle.kill()
})

test('each has its own host name, not the host\'s', async () => {
  const [a, b] = await Promise.all([left, right].map(async (one) => (await one.commands.run('cat /proc/sys/kernel/hostname')).stdout.trim()))
  assert.ok(a && b && a !== b, `${a} and ${b}`)
})

test('each has its own shared memory and semaphores', async () => {
  await attempt(left, `python3 -c "import ctypes; print(ctypes.CDLL(None).shmget(424242, 4096, 0o1666))"`)
  const { stdout } = await attempt(right, `python3 -c "import ctypes; print(ctypes.CDLL(None).shmget(424242, 4096, 0o666))"`)
  assert.equal(stdout.trim(), '-1')
})

test('killing everything in one does not touch the other', async () => {
  const handle = await right.commands.run('sleep 3; echo unharmed', { background: true })
  await attempt(left, 'kill -9 -1', { user: 'root', timeoutMs: 10_000 }).catch(() => null)
  assert.equal((await handle.wait()).stdout, 'unharmed\n')
})

test('the control socket is not shown to the code inside', async () => {
  const { stdout } = await right.commands.run('cat /proc/net/unix; env; cat /proc/1/environ 2>/dev/null | tr "\\0" "\\n"', { user: 'root' })
  assert.ok(!stdout.includes(right.envdAccessToken))
  if (process.env.E2E_STATE) assert.ok(!stdout.includes(process.env.E2E_STATE))
})
