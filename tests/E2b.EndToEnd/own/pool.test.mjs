// Sandboxes that stood ready are as good as new: nothing of before in them, all that was asked for in force at once, nothing left of them.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from 'e2b'

import { createKey, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'
import { until } from '../harness/wait.mjs'

const size = 10
const bound = { timeout: 120_000 }
const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const state = join(root, 's')
const internet = JSON.parse(process.env.E2E_INTERNET ?? '{"reason":"no imitation of the Internet"}')
const skip = internet.reason ?? false

// What a program can see of the place it is in; the id is told apart by whoever compares.
const look = `hostname; id; env | grep -v ^_= | sort; pwd; ls -A /tmp /var/tmp /home/user /dev/shm; ulimit -a; umask; cat /proc/self/status | grep -E '^(Cap|NoNewPrivs|Seccomp|Groups|Uid|Gid)'; cut -d' ' -f 5- /proc/self/mountinfo | sed 's/[0-9]*:[0-9]*//' | sed 's/upperdir=[^,]*//;s/workdir=[^,]*//;s/lowerdir=[^,]*//;s/loop[0-9]*//' | sort; cat /proc/net/tcp /proc/net/unix | wc -l; ls /proc | grep -c '^[0-9]'; cat /etc/hostname /etc/resolv.conf`

let server
let key
const ids = new Set()
const ready = () => readdirSync(join(state, 'sandboxes')).filter((id) => !ids.has(id))

const call = async (method, path, body) => {
  const response = await fetch(`${server.url}/v1/${path}`, {
    method,
    headers: { 'X-API-KEY': key, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
  return text ? JSON.parse(text) : null
}

const create = async (body = {}) => {
  const made = await call('POST', 'sandboxes', { timeoutSeconds: 600, ...body })
  ids.add(made.sandbox.id)
  return made
}

const pools = async () => (await call('GET', 'pools')).items
const run = (id, command) => call('POST', `sandboxes/${id}/exec`, { command: '/bin/sh', arguments: ['-c', command] })

/** Waits until as many as are wanted stand ready, and tells their ids. */
const filled = async (of = (pool) => pool.target === size) => {
  await until(async () => (await pools()).some((pool) => of(pool) && pool.ready === pool.target && pool.starting === 0), { within: 60_000, what: 'a full pool' })
  return ready()
}

/** Creates one that must come from the pool. */
const claim = async (body) => {
  const before = await filled()
  const made = await create(body)
  assert.ok(before.includes(made.sandbox.id), 'it stood ready')
  return made
}

const start = async (...options) => {
  server = await startServer({ state, port: server?.port, dns: process.env.E2E_DNS, options })
}

describe('a sandbox that stood ready', () => {
  before(async () => {
    await start('--pool-max', '24', '--pool', `base=${size}..${size}`)
    key = await createKey(state, '--scope', 'admin')
    Object.assign(process.env, server.environment(key))
  }, { timeout: 240_000 })

  after(async () => {
    if (server?.alive()) await server.stop().catch(() => null)
    rmSync(root, { recursive: true, force: true })
  }, { timeout: 60_000 })

  test('looks like one that was just started', bound, async () => {
    const exec = { command: '/bin/sh', arguments: ['-c', look] }
    const environment = { NAME: 'of this one', PATH: '/usr/bin:/bin' }
    const warm = await claim({ environment, exec })
    // Another bound of output cannot be seen inside, and there is no pool of it yet.
    const cold = await create({ environment, exec, resources: { outputBytes: 12345678 } })
    const seen = ({ sandbox, exec }) => exec.stdout.replaceAll(sandbox.id, 'ID').replaceAll(/([ug]id)=\d{6,}/g, '$1=OF-ITS-RANGE')
    assert.equal(warm.exec.exitCode, 0, warm.exec.stderr)
    assert.equal(seen(warm), seen(cold))
    assert.match(warm.exec.stdout, /NAME=of this one/)
    assert.equal(warm.exec.stdout.split('\n')[0], warm.sandbox.id)
  })

  test('has no program but its own, and an empty /tmp', bound, async () => {
    const { sandbox, exec } = await claim({ exec: { command: '/bin/sh', arguments: ['-c', 'ls -A /tmp; for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; echo; done'] } })
    const programs = exec.stdout.split('\n').filter(Boolean).map((line) => line.split(' ')[0])
    assert.deepEqual(programs.filter((name) => !['/.caisson/guest', '/bin/sh', 'tr'].includes(name)), [])
    assert.deepEqual((await call('GET', `sandboxes/${sandbox.id}/processes`)).items, [])
  })

  test('lives from now on, with a timeline of its own', bound, async () => {
    const began = Date.now()
    const { sandbox } = await claim({ timeoutSeconds: 100, metadata: { a: 'b' } })
    assert.ok(Math.abs(Date.parse(sandbox.startedAt) - began) < 10_000, sandbox.startedAt)
    assert.ok(Math.abs(Date.parse(sandbox.endsAt) - began - 100_000) < 10_000, sandbox.endsAt)
    const { entries } = await call('GET', `sandboxes/${sandbox.id}/timeline`)
    assert.deepEqual(entries.map((entry) => entry.state), ['starting', 'running'])
    assert.equal(entries[0].sequence, 1)
  })

  test('lets nothing out unless asked, and all that was asked for at once', { ...bound, skip }, async () => {
    const curl = (host) => ({ command: 'curl', arguments: ['-fsS', '-m', '8', `http://${host}/`] })
    const [none, all, some] = [
      await claim({ exec: curl('allowed.test') }),
      await claim({ egress: { unlisted: 'allow' }, exec: curl('allowed.test') }),
      await claim({ egress: { allow: ['allowed.test'] }, exec: curl('denied.test') }),
    ]
    assert.notEqual(none.exec.exitCode, 0)
    assert.equal(JSON.parse(all.exec.stdout).site, 'allowed')
    assert.notEqual(some.exec.exitCode, 0)
    assert.equal(some.exec.failure, 'policy')
    assert.match((await run(some.sandbox.id, 'curl -sS -m 8 http://allowed.test/')).stdout, /allowed/)
  })

  test('trusts the gateway where headers are to be set', { ...bound, skip }, async () => {
    const transforms = [{ host: 'allowed.test', headers: { 'X-Secret': 'of the host' } }]
    const { exec } = await claim({ egress: { unlisted: 'allow', transforms }, exec: { command: '/bin/sh', arguments: ['-c', 'test -s /etc/ssl/certs/ca-certificates.crt && grep -c BEGIN /etc/ssl/certs/ca-certificates.crt'] } })
    const { exec: other } = await claim({ egress: { unlisted: 'allow' }, exec: { command: '/bin/sh', arguments: ['-c', 'grep -c BEGIN /etc/ssl/certs/ca-certificates.crt'] } })
    assert.equal(Number(exec.stdout), Number(other.stdout) + 1)
  })

  test('is handed out once, however many ask at once', bound, async () => {
    const before = await filled()
    const made = await Promise.all(Array.from({ length: size * 2 }, () => create({ exec: { command: 'hostname' } })))
    assert.equal(new Set(made.map((one) => one.sandbox.id)).size, size * 2)
    for (const { sandbox, exec } of made) assert.equal(exec.stdout, `${sandbox.id}\n`)
    assert.equal(made.filter((one) => before.includes(one.sandbox.id)).length, size)
  })

  test('serves clients of E2B, whose bounds are others', bound, async () => {
    const first = await Sandbox.create({ timeoutMs: 300_000 })
    ids.add(first.sandboxId)
    const ofE2b = (pool) => pool.resources.cpus === 2 && pool.target > 0
    const before = await filled(ofE2b)
    const second = await Sandbox.create({ timeoutMs: 300_000, envs: { NAME: 'second' }, metadata: { a: 'b' } })
    ids.add(second.sandboxId)
    assert.ok(before.includes(second.sandboxId), 'it stood ready')
    assert.equal((await second.commands.run('echo $NAME $E2B_SANDBOX_ID $(hostname)')).stdout, `second ${second.sandboxId} ${second.sandboxId}\n`)
    assert.deepEqual((await second.getInfo()).metadata, { a: 'b' })
    const snapshot = await second.createSnapshot()
    const third = await Sandbox.create(snapshot.snapshotId, { timeoutMs: 300_000 })
    ids.add(third.sandboxId)
    const ofSnapshot = (pool) => pool.layer && pool.target > 0
    const copies = await filled(ofSnapshot)
    const fourth = await Sandbox.create(snapshot.snapshotId, { timeoutMs: 300_000 })
    ids.add(fourth.sandboxId)
    assert.ok(copies.includes(fourth.sandboxId), 'it stood ready')
    const [one, other] = await Promise.all([third, fourth].map(async (box) => (await box.commands.run('cat /etc/machine-id 2>/dev/null; hostname')).stdout))
    assert.notEqual(one, other)
    for (const box of [third, fourth]) await box.kill()
    await Sandbox.deleteSnapshot(snapshot.snapshotId)
    assert.deepEqual(readdirSync(join(state, 'layers')), [])
    assert.equal((await pools()).filter(ofSnapshot).length, 0)
  })

  test('goes with a server that is killed, and those that are somebody\'s stay', bound, async () => {
    const { sandbox } = await claim({ environment: { NAME: 'kept' } })
    const parked = await filled()
    assert.ok(parked.length >= size)
    await server.stop('SIGKILL')
    await start('--pool-max', '0')
    assert.deepEqual(ready(), [])
    // The state directory is the living one's too: only what names one of the parked is looked for.
    assert.deepEqual((await sweep({ state: join(root, 'nothing'), ids: parked })), [])
    assert.equal((await run(sandbox.id, 'echo $NAME')).stdout, 'kept\n')
    assert.deepEqual(await pools(), [])
  })

  test('and one that stops leaves nothing that is nobody\'s', bound, async () => {
    for (const { id } of (await call('GET', 'sandboxes?limit=100')).items) await call('DELETE', `sandboxes/${id}`)
    await server.stop()
    await start('--pool-max', '24', '--pool', `base=${size}..${size}`)
    const parked = await filled()
    await server.stop()
    assert.deepEqual(await sweep({ state, ids: [...ids, ...parked] }), [])
  })
})
