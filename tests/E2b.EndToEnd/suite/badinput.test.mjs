// Whatever is sent, the answer is the client's fault and the server lives on.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import net from 'node:net'
import { after, afterEach, before, describe } from 'node:test'

import { create, sleep, test, unique } from '../harness/suite.mjs'
import { api, envelope, request, routed, shell, streamed, unary } from '../harness/wire.mjs'

let box
before(async () => {
  box = await create()
})
after(() => box?.kill())
afterEach(async () => {
  assert.equal(await box.isRunning(), true)
  assert.equal((await api('GET', `/sandboxes/${box.sandboxId}`)).status, 200)
})

const raw = (method, path, body, type = 'application/json') => api(method, path, undefined, { body, headers: { 'Content-Type': type } })
const missing = 'i0000000000000000000'

/** A client error; 501 and 502 are documented where something is not there. */
function refusal(answer, ...statuses) {
  assert.ok(statuses.length ? statuses.includes(answer.status) : answer.status >= 400 && answer.status < 500, `${answer.status}: ${answer.text.slice(0, 300)}`)
  return answer
}

/** A stream is refused by its end frame, or with a client's status. */
function streamRefusal(answer, ...codes) {
  if (answer.status !== 200) return refusal(answer)
  assert.ok(answer.end?.error?.code, JSON.stringify(answer.frames))
  assert.ok(codes.length === 0 || codes.includes(answer.end.error.code), answer.end.error.code)
}

describe('keys', () => {
  test('none is 401 with the documented body', async () => {
    const answer = refusal(await request('GET', '/v2/sandboxes'), 401)
    assert.equal(answer.json.code, 401)
    assert.equal(typeof answer.json.message, 'string')
  })

  test('a wrong one is 401 everywhere', async () => {
    for (const [method, path] of [['GET', '/v2/sandboxes'], ['GET', '/sandboxes'], ['POST', '/v2/sandboxes'], ['GET', `/sandboxes/${box.sandboxId}`], ['DELETE', `/sandboxes/${box.sandboxId}`], ['POST', `/sandboxes/${box.sandboxId}/timeout`]]) {
      const answer = refusal(await request(method, path, { key: 'e2b_deadbeef', body: {} }), 401)
      assert.ok(!answer.text.includes('deadbeef'))
    }
  })

  test('odd ones are 401', async () => {
    for (const key of ['x', 'e2b_', `e2b_${'a'.repeat(5000)}`, `${process.env.E2B_API_KEY}0`, process.env.E2B_API_KEY.slice(0, -1), process.env.E2B_API_KEY.toUpperCase()]) {
      refusal(await request('GET', '/v2/sandboxes', { key }), 401)
    }
  })

  test('one in the URL is not taken', async () => {
    refusal(await request('GET', `/v2/sandboxes?apiKey=${process.env.E2B_API_KEY}&X-API-KEY=${process.env.E2B_API_KEY}`), 401)
  })
})

describe('control plane', () => {
  for (const [name, body] of [
    ['malformed JSON', '{"templateID": '],
    ['no JSON', 'templateID=base'],
    ['a list', '[]'],
    ['a number', '5'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['a wrong type', '{"templateID": 5}'],
    ['a timeout of text', '{"templateID": "base", "timeout": "soon"}'],
    ['a huge timeout', '{"templateID": "base", "timeout": 99999999999999999999}'],
    ['metadata of numbers', '{"templateID": "base", "metadata": {"a": {"b": 1}}}'],
    ['variables that are a list', '{"templateID": "base", "envVars": ["A=B"]}'],
    ['a variable name with NUL', '{"templateID": "base", "envVars": {"A\\u0000B": "c"}}'],
    ['a network that is text', '{"templateID": "base", "network": "none"}'],
    ['a template with a path', '{"templateID": "../../etc"}'],
    ['deep nesting', `{"templateID": ${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['nothing', ''],
  ]) {
    test(`create with ${name} is refused`, async () => {
      const answer = refusal(await raw('POST', '/v2/sandboxes', body))
      assert.equal(answer.json.code, answer.status)
      assert.ok(answer.json.message.length > 0)
      assert.doesNotMatch(answer.text, /\bat (Caisson|Microsoft|System)\./)
    })
  }

  test('a body of another type is refused', async () => {
    refusal(await raw('POST', '/v2/sandboxes', '{"templateID":"base"}', 'text/plain'), 400, 415)
  })

  test('a body of 64 MB is refused', async () => {
    const answer = await raw('POST', '/v2/sandboxes', Buffer.concat([Buffer.from('{"templateID":"'), Buffer.alloc(64 * 1024 * 1024, 'a'), Buffer.from('"}')])).catch((error) => error)
    // The server may close before the whole body is sent.
    if (answer instanceof Error) assert.match(answer.code ?? '', /ECONNRESET|EPIPE/)
    else refusal(answer, 400, 404, 413)
  })

  test('unknown ids are 404', async () => {
    for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/timeout'], ['POST', '/refreshes'], ['PUT', '/network'], ['GET', '/metrics'], ['GET', '/logs']]) {
      const answer = refusal(await api(method, `/sandboxes/${missing}${path}`, method === 'GET' || method === 'DELETE' ? undefined : { timeout: 10 }), 404)
      assert.equal(answer.json.code, 404)
    }
  })

  test('ids that are no ids are refused', async () => {
    for (const id of ['..%2f..%2fetc%2fpasswd', '%00', '%2e%2e', 'A-B', 'x'.repeat(2000), '%F0%9F%90%B4', "%27;drop%20table"]) {
      refusal(await api('GET', `/sandboxes/${id}`))
    }
  })

  test('unknown paths are 404 and unknown methods 404 or 405', async () => {
    refusal(await api('GET', '/no/such/path'), 404)
    refusal(await api('PATCH', '/v2/sandboxes', {}), 404, 405)
  })

  test('timeouts that are no numbers are refused', async () => {
    for (const body of ['{"timeout":"x"}', '{"timeout":null}', '{"timeout":1e300}', '{"timeout":{}}', '{', '[]']) refusal(await raw('POST', `/sandboxes/${box.sandboxId}/timeout`, body))
  })

  test('ranges of metrics that are no numbers are refused', async () => {
    refusal(await api('GET', `/sandboxes/${box.sandboxId}/metrics?start=yesterday`), 400)
  })
})

describe('RPCs', () => {
  test('an unknown one is refused', async () => {
    for (const path of ['/process.Process/Dance', '/no.Service/List', '/process.Process/']) refusal(await unary(box, path, {}), 404, 405, 501)
  })

  test('GET of one is refused', async () => {
    refusal(await request('GET', '/process.Process/List', { headers: routed(box) }), 404, 405, 415, 501)
  })

  test('malformed JSON is invalid_argument', async () => {
    for (const body of ['{', '[]', '"x"', 'x', '{"path":5}', '{"path":{"a":1}}']) {
      const answer = refusal(await unary(box, '/filesystem.Filesystem/Stat', body), 400)
      assert.equal(answer.json.code, 'invalid_argument')
    }
  })

  test('another content type is refused', async () => {
    refusal(await unary(box, '/process.Process/List', '{}', { headers: { 'Content-Type': 'text/plain' } }), 400, 415)
    refusal(await unary(box, '/process.Process/List', Buffer.from([0]), { headers: { 'Content-Type': 'application/proto' } }), 400, 415)
  })

  test('bytes that are no UTF-8 are refused', async () => {
    refusal(await unary(box, '/filesystem.Filesystem/Stat', Buffer.from([0x7b, 0x22, 0x70, 0xff, 0xc0, 0x22, 0x3a, 0x31, 0x7d])), 400)
  })

  test('bad base64 is invalid_argument', async () => {
    const handle = await box.commands.run('cat', { background: true, stdin: true })
    const answer = refusal(await unary(box, '/process.Process/SendInput', { process: { pid: handle.pid }, input: { stdin: '***not base64***' } }), 400)
    assert.equal(answer.json.code, 'invalid_argument')
    await handle.closeStdin()
    assert.equal((await handle.wait()).stdout, '')
  })

  test('input without a process or without data is refused', async () => {
    refusal(await unary(box, '/process.Process/SendInput', {}))
    refusal(await unary(box, '/process.Process/SendInput', { process: {}, input: { stdin: 'eA==' } }))
  })

  test('pids outside all bounds are refused', async () => {
    for (const pid of [-1, 0, 2 ** 31, 1e30, 1.5, 'x']) refusal(await unary(box, '/process.Process/SendSignal', { process: { pid }, signal: 'SIGNAL_SIGKILL' }))
  })

  test('an unknown signal is refused', async () => {
    const handle = await box.commands.run('sleep 5', { background: true })
    refusal(await unary(box, '/process.Process/SendSignal', { process: { pid: handle.pid }, signal: 'SIGNAL_SIGDANCE' }), 400)
    await handle.kill()
  })

  test('NUL in a path is invalid_argument', async () => {
    for (const method of ['Stat', 'ListDir', 'MakeDir', 'Remove']) {
      const answer = refusal(await unary(box, `/filesystem.Filesystem/${method}`, { path: '/tmp/a\u0000b' }), 400)
      assert.equal(answer.json.code, 'invalid_argument')
    }
  })

  test('a path of 100,000 characters and a name of 300 are refused', async () => {
    refusal(await unary(box, '/filesystem.Filesystem/Stat', { path: `/${'a/'.repeat(50_000)}` }))
    refusal(await unary(box, '/filesystem.Filesystem/MakeDir', { path: `/tmp/${'n'.repeat(300)}` }))
  })

  test('a body of 64 MB is refused', async () => {
    const answer = await unary(box, '/filesystem.Filesystem/Stat', Buffer.concat([Buffer.from('{"path":"'), Buffer.alloc(64 * 1024 * 1024, 'a'), Buffer.from('"}')])).catch((error) => error)
    if (answer instanceof Error) assert.match(answer.code ?? '', /ECONNRESET|EPIPE/)
    else refusal(answer)
  })
})

describe('streams', () => {
  const start = '/process.Process/Start'

  test('a truncated envelope is refused', async () => {
    streamRefusal(await streamed(box, start, envelope(shell('echo never')).subarray(0, 20)))
  })

  test('no envelope at all is refused', async () => {
    streamRefusal(await streamed(box, start, Buffer.alloc(0)))
    streamRefusal(await streamed(box, start, Buffer.from([0, 0])))
  })

  test('an envelope that says it is 4 GB is refused', async () => {
    streamRefusal(await streamed(box, start, Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 0x7b, 0x7d])))
  })

  test('a compressed envelope is refused', async () => {
    streamRefusal(await streamed(box, start, envelope(shell('echo never'), 1)))
  })

  test('malformed JSON in an envelope is invalid_argument', async () => {
    streamRefusal(await streamed(box, start, envelope('{"process":')), 'invalid_argument')
  })

  test('a start without a command is refused', async () => {
    streamRefusal(await streamed(box, start, {}))
    streamRefusal(await streamed(box, start, { process: { cmd: '', args: [] } }))
  })

  test('a start with NUL in a command or a variable is refused', async () => {
    streamRefusal(await streamed(box, start, { process: { cmd: '/bin/echo', args: ['a\u0000b'] } }))
    streamRefusal(await streamed(box, start, { process: { cmd: '/bin/true', args: [], envs: { 'A\u0000': 'b' } } }))
  })

  test('an argument longer than the kernel takes is an error and not a hang', async () => {
    const answer = await streamed(box, start, { process: { cmd: '/bin/true', args: ['x'.repeat(3_000_000)] }, stdin: false })
    if (answer.status === 200) assert.ok(answer.end.error || answer.events.at(-1).end?.exitCode, JSON.stringify(answer.frames).slice(0, 300))
    else refusal(answer)
  })

  test('an error of a stream is 200 with an end frame', async () => {
    const answer = await streamed(box, '/process.Process/Connect', { process: { pid: 999_999 } })
    assert.equal(answer.status, 200)
    assert.equal(answer.end.error.code, 'not_found')
  })

  test('a limit of time that is no number is refused or ignored', async () => {
    const answer = await streamed(box, start, shell('echo x'), { headers: { 'Connect-Timeout-Ms': 'soon', 'Keepalive-Ping-Interval': '-5' } })
    assert.ok(answer.status < 500)
  })
})

describe('files', () => {
  const get = (path) => request('GET', `/files?path=${path}`, { headers: routed(box) })

  test('a path upwards stays inside', async () => {
    const name = unique()
    const path = encodeURIComponent(`../../../../../../../../tmp/${name}`)
    const answer = await request('POST', `/files?path=${path}`, { headers: { ...routed(box), 'Content-Type': 'application/octet-stream' }, body: 'x' })
    assert.ok(answer.status === 200 || answer.status === 400)
    assert.equal(existsSync(`/tmp/${name}`), false)
  })

  test('a name upwards in a form stays inside', async () => {
    const name = unique()
    const boundary = 'b0undary'
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="../../../../../../tmp/${name}"\r\n\r\nx\r\n--${boundary}--\r\n`
    const answer = await request('POST', '/files', { headers: { ...routed(box), 'Content-Type': `multipart/form-data; boundary=${boundary}` }, body })
    assert.ok(answer.status === 200 || answer.status === 400)
    assert.equal(existsSync(`/tmp/${name}`), false)
  })

  test('a link to the host\'s root leads nowhere else', async () => {
    const path = `/tmp/${unique()}`
    await box.commands.run(`ln -s /proc/1/root/proc/1/root ${path}`, { user: 'root' })
    const answer = await get(`${path}/etc/hostname`)
    assert.ok(answer.status < 500)
    if (process.env.E2E_STATE) assert.equal((await get(`${path}${process.env.E2E_STATE}.log`)).status === 200, false)
  })

  test('NUL in a path is refused', async () => {
    refusal(await get('%2ftmp%2fa%00b'), 400)
  })

  test('no path is refused', async () => {
    refusal(await request('GET', '/files', { headers: routed(box) }), 400, 401, 404)
  })

  test('devices and pipes do not hang', async () => {
    await box.commands.run('mkfifo /tmp/pipe')
    refusal(await request('GET', '/files?path=/tmp/pipe', { headers: routed(box), timeout: 8000 }))
  })

  test('a form without an end, without a file and without a boundary are refused', async () => {
    const post = (type, body) => request('POST', '/files?path=/tmp/formless', { headers: { ...routed(box), 'Content-Type': type }, body })
    refusal(await post('multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nno end'))
    refusal(await post('multipart/form-data; boundary=x', '--x--\r\n'))
    refusal(await post('multipart/form-data', 'x'))
  })

  test('a wrong token is 401', async () => {
    refusal(await request('GET', '/files?path=/etc/passwd', { headers: { ...routed(box), 'X-Access-Token': 'wrong' } }), 401)
  })

  test('no token and no signature is 401', async () => {
    refusal(await request('GET', '/files?path=/etc/passwd'), 401)
  })

  test('metadata beyond ASCII is refused', async () => {
    const headers = { ...routed(box), 'Content-Type': 'application/octet-stream', 'X-Metadata-k': Buffer.from('é').toString('latin1') }
    refusal(await request('POST', '/files?path=/tmp/meta', { headers, body: 'x' }), 400)
  })

  test('a broken Basic header is refused', async () => {
    for (const value of ['Basic ***', 'Basic', 'Basic dXNlcg=='.replace('==', '')]) {
      const answer = await unary(box, '/filesystem.Filesystem/Stat', { path: '/tmp' }, { headers: { Authorization: value } })
      assert.ok(answer.status < 500, `${value}: ${answer.status}`)
    }
  })
})

describe('sockets', () => {
  const port = () => Number(new URL(process.env.E2B_API_URL).port)
  const send = (bytes) =>
    new Promise((done) => {
      const socket = net.connect(port(), '127.0.0.1', () => socket.write(bytes))
      let text = ''
      socket.on('data', (part) => (text += part))
      socket.on('error', () => done(text))
      socket.on('close', () => done(text))
      setTimeout(() => socket.destroy(), 3000)
    })

  test('what is no HTTP is refused', async () => {
    const text = await send('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03nonsense\r\n\r\n')
    assert.ok(text === '' || /^HTTP\/1\.[01] 4\d\d/.test(text), text.slice(0, 100))
  })

  test('headers of 200 KB are refused', async () => {
    const text = await send(`GET /v2/sandboxes HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(200_000)}\r\n\r\n`)
    assert.ok(text === '' || /^HTTP\/1\.1 4\d\d/.test(text), text.slice(0, 100))
  })

  test('two lengths are refused', async () => {
    const text = await send('POST /v2/sandboxes HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n')
    assert.doesNotMatch(text, /^HTTP\/1\.1 [25]\d\d/)
  })

  test('100 connections that say nothing do no harm', async () => {
    const sockets = Array.from({ length: 100 }, () => net.connect(port(), '127.0.0.1').on('error', () => {}))
    await sleep(300)
    assert.equal((await box.commands.run('echo fine')).stdout, 'fine\n')
    for (const socket of sockets) socket.destroy()
  })
})
