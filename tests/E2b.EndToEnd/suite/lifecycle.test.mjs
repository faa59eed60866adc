// Creating, describing, listing and ending sandboxes.
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { AuthenticationError, Sandbox, SandboxError, SandboxNotFoundError } from 'e2b'

import { create, failure, fresh, record, sleep, test, unique, until } from '../harness/suite.mjs'
import { api, request } from '../harness/wire.mjs'

const seconds = (from, to) => (to.getTime() - from.getTime()) / 1000
const missing = 'i0000000000000000000'

let box
before(async () => {
  box = await create({ metadata: { file: 'lifecycle' } })
})
after(() => box?.kill())

async function all(options) {
  const pages = []
  const paginator = Sandbox.list(options)
  while (paginator.hasNext) pages.push(await paginator.nextItems())
  return pages
}

const ids = (items) => items.map((item) => item.sandboxId ?? item.sandboxID)

describe('create', () => {
  test('gives an id of lower-case letters and digits', () => {
    assert.match(box.sandboxId, /^[a-z0-9]+$/)
  })

  test('issues an access token', () => {
    assert.ok(box.envdAccessToken.length >= 32)
  })

  test('gives no traffic token to a public sandbox', () => {
    assert.equal(box.trafficAccessToken, undefined)
  })

  test('answers 201 with the documented fields', async (t) => {
    const answer = await api('POST', '/v2/sandboxes', { templateID: 'base', timeout: 60 })
    record(answer.json.sandboxID)
    t.after(() => api('DELETE', `/sandboxes/${answer.json.sandboxID}`))
    assert.equal(answer.status, 201)
    assert.match(answer.headers['content-type'], /^application\/json/)
    for (const field of ['sandboxID', 'templateID', 'clientID', 'envdVersion', 'envdAccessToken']) assert.equal(typeof answer.json[field], 'string', field)
    const [major, minor, patch] = answer.json.envdVersion.split('.').map(Number)
    assert.ok(major * 1e6 + minor * 1e3 + patch >= 6013, answer.json.envdVersion)
  })

  test('has a default timeout of 300 s', async (t) => {
    const answer = await api('POST', '/v2/sandboxes', { templateID: 'base' })
    record(answer.json.sandboxID)
    t.after(() => api('DELETE', `/sandboxes/${answer.json.sandboxID}`))
    const info = await Sandbox.getInfo(answer.json.sandboxID)
    assert.ok(Math.abs(seconds(info.startedAt, info.endAt) - 300) < 3)
  })

  test('ignores fields it does not know', async (t) => {
    const answer = await api('POST', '/v2/sandboxes', { templateID: 'base', timeout: 60, somethingNew: { a: [1] } })
    assert.equal(answer.status, 201)
    record(answer.json.sandboxID)
    t.after(() => api('DELETE', `/sandboxes/${answer.json.sandboxID}`))
  })

  test('by the old call answers 201 and has a default timeout of 15 s', async (t) => {
    const answer = await api('POST', '/sandboxes', { templateID: 'base', secure: true })
    record(answer.json.sandboxID)
    t.after(() => api('DELETE', `/sandboxes/${answer.json.sandboxID}`))
    assert.equal(answer.status, 201)
    assert.ok(answer.json.envdAccessToken)
    const info = await Sandbox.getInfo(answer.json.sandboxID)
    assert.ok(Math.abs(seconds(info.startedAt, info.endAt) - 15) < 3)
  })

  test('of an unknown template is 404 and names it', async () => {
    const answer = await api('POST', '/v2/sandboxes', { templateID: 'no-such-template' })
    assert.equal(answer.status, 404)
    assert.equal(answer.json.code, 404)
    assert.match(answer.json.message, /no-such-template/)
    const error = await failure(Sandbox.create('no-such-template'))
    assert.ok(error instanceof SandboxError)
    assert.match(error.message, /no-such-template/)
  })

  test('with a timeout of zero is refused', async () => {
    const error = await failure(Sandbox.create({ timeoutMs: 0 }))
    assert.ok(error instanceof SandboxError)
    assert.equal(error.message, '400: Timeout must be greater than 0')
  })

  test('with a negative timeout is refused', async () => {
    const answer = await api('POST', '/v2/sandboxes', { templateID: 'base', timeout: -5 })
    assert.equal(answer.status, 400)
    assert.equal(answer.json.code, 400)
  })

  test('ten at once gives ten different ones', async (t) => {
    const made = await Promise.all(Array.from({ length: 10 }, () => fresh(t)))
    assert.equal(new Set(ids(made)).size, 10)
    assert.equal(new Set(made.map((one) => one.envdAccessToken)).size, 10)
    const answers = await Promise.all(made.map((one) => one.commands.run('echo $E2B_SANDBOX_ID')))
    assert.deepEqual(answers.map((one) => one.stdout.trim()), ids(made))
  })

  test('with a wrong key is an AuthenticationError', async () => {
    assert.ok((await failure(Sandbox.create({ apiKey: 'e2b_0000000000000000' }))) instanceof AuthenticationError)
  })
})

describe('describe', () => {
  test('getInfo tells what the sandbox is', async () => {
    const info = await box.getInfo()
    assert.equal(info.sandboxId, box.sandboxId)
    assert.equal(info.state, 'running')
    assert.deepEqual(info.metadata, { file: 'lifecycle' })
    assert.ok(info.templateId)
    assert.ok(info.cpuCount > 0)
    assert.ok(info.memoryMB > 0)
    assert.match(info.envdVersion, /^\d+\.\d+\.\d+$/)
    assert.ok(Math.abs(seconds(info.startedAt, info.endAt) - 300) < 3)
    assert.ok(Math.abs(Date.now() - info.startedAt.getTime()) < 120_000)
  })

  test('getInfo says what happens at the timeout', async () => {
    assert.deepEqual((await box.getInfo()).lifecycle, { onTimeout: 'kill', autoResume: false })
  })

  test('getInfo keeps metadata exactly', async (t) => {
    const metadata = { 'a key': 'v=1&w=2', uni: 'žluťoučký 🐴', empty: '', percent: '100%25' }
    const one = await fresh(t, { metadata })
    assert.deepEqual((await one.getInfo()).metadata, metadata)
  })

  test('getInfo of an unknown id is a SandboxNotFoundError', async () => {
    assert.ok((await failure(Sandbox.getInfo(missing))) instanceof SandboxNotFoundError)
  })

  test('an unknown id answers 404 with an integer code', async () => {
    const answer = await api('GET', `/sandboxes/${missing}`)
    assert.equal(answer.status, 404)
    assert.equal(answer.json.code, 404)
    assert.equal(typeof answer.json.message, 'string')
  })

  test('isRunning', async () => {
    assert.equal(await box.isRunning(), true)
  })

  test('times are RFC 3339 in UTC', async () => {
    const { json } = await api('GET', `/sandboxes/${box.sandboxId}`)
    for (const field of ['startedAt', 'endAt']) assert.match(json[field], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  })

  test('environment variables of create reach commands', async (t) => {
    const one = await fresh(t, { envs: { GREETING: 'hello there', QUOTED: `a'b"c$d` } })
    const { stdout } = await one.commands.run('printf "%s|%s" "$GREETING" "$QUOTED"')
    assert.equal(stdout, `hello there|a'b"c$d`)
  })
})

describe('list', () => {
  const tag = unique()
  const made = []

  before(async () => {
    for (let i = 0; i < 5; i++) made.push(await create({ metadata: { tag, number: String(i), 'sp ace': 'a=b&c d%é+' } }))
  })
  after(() => Promise.all(made.map((one) => one.kill())))

  test('without a filter has this sandbox', async () => {
    assert.ok(ids((await all()).flat()).includes(box.sandboxId))
  })

  test('items have the fields of getInfo', async () => {
    const [item] = (await all({ query: { metadata: { tag, number: '3' } } })).flat()
    const info = await made[3].getInfo()
    for (const field of ['sandboxId', 'templateId', 'metadata', 'startedAt', 'endAt', 'state', 'cpuCount', 'memoryMB', 'envdVersion']) {
      assert.deepEqual(item[field], info[field], field)
    }
  })

  test('is newest first', async () => {
    assert.deepEqual(ids((await all({ query: { metadata: { tag } } })).flat()), ids(made).reverse())
  })

  test('can be oldest first', async () => {
    assert.deepEqual(ids((await all({ query: { metadata: { tag } }, order: 'asc' })).flat()), ids(made))
  })

  test('filters by all metadata pairs given', async () => {
    assert.deepEqual(ids((await all({ query: { metadata: { tag, number: '2' } } })).flat()), [made[2].sandboxId])
    assert.deepEqual((await all({ query: { metadata: { tag, number: '9' } } })).flat(), [])
  })

  test('filters by metadata with characters that need encoding', async () => {
    assert.equal((await all({ query: { metadata: { tag, 'sp ace': 'a=b&c d%é+' } } })).flat().length, 5)
    assert.equal((await all({ query: { metadata: { tag, 'sp ace': 'a=b&c d%é' } } })).flat().length, 0)
  })

  test('filters by metadata that was encoded once only', async () => {
    const answer = await api('GET', `/v2/sandboxes?metadata=${encodeURIComponent(`tag=${tag}&number=4`)}`)
    assert.deepEqual(ids(answer.json), [made[4].sandboxId])
  })

  test('pages', async () => {
    const pages = await all({ query: { metadata: { tag } }, limit: 2 })
    assert.deepEqual(pages.map((page) => page.length), [2, 2, 1])
    assert.deepEqual(ids(pages.flat()), ids(made).reverse())
  })

  test('pages when the last page is full', async () => {
    const pages = await all({ query: { metadata: { tag } }, limit: 5 })
    assert.deepEqual(pages.map((page) => page.length), [5])
  })

  test('a page token continues in another paginator', async () => {
    const first = Sandbox.list({ query: { metadata: { tag } }, limit: 3 })
    await first.nextItems()
    const second = Sandbox.list({ query: { metadata: { tag } }, limit: 3, nextToken: first.nextToken })
    assert.deepEqual(ids(await second.nextItems()), ids(made).reverse().slice(3))
    assert.equal(second.hasNext, false)
  })

  test('paging survives a sandbox that ends in between', async (t) => {
    const own = unique()
    const some = []
    for (let i = 0; i < 4; i++) some.push(await fresh(t, { metadata: { own } }))
    const paginator = Sandbox.list({ query: { metadata: { own } }, limit: 2 })
    assert.deepEqual(ids(await paginator.nextItems()), [some[3].sandboxId, some[2].sandboxId])
    await some[2].kill()
    assert.deepEqual(ids(await paginator.nextItems()), [some[1].sandboxId, some[0].sandboxId])
  })

  test('a token that is not ours is refused', async () => {
    const answer = await api('GET', '/v2/sandboxes?nextToken=nonsense')
    assert.equal(answer.status, 400)
    assert.equal(answer.json.code, 400)
  })

  test('limits outside 1 to 100 are refused', async () => {
    for (const limit of ['0', '101', 'many']) assert.equal((await api('GET', `/v2/sandboxes?limit=${limit}`)).status, 400, limit)
  })

  test('filters by state', async () => {
    assert.equal((await all({ query: { metadata: { tag }, state: ['running'] } })).flat().length, 5)
    assert.equal((await all({ query: { metadata: { tag }, state: ['running', 'paused'] } })).flat().length, 5)
    assert.equal((await all({ query: { metadata: { tag }, state: ['paused'] } })).flat().length, 0)
  })

  test('an unknown state is refused', async () => {
    assert.equal((await api('GET', '/v2/sandboxes?state=dancing')).status, 400)
  })

  test('filters by start', async () => {
    const info = await made[2].getInfo()
    assert.equal((await all({ query: { metadata: { tag }, startedAfter: new Date(Date.now() + 60_000) } })).flat().length, 0)
    assert.equal((await all({ query: { metadata: { tag }, startedAfter: new Date(Date.now() - 600_000) } })).flat().length, 5)
    const later = ids((await all({ query: { metadata: { tag }, startedAfter: new Date(info.startedAt.getTime() + 1) } })).flat())
    assert.deepEqual(later.sort(), ids(made.slice(3)).sort())
  })

  test('filters by template', async () => {
    const { templateId } = await made[0].getInfo()
    assert.equal((await all({ query: { metadata: { tag }, template: templateId } })).flat().length, 5)
    assert.equal((await all({ query: { metadata: { tag }, template: 'base' } })).flat().length, 5)
    assert.deepEqual((await all({ query: { metadata: { tag }, template: 'no-such-template' } })).flat(), [])
  })

  test('counts the running ones when asked for them', async () => {
    const answer = await api('GET', `/v2/sandboxes?state=running&limit=1&metadata=${encodeURIComponent(`tag=${tag}`)}`)
    assert.equal(answer.headers['x-total-running'], '5')
    assert.ok(answer.headers['x-next-token'])
  })

  test('by the old call', async () => {
    const answer = await api('GET', `/sandboxes?metadata=${encodeURIComponent(`tag=${tag}`)}`)
    assert.equal(answer.status, 200)
    assert.deepEqual(ids(answer.json).sort(), ids(made).sort())
    assert.ok(answer.json.every((item) => item.state === 'running'))
  })

  test('never shows an access token', async () => {
    const answer = await api('GET', '/v2/sandboxes')
    assert.ok(!answer.text.includes(box.envdAccessToken))
  })
})

describe('end', { concurrency: 6 }, () => {
  test('kill is true once and false afterwards', async () => {
    const one = await create()
    assert.equal(await one.kill(), true)
    assert.equal(await one.kill(), false)
    assert.equal(await Sandbox.kill(one.sandboxId), false)
  })

  test('kill of an unknown id is false', async () => {
    assert.equal(await Sandbox.kill(missing), false)
  })

  test('kill answers 204 with no body', async () => {
    const one = await create()
    const answer = await api('DELETE', `/sandboxes/${one.sandboxId}`)
    assert.equal(answer.status, 204)
    assert.equal(answer.bytes.length, 0)
  })

  test('a killed sandbox is gone everywhere', async () => {
    const one = await create()
    await one.kill()
    assert.equal(await one.isRunning(), false)
    assert.ok((await failure(one.getInfo())) instanceof SandboxNotFoundError)
    assert.ok((await failure(one.setTimeout(1000))) instanceof SandboxNotFoundError)
    assert.ok((await failure(Sandbox.connect(one.sandboxId))) instanceof SandboxNotFoundError)
    assert.ok((await failure(one.commands.run('true'))) instanceof SandboxError)
    assert.ok((await failure(one.files.read('x'))) instanceof SandboxError)
    assert.ok(!ids((await all()).flat()).includes(one.sandboxId))
  })

  test('kill ends a command in flight with an error', async () => {
    const one = await create()
    const handle = await one.commands.run('sleep 300', { background: true })
    const waiting = failure(handle.wait())
    await one.kill()
    assert.match((await waiting).message, /killed or reached its end of life/)
  })

  test('twenty kills at once: one true', async () => {
    const one = await create()
    const answers = await Promise.all(Array.from({ length: 20 }, () => one.kill()))
    assert.equal(answers.filter(Boolean).length, 1)
  })

  test('a timeout ends it', async () => {
    const one = await create({ timeoutMs: 2000 })
    assert.equal(await one.isRunning(), true)
    await until(async () => !(await one.isRunning()), { within: 10_000, what: 'the end' })
    assert.ok((await failure(one.getInfo())) instanceof SandboxNotFoundError)
  })

  test('setTimeout can shorten', async () => {
    const one = await create()
    await one.setTimeout(1000)
    await until(async () => !(await one.isRunning()), { within: 10_000, what: 'the end' })
  })

  test('setTimeout can extend', async (t) => {
    const one = await fresh(t, { timeoutMs: 4000 })
    await one.setTimeout(60_000)
    const { endAt } = await one.getInfo()
    assert.ok(Math.abs(seconds(new Date(), endAt) - 60) < 3)
    await sleep(5500)
    assert.equal(await one.isRunning(), true)
  })

  test('setTimeout of zero ends it now', async () => {
    const one = await create()
    await one.setTimeout(0)
    await until(async () => !(await one.isRunning()), { within: 5000, what: 'the end' })
  })

  test('setTimeout of an unknown id is a SandboxNotFoundError', async () => {
    assert.ok((await failure(Sandbox.setTimeout(missing, 1000))) instanceof SandboxNotFoundError)
  })

  test('setTimeout answers 204', async (t) => {
    const one = await fresh(t)
    assert.equal((await api('POST', `/sandboxes/${one.sandboxId}/timeout`, { timeout: 100 })).status, 204)
  })

  test('refreshes extend and never shorten', async (t) => {
    const one = await fresh(t, { timeoutMs: 100_000 })
    const path = `/sandboxes/${one.sandboxId}/refreshes`
    assert.equal((await api('POST', path, { duration: 10 })).status, 204)
    assert.ok(Math.abs(seconds(new Date(), (await one.getInfo()).endAt) - 100) < 4)
    assert.equal((await api('POST', path, { duration: 600 })).status, 204)
    assert.ok(Math.abs(seconds(new Date(), (await one.getInfo()).endAt) - 600) < 4)
  })

  test('refreshes of more than an hour are refused, of an unknown id not found', async () => {
    assert.equal((await api('POST', `/sandboxes/${box.sandboxId}/refreshes`, { duration: 3601 })).status, 400)
    const answer = await api('POST', `/sandboxes/${missing}/refreshes`, { duration: 10 })
    assert.equal(answer.status, 404)
    assert.equal(answer.json.code, 404)
  })
})

describe('connect', () => {
  test('gives the same sandbox with its files', async (t) => {
    const one = await fresh(t)
    await one.files.write('kept.txt', 'kept')
    const again = await Sandbox.connect(one.sandboxId)
    assert.equal(again.sandboxId, one.sandboxId)
    assert.equal(again.envdAccessToken, one.envdAccessToken)
    assert.equal(await again.files.read('kept.txt'), 'kept')
  })

  test('extends the timeout', async (t) => {
    const one = await fresh(t, { timeoutMs: 30_000 })
    await Sandbox.connect(one.sandboxId, { timeoutMs: 200_000 })
    assert.ok(Math.abs(seconds(new Date(), (await one.getInfo()).endAt) - 200) < 3)
  })

  test('never shortens the timeout', async (t) => {
    const one = await fresh(t, { timeoutMs: 200_000 })
    const { endAt } = await one.getInfo()
    await one.connect({ timeoutMs: 10_000 })
    assert.deepEqual((await one.getInfo()).endAt, endAt)
  })

  test('of a running sandbox answers 200', async () => {
    const answer = await api('POST', `/v2/sandboxes/${box.sandboxId}/connect`, {})
    assert.equal(answer.status, 200)
    assert.equal(answer.json.sandboxID, box.sandboxId)
  })

  test('needs no body', async () => {
    assert.equal((await api('POST', `/v2/sandboxes/${box.sandboxId}/connect`)).status, 200)
  })

  test('by the old call', async () => {
    const answer = await api('POST', `/sandboxes/${box.sandboxId}/connect`, { timeout: 20 })
    assert.equal(answer.status, 200)
    assert.equal(answer.json.envdAccessToken, box.envdAccessToken)
  })

  test('the old resume of a running sandbox is a conflict', async () => {
    const answer = await api('POST', `/sandboxes/${box.sandboxId}/resume`, { timeout: 20 })
    assert.equal(answer.status, 409)
    assert.equal(answer.json.code, 409)
  })

  test('to an unknown id is a SandboxNotFoundError', async () => {
    assert.ok((await failure(Sandbox.connect(missing))) instanceof SandboxNotFoundError)
  })
})

describe('observe', () => {
  test('metrics appear within 30 s and are plausible', async () => {
    const [metric] = await until(
      async () => {
        const metrics = await box.getMetrics()
        return metrics.length > 0 && metrics
      },
      { within: 30_000, every: 500, what: 'a metric' }
    )
    assert.ok(metric.timestamp instanceof Date && Math.abs(Date.now() - metric.timestamp) < 300_000)
    assert.ok(metric.cpuCount > 0)
    assert.ok(metric.cpuUsedPct >= 0)
    assert.ok(metric.memUsed > 0 && metric.memUsed <= metric.memTotal)
    assert.ok(metric.memCache >= 0)
    assert.ok(metric.diskTotal > 0 && metric.diskUsed >= 0 && metric.diskUsed <= metric.diskTotal)
  })

  test('metrics outside the range are empty', async () => {
    assert.deepEqual(await box.getMetrics({ start: new Date(0), end: new Date(1000) }), [])
  })

  test('metrics of an unknown id are a SandboxNotFoundError', async () => {
    assert.ok((await failure(Sandbox.getMetrics(missing))) instanceof SandboxNotFoundError)
  })

  test('metrics of several sandboxes', async () => {
    const answer = await api('GET', `/sandboxes/metrics?sandbox_ids=${box.sandboxId}`)
    assert.equal(answer.status, 200)
    assert.ok(answer.json.sandboxes[box.sandboxId].memTotal > 0)
  })

  test('logs by the old call', async () => {
    await box.commands.run('echo for the log')
    const answer = await api('GET', `/sandboxes/${box.sandboxId}/logs?limit=100`)
    assert.equal(answer.status, 200)
    assert.ok(answer.json.logs.length > 0)
    assert.equal(answer.json.logs.length, answer.json.logEntries.length)
    for (const line of answer.json.logs) assert.ok(line.timestamp && typeof line.line === 'string')
    for (const entry of answer.json.logEntries) assert.ok(entry.timestamp && typeof entry.message === 'string' && entry.level)
  })

  test('logs by the new call, forward and backward', async () => {
    await box.commands.run('true')
    await box.commands.run('true')
    const path = `/v2/sandboxes/${box.sandboxId}/logs?limit=1000`
    const forward = await api('GET', `${path}&direction=forward`)
    const backward = await api('GET', `${path}&direction=backward`)
    assert.equal(forward.status, 200)
    const times = (answer) => answer.json.logs.map((entry) => Date.parse(entry.timestamp))
    assert.ok(times(forward).length > 1)
    assert.deepEqual(times(forward), times(forward).toSorted((a, b) => a - b))
    assert.deepEqual(times(backward), times(backward).toSorted((a, b) => b - a))
  })

  test('logs keep to the limit', async () => {
    const answer = await api('GET', `/v2/sandboxes/${box.sandboxId}/logs?limit=1`)
    assert.equal(answer.json.logs.length, 1)
  })

  test('logs of an unknown id are not found', async () => {
    assert.equal((await api('GET', `/sandboxes/${missing}/logs`)).status, 404)
    assert.equal((await api('GET', `/v2/sandboxes/${missing}/logs`)).status, 404)
  })

  test('logs never hold the access token', async () => {
    const answer = await api('GET', `/sandboxes/${box.sandboxId}/logs?limit=1000`)
    assert.ok(!answer.text.includes(box.envdAccessToken))
  })

  test('the server has a health page of its own', async () => {
    assert.ok([200, 204].includes((await request('GET', '/health')).status))
  })
})
