// The command line builds, lists, moves and removes templates; an archive of one server is read by another.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test as nodeTest } from 'node:test'
import { promisify } from 'node:util'
import { Sandbox } from 'e2b'

import { executable, startServer } from '../harness/server.mjs'

const run = promisify(execFile)
const test = (name, body) => nodeTest(name, { timeout: 180_000 }, body)
const root = mkdtempSync(join(tmpdir(), 'ce2e-'))
const project = join(root, 'project')
const servers = []

async function serve(name) {
  const state = join(root, name)
  const server = await startServer({ state, dns: process.env.E2E_DNS })
  const { stdout } = await run(executable(), ['key', 'create', '--state', state, '--scope', 'admin'], { timeout: 60_000 })
  const key = /\be2b_[0-9a-f]+\b/.exec(stdout)[0]
  servers.push(server)
  const env = { ...process.env, CAISSON_URL: server.url, CAISSON_API_KEY: key }
  return {
    state,
    connection: { apiKey: key, apiUrl: server.url, sandboxUrl: server.url, domain: `localhost:${server.port}` },
    cli: (...args) => run(executable(), ['template', ...args], { timeout: 120_000, env }).catch((error) => error),
  }
}

let one
let two
before(async () => {
  mkdirSync(join(project, 'app'), { recursive: true })
  writeFileSync(join(project, 'app/main.sh'), '#!/bin/sh\necho hello from main\n', { mode: 0o755 })
  writeFileSync(join(project, 'secret.txt'), 'secret')
  writeFileSync(join(project, '.dockerignore'), '*.txt\n')
  writeFileSync(join(project, 'Dockerfile'), 'FROM base\nARG WHO=nobody\nENV WHO=$WHO\nCOPY . /srv/\nRUN echo made by $WHO > /srv/made && ls /srv\n')
  one = await serve('one')
  two = await serve('two')
}, { timeout: 240_000 })
after(async () => {
  for (const server of servers) await server.stop().catch(() => null)
  rmSync(root, { recursive: true, force: true })
}, { timeout: 60_000 })

test('build, with its log as progress and the name as its answer', async () => {
  const { stdout, stderr } = await one.cli('build', '-f', join(project, 'Dockerfile'), '--name', 'cli:v1', '--build-arg', 'WHO=me')
  assert.equal(stdout, 'cli:v1\n', stderr)
  assert.match(stderr, /\[3\/3\] RUN echo made by/)
  assert.doesNotMatch(stderr, /secret\.txt/)
  const again = await one.cli('build', '-f', join(project, 'Dockerfile'), '--name', 'cli:v1', '--build-arg', 'WHO=me')
  assert.match(again.stderr, /CACHED \[3\/3\]/)
  const box = await Sandbox.create('cli:v1', { ...one.connection, timeoutMs: 60_000 })
  assert.equal((await box.commands.run('/srv/app/main.sh; cat /srv/made')).stdout, 'hello from main\nmade by me\n')
  await box.kill()
})

test('a build that fails says at which step, and exits with 125', async () => {
  writeFileSync(join(project, 'Broken'), 'FROM base\nRUN true\nRUN exit 9\n')
  const error = await one.cli('build', '-f', join(project, 'Broken'), '--name', 'broken')
  assert.equal(error.code, 125)
  assert.match(error.stderr, /failed at step 2: failed to run command 'exit 9': exit status 9/)
})

test('ls shows it with its tags', async () => {
  assert.match((await one.cli('ls')).stdout, /^cli +[a-z0-9]{20} +v1 +no /m)
})

test('export and import move it to another server, under another name', async () => {
  const archive = join(root, 'cli.tar.gz')
  const exported = await one.cli('export', 'cli:v1', archive)
  assert.equal(exported.stderr, '')
  assert.ok(statSync(archive).size < 20 << 20, `the archive has no holes: ${statSync(archive).size}`)
  assert.equal((await two.cli('import', archive, '--name', 'moved:here')).stdout, 'moved:here\n')
  const box = await Sandbox.create('moved:here', { ...two.connection, timeoutMs: 60_000 })
  assert.equal((await box.commands.run('/srv/app/main.sh; cat /srv/made; echo $WHO')).stdout, 'hello from main\nmade by me\nme\n')
  await box.kill()
  assert.equal((await two.cli('import', archive)).stdout, 'cli:v1\n')
})

test('what is no archive is refused, and leaves nothing', async () => {
  const before = readdirSync(join(two.state, 'layers')).length
  writeFileSync(join(root, 'junk'), 'junk'.repeat(1000))
  const error = await two.cli('import', join(root, 'junk'))
  assert.equal(error.code, 125)
  assert.match(error.stderr, /archive/)
  assert.equal(readdirSync(join(two.state, 'layers')).length, before)
})

test('rm removes it', async () => {
  assert.equal((await two.cli('rm', 'moved', 'cli')).stderr, '')
  assert.equal((await two.cli('rm', 'moved')).code, 125)
  assert.deepEqual(readdirSync(join(two.state, 'layers')), [])
})
