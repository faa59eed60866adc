// What native builds have beside those of the SDK: Dockerfiles, limits of time, and no way out unless it is asked for.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after } from 'node:test'
import { Sandbox } from 'e2b'

import { internet, record, test as bounded, unique, until } from '../harness/suite.mjs'
import { api, request } from '../harness/wire.mjs'

const test = (title, options, body = options) => bounded(title, { timeout: 120_000, ...(body === options ? {} : options) }, body)
const built = []
const begin = async (body, status = 202) => {
  const name = body.name ?? unique('native-')
  built.push(name)
  const answer = await api('POST', '/v1/templates', { name, ...body })
  assert.equal(answer.status, status, answer.text)
  return answer.json
}
const ended = (id) => until(async () => {
  const { json } = await api('GET', `/v1/builds/${id}`)
  return json.state !== 'building' && json.state !== 'waiting' && json
}, { within: 90_000, what: 'the end of the build' })
const build = async (body) => ended((await begin(body)).id)
const log = async (id, after = 0) => (await api('GET', `/v1/builds/${id}/log?after=${after}`, undefined, { timeout: 90_000 })).text.split('\n').filter(Boolean).map(JSON.parse)
after(async () => {
  for (const one of built) await api('DELETE', `/v1/templates/${one}`)
})

// A tar archive of plain entries, as short as one can be.
function tar(entries) {
  const blocks = []
  for (const { name, content = '', type = '0', link = '', mode = 0o644 } of entries) {
    const head = Buffer.alloc(512)
    head.write(name, 0)
    head.write(mode.toString(8).padStart(7, '0'), 100)
    head.write('0000000', 108)
    head.write('0000000', 116)
    head.write(Buffer.byteLength(content).toString(8).padStart(11, '0'), 124)
    head.write('00000000000', 136)
    head.write('        ', 148)
    head.write(type, 156)
    head.write(link, 157)
    head.write('ustar\u000000', 257)
    head.write(`${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\u0000 `, 148)
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512)
    body.write(content)
    blocks.push(head, body)
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}
async function send(archive) {
  const hash = createHash('sha256').update(archive).digest('hex')
  const answer = await api('PUT', `/v1/template-files/${hash}`, archive)
  assert.equal(answer.status, 204, answer.text)
  return hash
}

test('a Dockerfile is built, with arguments, in both forms', async (t) => {
  const files = await send(tar([{ name: 'src/', type: '5', mode: 0o755 }, { name: 'src/a', content: 'from the context\n' }]))
  const name = unique('native-')
  const result = await build({
    name,
    files,
    arguments: { GIVEN: 'yes' },
    dockerfile: [
      '# a comment', 'ARG BASE=base', 'FROM ${BASE}', 'ARG GIVEN=no', 'ARG OTHER=other', 'LABEL x=y', 'EXPOSE 80',
      'ENV ONE=1 TWO="two words"', 'WORKDIR /app', 'COPY --chmod=0640 src/a .', 'COPY src /app/copied',
      'RUN echo "$GIVEN $OTHER $ONE $TWO" > said \\', '  && id -un > who', 'RUN ["/bin/sh", "-c", "echo exec > form"]', 'USER user', 'CMD ["sleep", "1000"]',
    ].join('\n'),
  })
  assert.equal(result.state, 'ready', result.message)
  const box = await Sandbox.create(name, { timeoutMs: 60_000 })
  record(box.sandboxId)
  t.after(() => box.kill())
  assert.equal(await box.files.read('/app/said'), 'yes other 1 two words\n')
  assert.equal((await box.commands.run('cat who form copied/a; stat -c "%a %U" a; echo $ONE$TWO$GIVEN; id -un')).stdout, 'root\nexec\nfrom the context\n640 root\n1two words\nuser\n')
  assert.ok((await box.commands.list()).some((one) => one.tag === 'start'), 'CMD runs')
})

test('what a Dockerfile may not have is refused, naming the line', async () => {
  for (const [dockerfile, expected] of [
    ['FROM base\nRUN true\nHEALTHCHECK NONE', /line 3: HEALTHCHECK is not supported/],
    ['RUN true', /line 1: RUN comes before FROM/],
    ['FROM base\nFROM base', /line 2: FROM begins a second stage/],
    ['FROM base\nCOPY --from=x a b', /line 2: COPY does not take --from/],
    ['FROM base\nRUN --mount=type=cache true', /line 2: RUN takes no flags/],
    ['FROM base\nRUN <<EOF', /line 2: RUN takes no here-documents/],
    ['FROM base\nADD http://x/y z', /line 2: ADD/],
    ['FROM base\nCOPY a b', /line 2: COPY copies files, and no context was given/],
    ['FROM base\n\n# note\nUSER 1234', /line 4: USER names the user '1234' by number/],
    ['', /no FROM/],
  ]) {
    const answer = await api('POST', '/v1/templates', { name: unique('native-'), dockerfile })
    assert.equal(answer.status, 400, dockerfile)
    assert.match(answer.json.message, expected)
  }
})

test('requests that cannot be meant are refused', async () => {
  for (const body of [
    {}, { name: 'x' }, { name: 'A b', from: 'base' }, { name: 'x', from: 'base', steps: [{}] }, { name: 'x', from: 'base', steps: [{ run: 'a', directory: '/b' }] },
    { name: 'x', from: 'base', dockerfile: 'FROM base' }, { name: 'x', from: 'base', stepTimeoutSeconds: 0 }, { name: 'x', from: 'base', unknown: 1 },
    { name: 'x', from: 'base', egress: { allow: ['not a host!'] } },
  ]) assert.equal((await api('POST', '/v1/templates', body)).status, 400, JSON.stringify(body))
})

test('a step that hangs is ended and named', async () => {
  const result = await build({ from: 'base', stepTimeoutSeconds: 1, steps: [{ run: 'true' }, { run: 'echo before; sleep 1000' }] })
  assert.deepEqual([result.state, result.failedStep], ['failed', '2'])
  assert.match(result.message, /failed to run command 'echo before; sleep 1000': it did not end within 1 s/)
  assert.ok((await log(result.id)).some((line) => line.message === 'before' && line.step === '2'))
})

test('a build is ended on request', async () => {
  const { id } = await begin({ from: 'base', steps: [{ run: 'sleep 1000' }] })
  await until(async () => (await api('GET', `/v1/builds/${id}`)).json.state === 'building', { within: 30_000 })
  assert.equal((await api('DELETE', `/v1/builds/${id}`)).status, 204)
  const { json } = await api('GET', `/v1/builds/${id}`)
  assert.deepEqual([json.state, json.message], ['failed', 'it was cancelled'])
  assert.equal((await api('DELETE', `/v1/builds/${id}`)).status, 204)
})

test('the log streams until the end, from any line', async () => {
  const { id } = await begin({ from: 'base', steps: [{ run: 'for i in 1 2 3; do echo $i; sleep 0.3; done' }] })
  const all = await log(id)
  assert.deepEqual(all.filter((line) => /^\d$/.test(line.message)).map((line) => line.message), ['1', '2', '3'])
  assert.deepEqual(await log(id, 2), all.slice(2))
  assert.match(all.at(-1).message, /^built in/)
})

test('a build reaches nothing unless it is allowed', { skip: internet.reason ?? false }, async () => {
  const steps = [{ run: '[ "$(curl -s -m 10 -o /dev/null -w "%{http_code}" http://allowed.test/)" = 200 ]', force: true }]
  const closed = await build({ from: 'base', steps })
  assert.equal(closed.state, 'failed')
  const open = await build({ from: 'base', steps, egress: { allow: ['allowed.test'] } })
  assert.equal(open.state, 'ready', open.message)
  const asked = (host) => `code=$(curl -s -m 10 -o /dev/null -w "%{http_code}" http://${host}/); echo "${host} answered $code"; [ "$code" = 200 ]`
  const begun = await begin({ from: 'base', steps: ['allowed.test', 'denied.test'].map((host) => ({ run: asked(host), force: true })), egress: { allow: ['allowed.test'] } })
  const lines = (await log(begun.id)).map((line) => line.message)
  assert.ok(lines.includes('allowed.test answered 200'), `${lines}`)
  assert.ok(!lines.includes('denied.test answered 200'), `${lines}`)
  const { json: half } = await api('GET', `/v1/builds/${begun.id}`)
  assert.deepEqual([half.state, half.failedStep], ['failed', '2'], 'every step has the policy, and what it names alone')
})

test('hostile archives are refused, and nothing of them is anywhere', async () => {
  for (const [what, entries] of [
    ['a way out', [{ name: '../out', content: 'x' }]],
    ['a way out in the middle', [{ name: 'a/../../out', content: 'x' }]],
    ['an absolute path', [{ name: '/etc/passwd', content: 'x' }]],
    ['a device', [{ name: 'dev', type: '3' }]],
    ['a pipe', [{ name: 'pipe', type: '6' }]],
    ['a hard link out', [{ name: 'link', type: '1', link: '../../etc/passwd' }]],
    ['a hard link to nothing', [{ name: 'link', type: '1', link: 'none' }]],
  ]) {
    const files = await send(tar(entries))
    const result = await build({ from: 'base', steps: [{ copy: { source: '.', destination: '/in/', files } }] })
    assert.deepEqual([result.state, result.failedStep], ['failed', '1'], what)
  }
  const result = await build({ from: 'base', steps: [{ copy: { source: '.', destination: '/in/', files: await send(Buffer.from('no archive at all'.repeat(100))) } }] })
  assert.match(result.message, /no tar archive|breaks off/)
})

test('a link in the way leads nowhere but inside', async (t) => {
  const files = await send(tar([{ name: 'a', type: '2', link: '/etc' }, { name: 'b', content: 'b' }]))
  const name = unique('native-')
  const result = await build({ name, from: 'base', steps: [{ copy: { source: '.', destination: '/in', files } }] })
  assert.equal(result.state, 'ready', result.message)
  const box = await Sandbox.create(name, { timeoutMs: 60_000 })
  record(box.sandboxId)
  t.after(() => box.kill())
  assert.equal((await box.commands.run('readlink /in/a; cat /in/b')).stdout, '/etc\nb')
})

test('an archive must be what its hash says', async () => {
  assert.equal((await api('PUT', `/v1/template-files/${'0'.repeat(64)}`, 'x')).status, 400)
  assert.equal((await api('GET', `/v1/template-files/${'0'.repeat(64)}`)).status, 404)
  assert.equal((await request('PUT', `/v1/template-files/${'0'.repeat(64)}`, { body: 'x' })).status, 401)
})

test('a copy of files that were not sent fails, saying so', async () => {
  const result = await build({ from: 'base', steps: [{ copy: { source: 'a', destination: 'b', files: 'f'.repeat(64) } }] })
  assert.match(result.message, /were not uploaded/)
})

test('bringing in an archive of layers needs a key that may administer', async () => {
  const answer = await request('POST', '/v1/templates/import', { body: 'x', key: true })
  assert.equal(answer.status, 403)
})
