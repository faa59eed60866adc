// The guest of a sandbox, or the program that waits for it, is killed while the sandbox changes: the server goes on, and store and host agree.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'

import { Faulty } from '../harness/faults.mjs'
import { sweep } from '../harness/sweep.mjs'
import { until } from '../harness/wait.mjs'

const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const here = new Faulty(root)
const call = (...args) => here.call(...args)
const { at } = here
const list = async () => (await call('GET', 'sandboxes?limit=100')).items
const everybody = new Set(['none-was-made'])
const plain = ['--pool-max', '0']

const create = () => here.create()
const paused = () => here.paused()
const stopped = () => here.paused({ memory: false })

const pause = (id) => at(id, 'pause')
const stop = (id) => at(id, 'pause', { memory: false })
const resume = (id) => at(id, 'resume')
const snapshot = (id) => at(id, 'snapshots', { name: 'named', tag: 'one', memory: false })
const fork = (id) => at(id, 'fork', { count: 1, timeoutSeconds: 600, memory: false })
const kill = (id) => call('DELETE', `sandboxes/${id}`)

// Where it is killed, what was there before, what is under way, and what becomes of the sandbox.
const cases = [
  ['CreateStarted', null, () => create(), []],
  ['PauseBegun', create, pause, []],
  ['PauseFrozen', create, pause, []],
  ['PauseSaved', create, pause, []],
  ['ResumeBegun', paused, resume, []],
  ['ResumeThawed', paused, resume, []],
  ['ResumeSaved', paused, resume, []],
  ['FilesSaved', create, stop, ['paused']],
  ['BootStarted', stopped, resume, null],
  ['BootSaved', stopped, resume, []],
  ['SnapshotBegun', create, snapshot, []],
  ['SnapshotLayered', create, snapshot, []],
  ['ForkCaptured', create, fork, null],
  ['KillBegun', create, kill, []],
]

// Where what waits for the guest is killed too.
const waited = new Set(['CreateStarted', 'PauseFrozen', 'FilesSaved', 'BootStarted', 'KillBegun'])

async function settled(ids, wanted) {
  if (wanted) await until(async () => JSON.stringify((await list()).map((one) => one.state)) === JSON.stringify(wanted), { within: 60_000, every: 50, what: `[${wanted}]` })
  // Where either may come of it, what is left works.
  for (const { id } of wanted ? [] : await list()) {
    const usable = async () => {
      const one = await call('GET', `sandboxes/${id}`).catch((error) => (error.status === 404 ? null : Promise.reject(error)))
      if (!one) return true
      if (one.state === 'paused') await resume(id)
      return (await at(id, 'exec', { command: 'cat', arguments: ['/home/user/kept'] })).stdout === 'acknowledged'
    }
    await until(usable, { within: 60_000, every: 100, what: 'it being whole or gone' })
  }
  for (const { id, state } of await list()) {
    const { entries } = await call('GET', `sandboxes/${id}/timeline`)
    assert.equal(entries.filter((entry) => entry.type === 'lifecycle').at(-1).state, state)
    if (state === 'paused') await resume(id)
    assert.equal(await call('GET', `sandboxes/${id}/files?path=/home/user/kept`), 'acknowledged')
  }
  await clean(ids)
}

async function clean(ids) {
  for (const { id } of await list()) await kill(id)
  for (const { id } of (await call('GET', 'snapshots')).items) await call('DELETE', `snapshots/${id}`)
  await until(() => here.disagreements().length === 0, { within: 60_000 }).catch(() => assert.deepEqual(here.disagreements(), []))
  const left = () => here.leftOf(ids)
  await until(() => left().length === 0, { within: 60_000 }).catch(() => assert.deepEqual(left(), []))
  assert.deepEqual(here.folders(), [])
}

const release = () => here.disarm()

describe('a sandbox whose guest is killed', () => {
  before(async () => {
    await here.start(...plain)
    // The first of all makes the template.
    await kill(await create())
  }, { timeout: 240_000 })

  afterEach(async () => {
    release()
    if (!here.server.alive()) await here.start(...plain)
    if (here.folders().length) await clean([]).catch(() => null)
  }, { timeout: 60_000 })

  after(async () => {
    release()
    delete process.env.CAISSON_FAULT_FILE
    if (here.server?.alive()) await here.server.stop().catch(() => null)
    rmSync(root, { recursive: true, force: true })
  }, { timeout: 60_000 })

  for (const [point, prepare, act, wanted] of cases) {
    for (const who of waited.has(point) ? ['guest', 'monitor'] : ['guest']) {
      test(`${point}: its ${who}`, { timeout: 240_000 }, async () => {
        const before = await prepare?.()
        here.order('hold', point)
        const acted = act(before).catch((error) => error)
        try {
          await here.held(point)
          const victim = here.processes(before ?? here.folders()[0])[who]
          if (victim) process.kill(victim, 'SIGKILL')
          here.folders().forEach((id) => everybody.add(id))
        } finally {
          release()
        }
        const outcome = await acted
        if (outcome instanceof Error) assert.ok(outcome.status, `an answer in words: ${outcome}`)
        // Who waits for a guest is needed by nobody once it runs.
        await settled([...everybody], who === 'guest' ? wanted : null)
      })
    }
  }

  for (const who of ['guest', 'monitor']) {
    test(`while no server runs: its ${who}`, { timeout: 240_000 }, async () => {
      const [one, other] = [await create(), await paused()]
      await here.server.stop('SIGKILL')
      for (const id of [one, other]) {
        everybody.add(id)
        process.kill(here.processes(id)[who], 'SIGKILL')
      }
      await here.start(...plain)
      await settled([...everybody], who === 'guest' ? [] : null)
    })
  }

  test('while it is found again', { timeout: 240_000 }, async () => {
    const id = await create()
    everybody.add(id)
    await here.server.stop('SIGKILL')
    here.order('hold', 'RecoveryAttached')
    const started = here.start(...plain)
    try {
      await here.held('RecoveryAttached')
      process.kill(here.processes(id).guest, 'SIGKILL')
    } finally {
      release()
    }
    await started
    await settled([...everybody], [])
  })

  test('while it stands ready: another is given', { timeout: 240_000 }, async () => {
    await here.server.stop()
    await here.start('--pool-max', '4', '--pool', 'base=1..1')
    await until(async () => (await call('GET', 'pools')).items.some((one) => one.ready > 0), { within: 180_000, every: 50, what: 'one that stands ready' })
    here.order('hold', 'ClaimBegun')
    const claimed = create()
    let first
    try {
      await here.held('ClaimBegun')
      ;[first] = here.folders()
      process.kill(here.processes(first).guest, 'SIGKILL')
    } finally {
      release()
    }
    const id = await claimed
    assert.notEqual(id, first)
    for (const one of [first, ...here.folders()]) everybody.add(one)
    assert.equal((await at(id, 'exec', { command: 'echo', arguments: ['alive'] })).stdout, 'alive\n')
    await kill(id)
    await here.server.stop()
    await here.start(...plain)
  })

  test('leaves nothing in the end', { timeout: 60_000 }, async () => {
    await here.server.stop()
    here.folders().forEach((id) => everybody.add(id))
    assert.deepEqual(here.disagreements(), [])
    assert.deepEqual(await sweep({ state: here.state, ids: [...everybody] }), [])
  })
})
