// Volumes and secrets of a server that is killed: what was acknowledged is there, and nothing is left of the rest.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox, Secret, Volume } from 'e2b'

import { createKey, executable, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'
import { lack } from '../harness/wall.mjs'

// It is about the server: where the wall under test shows no volumes, another does.
if (lack('volumes')) process.env.CAISSON_TEST_WALL = 'bubblewrap'

const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const state = join(root, 's')
const ids = ['none-was-made']
let server
let key

const start = async () => {
  server = await startServer({ state, port: server?.port, dns: process.env.E2E_DNS })
}

const places = () => readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' ')[4]).filter((place) => place?.startsWith(join(state, 'volumes')))
const folders = () => (existsSync(join(state, 'volumes')) ? readdirSync(join(state, 'volumes')) : [])

describe('of a killed server', () => {
  before(async () => {
    await start()
    key = await createKey(state)
    Object.assign(process.env, server.environment(key))
    await server.stop()
  }, { timeout: 120_000 })

  after(async () => {
    if (server?.alive()) await server.stop().catch(() => null)
    rmSync(root, { recursive: true, force: true })
  }, { timeout: 60_000 })

  test('a mounted volume goes on under sandboxes and is mounted again', { timeout: 120_000 }, async () => {
    await start()
    const made = await Volume.create('shared')
    const [one, two] = await Promise.all([1, 2].map(() => Sandbox.create({ timeoutMs: 300_000, volumeMounts: { '/data': made } })))
    ids.push(one.sandboxId, two.sandboxId)
    await one.commands.run('echo before > /data/f')
    await one.commands.run('while sleep 0.05; do date +%s%N >> /data/log; done', { background: true, timeoutMs: 0 }).then((handle) => handle.disconnect())
    await server.stop('SIGKILL')
    await start()
    assert.equal(places().length, 1, `${places()}`)
    assert.equal(await made.readFile('/f'), 'before\n')
    await two.commands.run('echo after >> /data/f')
    assert.equal(await made.readFile('/f'), 'before\nafter\n')
    assert.equal((await one.commands.run('cat /data/f')).stdout, 'before\nafter\n')
    assert.ok((await made.readFile('/log')).length > 0)
    const refused = await fetch(`${server.url}/volumes/${made.volumeId}`, { method: 'DELETE', headers: { 'X-API-KEY': key } })
    assert.equal(refused.status, 409)
    await Promise.all([one.kill(), two.kill()])
    assert.equal(await Volume.destroy(made.volumeId), true)
    await server.stop()
    assert.deepEqual(places(), [])
    assert.deepEqual(folders(), [])
  })

  test('a stopped server leaves no mount, though sandboxes go on', { timeout: 120_000 }, async () => {
    await start()
    const made = await Volume.create('left')
    const box = await Sandbox.create({ timeoutMs: 300_000, volumeMounts: { '/data': made } })
    ids.push(box.sandboxId)
    await server.stop()
    assert.deepEqual(places(), [])
    await start()
    assert.equal((await box.commands.run('echo x > /data/x && cat /data/x')).stdout, 'x\n')
    await box.kill()
    await Volume.destroy(made.volumeId)
    await server.stop()
  })

  test('paused with files alone, it is there after all its host had is gone', { timeout: 120_000 }, async () => {
    await start()
    const made = await Volume.create('kept')
    const box = await Sandbox.create({ timeoutMs: 300_000, volumeMounts: { '/data': made } })
    ids.push(box.sandboxId)
    await box.files.write('kept', 'kept')
    await box.commands.run('echo shared > /data/f')
    await box.pause({ keepMemory: false })
    await server.stop('SIGKILL')
    // What a reboot of the host leaves: the state directory, and nothing mounted, attached or running.
    for (const place of places()) execFileSync('umount', [place])
    assert.ok(!readdirSync('/sys/block').some((one) => existsSync(`/sys/block/${one}/loop/backing_file`) && readFileSync(`/sys/block/${one}/loop/backing_file`, 'utf8').includes(state)))
    await start()
    assert.equal((await Sandbox.getInfo(box.sandboxId)).state, 'paused')
    const again = await Sandbox.connect(box.sandboxId)
    assert.equal((await again.commands.run('cat kept; cat /data/f')).stdout, 'keptshared\n')
    await again.kill()
    await Volume.destroy(made.volumeId)
    await server.stop()
  })

  test('a change of the key loses no secret', { timeout: 120_000 }, async () => {
    const file = join(state, 'secrets.key')
    await start()
    await Secret.create('one', 'value')
    const admin = /\be2b_[0-9a-f]+\b/.exec(execFileSync(executable(), ['key', 'create', '--state', state, '--scope', 'admin'], { encoding: 'utf8' }))[0]
    const before = readFileSync(file, 'utf8')
    await fetch(`${server.url}/v1/secrets/rotate-key`, { method: 'POST', headers: { 'X-API-KEY': admin } })
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    assert.equal(lines.length, 1)
    assert.ok(!before.includes(lines[0]))
    // It can be put into a policy only if it can still be read.
    const box = await Sandbox.create({ timeoutMs: 60_000, network: { rules: { 'allowed.test': [{ transform: { headers: { 'X-S': '${e2b.secrets.one}' } } }] } } })
    ids.push(box.sandboxId)
    await box.kill()
    assert.equal((await Secret.getInfo('one')).version, 1)
    await Secret.destroy('one')
    await server.stop()
  })

  test('nothing is left', { timeout: 60_000 }, async () => {
    assert.deepEqual(await sweep({ state, ids }), [])
    assert.deepEqual(folders(), [])
  })
})
