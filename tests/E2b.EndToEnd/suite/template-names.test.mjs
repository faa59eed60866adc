// Names, tags and the sharing of templates.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Sandbox, Template, TemplateError } from 'e2b'

import { failure, record, test as bounded, unique } from '../harness/suite.mjs'
import { api, request } from '../harness/wire.mjs'

const test = (title, body) => bounded(title, { timeout: 120_000 }, body)
const built = []
const make = async (text, name, options) => {
  if (!built.includes(name.split(':')[0])) built.push(name.split(':')[0])
  return Template.build(Template().fromTemplate('base').runCmd(`echo ${text} > v`), name, options)
}
const content = async (t, reference) => {
  const box = await Sandbox.create(reference, { timeoutMs: 60_000 })
  record(box.sandboxId)
  t.after(() => box.kill().catch(() => false))
  return (await box.files.read('v')).trim()
}

const main = unique('names-')
let first
before(async () => {
  first = await make('one', main)
}, { timeout: 120_000 })
after(async () => {
  for (const one of built) await Sandbox.deleteSnapshot(one).catch(() => false)
})

test('a name exists once it was built', async () => {
  assert.equal(await Template.exists(main), true)
  assert.equal(await Template.aliasExists(main), true)
  assert.equal(await Template.exists(unique('none-')), false)
  assert.equal(await Template.exists('base'), true)
})

test('a tag in the name is the only one that the build gets', async (t) => {
  const name = unique('tagged-')
  const { tags } = await make('v1', `${name}:v1`)
  assert.deepEqual(tags, ['v1'])
  assert.equal(await content(t, `${name}:v1`), 'v1')
  assert.ok(await failure(Sandbox.create(name)), 'there is no default')
})

test('several tags can be given', async (t) => {
  const name = unique('many-')
  const { tags } = await make('m', name, { tags: ['v1.0', 'stable'] })
  assert.deepEqual([...tags].sort(), ['stable', 'v1.0'])
  for (const tag of tags) assert.equal(await content(t, `${name}:${tag}`), 'm')
})

test('builds with other tags are told apart', async (t) => {
  const name = unique('apart-')
  await make('a', `${name}:a`)
  await make('b', `${name}:b`)
  assert.equal(await content(t, `${name}:a`), 'a')
  assert.equal(await content(t, `${name}:b`), 'b')
})

test('tags are assigned, moved and removed', async (t) => {
  const name = unique('moved-')
  const one = await make('1', `${name}:v1`)
  const two = await make('2', `${name}:v2`)
  const assigned = await Template.assignTags(`${name}:v1`, ['live', 'old'])
  assert.equal(assigned.buildId, one.buildId)
  assert.deepEqual(assigned.tags, ['live', 'old'])
  assert.equal(await content(t, `${name}:live`), '1')
  assert.equal((await Template.assignTags(`${name}:v2`, 'live')).buildId, two.buildId)
  assert.equal(await content(t, `${name}:live`), '2')
  await Template.removeTags(name, ['live', 'old'])
  assert.ok(await failure(Sandbox.create(`${name}:live`)))
  assert.equal(await content(t, `${name}:v1`), '1')
})

test('tags are listed with their builds', async () => {
  const tags = await Template.getTags(first.templateId)
  assert.deepEqual(tags.map((one) => [one.tag, one.buildId]), [['default', first.buildId]])
  assert.ok(tags[0].createdAt instanceof Date && !Number.isNaN(tags[0].createdAt.getTime()))
})

test('tags of what is not there are refused', async () => {
  assert.ok((await failure(Template.assignTags(unique('none-'), 'x'))) instanceof TemplateError)
  assert.ok(await failure(Template.assignTags(`${main}:none`, 'x')))
  assert.ok(await failure(Template.removeTags(unique('none-'), 'x')))
  assert.ok(await failure(Template.getTags(unique('none-'))))
})

test('bad names and tags are refused', async () => {
  for (const name of ['a b', 'ä', '../x', ':v', 'x:', 'x:a/b', 'other-team/x']) assert.ok(await failure(make('x', name)), name)
  for (const tag of ['a b', '', 'ä']) assert.ok(await failure(Template.assignTags(main, [tag])), tag)
})

test('names are lower case whatever is written', async (t) => {
  const name = unique('case-')
  await make('c', name.toUpperCase())
  built.push(name)
  assert.equal(await content(t, name), 'c')
})

test('the names of the server itself cannot be taken', async () => {
  assert.match((await failure(make('x', 'base'))).message, /template of this server itself/)
})

test('a snapshot and a template cannot have one name', async (t) => {
  const box = await Sandbox.create({ timeoutMs: 60_000 })
  record(box.sandboxId)
  t.after(() => box.kill())
  assert.ok(await failure(box.createSnapshot({ name: main })))
  const name = unique('snap-')
  await box.createSnapshot({ name })
  assert.match((await failure(make('x', name))).message, /name of a snapshot/)
  await Sandbox.deleteSnapshot(name)
})

test('a deleted template is gone, and its sandboxes go on', async () => {
  const name = unique('gone-')
  await make('g', name)
  const box = await Sandbox.create(name, { timeoutMs: 60_000 })
  record(box.sandboxId)
  assert.equal((await api('DELETE', `/templates/${name}`)).status, 204)
  assert.equal((await api('DELETE', `/templates/${name}`)).status, 404)
  assert.equal(await Template.exists(name), false)
  assert.ok(await failure(Sandbox.create(name)))
  assert.equal((await box.files.read('v')).trim(), 'g')
  await box.kill()
})

test('deleting a template ends its build', async () => {
  const name = unique('ending-')
  const info = await Template.buildInBackground(Template().fromTemplate('base').runCmd('sleep 1000'), name)
  assert.equal((await api('DELETE', `/templates/${info.templateId}`)).status, 204)
  assert.ok(await failure(Template.getBuildStatus(info)))
})

test('templates are listed and described', async () => {
  const listed = (await api('GET', '/templates')).json
  const mine = listed.find((one) => one.templateID === first.templateId)
  assert.deepEqual([mine.aliases, mine.names, mine.buildStatus, mine.buildID, mine.public], [[main], [`default/${main}`], 'ready', first.buildId, false])
  assert.ok(mine.cpuCount >= 1 && mine.memoryMB > 0 && mine.diskSizeMB > 0)
  const detail = (await api('GET', `/templates/${first.templateId}`)).json
  assert.deepEqual(detail.builds.map((one) => [one.buildID, one.status]), [[first.buildId, 'ready']])
  assert.equal((await api('GET', `/templates/${unique('none-')}`)).status, 404)
})

test('templates are listed in pages', async () => {
  const found = []
  let token = ''
  do {
    const page = await api('GET', `/v2/templates?limit=1${token ? `&nextToken=${token}` : ''}`)
    assert.equal(page.status, 200)
    assert.ok(page.json.length <= 1)
    found.push(...page.json.map((one) => one.templateID))
    token = page.headers['x-next-token'] ?? ''
  } while (token && found.length < 500)
  assert.ok(found.includes(first.templateId))
  assert.equal(new Set(found).size, found.length)
})

test('a template is made public and private', async () => {
  assert.equal((await api('GET', `/templates/aliases/${main}`)).json.public, false)
  const shared = await api('PATCH', `/v2/templates/${first.templateId}`, { public: true })
  assert.deepEqual([shared.status, shared.json.names], [200, [`default/${main}`]])
  assert.equal((await api('GET', `/templates/aliases/${main}`)).json.public, true)
  assert.equal((await api('PATCH', `/templates/${first.templateId}`, { public: false })).status, 200)
  assert.equal((await api('GET', `/templates/aliases/${main}`)).json.public, false)
})

test('logs of a build can be read by time and level, either way', async () => {
  const path = `/templates/${first.templateId}/builds/${first.buildId}/logs`
  const forward = (await api('GET', path)).json.logs
  const backward = (await api('GET', `${path}?direction=backward`)).json.logs
  assert.deepEqual([...backward].reverse(), forward)
  assert.match(forward[0].message, /FROM base/)
  assert.deepEqual((await api('GET', `${path}?level=error`)).json.logs, [])
  assert.equal((await api('GET', `${path}?limit=1`)).json.logs.length, 1)
  const late = Date.parse(forward.at(-1).timestamp) + 1000
  assert.deepEqual((await api('GET', `${path}?cursor=${late}`)).json.logs, [])
})

test('what makes no sense is a clear 400', async () => {
  const begin = async () => (await api('POST', '/v3/templates', { name: main })).json
  for (const body of [{}, { name: main, cpuCount: 0 }, { name: main, memoryMB: 1 }, { name: main, tags: ['Ä'] }]) {
    assert.equal((await api('POST', '/v3/templates', body)).status, 400, JSON.stringify(body))
  }
  const { templateID, buildID } = await begin()
  for (const body of [
    {},
    { fromTemplate: 'base', fromImage: 'x' },
    { fromTemplate: 'base', steps: [{ type: 'BAKE', args: ['x'] }] },
    { fromTemplate: 'base', steps: [{ type: 'RUN', args: [] }] },
    { fromTemplate: 'base', steps: [{ type: 'ENV', args: ['A'] }] },
    { fromTemplate: 'base', steps: [{ type: 'COPY', args: ['a', 'b'] }] },
    { fromTemplate: 'base', steps: [null] },
  ]) {
    assert.equal((await api('POST', `/v2/templates/${templateID}/builds/${buildID}`, body)).status, 400, JSON.stringify(body))
  }
  assert.equal((await api('GET', `/templates/${templateID}/builds/${buildID}/status`)).json.status, 'waiting')
  assert.equal((await api('GET', `/templates/${templateID}/builds/${buildID}/status?logsOffset=-1`)).status, 400)
  assert.equal((await api('GET', `/templates/${templateID}/builds/nonsense/status`)).status, 404)
  assert.equal((await api('POST', `/v2/templates/${templateID}/builds/${buildID}`, { fromTemplate: 'base', steps: [] })).status, 202)
  assert.equal((await api('POST', `/v2/templates/${templateID}/builds/${buildID}`, { fromTemplate: 'base', steps: [] })).status, 409)
})

test('files are taken only with leave, and only by a hash', async () => {
  const hash = 'a'.repeat(64)
  const path = `/templates/${first.templateId}/files/${hash}`
  const link = await api('GET', path)
  assert.equal(link.status, 201)
  assert.equal(link.json.present, false)
  assert.equal((await request('PUT', path, { body: 'x' })).status, 401)
  assert.equal((await request('PUT', path, { body: 'x', headers: { ...link.json.headers, 'Caisson-Upload': `${link.json.headers['Caisson-Upload']}0` } })).status, 401)
  assert.equal((await request('PUT', `/templates/${first.templateId}/files/${'b'.repeat(64)}`, { body: 'x', headers: link.json.headers })).status, 401)
  assert.equal((await request('PUT', path, { body: 'no archive', headers: link.json.headers })).status, 200)
  assert.equal((await api('GET', path)).json.present, true)
  assert.equal((await api('GET', `/templates/${first.templateId}/files/nonsense`)).status, 400)
})
