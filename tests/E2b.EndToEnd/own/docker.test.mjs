// A Docker daemon that is restarted under sandboxes: without live-restore they are told to be gone and leave nothing, with it they go on.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Sandbox } from 'e2b'

import { createKey, startServer } from '../harness/server.mjs'
import { sweep } from '../harness/sweep.mjs'
import { until, within } from '../harness/wait.mjs'

const daemonPath = ['/usr/sbin/dockerd', '/usr/bin/dockerd'].find(existsSync)
const skip = process.getuid() !== 0 ? 'a daemon of the test’s own needs root' : daemonPath ? false : 'dockerd is not installed: apt-get install docker.io'
process.env.CAISSON_TEST_WALL = 'docker'

/** A daemon that can be stopped and started again in the same namespaces, which nothing else has. */
class Daemon {
  constructor(folder, ...options) {
    Object.assign(this, { folder, options, socket: join(folder, 'socket') })
    this.holder = spawn('unshare', ['--net', '--mount', '--', 'sh', '-c', 'ip link set lo up && echo ready && exec sleep 1200'], { stdio: ['ignore', 'pipe', 'ignore'] })
    // Entered sooner, the namespaces would still be the host's, or share their mounts with it.
    this.ready = once(this.holder.stdout, 'data')
  }

  async start() {
    await within(this.ready, 30_000, `the namespaces of ${this.folder}`)
    const log = openSync(join(this.folder, 'log'), 'a')
    const own = ['--data-root', join(this.folder, 'data'), '--exec-root', join(this.folder, 'exec'), '--pidfile', join(this.folder, 'pid'), '--host', `unix://${this.socket}`]
    const offline = ['--bridge', 'none', '--iptables=false', '--ip6tables=false', '--ip-forward=false']
    this.process = spawn('nsenter', ['--target', String(this.holder.pid), '--net', '--mount', '--', daemonPath, ...own, ...offline, ...this.options], { stdio: ['ignore', log, log] })
    closeSync(log)
    await until(() => this.docker('ps', '-q') !== null, { within: 60_000, what: `the daemon of ${this.folder}` })
  }

  async stop() {
    const ended = new Promise((done) => this.process.once('exit', done))
    this.process.kill('SIGTERM')
    await within(ended, 60_000, 'the end of the daemon')
  }

  docker(...args) {
    return execFileSync('docker', ['--host', `unix://${this.socket}`, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 })
  }

  has(box) {
    return this.docker('ps', '-aq', '--filter', `name=caisson-${box.sandboxId}`).trim() !== ''
  }

  async end() {
    if (this.process?.exitCode !== null) await this.start()
    for (const id of this.docker('ps', '-aq').split('\n').filter(Boolean)) this.docker('rm', '--force', id)
    await this.stop().catch(() => this.process.kill('SIGKILL'))
    // With live-restore what holds containers outlives it.
    for (const pid of execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes(this.folder) && /containerd/.test(line)).map((line) => Number(line.trim().split(' ')[0]))) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended meanwhile.
      }
    }
    this.holder.kill('SIGKILL')
  }
}

const worlds = []
const open = async (...options) => {
  const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
  const world = { root, state: join(root, 'state'), ids: [], daemon: new Daemon(root, ...options) }
  worlds.push(world)
  await world.daemon.start()
  process.env.DOCKER_HOST = `unix://${world.daemon.socket}`
  world.serve = async () => (world.server = await startServer({ state: world.state, port: world.server?.port, options: ['--pool-max', '0'] }))
  await world.serve()
  Object.assign(process.env, world.server.environment(await createKey(world.state)))
  world.create = async () => {
    const box = await Sandbox.create({ timeoutMs: 600_000 })
    world.ids.push(box.sandboxId)
    return box
  }
  return world
}
const refusesToCreate = () => assert.rejects(Sandbox.create(), /Docker daemon/)
const listed = async () => (await Sandbox.list({ limit: 100 }).nextItems()).map((one) => one.sandboxId).sort()

describe('a Docker daemon that is restarted', { skip }, () => {
  after(async () => {
    for (const { server, daemon, root } of worlds) {
      if (server?.alive()) await server.stop().catch(() => null)
      await daemon.end().catch((error) => console.error(error))
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    }
  }, { timeout: 120_000 })

  test('ends its sandboxes, which are told to be gone and leave nothing', { timeout: 300_000 }, async () => {
    const world = await open('--live-restore=false')
    const box = await world.create()
    assert.equal((await box.commands.run('echo up')).stdout, 'up\n')
    const running = await box.commands.run('sleep 600', { background: true, timeoutMs: 0 })
    const lost = assert.rejects(running.wait())
    await world.daemon.stop()
    await lost
    await until(async () => (await listed()).length === 0, { within: 30_000, what: 'the end of its sandbox' })
    await assert.rejects(box.commands.run('true'), /not found|not running|timeout/i)
    assert.equal(existsSync(join(world.state, 'sandboxes', box.sandboxId)), false)
    await refusesToCreate()
    await world.daemon.start()
    const fresh = await world.create()
    assert.equal((await fresh.commands.run('echo up')).stdout, 'up\n')
    // What the daemon remembers of a sandbox that ended while it was away is removed at most once a minute, and by the next server at once.
    await world.server.stop()
    await world.serve()
    await fresh.kill()
    assert.equal(world.daemon.has(box), false)
    await world.server.stop()
    assert.deepEqual(await sweep({ state: world.state, ids: world.ids }), [])
    assert.equal(world.daemon.docker('ps', '-aq').trim(), '')
  })

  test('with live-restore leaves them alone, and they are found again', { timeout: 300_000 }, async () => {
    const world = await open('--live-restore=true')
    const [box, other] = [await world.create(), await world.create()]
    await box.files.write('kept.txt', 'kept')
    const counting = await box.commands.run('while sleep 0.05; do echo . >> /tmp/dots; done', { background: true, timeoutMs: 0 })
    await counting.disconnect()
    const dots = async () => Number((await box.commands.run('wc -l < /tmp/dots')).stdout)
    await world.daemon.stop()
    const before = await dots()
    await until(async () => (await dots()) > before, { what: 'a process inside going on' })
    await refusesToCreate()
    await other.kill()
    assert.deepEqual(await listed(), [box.sandboxId])
    await world.daemon.start()
    assert.equal(await box.files.read('kept.txt'), 'kept')
    await world.server.stop()
    await world.serve()
    assert.deepEqual(await listed(), [box.sandboxId])
    const after = await dots()
    await until(async () => (await dots()) > after, { what: 'a process inside going on' })
    await box.kill()
    assert.equal(world.daemon.has(other), false)
    await world.server.stop()
    assert.deepEqual(await sweep({ state: world.state, ids: world.ids }), [])
    assert.equal(world.daemon.docker('ps', '-aq').trim(), '')
  })
})
