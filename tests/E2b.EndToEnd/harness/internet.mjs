// The imitation Internet: a network namespace behind a veth pair with public-looking addresses, servers in it, and a name server.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { startDns } from './dns.mjs'
import { until } from './wait.mjs'

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })

/** Builds it, or says in `reason` why it cannot be; the name server runs either way. */
export async function startInternet(directory) {
  if (process.getuid() === 0) removeOfTheDead()
  const block = freeBlock()
  const address = (n) => `203.0.113.${block + n}`
  const addresses = { allowed: address(2), denied: address(3), other: address(4) }
  const names = {
    'allowed.test': [addresses.allowed],
    '*.allowed.test': [addresses.allowed],
    'denied.test': [addresses.denied],
    'other.test': [addresses.other],
    'rebind.test': ['127.0.0.1', '169.254.169.254'],
    'loopback.test': ['127.0.0.1'],
    'metadata.test': ['169.254.169.254'],
    'private.test': ['10.0.0.1'],
    // A public address when the name is checked, the host itself afterwards.
    'flip.test': (count) => [count === 1 ? addresses.allowed : '127.0.0.1'],
  }
  const dns = await startDns(names)
  const world = { dns: dns.endpoint, asked: dns.asked, addresses, cidr: `203.0.113.${block}/28`, gateway: address(1), ca: null, reason: null }
  if (process.getuid() !== 0) {
    return { ...world, reason: 'the imitation Internet needs root to make a network namespace', stop: dns.stop }
  }

  const namespace = `ce2e${process.pid}`
  const [near, far] = [`ce2eh${process.pid}`, `ce2en${process.pid}`]
  let servers = null
  const remove = () => {
    servers?.kill('SIGKILL')
    for (const args of [['link', 'del', near], ['netns', 'del', namespace]]) {
      try {
        ip(...args)
      } catch {
        // It was not made yet, or went with the other end.
      }
    }
  }
  process.once('exit', remove)
  try {
    ip('netns', 'add', namespace)
    ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace)
    ip('addr', 'add', `${world.gateway}/28`, 'dev', near)
    ip('link', 'set', near, 'up')
    ip('-n', namespace, 'link', 'set', 'lo', 'up')
    for (const value of Object.values(addresses)) ip('-n', namespace, 'addr', 'add', `${value}/28`, 'dev', far)
    ip('-n', namespace, 'link', 'set', far, 'up')
    const certificate = makeCertificate(join(directory, 'tls'), addresses)
    world.ca = readFileSync(certificate.ca, 'utf8')
    servers = spawn(
      'ip',
      ['netns', 'exec', namespace, process.execPath, fileURLToPath(new URL('internet-servers.mjs', import.meta.url)), JSON.stringify({ addresses, certificate })],
      { stdio: ['pipe', 'pipe', 'inherit'] }
    )
    let said = ''
    servers.stdout.on('data', (part) => (said += part))
    await until(() => said.includes('ready') || servers.exitCode !== null, { within: 20_000, what: 'the servers of the imitation Internet' })
    if (!said.includes('ready')) throw new Error('the servers of the imitation Internet ended at once')
  } catch (error) {
    remove()
    await dns.stop()
    throw error
  }

  return {
    ...world,
    async stop() {
      process.removeListener('exit', remove)
      remove()
      await dns.stop()
    },
  }
}

// A run that was killed could not take its own away, and addresses of its would lead others astray.
function removeOfTheDead() {
  for (const namespace of ip('netns', 'list').split('\n').map((line) => line.split(' ')[0])) {
    const owner = /^ce2e(\d+)$/.exec(namespace)?.[1]
    if (!owner || existsSync(`/proc/${owner}`)) continue
    for (const args of [['link', 'del', `ce2eh${owner}`], ['netns', 'del', namespace]]) {
      try {
        ip(...args)
      } catch {
        // It went with the other end, or another run was faster.
      }
    }
  }
}

// Two suites may run on one machine: each takes one of the sixteen /28 blocks of TEST-NET-3.
function freeBlock() {
  let taken = ''
  try {
    taken = ip('-4', 'addr', 'show')
  } catch {
    // No `ip`: only the name server will be used.
  }
  for (let i = 0; i < 16; i++) {
    const block = ((process.pid + i) % 16) * 16
    if (!taken.includes(`203.0.113.${block + 1}/28`)) return block
  }
  throw new Error('every block of 203.0.113.0/24 is in use')
}

function makeCertificate(directory, addresses) {
  mkdirSync(directory, { recursive: true })
  const file = (name) => join(directory, name)
  const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: directory })
  const names = ['allowed.test', '*.allowed.test', 'denied.test', 'other.test'].map((name) => `DNS:${name}`)
  const san = [...names, ...Object.values(addresses).map((value) => `IP:${value}`)].join(',')
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Imitation CA', '-keyout', file('ca.key'), '-out', file('ca.pem'))
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=allowed.test', '-addext', `subjectAltName=${san}`, '-keyout', file('leaf.key'), '-out', file('leaf.csr'))
  openssl('x509', '-req', '-in', file('leaf.csr'), '-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2', '-copy_extensions', 'copy', '-out', file('leaf.pem'))
  return { ca: file('ca.pem'), key: file('leaf.key'), leaf: file('leaf.pem') }
}
