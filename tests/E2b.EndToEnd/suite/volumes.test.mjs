// Volumes: files that outlive sandboxes, shared by several at once, reached from outside by their own token.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { Sandbox, SandboxError, Volume, VolumeError, VolumeNotFoundError, VolumePathNotFoundError } from 'e2b'

import { attempt, failure, fresh, record, sleep, test, unique, until } from '../harness/suite.mjs'
import { lack, needs } from '../harness/wall.mjs'

const name = () => unique('v')
const all = []
const later = (one) => (all.push(one), one)
// Every sandbox has ended by then, so that every volume can go.
after(async () => {
  for (const one of all) await until(() => Volume.destroy(one.volumeId).then(() => true, () => false), { within: 20_000, what: `the removal of volume ${one.name}` })
}, { timeout: 120_000 })

const volume = async () => later(await Volume.create(name()))

const api = (path, options = {}) => fetch(`${process.env.E2B_API_URL}${path}`, { ...options, headers: { 'X-API-KEY': process.env.E2B_API_KEY, ...options.headers } })
const content = (made, path, options = {}) => fetch(`${process.env.E2B_VOLUME_API_URL}/volumecontent/${made.volumeId}${path}`, { ...options, headers: { Authorization: `Bearer ${made.token}`, ...options.headers } })
const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' ')[4]).filter((place) => place?.startsWith(join(process.env.E2E_STATE, 'volumes')))

test('a volume is made, found, listed and removed', async () => {
  const called = name()
  const made = await Volume.create(called)
  assert.equal(made.name, called)
  assert.ok(made.token.length >= 32)
  assert.deepEqual(await Volume.getInfo(made.volumeId), { volumeId: made.volumeId, name: called, token: made.token, domain: undefined })
  assert.ok((await Volume.list()).some((one) => one.volumeId === made.volumeId && one.name === called))
  assert.equal((await Volume.connect(made.volumeId)).token, made.token)
  assert.equal(await Volume.destroy(made.volumeId), true)
  assert.equal(await Volume.destroy(made.volumeId), false)
  assert.ok((await failure(Volume.getInfo(made.volumeId))) instanceof VolumeNotFoundError)
  assert.ok(!existsSync(join(process.env.E2E_STATE, 'volumes', made.volumeId)))
})

test('a name is there once, and must be one', async () => {
  const made = await volume()
  assert.ok((await failure(Volume.create(made.name))) instanceof VolumeError)
  for (const bad of ['', '../up', 'a b', 'x'.repeat(129), 'ü']) assert.ok((await failure(Volume.create(bad))) instanceof Error, bad)
})

test('the list tells no token', async () => {
  const made = await volume()
  assert.ok(!(await (await api('/volumes')).text()).includes(made.token))
})

test('a file is written, read, described and removed', async () => {
  const made = await volume()
  const written = await made.writeFile('/hello.txt', 'hello')
  assert.deepEqual([written.name, written.type, written.path, written.size, written.mode, written.uid, written.gid], ['hello.txt', 'file', '/hello.txt', 5, 0o644, 1000, 1000])
  assert.equal(await made.readFile('/hello.txt'), 'hello')
  assert.equal((await made.getInfo('/hello.txt')).size, 5)
  assert.ok(Math.abs((await made.getInfo('/hello.txt')).mtime - Date.now()) < 60_000)
  assert.equal(await made.exists('/hello.txt'), true)
  await made.remove('/hello.txt')
  assert.equal(await made.exists('/hello.txt'), false)
  assert.ok((await failure(made.readFile('/hello.txt'))) instanceof VolumePathNotFoundError)
  assert.ok((await failure(made.remove('/hello.txt'))) instanceof VolumePathNotFoundError)
})

test('an empty file is empty in every format', async () => {
  const made = await volume()
  await made.writeFile('/empty', '')
  assert.equal(await made.readFile('/empty'), '')
  assert.equal((await made.readFile('/empty', { format: 'bytes' })).length, 0)
  assert.equal((await made.readFile('/empty', { format: 'blob' })).size, 0)
})

test('bytes come back as they went, 20 MB streamed both ways', async () => {
  const made = await volume()
  const piece = new Uint8Array(1 << 20).map((_, i) => i * 31)
  let left = 20
  const stream = new ReadableStream({ pull: (controller) => (left-- > 0 ? controller.enqueue(piece) : controller.close()) })
  assert.equal((await made.writeFile('/big', stream)).size, 20 << 20)
  let size = 0
  let sum = 0
  for await (const chunk of await made.readFile('/big', { format: 'stream' })) {
    size += chunk.length
    sum = chunk.reduce((all, byte) => (all + byte) % 65521, sum)
  }
  assert.equal(size, 20 << 20)
  assert.equal(sum, (piece.reduce((all, byte) => all + byte, 0) * 20) % 65521)
})

test('writing again needs force, and replaces the whole file', async () => {
  const made = await volume()
  await made.writeFile('/f', 'a longer text')
  assert.match((await failure(made.writeFile('/f', 'other'))).message, /exists/)
  assert.equal(await made.readFile('/f'), 'a longer text')
  await made.writeFile('/f', 'short', { force: true })
  assert.equal(await made.readFile('/f'), 'short')
})

test('a file needs its directory', async () => {
  const made = await volume()
  assert.ok((await failure(made.writeFile('/no/such/f', 'x'))) instanceof VolumePathNotFoundError)
})

test('directories: made, with parents by force, listed by depth, removed whole', async () => {
  const made = await volume()
  const one = await made.makeDir('/one')
  assert.deepEqual([one.type, one.mode, one.uid], ['directory', 0o755, 1000])
  assert.match((await failure(made.makeDir('/one'))).message, /exists/)
  assert.equal((await made.makeDir('/one', { force: true })).type, 'directory')
  assert.ok((await failure(made.makeDir('/a/b/c'))) instanceof VolumePathNotFoundError)
  await made.makeDir('/a/b/c', { force: true })
  await made.writeFile('/a/b/c/f', 'deep')
  assert.deepEqual((await made.list('/')).map((entry) => entry.path), ['/a', '/one'])
  assert.deepEqual((await made.list('/a', { depth: 3 })).map((entry) => entry.path), ['/a/b', '/a/b/c', '/a/b/c/f'])
  await made.remove('/a')
  assert.deepEqual((await made.list('/')).map((entry) => entry.name), ['one'])
  assert.ok((await failure(made.list('/a'))) instanceof VolumePathNotFoundError)
})

test('owner, group and mode are set and changed', async () => {
  const made = await volume()
  const file = await made.writeFile('/f', 'x', { uid: 0, gid: 7, mode: 0o600 })
  assert.deepEqual([file.uid, file.gid, file.mode], [0, 7, 0o600])
  const changed = await made.updateMetadata('/f', { uid: 1000, mode: 0o777 })
  assert.deepEqual([changed.uid, changed.gid, changed.mode], [1000, 7, 0o777])
  assert.ok((await failure(made.updateMetadata('/none', { mode: 0o600 }))) instanceof VolumePathNotFoundError)
  for (const bad of [{ mode: 0o4755 }, { uid: 70_000 }]) assert.ok((await failure(made.updateMetadata('/f', bad))) instanceof VolumeError)
})

test('the token of one volume opens no other, and a key none', async () => {
  const [one, other] = [await volume(), await volume()]
  await one.writeFile('/f', 'mine')
  for (const token of [other.token, process.env.E2B_API_KEY, 'wrong', '']) assert.equal((await content(one, '/file?path=/f', { headers: { Authorization: `Bearer ${token}` } })).status, 401, token)
  assert.equal((await fetch(`${process.env.E2B_VOLUME_API_URL}/volumecontent/${one.volumeId}/file?path=/f`)).status, 401)
})

test('errors of content carry their code as text', async () => {
  const made = await volume()
  const answer = await content(made, '/path?path=/none')
  assert.equal(answer.status, 404)
  assert.equal((await answer.json()).code, '404')
})

test('paths that lead out, and what is no path, are refused', async () => {
  const made = await volume()
  for (const [method, path] of [['GET', '/file?path=../../etc/passwd'], ['GET', '/path?path=/../x'], ['GET', '/dir?path=/&depth=0'], ['GET', '/dir?path=/&depth=65'], ['GET', '/dir?path=/&depth=x'],
    ['GET', '/file?path=a%00b'], ['GET', '/file'], ['PUT', '/file?path=/'], ['DELETE', '/path?path=/'], ['PUT', '/file?path=/f&mode=99999'], ['PUT', '/file?path=/f&force=maybe'], ['GET', `/path?path=/${'n'.repeat(300)}`]]) {
    const answer = await content(made, path, { method })
    assert.equal(answer.status, 400, `${method} ${path}: ${answer.status}`)
  }
})

test('a sandbox reads what was written outside, and outside reads what it wrote', needs('volumes'), async (t) => {
  const made = await volume()
  await made.writeFile('/from-outside', 'out')
  const box = await fresh(t, { volumeMounts: { '/data': made } })
  assert.equal((await box.commands.run('cat /data/from-outside; echo in > /data/from-inside; stat -c %U /data/from-inside /data/from-outside')).stdout, 'outuser\nuser\n')
  assert.equal(await made.readFile('/from-inside'), 'in\n')
  assert.deepEqual((await Sandbox.getInfo(box.sandboxId)).volumeMounts, [{ name: made.name, path: '/data' }])
})

test('two sandboxes read and write one volume at once', needs('volumes'), async (t) => {
  const made = await volume()
  const boxes = await Promise.all([fresh(t, { volumeMounts: { '/data': made.name } }), fresh(t, { volumeMounts: { '/srv/shared': made.name } })])
  const write = (box, place, mark) => box.commands.run(`for i in $(seq 200); do echo ${mark}$i >> ${place}/log; echo ${mark} > ${place}/${mark}$i; done`)
  await Promise.all([write(boxes[0], '/data', 'a'), write(boxes[1], '/srv/shared', 'b')])
  assert.equal((await boxes[0].commands.run('wc -l < /data/log; ls /data | wc -l')).stdout, '400\n401\n')
  assert.equal((await made.list('/')).length, 401)
})

test('files outlive the sandbox', needs('volumes'), async (t) => {
  const made = await volume()
  const first = await fresh(t, { volumeMounts: { '/data': made } })
  await first.commands.run('mkdir /data/d && echo kept > /data/d/f')
  await first.kill()
  const second = await fresh(t, { volumeMounts: { '/data': made } })
  assert.equal((await second.commands.run('cat /data/d/f')).stdout, 'kept\n')
})

test('a volume in use cannot be removed; after the sandbox it can', needs('volumes'), async () => {
  const made = await Volume.create(name())
  const box = await Sandbox.create({ timeoutMs: 60_000, volumeMounts: { '/data': made } })
  try {
    assert.equal((await api(`/volumes/${made.volumeId}`, { method: 'DELETE' })).status, 409)
    await box.pause({ keepMemory: false })
    assert.equal((await api(`/volumes/${made.volumeId}`, { method: 'DELETE' })).status, 409)
  } finally {
    await box.kill()
  }
  assert.equal(await Volume.destroy(made.volumeId), true)
})

test('the mount is on the host while in use and goes after', needs('volumes'), async (t) => {
  const made = await volume()
  const place = () => mounts().some((one) => one.includes(made.volumeId))
  assert.equal(place(), false)
  const box = await fresh(t, { volumeMounts: { '/data': made } })
  assert.equal(place(), true)
  await box.kill()
  await until(() => !place(), { within: 20_000, what: 'the unmounting' })
  const attached = () => readdirSync('/sys/block').some((device) => existsSync(`/sys/block/${device}/loop/backing_file`) && readFileSync(`/sys/block/${device}/loop/backing_file`, 'utf8').includes(made.volumeId))
  await until(() => !attached(), { within: 10_000, what: 'the device to be free' })
})

test('the quota of bytes and of files holds, inside and outside', needs('volumes'), async (t) => {
  const called = name()
  const answer = await api('/v1/volumes', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: called, bytes: 32 << 20, files: 100 }) })
  assert.equal(answer.status, 201)
  const made = later(await Volume.connect((await answer.json()).id))
  const box = await fresh(t, { volumeMounts: { '/data': made } })
  assert.match((await attempt(box, 'head -c 64M /dev/zero > /data/big')).stderr, /No space left/)
  assert.equal((await content(made, '/file?path=/more', { method: 'PUT', body: new Uint8Array(4 << 20) })).status, 507)
  await box.commands.run('rm /data/big')
  assert.match((await attempt(box, 'for i in $(seq 400); do : > /data/f$i || exit 1; done')).stderr, /No space left/)
  assert.ok(Number((await box.commands.run('ls /data | wc -l')).stdout) < 300)
  await made.remove('/f1')
  await made.writeFile('/again', 'room')
})

test('bad mounts are refused', async () => {
  const made = await volume()
  for (const volumeMounts of [{ '/data': 'there-is-none' }, { relative: made }, { '/a/../b': made }, { '/': made }, { '/proc/x': made }, { '/usr': made }, { '/data/': made }, { '/d': made, '/d/e': made }]) {
    const error = await failure(Sandbox.create({ volumeMounts }))
    assert.ok(error instanceof SandboxError, JSON.stringify(Object.keys(volumeMounts)))
    assert.match(error.message, /^400/, error.message)
  }
})

test('no set-user-id program and no device works on a volume', needs('volumes'), async (t) => {
  const made = await volume()
  const box = await fresh(t, { volumeMounts: { '/data': made } })
  await box.commands.run('cp /usr/bin/id /data/id && chmod 4755 /data/id', { user: 'root' })
  assert.match((await box.commands.run('/data/id -u')).stdout, /^1000/)
  assert.notEqual((await attempt(box, 'mknod /data/null c 1 3', { user: 'root' })).exitCode, 0)
})

test('forks and pauses keep the volume', needs('volumes'), async (t) => {
  const made = await volume()
  const box = await fresh(t, { volumeMounts: { '/data': made } })
  await box.commands.run('echo one > /data/f')
  await box.pause()
  await box.connect()
  const [fork] = await box.fork({ headers: { 'Caisson-Memory': 'drop' } })
  record(fork.sandboxId)
  t.after(() => fork.kill().catch(() => false))
  assert.equal((await fork.commands.run('cat /data/f; echo two >> /data/f')).stdout, 'one\n')
  assert.equal((await box.commands.run('cat /data/f')).stdout, 'one\ntwo\n')
})

test('a link in the way of a mount is refused, though it came with a snapshot', needs('volumes'), async (t) => {
  const made = await volume()
  const box = await fresh(t)
  await box.commands.run('ln -s /etc /link && mkdir /real && touch /file', { user: 'root' })
  const { snapshotId } = await box.createSnapshot({ headers: { 'Caisson-Memory': 'drop' } })
  t.after(() => Sandbox.deleteSnapshot(snapshotId))
  for (const place of ['/link', '/link/deeper', '/file', '/file/x']) {
    const error = await failure(Sandbox.create(snapshotId, { volumeMounts: { [place]: made } }))
    assert.match(error.message, /^400/, `${place}: ${error.message}`)
  }
  assert.ok(!existsSync('/etc/deeper'), 'nothing was made on the host')
  const there = await Sandbox.create(snapshotId, { timeoutMs: 60_000, volumeMounts: { '/real/below': made } })
  record(there.sandboxId)
  t.after(() => there.kill().catch(() => false))
  assert.equal((await there.commands.run('echo x > /real/below/f && cat /real/below/f')).stdout, 'x\n')
})

test('links and renames raced from inside lead no call out of the volume', { ...needs('volumes'), timeout: 120_000 }, async (t) => {
  const made = await volume()
  const box = await fresh(t, { volumeMounts: { '/data': made } })
  const mark = unique('m')
  await box.files.write('/tmp/race.py', `
import os
os.chdir('/data')
os.makedirs('good', exist_ok=True)
for name in ('hostname', 'passwd'):
    open('good/' + name, 'w').write('inside')
links = ['/etc', '../../../../etc', '/proc/self/root/etc', '../../../../../../../../etc', '/data/../etc']
for i, to in enumerate(links):
    os.symlink(to, 'l%d' % i)
os.symlink('good', 'd')
print('ready', flush=True)
i = 0
while True:
    i += 1
    os.symlink(links[i % len(links)], 'n')
    os.rename('n', 'd')
    os.symlink('good', 'n')
    os.rename('n', 'd')
    os.rename('good', 'moved'); os.rename('moved', 'good')
`)
  const racer = await box.commands.run('exec python3 /tmp/race.py', { background: true, timeoutMs: 0 })
  await until(() => racer.stdout.includes('ready'), { what: 'the race' })
  const seen = new Map()
  const end = Date.now() + 15_000
  const work = async () => {
    while (Date.now() < end) {
      for (const [method, path, body] of [['GET', '/file?path=/d/hostname'], ['GET', '/file?path=/l0/passwd'], ['GET', '/dir?path=/d&depth=2'], ['PUT', `/file?path=/d/${mark}&force=true`, 'x'],
        ['POST', `/dir?path=/d/${mark}d&force=true`], ['GET', '/path?path=/d/passwd'], ['DELETE', `/path?path=/d/${mark}`], ['DELETE', '/path?path=/l1/passwd'], ['GET', '/file?path=/l2/hostname']]) {
        const answer = await content(made, path, { method, body })
        const text = await answer.text()
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
        assert.ok([200, 201, 204, 400, 404, 409].includes(answer.status), `${method} ${path}: ${answer.status} ${text}`)
        if (method === 'GET' && path.startsWith('/file') && answer.status === 200) assert.equal(text, 'inside')
        if (path.startsWith('/dir?') && answer.status === 200) assert.ok(!text.includes('shadow'), 'a listing of the host')
      }
    }
  }
  await Promise.all([work(), work(), work()])
  await racer.kill()
  assert.ok(seen.get(200) > 0 && seen.get(400) > 0, `both sides of the race were met: ${JSON.stringify([...seen])}`)
  for (const place of ['/etc', '/', '/proc', process.env.E2E_STATE]) assert.ok(!readdirSync(place).some((entry) => entry.startsWith(mark)), `${place} has what was written`)
  assert.ok(existsSync('/etc/passwd'))
})

test('a removed directory is gone at once, however deep and wide it is', { ...needs('volumes'), timeout: 120_000 }, async (t) => {
  const made = await volume()
  const box = await fresh(t, { volumeMounts: { '/data': made } })
  await box.commands.run(`python3 -c "
import os
os.makedirs('/data/t/wide')
for i in range(3000): os.mkdir('/data/t/wide/%d' % i)
os.chdir('/data/t')
for i in range(2000):
    os.mkdir('d'); os.chdir('d')
"`, { timeoutMs: 60_000 })
  await made.remove('/t')
  assert.equal((await box.commands.run('ls -A /data | wc -l')).stdout, '0\n')
  await sleep(100)
  await made.writeFile('/f', 'fine')
})

test('pipes and sockets in a volume hold nobody up', needs('volumes'), async (t) => {
  const made = await volume()
  const box = await fresh(t, { volumeMounts: { '/data': made } })
  await box.commands.run('mkfifo /data/pipe && ln -s pipe /data/link')
  for (const path of ['/pipe', '/link']) assert.ok((await failure(made.readFile(path))) instanceof VolumeError)
  assert.equal((await made.getInfo('/pipe')).type, 'unknown')
  const link = await made.getInfo('/link')
  assert.deepEqual([link.type, link.target], ['symlink', 'pipe'])
  await made.writeFile('/link', 'a file now', { force: true })
  assert.equal((await box.commands.run('cat /data/link; test -p /data/pipe && echo still')).stdout, 'a file nowstill\n')
})

if (lack('volumes')) {
  test('a wall without volumes says so, and names those that have them', async () => {
    const made = await volume()
    const error = await failure(Sandbox.create({ timeoutMs: 60_000, volumeMounts: { '/mnt/v': made } }))
    assert.match(error.message, /501: the \w+ wall shows no volumes\..*bubblewrap/)
  })
}
