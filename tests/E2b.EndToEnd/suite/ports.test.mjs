// Ports inside, reached by host name and by routing headers.
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { WebSocket } from 'ws'

import { create, fresh, serve, test, within } from '../harness/suite.mjs'
import { hostOf, request, routed } from '../harness/wire.mjs'

let box
before(async () => {
  box = await create()
  await serve(box, 'web.py', 8000)
  await serve(box, 'web.py', 8001, '127.0.0.1')
  await serve(box, 'ws_echo.py', 8002)
})
after(() => box?.kill())

const byHost = (sandbox, port, path, options = {}) => request(options.method ?? 'GET', path, { host: hostOf(sandbox, port), ...options })

describe('addresses', () => {
  test('getHost is port, id and domain', () => {
    assert.equal(box.getHost(8000), `8000-${box.sandboxId}.${process.env.E2B_DOMAIN}`)
  })

  test('a port by host name', async () => {
    const answer = await byHost(box, 8000, '/echo?x=1&y=%20')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['x-from-inside'], 'yes')
    assert.equal(answer.json.path, '/echo?x=1&y=%20')
  })

  test('a port by routing headers', async () => {
    const answer = await request('GET', '/echo', { headers: routed(box, 8000) })
    assert.equal(answer.status, 200)
    assert.equal(answer.json.path, '/echo')
  })

  test('paths that the server has itself reach the port', async () => {
    for (const path of ['/health', '/metrics', '/files', '/sandboxes', '/v2/sandboxes']) assert.equal((await byHost(box, 8000, path)).json.path, path)
  })

  test('a server that listens on the loopback only', async () => {
    assert.equal((await byHost(box, 8001, '/echo')).status, 200)
  })

  test('the sandbox\'s own surface by host name', async () => {
    assert.equal((await byHost(box, 49983, '/health')).status, 204)
  })

  test('one routing header without the other is 400', async () => {
    assert.equal((await request('GET', '/echo', { headers: { 'E2b-Sandbox-Id': box.sandboxId } })).status, 400)
  })

  test('a port that is no port is 400', async () => {
    for (const port of ['abc', '0', '70000', '-1']) {
      const answer = await request('GET', '/echo', { headers: { 'E2b-Sandbox-Id': box.sandboxId, 'E2b-Sandbox-Port': port } })
      assert.equal(answer.status, 400, port)
    }
  })
})

describe('traffic', () => {
  test('methods and bodies pass', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { json } = await byHost(box, 8000, '/echo', { method, body: 'content', headers: { 'X-Mine': 'header' } })
      assert.deepEqual([json.method, json.body, json.headers['x-mine']], [method, 'content', 'header'])
    }
  })

  test('statuses pass', async () => {
    assert.equal((await byHost(box, 8000, '/teapot')).status, 418)
  })

  test('the service sees the host name it was called by', async () => {
    assert.equal((await byHost(box, 8000, '/echo')).json.headers.host, hostOf(box, 8000))
  })

  test('20 MB pass', async () => {
    assert.equal((await byHost(box, 8000, '/big')).bytes.length, 20_000_000)
  })

  test('30 requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => byHost(box, 8000, `/echo?${i}`)))
    assert.deepEqual(answers.map((one) => one.json.path), Array.from({ length: 30 }, (_, i) => `/echo?${i}`))
  })

  test('events stream as they happen', async () => {
    const answer = await fetch(`${process.env.E2B_SANDBOX_URL}/events`, { headers: routed(box, 8000), signal: AbortSignal.timeout(20_000) })
    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    const times = []
    let text = ''
    for await (const part of answer.body) {
      times.push(performance.now())
      text += Buffer.from(part).toString()
    }
    assert.equal(text, 'data: 0\n\ndata: 1\n\ndata: 2\n\n')
    assert.ok(times.at(-1) - times[0] > 800, 'the events came together')
  })

  test('WebSockets pass, by host name', async () => {
    await socket({ headers: { Host: hostOf(box, 8002) } })
  })

  test('WebSockets pass, by routing headers', async () => {
    await socket({ headers: routed(box, 8002) })
  })
})

async function socket(options) {
  const ws = new WebSocket(`ws://127.0.0.1:${new URL(process.env.E2B_SANDBOX_URL).port}/`, options)
  const next = () => within(new Promise((done, fail) => (ws.once('message', (data) => done(data)), ws.once('error', fail))), 10_000, 'a message')
  try {
    await within(new Promise((done, fail) => (ws.once('open', done), ws.once('error', fail))), 10_000, 'the upgrade')
    ws.send('hello')
    assert.equal(String(await next()), 'hello')
    const data = Buffer.alloc(100_000).map((_, i) => i & 255)
    ws.send(data)
    assert.deepEqual(Buffer.from(await next()), data)
    const closed = new Promise((done) => ws.once('close', done))
    ws.close()
    await within(closed, 10_000, 'the close')
  } finally {
    ws.terminate()
  }
}

describe('refusals', () => {
  test('a closed port is 502 with the documented body', async () => {
    const answer = await byHost(box, 8999, '/')
    assert.equal(answer.status, 502)
    assert.deepEqual(answer.json, { sandboxId: box.sandboxId, message: 'The sandbox is running but port is not open', port: 8999, code: 502 })
  })

  test('an unknown sandbox is 502 with the documented body', async () => {
    const answer = await byHost({ sandboxId: 'i0000000000000000000' }, 8000, '/')
    assert.equal(answer.status, 502)
    assert.deepEqual(answer.json, { sandboxId: 'i0000000000000000000', message: 'The sandbox was not found', code: 502 })
  })

  test('a browser gets a page', async () => {
    const answer = await byHost(box, 8999, '/', { headers: { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0' } })
    assert.equal(answer.status, 502)
    assert.match(answer.headers['content-type'], /^text\/html/)
  })

  test('the sandbox\'s own surface needs its token', async () => {
    const { 'X-Access-Token': _, ...headers } = routed(box)
    const answer = await request('POST', '/process.Process/List', { headers, body: {} })
    assert.equal(answer.status, 401)
    assert.match(answer.json.message, /unauthorized access/)
  })

  test('another sandbox\'s token does not open it', async (t) => {
    const other = await fresh(t)
    const headers = { ...routed(box), 'X-Access-Token': other.envdAccessToken }
    assert.equal((await request('POST', '/process.Process/List', { headers, body: {} })).status, 401)
  })

  test('the internal calls are refused', async () => {
    for (const path of ['/init', '/freeze', '/unfreeze', '/collapse', '/upgrade']) {
      const { status } = await request('POST', path, { headers: routed(box), body: {} })
      assert.ok([403, 404, 405].includes(status), `${path}: ${status}`)
    }
    assert.equal((await box.commands.run('echo fine')).stdout, 'fine\n')
  })
})

describe('private traffic', () => {
  let hidden
  before(async () => {
    hidden = await create({ network: { allowPublicTraffic: false } })
    await serve(hidden, 'web.py', 8000)
  })
  after(() => hidden?.kill())

  test('has a token', () => {
    assert.ok(hidden.trafficAccessToken.length >= 16)
    assert.notEqual(hidden.trafficAccessToken, hidden.envdAccessToken)
  })

  test('without the token is 403', async () => {
    const answer = await byHost(hidden, 8000, '/echo')
    assert.equal(answer.status, 403)
    assert.equal(answer.json.code, 403)
    assert.match(answer.json.message, /secured with traffic access token.*'e2b-traffic-access-token' is missing/)
  })

  test('with a wrong token is 403', async () => {
    const answer = await byHost(hidden, 8000, '/echo', { headers: { 'E2B-Traffic-Access-Token': 'wrong' } })
    assert.equal(answer.status, 403)
    assert.match(answer.json.message, /is invalid/)
  })

  test('with the token is 200', async () => {
    assert.equal((await byHost(hidden, 8000, '/echo', { headers: { 'E2B-Traffic-Access-Token': hidden.trafficAccessToken } })).status, 200)
  })

  test('does not hold for the sandbox\'s own surface', async () => {
    assert.equal((await hidden.commands.run('echo open')).stdout, 'open\n')
  })
})

describe('masked host', () => {
  test('the service sees the mask', async (t) => {
    const one = await fresh(t, { network: { maskRequestHost: 'localhost:${PORT}' } })
    await serve(one, 'web.py', 8000)
    assert.equal((await byHost(one, 8000, '/echo')).json.headers.host, 'localhost:8000')
  })
})
