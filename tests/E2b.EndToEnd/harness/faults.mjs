// A server that is killed, or held up, at a point of its engine's work, and what the store and the host say afterwards.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { createKey, startServer } from './server.mjs'
import { leaks } from './sweep.mjs'
import { until } from './wait.mjs'

/** Every point that the engine declares. */
export const declared = () => {
  const source = readFileSync(new URL('../../../src/Caisson.Engine/EnginePoint.cs', import.meta.url), 'utf8')
  return [...source.matchAll(/^ {4}(\w+),$/gm)].map((match) => match[1])
}

const list = (directory) => (existsSync(directory) ? readdirSync(directory).sort() : [])

const query = `
import json, sqlite3, sys
store = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
rows = lambda text: [list(row) for row in store.execute(text)]
print(json.dumps({
  'sandboxes': rows('SELECT id, state, layer FROM sandboxes ORDER BY id'),
  'layers': rows('SELECT address, parent FROM layers ORDER BY address'),
  'snapshots': rows('SELECT id, layer FROM snapshots'),
  'builds': rows('SELECT id, detail FROM template_builds ORDER BY id'),
  'steps': rows('SELECT key, layer FROM template_steps'),
  'volumes': rows('SELECT id FROM volumes ORDER BY id'),
}))`

/** One state directory and the servers that come after one another on it. */
export class Faulty {
  constructor(root) {
    this.state = join(root, 's')
    this.file = join(root, 'order')
    process.env.CAISSON_FAULT_FILE = this.file
  }

  async start(...options) {
    this.server = await startServer({ state: this.state, port: this.server?.port, dns: process.env.E2E_DNS, options })
    this.key ??= await createKey(this.state, '--scope', 'admin')
  }

  /** Starts one that is expected to die before it is ready. */
  async startToDie(...options) {
    const failure = await startServer({ state: this.state, port: this.server.port, dns: process.env.E2E_DNS, options }).then(() => null, (error) => error)
    if (!/"signal":"SIGKILL"/.test(failure?.message)) throw new Error('the server did not die while it started', { cause: failure })
  }

  order(what, point) {
    writeFileSync(`${this.file}.new`, `${what} ${point}`)
    renameSync(`${this.file}.new`, this.file)
  }

  disarm() {
    rmSync(this.file, { force: true })
    rmSync(`${this.file}.held`, { force: true })
  }

  /** Waits until the server stands at the point that it was to hold at. */
  held = (point) => until(() => existsSync(`${this.file}.held`), { within: 60_000, every: 10, what: `${point} being reached` })

  died = (point) => until(() => !this.server.alive(), { within: 60_000, every: 20, what: `the server's death at ${point}` })

  /** A call of the native API; its failure is thrown with the status. */
  async call(method, path, body) {
    const raw = typeof body === 'string'
    const response = await fetch(`${this.server.url}/v1/${path}`, {
      method,
      headers: { 'X-API-KEY': this.key, ...(body === undefined ? {} : { 'content-type': raw ? 'application/octet-stream' : 'application/json' }) },
      body: body === undefined || raw ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    })
    const text = await response.text()
    if (!response.ok) throw Object.assign(new Error(`${method} ${path}: ${response.status} ${text}`), { status: response.status })
    return /^[[{]/.test(text) && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }

  /** An act on a sandbox. */
  at = (id, what, body = {}) => this.call('POST', `sandboxes/${id}/${what}`, body)

  /** A sandbox with a file whose writing was acknowledged. */
  async create(body = {}) {
    const { sandbox } = await this.call('POST', 'sandboxes', { timeoutSeconds: 600, ...body })
    await this.call('PUT', `sandboxes/${sandbox.id}/files?path=/home/user/kept`, 'acknowledged')
    return sandbox.id
  }

  /** One that is paused, with its memory or with its files alone. */
  async paused({ memory = true, ...body } = {}) {
    const id = await this.create(body)
    await this.at(id, 'pause', memory ? {} : { memory })
    return id
  }

  /** What is left on the host of sandboxes that are gone. */
  leftOf = (ids) => leaks({ state: join(this.state, 'nothing'), ids: [...ids, 'none-was-made'] })

  folders = () => list(join(this.state, 'sandboxes'))

  /** The processes that hold a sandbox up, by the wall's own record of them. */
  processes(id) {
    const place = join(this.state, 'sandboxes', id)
    for (const name of list(place)) {
      const file = join(place, name, 'wall.json')
      if (!existsSync(file)) continue
      const record = Object.fromEntries(Object.entries(JSON.parse(readFileSync(file, 'utf8'))).map(([name, value]) => [name.toLowerCase(), value]))
      return { guest: record.guest, monitor: record.monitor }
    }
    return null
  }

  /** Where the store and the state directory disagree; empty when they do not. */
  disagreements() {
    const store = JSON.parse(execFileSync('python3', ['-c', query, join(this.state, 'caisson.db')], { encoding: 'utf8' }))
    const found = []
    const same = (what, host, rows) => {
      if (JSON.stringify(host) !== JSON.stringify(rows)) found.push(`${what}: the host has [${host}], the store [${rows}]`)
    }
    const detail = (text) => JSON.parse(text).layer ?? JSON.parse(text).Layer
    same('sandboxes', this.folders(), store.sandboxes.map(([id]) => id))
    same('layers', list(join(this.state, 'layers')), store.layers.map(([address]) => `${address}.layer`))
    same('volumes', list(join(this.state, 'volumes')), store.volumes.map(([id]) => id))
    const logs = list(join(this.state, 'builds', 'logs')).map((name) => name.replace('.ndjson', ''))
    for (const log of logs.filter((id) => !store.builds.some(([build]) => build === id))) found.push(`the log of a build that is forgotten: ${log}`)
    const used = new Set([
      ...store.sandboxes.map(([, , layer]) => layer),
      ...store.layers.map(([, parent]) => parent),
      ...store.snapshots.map(([, layer]) => layer),
      ...store.builds.map(([, text]) => detail(text)),
      ...store.steps.map(([, layer]) => layer),
    ])
    for (const [address] of store.layers.filter(([address]) => !used.has(address))) found.push(`nothing stands on layer ${address}`)
    return found
  }
}
