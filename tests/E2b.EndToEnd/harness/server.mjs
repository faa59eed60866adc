// Starts and stops a real server by its public command line contract only.
import { spawn, execFile } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { sleep, until } from './wait.mjs'

const run = promisify(execFile)
const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

export const executable = () => process.env.CAISSON_BIN || join(repository, 'caisson')

export async function freePort() {
  const server = createServer()
  await new Promise((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}

/** Starts a server on a state directory and waits, at most 180 s, until it says that it is ready. */
export async function startServer({ state, port, dns, options = [], readyWithin = 180_000 }) {
  if (!existsSync(executable())) throw new Error(`no server to test: ${executable()} does not exist (set CAISSON_BIN)`)
  mkdirSync(state, { recursive: true })
  port ??= await freePort()
  const log = `${state}.log`
  const seen = existsSync(log) ? readFileSync(log, 'utf8').length : 0
  const output = openSync(log, 'a')
  const wall = process.env.CAISSON_TEST_WALL
  const args = ['serve', '--port', String(port), '--state', state, ...(dns ? ['--dns', dns] : []), ...(wall ? ['--wall', wall] : []), ...options]
  // The output goes to a file: sandboxes outlive the server and would hold a pipe open.
  const child = spawn(executable(), args, { stdio: ['ignore', output, output], env: serverEnvironment() })
  closeSync(output)
  const exited = new Promise((done) => {
    child.once('exit', (code, signal) => done({ code, signal }))
    child.once('error', (error) => done({ code: null, signal: null, error }))
  })
  let ended = null
  exited.then((result) => (ended = result))
  const text = () => readFileSync(log, 'utf8').slice(seen)
  const ready = await until(() => ended || /^ready (http:\/\/\S+)/m.exec(text()), { within: readyWithin, every: 50 }).catch(() => null)
  if (!Array.isArray(ready)) {
    if (!ended) child.kill('SIGKILL')
    throw new Error(`the server did not become ready (${ready ? `ended: ${JSON.stringify(ready)}` : 'time ran out'}):\n${text().slice(-4000)}`)
  }

  const url = `http://localhost:${port}`
  const pid = listenerPid(port) ?? child.pid
  return {
    url,
    port,
    state,
    log,
    pid,
    readyLine: ready[0],
    text,
    environment: (key) => ({ E2B_API_KEY: key, E2B_API_URL: url, E2B_SANDBOX_URL: url, E2B_VOLUME_API_URL: url, E2B_DOMAIN: `localhost:${port}` }),
    residentBytes: () => residentBytes(pid),
    descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
    alive: () => ended === null,
    async stop(signal = 'SIGTERM', within = 30_000) {
      if (ended) return ended
      process.kill(pid, signal)
      const result = await Promise.race([exited, sleep(within).then(() => null)])
      if (result) return result
      for (const target of new Set([pid, child.pid])) {
        try {
          process.kill(target, 'SIGKILL')
        } catch {
          // It ended meanwhile.
        }
      }
      throw new Error(`the server did not end within ${within} ms of ${signal}`)
    },
  }
}

/** Makes an API key by the command line. */
export async function createKey(state, ...more) {
  const { stdout } = await run(executable(), ['key', 'create', '--state', state, ...more], { timeout: 60_000, env: serverEnvironment() })
  const key = /\be2b_[0-9a-f]+\b/.exec(stdout)?.[0]
  if (!key) throw new Error(`'key create' printed no key of the form e2b_<hex>: ${JSON.stringify(stdout.replace(/[0-9a-f]{16,}/g, '<hex>'))}`)
  return key
}

// The server must not see the client's settings: it would prove less.
function serverEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(E2B_|E2E_|NODE_)/.test(name)))
}

/** The process that listens on a loopback or wildcard port; the executable may be a launcher. */
export function listenerPid(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = new Set()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    if (!existsSync(table)) continue
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      if (fields[3] === '0A' && fields[1]?.endsWith(`:${hex}`)) inodes.add(`socket:[${fields[9]}]`)
    }
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        if (inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`))) return Number(pid)
      }
    } catch {
      // The process ended, or is not ours to look at.
    }
  }
  return null
}

export function residentBytes(pid) {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match[1]) * 1024
}
