// Raw HTTP and raw Connect frames, for what the SDK cannot or will not send.
import http from 'node:http'

const base = () => new URL(process.env.E2B_API_URL)

/** One HTTP request with full control of host, headers and body; the whole answer is read. */
export function request(method, path, { headers = {}, body, host, key = false, timeout = 20_000, to = base() } = {}) {
  return new Promise((done, fail) => {
    const sent = { ...headers }
    if (host) sent.Host = host
    if (key) sent['X-API-KEY'] = typeof key === 'string' ? key : process.env.E2B_API_KEY
    let content = body
    if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) {
      content = JSON.stringify(body)
      sent['Content-Type'] ??= 'application/json'
    }
    if (content !== undefined) sent['Content-Length'] ??= Buffer.byteLength(content)
    const call = http.request(
      { host: '127.0.0.1', port: to.port, method, path, headers: sent, agent: false, setHost: !host },
      (response) => {
        const parts = []
        response.on('data', (part) => parts.push(part))
        response.on('error', fail)
        response.on('end', () => {
          const bytes = Buffer.concat(parts)
          done({
            status: response.statusCode,
            headers: response.headers,
            bytes,
            text: bytes.toString('utf8'),
            get json() {
              return JSON.parse(bytes.toString('utf8'))
            },
          })
        })
      }
    )
    call.setTimeout(timeout, () => call.destroy(new Error(`no answer to ${method} ${path} within ${timeout} ms`)))
    call.on('error', fail)
    call.end(content)
  })
}

/** A control plane request with the suite's key. */
export const api = (method, path, body, options = {}) => request(method, path, { body, key: true, ...options })

/** Headers that address a sandbox's port on the single-port server. */
export const routed = (sandbox, port = 49983) => ({
  'E2b-Sandbox-Id': sandbox.sandboxId,
  'E2b-Sandbox-Port': String(port),
  ...(port === 49983 ? { 'X-Access-Token': sandbox.envdAccessToken } : {}),
})

/** A unary RPC. */
export const unary = (sandbox, method, body, { headers = {}, ...options } = {}) =>
  request('POST', method, {
    headers: { ...routed(sandbox), 'Connect-Protocol-Version': '1', 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    ...options,
  })

export function envelope(message, flags = 0) {
  const content = Buffer.isBuffer(message) ? message : Buffer.from(typeof message === 'string' ? message : JSON.stringify(message))
  const head = Buffer.alloc(5)
  head.writeUInt8(flags, 0)
  head.writeUInt32BE(content.length, 1)
  return Buffer.concat([head, content])
}

/** Splits a whole stream answer into its frames. */
export function frames(bytes) {
  const all = []
  let at = 0
  while (at + 5 <= bytes.length) {
    const length = bytes.readUInt32BE(at + 1)
    if (at + 5 + length > bytes.length) break
    all.push({ flags: bytes[at], message: JSON.parse(bytes.subarray(at + 5, at + 5 + length).toString('utf8')) })
    at += 5 + length
  }
  return { all, rest: bytes.subarray(at) }
}

/** A server-streaming RPC read to its end: status, frames, and what the end frame says. */
export async function streamed(sandbox, method, message, { headers = {}, ...options } = {}) {
  const answer = await request('POST', method, {
    headers: { ...routed(sandbox), 'Connect-Protocol-Version': '1', 'Content-Type': 'application/connect+json', ...headers },
    body: Buffer.isBuffer(message) ? message : envelope(message),
    ...options,
  })
  // Not a spread of the answer: its `json` would be read, and a stream of frames is no JSON.
  const { status, headers: received, bytes, text } = answer
  const { all, rest } = frames(bytes)
  const end = all.find((frame) => frame.flags & 2)
  return {
    status,
    headers: received,
    bytes,
    text,
    frames: all,
    rest,
    events: all.filter((frame) => !(frame.flags & 2)).map((frame) => frame.message.event ?? frame.message),
    end: end?.message,
  }
}

/** A server-streaming RPC whose socket the caller holds: `next()` gives frames as they come, `destroy()` cuts the connection. */
export function open(sandbox, method, message, headers = {}) {
  const content = envelope(message)
  const waiting = []
  const ready = []
  let buffered = Buffer.alloc(0)
  let closed = null
  const settle = () => {
    while (waiting.length && (ready.length || closed)) waiting.shift()(ready.shift() ?? null)
  }
  const call = http.request({
    host: '127.0.0.1',
    port: base().port,
    method: 'POST',
    path: method,
    agent: false,
    headers: {
      ...routed(sandbox),
      'Connect-Protocol-Version': '1',
      'Content-Type': 'application/connect+json',
      'Content-Length': content.length,
      ...headers,
    },
  })
  const close = (reason) => {
    closed ??= reason
    settle()
  }
  call.on('response', (response) => {
    response.on('data', (part) => {
      buffered = Buffer.concat([buffered, part])
      const { all, rest } = frames(buffered)
      buffered = rest
      ready.push(...all)
      settle()
    })
    response.on('end', () => close('end'))
    response.on('error', (error) => close(error.code ?? 'error'))
    response.on('aborted', () => close('aborted'))
  })
  call.on('error', (error) => close(error.code ?? 'error'))
  call.end(content)
  return {
    next: () => new Promise((done) => (waiting.push(done), settle())),
    destroy: () => call.destroy(),
    get closed() {
      return closed
    },
  }
}

/** The Host header under which a sandbox's port is reached. */
export const hostOf = (sandbox, port) => `${port}-${sandbox.sandboxId}.${process.env.E2B_DOMAIN}`

/** Start of a shell command as the SDK sends it. */
export const shell = (command, more = {}) => ({ process: { cmd: '/bin/bash', args: ['-l', '-c', command], envs: {} }, stdin: false, ...more })

/** All bytes of one output stream of a process, from its data events. */
export const bytesOf = (events, stream = 'stdout') =>
  Buffer.concat(events.filter((event) => event.data?.[stream] !== undefined).map((event) => Buffer.from(event.data[stream], 'base64')))
