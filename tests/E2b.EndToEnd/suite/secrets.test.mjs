// Secrets: metadata comes back, values never; the gateway alone puts them into requests.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Sandbox, Secret, SecretError, SecretNotFoundError } from 'e2b'

import { attempt, failure, fresh, internet, test, unique } from '../harness/suite.mjs'

const online = internet.reason ? { skip: internet.reason } : {}
const api = (path, options = {}) => fetch(`${process.env.E2B_API_URL}${path}`, { ...options, headers: { 'X-API-KEY': process.env.E2B_API_KEY, 'Content-Type': 'application/json', ...options.headers } })

async function secret(t, value = unique('value'), options = {}) {
  const name = unique('s')
  const info = await Secret.create(name, value, options)
  t.after(() => Secret.destroy(name).catch(() => false))
  return { name, value, info }
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    // A disk of a sandbox is large and mostly holes; what the sandbox itself may see is searched inside it.
    else if (entry.isFile() && !path.endsWith('.ext4')) yield path
  }
}

test('create tells all but the value', async (t) => {
  const { name, value, info } = await secret(t, unique('v'), { metadata: { team: 'red' } })
  assert.match(info.secretId, /^sec_[a-z0-9]{20}$/)
  assert.deepEqual([info.name, info.version, info.metadata], [name, 1, { team: 'red' }])
  assert.ok(Math.abs(info.createdAt - Date.now()) < 60_000)
  assert.ok(!JSON.stringify(info).includes(value))
})

test('update makes a new version and keeps labels that are not given', async (t) => {
  const { name, info } = await secret(t, 'one', { metadata: { a: 'b' } })
  const second = await Secret.update(name, 'two')
  assert.deepEqual([second.version, second.secretId, second.metadata], [2, info.secretId, { a: 'b' }])
  assert.deepEqual((await Secret.update(info.secretId, 'three', { metadata: { c: 'd' } })).metadata, { c: 'd' })
})

test('found by name and by id, and by a name in other case', async (t) => {
  const { name, info } = await secret(t)
  assert.equal((await Secret.getInfo(name)).secretId, info.secretId)
  assert.equal((await Secret.getInfo(info.secretId)).name, name)
  assert.equal((await Secret.getInfo(name.toUpperCase())).name, name)
  assert.equal(await Secret.exists(name), true)
})

test('destroy forgets, and tells when there is none', async () => {
  const name = unique('s')
  await Secret.create(name, 'x')
  assert.equal(await Secret.destroy(name), true)
  assert.equal(await Secret.destroy(name), false)
  assert.equal(await Secret.exists(name), false)
  assert.ok((await failure(Secret.getInfo(name))) instanceof SecretNotFoundError)
  assert.ok((await failure(Secret.update(name, 'y'))) instanceof SecretNotFoundError)
})

test('the list has pages', async (t) => {
  const names = []
  for (let i = 0; i < 5; i++) names.push((await secret(t)).name)
  const pages = Secret.list({ limit: 2 })
  const found = []
  while (pages.hasNext) {
    const items = await pages.nextItems()
    assert.ok(items.length <= 2)
    found.push(...items.map((one) => one.name))
  }
  assert.deepEqual(found.filter((one) => names.includes(one)), names)
})

test('a name is there once', async (t) => {
  const { name } = await secret(t)
  assert.ok((await failure(Secret.create(name, 'again'))) instanceof SecretError)
})

test('bad names, values and labels are refused', async () => {
  for (const [name, value, metadata] of [['a b', 'x'], ['a/b', 'x'], ['x'.repeat(129), 'x'], ['ok', ''], ['ok', 'two\nlines'], ['ok', 'x'.repeat(9000)], ['ok', 'x', { k: 'x'.repeat(2000) }]]) {
    const error = await failure(Secret.create(name, value, { metadata }))
    assert.ok(error instanceof SecretError, `${name}: ${error}`)
    assert.match(error.message, /400/, error.message)
  }
})

test('an error does not repeat the value', async () => {
  const value = unique('leak')
  const answer = await api('/secrets', { method: 'POST', body: JSON.stringify({ name: 'bad name', value: `${value}\n` }) })
  assert.equal(answer.status, 400)
  assert.ok(!(await answer.text()).includes(value))
})

test('a policy that names a secret that is not there is refused', async () => {
  const error = await failure(Sandbox.create({ network: { rules: { 'allowed.test': [{ transform: { headers: { 'X-A': '${e2b.secrets.there-is-none}' } } }] } } }))
  assert.match(error.message, /no secret/)
})

test('a placeholder of another kind is refused', async () => {
  const error = await failure(Sandbox.create({ network: { rules: { 'allowed.test': [{ transform: { headers: { 'X-A': '${e2b.identity.tokens.t}' } } }] } } }))
  assert.match(error.message, /not supported/)
})

test('a native header value names a secret, and shows its name alone', async (t) => {
  const { name, value } = await secret(t)
  const answer = await api('/v1/sandboxes', {
    method: 'POST',
    body: JSON.stringify({ egress: { allow: ['allowed.test'], transforms: [{ host: 'allowed.test', headers: { Authorization: { secret: name, prefix: 'Bearer ' }, 'X-Plain': 'text' } }] } }),
  })
  const body = await answer.text()
  assert.equal(answer.status, 201, body)
  const { sandbox } = JSON.parse(body)
  t.after(() => api(`/v1/sandboxes/${sandbox.id}`, { method: 'DELETE' }))
  assert.deepEqual(sandbox.egress.transforms, [{ host: 'allowed.test', headers: { Authorization: { secret: name }, 'X-Plain': '' } }])
  assert.ok(!body.includes(value))
  for (const bad of [{ secret: 1 }, { secret: 'a', other: 'b' }, {}, { prefix: 'x' }, 7, { secret: 'a b' }]) {
    const refused = await api('/v1/sandboxes', { method: 'POST', body: JSON.stringify({ egress: { transforms: [{ host: 'allowed.test', headers: { A: bad } }] } }) })
    assert.equal(refused.status, 400, JSON.stringify(bad))
  }
})

test('the gateway sends it, and neither the sandbox, nor an answer, nor a file, nor the log has it', online, async (t) => {
  const { name, value } = await secret(t)
  const box = await fresh(t, { network: { rules: { 'allowed.test': [{ transform: { headers: { 'X-Secret': 'Bearer ' + Secret.fill(name) } } }] } } })
  const echo = async () => (await attempt(box, `curl -s --max-time 10 http://allowed.test/`)).stdout
  const first = await echo()
  assert.ok(first.includes(`Bearer ${value}`), `what the server saw: ${first}`)

  const answers = []
  for (const path of [`/sandboxes/${box.sandboxId}`, '/v2/sandboxes', `/sandboxes/${box.sandboxId}/logs`, `/v1/sandboxes/${box.sandboxId}`, '/v1/sandboxes', `/v1/sandboxes/${box.sandboxId}/timeline?limit=1000`, '/secrets', `/secrets/${name}`, '/v1/secrets', `/v1/secrets/${name}`])
    answers.push([path, await (await api(path)).text()])
  // What the server echoed is in the timeline as the output of curl; that is the sandbox's own doing, and is asked for apart.
  for (const [path, text] of answers.filter(([path]) => !/logs|timeline/.test(path))) assert.ok(!text.includes(value), path)

  const inside = await attempt(box, 'env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr "\\0" "\\n"; cat /etc/hosts /etc/environment 2>/dev/null', { user: 'root' })
  assert.ok(!inside.stdout.includes(value), 'inside')

  const changed = unique('changed')
  await Secret.update(name, changed)
  assert.ok((await echo()).includes(`Bearer ${changed}`), 'the new value at once')
  await box.pause()
  await box.connect()
  assert.ok((await echo()).includes(changed), 'after a pause')
  await box.pause({ keepMemory: false })
  await box.connect()
  assert.ok((await echo()).includes(changed), 'after a start on its files')
  await Secret.destroy(name)
  assert.ok(!(await echo()).includes('Bearer'), 'no header without its secret')
})

test('no file of the state directory has a value, and the key is the owner’s alone', async (t) => {
  const { name, value } = await secret(t)
  const box = await fresh(t, { network: { rules: { 'allowed.test': [{ transform: { headers: { 'X-Secret': Secret.fill(name) } } }] } } })
  await box.updateNetwork({ rules: { 'other.test': [{ transform: { headers: { 'X-Secret': Secret.fill(name) } } }] } })
  await box.pause({ keepMemory: false })
  await box.connect()
  const found = [...filesBelow(process.env.E2E_STATE)].filter((path) => readFileSync(path).includes(value))
  assert.deepEqual(found, [])
  assert.ok(!readFileSync(`${process.env.E2E_STATE}.log`).includes(value), 'the log')
  assert.equal(statSync(join(process.env.E2E_STATE, 'secrets.key')).mode & 0o777, 0o600)
  const detail = await (await api(`/sandboxes/${box.sandboxId}`)).json()
  assert.deepEqual(detail.network.rules['other.test'][0].transform.headers, { 'X-Secret': Secret.fill(name) })
})

test('an ordinary API key may not change the key of secrets', async (t) => {
  const { name } = await secret(t)
  const before = readFileSync(join(process.env.E2E_STATE, 'secrets.key'), 'utf8')
  const refused = await api('/v1/secrets/rotate-key', { method: 'POST', body: '{}' })
  assert.equal(refused.status, 403, 'an ordinary key may not')
  assert.equal(readFileSync(join(process.env.E2E_STATE, 'secrets.key'), 'utf8'), before)
  assert.equal((await Secret.getInfo(name)).version, 1)
})
