// What leaves a sandbox, against the imitation Internet.
import assert from 'node:assert/strict'
import http from 'node:http'
import { networkInterfaces } from 'node:os'
import { before, describe } from 'node:test'
import { ALL_TRAFFIC, Sandbox, SandboxError, SandboxNotFoundError } from 'e2b'

import { attempt, failure, fresh, internet, test } from '../harness/suite.mjs'
import { api } from '../harness/wire.mjs'

const skip = internet.reason ?? false
const { allowed, denied, other } = internet.addresses ?? {}

/** The answer of a site as a sandbox gets it, or null when it gets none. */
async function site(sandbox, url, more = '') {
  const result = await attempt(sandbox, `curl -sS -m 8 --cacert /tmp/ca.pem ${more} ${url}`, { timeoutMs: 20_000 })
  if (result.exitCode !== 0) return null
  try {
    return JSON.parse(result.stdout).site
  } catch {
    return null
  }
}

async function online(t, options) {
  const sandbox = await fresh(t, options)
  await sandbox.files.write('/tmp/ca.pem', internet.ca)
  return sandbox
}

describe('reach', { skip, concurrency: 4 }, () => {
  test('everything public by default', async (t) => {
    const one = await online(t)
    assert.equal(await site(one, 'http://allowed.test/'), 'allowed')
    assert.equal(await site(one, 'https://denied.test/'), 'denied')
    assert.equal(await site(one, `http://${other}/`), 'other')
  })

  test('TLS is not opened on the way', async (t) => {
    const one = await online(t)
    assert.equal(await site(one, 'https://allowed.test/'), 'allowed')
    assert.match((await attempt(one, 'curl -sS -m 8 https://allowed.test/')).stderr, /certificate/)
  })

  test('raw TCP by address and by name', async (t) => {
    const one = await online(t)
    for (const target of [other, 'other.test']) {
      const { stdout } = await attempt(one, `exec 3<>/dev/tcp/${target}/7000 && echo hey >&3 && head -n 1 <&3`, { timeoutMs: 15_000 })
      assert.equal(stdout, 'other:hey\n', target)
    }
  })

  test('an unknown name does not resolve', async (t) => {
    const one = await online(t)
    assert.equal((await attempt(one, 'curl -sS -m 8 http://unknown-name.test/')).exitCode, 6)
  })

  test('a closed port fails at once', async (t) => {
    const one = await online(t)
    const began = performance.now()
    // HTTP is told so by the gateway, anything else by the end of the connection.
    assert.equal((await attempt(one, `curl -sSf -m 20 http://${other}:81/`)).exitCode, 22)
    assert.notEqual((await attempt(one, `curl -sS -m 20 --cacert /tmp/ca.pem https://${other}:444/`)).exitCode, 0)
    assert.ok(performance.now() - began < 8000)
  })

  test('nothing without Internet access', async (t) => {
    const one = await online(t, { allowInternetAccess: false })
    assert.equal(await site(one, 'http://allowed.test/'), null)
    assert.equal(await site(one, 'https://allowed.test/'), null)
    assert.equal(await site(one, `http://${allowed}/`), null)
    assert.equal((await one.getInfo()).allowInternetAccess, false)
  })

  test('nothing when all is denied', async (t) => {
    const one = await online(t, { network: { denyOut: [ALL_TRAFFIC] } })
    assert.equal(await site(one, 'http://allowed.test/'), null)
    assert.equal(await site(one, `http://${other}/`), null)
  })

  test('no datagrams', async (t) => {
    const one = await online(t)
    const before = JSON.parse((await attempt(one, `curl -sS -m 8 http://${other}/`)).stdout).datagrams
    await attempt(one, `echo x > /dev/udp/${other}/9000`)
    const after = JSON.parse((await attempt(one, `curl -sS -m 8 http://${other}/`)).stdout).datagrams
    assert.equal(after, before)
  })
})

describe('rules', { skip, concurrency: 4 }, () => {
  test('a denied address', async (t) => {
    const one = await online(t, { network: { denyOut: [denied] } })
    assert.equal(await site(one, `http://${denied}/`), null)
    assert.equal(await site(one, 'http://denied.test/'), null)
    assert.equal(await site(one, 'http://allowed.test/'), 'allowed')
  })

  test('a denied range', async (t) => {
    const one = await online(t, { network: { denyOut: [internet.cidr] } })
    for (const name of ['allowed', 'denied', 'other']) assert.equal(await site(one, `http://${name}.test/`), null, name)
  })

  test('an allowed address in a denied world', async (t) => {
    const one = await online(t, { network: { allowOut: [allowed], denyOut: [ALL_TRAFFIC] } })
    assert.equal(await site(one, `http://${allowed}/`), 'allowed')
    assert.equal(await site(one, `http://${denied}/`), null)
  })

  test('an allowed range in a denied world', async (t) => {
    const one = await online(t, { network: { allowOut: [`${denied}/32`], denyOut: ({ allTraffic }) => [allTraffic] } })
    assert.equal(await site(one, `http://${denied}/`), 'denied')
    assert.equal(await site(one, `http://${allowed}/`), null)
  })

  test('allow wins over deny', async (t) => {
    const one = await online(t, { network: { allowOut: [allowed], denyOut: [internet.cidr] } })
    assert.equal(await site(one, `http://${allowed}/`), 'allowed')
    assert.equal(await site(one, `http://${other}/`), null)
  })

  test('an allowed name in a denied world', async (t) => {
    const one = await online(t, { network: { allowOut: ['allowed.test'], denyOut: [ALL_TRAFFIC] } })
    assert.equal(await site(one, 'http://allowed.test/'), 'allowed')
    assert.equal(await site(one, 'https://allowed.test/'), 'allowed')
    assert.equal(await site(one, 'http://denied.test/'), null)
    assert.equal(await site(one, 'https://denied.test/'), null)
    assert.equal(await site(one, `http://${denied}/`), null)
    assert.equal(await site(one, 'http://www.allowed.test/'), null)
  })

  test('an allowed family of names', async (t) => {
    const one = await online(t, { network: { allowOut: ['*.allowed.test'], denyOut: [ALL_TRAFFIC] } })
    assert.equal(await site(one, 'https://www.allowed.test/'), 'allowed')
    assert.equal(await site(one, 'https://denied.test/'), null)
  })

  test('an allowed name on another site\'s address does not reach that site', async (t) => {
    const one = await online(t, { network: { allowOut: ['allowed.test'], denyOut: [ALL_TRAFFIC] } })
    assert.notEqual(await site(one, 'https://allowed.test/', `--resolve allowed.test:443:${denied}`), 'denied')
    assert.notEqual(await site(one, 'http://allowed.test/', `--resolve allowed.test:80:${denied}`), 'denied')
    assert.notEqual(await site(one, 'http://allowed.test/', `--connect-to allowed.test:80:${denied}:80 -H "Host: allowed.test"`), 'denied')
  })

  test('an allowed address does not carry another name', async (t) => {
    const one = await online(t, { network: { allowOut: ['allowed.test'], denyOut: [ALL_TRAFFIC] } })
    assert.equal(await site(one, 'https://denied.test/', `--connect-to denied.test:443:allowed.test:443`), null)
  })

  test('are shown by getInfo', async (t) => {
    const one = await online(t, { network: { allowOut: ['allowed.test', allowed], denyOut: [ALL_TRAFFIC] } })
    const { network } = await one.getInfo()
    assert.deepEqual([network.allowOut, network.denyOut], [['allowed.test', allowed], [ALL_TRAFFIC]])
  })
})

describe('updates', { skip, concurrency: 4 }, () => {
  test('close and open a running sandbox', async (t) => {
    const one = await online(t)
    assert.equal(await site(one, 'http://allowed.test/'), 'allowed')
    await one.updateNetwork({ denyOut: [ALL_TRAFFIC] })
    assert.equal(await site(one, 'http://allowed.test/'), null)
    await one.updateNetwork({ allowOut: ['allowed.test'], denyOut: [ALL_TRAFFIC] })
    assert.equal(await site(one, 'http://allowed.test/'), 'allowed')
    assert.equal(await site(one, 'http://denied.test/'), null)
  })

  test('that are empty clear the rules', async (t) => {
    const one = await online(t, { network: { denyOut: [ALL_TRAFFIC] } })
    await one.updateNetwork({})
    assert.equal(await site(one, 'http://denied.test/'), 'denied')
  })

  test('can take the Internet away', async (t) => {
    const one = await online(t)
    await one.updateNetwork({ allowInternetAccess: false })
    assert.equal(await site(one, `http://${allowed}/`), null)
  })

  test('that are refused change nothing', async (t) => {
    const one = await online(t, { network: { denyOut: [denied] } })
    assert.ok((await failure(one.updateNetwork({ denyOut: ['not a range'] }))) instanceof SandboxError)
    assert.equal(await site(one, `http://${denied}/`), null)
    assert.equal(await site(one, `http://${allowed}/`), 'allowed')
  })
})

describe('the host stays out of reach', { concurrency: 4 }, () => {
  let listener
  before(async () => {
    listener = http.createServer((_, answer) => answer.end('{"site":"host"}'))
    await new Promise((done) => listener.listen(0, '0.0.0.0', done))
    listener.unref()
  })

  test('by loopback addresses', async (t) => {
    const one = await fresh(t)
    for (const address of ['127.0.0.1', 'localhost', '0.0.0.0', '[::1]', '127.1.2.3']) {
      assert.equal(await site(one, `http://${address}:${listener.address().port}/`, '-k'), null, address)
    }
  })

  test('by its own private addresses', async (t) => {
    const one = await fresh(t)
    const addresses = Object.values(networkInterfaces())
      .flat()
      .filter((entry) => entry.family === 'IPv4' && /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\./.test(entry.address))
    if (addresses.length === 0) t.diagnostic('this host has no private address')
    for (const { address } of addresses.slice(0, 3)) assert.equal(await site(one, `http://${address}:${listener.address().port}/`), null, address)
    assert.equal(await site(one, 'http://169.254.169.254/'), null)
  })

  test('by names that lead to it', { skip }, async (t) => {
    const one = await fresh(t)
    for (const name of ['rebind.test', 'loopback.test', 'metadata.test', 'private.test']) {
      assert.equal(await site(one, `http://${name}:${listener.address().port}/`), null, name)
    }
  })

  test('by a name that changes its address', { skip }, async (t) => {
    const one = await fresh(t)
    for (let i = 0; i < 4; i++) assert.notEqual(await site(one, `http://flip.test:${listener.address().port}/`), 'host')
  })

  test('by rules that allow it by name', { skip }, async (t) => {
    const one = await fresh(t, { network: { allowOut: ['rebind.test', 'loopback.test'], denyOut: [ALL_TRAFFIC] } })
    for (const name of ['rebind.test', 'loopback.test']) assert.equal(await site(one, `http://${name}:${listener.address().port}/`), null, name)
  })

  test('so does the server\'s own API', async (t) => {
    const one = await fresh(t)
    const { port } = new URL(process.env.E2B_API_URL)
    assert.notEqual((await attempt(one, `curl -sS -m 8 http://127.0.0.1:${port}/health`)).exitCode, 0)
  })
})

describe('header rules', { skip, concurrency: 2 }, () => {
  const rules = { 'allowed.test': [{ transform: { headers: { 'X-Injected': 'from-the-host' } } }] }
  const seen = async (one, host) => JSON.parse((await attempt(one, `curl -sS -m 8 http://${host}/`)).stdout).headers['x-injected']

  test('set at creation reach the named host only', async (t) => {
    const one = await online(t, { network: { rules } })
    assert.equal(await seen(one, 'allowed.test'), 'from-the-host')
    assert.equal(await seen(one, 'other.test'), undefined)
    assert.match((await attempt(one, 'cat /etc/ssl/certs/ca-certificates.crt')).stdout, /BEGIN CERTIFICATE/)
    assert.equal((await attempt(one, 'grep -c "BEGIN CERTIFICATE" /usr/local/share/ca-certificates/caisson.crt')).stdout.trim(), '1')
  })

  test('set by an update apply from then on', async (t) => {
    const one = await online(t)
    assert.equal(await seen(one, 'allowed.test'), undefined)
    await one.updateNetwork({ rules })
    assert.equal(await seen(one, 'allowed.test'), 'from-the-host')
  })
})

describe('bad rules', () => {
  const refused = async (network, pattern) => {
    const error = await failure(Sandbox.create({ network }))
    assert.ok(error instanceof SandboxError)
    assert.match(error.message, /^400: /)
    assert.match(error.message, pattern)
  }

  test('an invalid denied range is refused', () => refused({ denyOut: ['10.0.0.0/99'] }, /invalid denied CIDR/))
  test('a denied name is refused', () => refused({ denyOut: ['denied.test'] }, /invalid denied CIDR/))
  test('an allowed name without denying all traffic is refused', () =>
    refused({ allowOut: ['allowed.test'] }, /When specifying allowed domains in allow out, you must include 'ALL_TRAFFIC' in deny out to block all other traffic\./))
  test('nonsense that is allowed is refused', () => refused({ allowOut: ['not a name!'], denyOut: [ALL_TRAFFIC] }, /./))
  test('a mask that is no host name is refused', () => refused({ maskRequestHost: 'hé llo' }, /./))

  test('an update of an unknown sandbox is a SandboxNotFoundError', async () => {
    assert.ok((await failure(Sandbox.updateNetwork('i0000000000000000000', {}))) instanceof SandboxNotFoundError)
  })

  test('an update with an invalid range is 400', async (t) => {
    const one = await fresh(t)
    const answer = await api('PUT', `/sandboxes/${one.sandboxId}/network`, { denyOut: ['x/y'] })
    assert.equal(answer.status, 400)
    assert.match(answer.json.message, /invalid denied CIDR/)
  })
})
