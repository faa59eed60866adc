// Files and directories.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { AuthenticationError, FileNotFoundError, InvalidArgumentError, SandboxError } from 'e2b'

import { attempt, create, failure, test, unique } from '../harness/suite.mjs'
import { lack, needs } from '../harness/wall.mjs'
import { request, routed, unary } from '../harness/wire.mjs'

let box
before(async () => {
  box = await create()
})
after(() => box?.kill())

const everyByte = () => Uint8Array.from({ length: 65_536 }, (_, i) => (i * 31 + (i >> 8)) & 255)
const names = (entries) => entries.map((entry) => entry.path)

/** A stream of repeatable bytes and their hash. */
function produce(total, piece = 1024 * 1024) {
  const hash = createHash('sha256')
  let sent = 0
  let turn = 0
  const block = Buffer.alloc(piece).map((_, i) => (i * 13 + (i >> 10)) & 255)
  const stream = new ReadableStream({
    pull(controller) {
      if (sent >= total) return controller.close()
      block.writeUInt32BE(turn++, 0)
      const part = Uint8Array.from(block.subarray(0, Math.min(piece, total - sent)))
      hash.update(part)
      sent += part.length
      controller.enqueue(part)
    },
  })
  return { stream, digest: () => hash.digest('hex') }
}

async function hashOf(stream) {
  const hash = createHash('sha256')
  let length = 0
  for await (const part of stream) {
    hash.update(part)
    length += part.length
  }
  return { length, digest: hash.digest('hex') }
}

describe('read and write', () => {
  test('text', async () => {
    const info = await box.files.write('text.txt', 'hello\n')
    assert.deepEqual([info.name, info.path, info.type], ['text.txt', '/home/user/text.txt', 'file'])
    assert.equal(await box.files.read('text.txt'), 'hello\n')
    assert.equal((await box.commands.run('cat text.txt')).stdout, 'hello\n')
  })

  test('bytes', async () => {
    const data = everyByte()
    await box.files.write('bytes.bin', data.buffer)
    assert.deepEqual(await box.files.read('bytes.bin', { format: 'bytes' }), data)
  })

  test('a blob', async () => {
    const data = everyByte()
    await box.files.write('blob.bin', new Blob([data]))
    const blob = await box.files.read('blob.bin', { format: 'blob' })
    assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), data)
  })

  test('a stream', async () => {
    const { stream, digest } = produce(300_000, 10_000)
    await box.files.write('stream.bin', stream)
    const { length, digest: got } = await hashOf(await box.files.read('stream.bin', { format: 'stream' }))
    assert.equal(length, 300_000)
    assert.equal(got, digest())
  })

  test('what a command wrote', async () => {
    await box.commands.run('printf "from inside" > inside.txt')
    assert.equal(await box.files.read('inside.txt'), 'from inside')
  })

  test('an empty file', async () => {
    await box.files.write('empty.txt', '')
    assert.equal(await box.files.read('empty.txt'), '')
    assert.deepEqual(await box.files.read('empty.txt', { format: 'bytes' }), new Uint8Array(0))
    assert.equal((await box.files.getInfo('empty.txt')).size, 0)
  })

  test('over what was there, longer by shorter', async () => {
    await box.files.write('over.txt', 'a long first content')
    await box.files.write('over.txt', 'short')
    assert.equal(await box.files.read('over.txt'), 'short')
  })

  test('makes missing directories', async () => {
    const path = `/home/user/${unique()}/b/c/file.txt`
    await box.files.write(path, 'deep')
    assert.equal(await box.files.read(path), 'deep')
    const parent = await box.files.getInfo(path.replace('/file.txt', ''))
    assert.deepEqual([parent.type, parent.owner, parent.permissions], ['dir', 'user', 'drwxr-xr-x'])
  })

  test('several files in one call', async () => {
    const directory = `/tmp/${unique()}`
    const infos = await box.files.write([
      { path: `${directory}/a.txt`, data: 'A' },
      { path: `${directory}/sub/b.bin`, data: everyByte().buffer },
      { path: `${directory}/c.txt`, data: new Blob(['C']) },
    ])
    assert.deepEqual(names(infos), [`${directory}/a.txt`, `${directory}/sub/b.bin`, `${directory}/c.txt`])
    assert.equal(await box.files.read(`${directory}/a.txt`), 'A')
    assert.deepEqual(await box.files.read(`${directory}/sub/b.bin`, { format: 'bytes' }), everyByte())
    assert.equal(await box.files.read(`${directory}/c.txt`), 'C')
  })

  test('several files, streamed', async () => {
    const directory = `/tmp/${unique()}`
    const infos = await box.files.write([{ path: `${directory}/a`, data: produce(50_000).stream }, { path: `${directory}/b`, data: 'plain' }])
    assert.equal(infos.length, 2)
    assert.equal((await box.files.getInfo(`${directory}/a`)).size, 50_000)
    assert.equal(await box.files.read(`${directory}/b`), 'plain')
  })

  test('one file in a list gives a list', async () => {
    const infos = await box.files.writeFiles([{ path: '/tmp/only.txt', data: 'x' }])
    assert.ok(Array.isArray(infos))
    assert.deepEqual(names(infos), ['/tmp/only.txt'])
  })

  test('no file writes nothing', async () => {
    assert.deepEqual(await box.files.write([]), [])
  })

  test('two files to one path in one request are refused', async () => {
    const error = await failure(box.files.write([{ path: '/tmp/same', data: '1' }, { path: '/tmp/same', data: '2' }]))
    assert.ok(error instanceof InvalidArgumentError)
  })

  test('names beyond ASCII', async () => {
    for (const name of ['žluťoučký kůň.txt', '日本語.txt', '🐴.txt', 'a b&c=d+e%20f#g?h.txt', "it's \"quoted\".txt"]) {
      const path = `/tmp/${name}`
      await box.files.write(path, name)
      assert.equal(await box.files.read(path), name)
      assert.equal((await box.files.getInfo(path)).name, name)
      assert.ok(names(await box.files.list('/tmp')).includes(path))
    }
  })

  test('relative paths begin in the home directory', async () => {
    await box.files.write('rel/ative.txt', 'r')
    assert.equal(await box.files.read('/home/user/rel/ative.txt'), 'r')
    assert.equal(await box.files.read('./rel/../rel/ative.txt'), 'r')
  })

  test('a tilde is the home directory', async () => {
    await box.files.write('~/tilde.txt', 't')
    assert.equal(await box.files.read('/home/user/tilde.txt'), 't')
    assert.equal(await box.files.read('~/tilde.txt'), 't')
    assert.ok((await box.files.list('~')).some((entry) => entry.name === 'tilde.txt'))
  })

  test('a tilde with a name is refused', async () => {
    assert.ok((await failure(box.files.getInfo('~other/x'))) instanceof InvalidArgumentError)
  })

  test('compressed on the way up and down', async () => {
    const text = 'compress me '.repeat(50_000)
    await box.files.write('gzip.txt', text, { gzip: true })
    assert.equal((await box.commands.run('wc -c < gzip.txt')).stdout.trim(), String(text.length))
    assert.equal(await box.files.read('gzip.txt', { gzip: true }), text)
  })

  test('is compressed on the wire when asked for', async () => {
    const text = 'compress me '.repeat(50_000)
    await box.files.write('wire.txt', text)
    const answer = await request('GET', '/files?path=wire.txt', { headers: { ...routed(box), 'Accept-Encoding': 'gzip' } })
    assert.equal(answer.headers['content-encoding'], 'gzip')
    assert.ok(answer.bytes.length < text.length / 10)
    assert.equal(gunzipSync(answer.bytes).toString(), text)
    const plain = await request('GET', '/files?path=wire.txt', { headers: { ...routed(box), 'Accept-Encoding': 'identity' } })
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.equal(plain.bytes.length, text.length)
  })

  test('a compressed upload that is no gzip is refused', async () => {
    const headers = { ...routed(box), 'Content-Type': 'application/octet-stream', 'Content-Encoding': 'gzip' }
    const answer = await request('POST', '/files?path=bad.gz', { headers, body: Buffer.from('not gzip at all') })
    assert.equal(answer.status, 400)
  })

  test('a truncated gzip upload is refused', async () => {
    const headers = { ...routed(box), 'Content-Type': 'application/octet-stream', 'Content-Encoding': 'gzip' }
    const answer = await request('POST', '/files?path=cut.gz', { headers, body: gzipSync(Buffer.alloc(100_000, 'ab')).subarray(0, 60) })
    assert.equal(answer.status, 400)
  })

  test('an unknown encoding is refused', async () => {
    const headers = { ...routed(box), 'Content-Type': 'application/octet-stream', 'Content-Encoding': 'rot13' }
    const { status } = await request('POST', '/files?path=x', { headers, body: 'x' })
    assert.ok([400, 406, 415].includes(status), String(status))
  })

  test('a part of a file', async () => {
    await box.files.write('range.txt', '0123456789')
    const answer = await request('GET', '/files?path=range.txt', { headers: { ...routed(box), Range: 'bytes=2-5' } })
    assert.equal(answer.status, 206)
    assert.equal(answer.text, '2345')
    assert.equal(answer.headers['content-range'], 'bytes 2-5/10')
  })

  test('20 files at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => box.files.write(`/tmp/par/${i}`, String(i).repeat(1000))))
    const texts = await Promise.all(Array.from({ length: 20 }, (_, i) => box.files.read(`/tmp/par/${i}`)))
    assert.deepEqual(texts, Array.from({ length: 20 }, (_, i) => String(i).repeat(1000)))
  })
})

describe('large files', () => {
  test('100 MB, streamed both ways', async () => {
    const size = 100 * 1024 * 1024
    const { stream, digest } = produce(size)
    await box.files.write('/tmp/large.bin', stream)
    const sent = digest()
    assert.equal((await box.commands.run('sha256sum < /tmp/large.bin')).stdout.slice(0, 64), sent)
    assert.deepEqual(await hashOf(await box.files.read('/tmp/large.bin', { format: 'stream' })), { length: size, digest: sent })
    await box.files.remove('/tmp/large.bin')
  })

  test('40 MB in a form, past the usual limit of bodies', async () => {
    const size = 40 * 1024 * 1024
    await box.files.write('/tmp/form.bin', new Blob([Buffer.alloc(size, 7)]))
    assert.equal((await box.files.getInfo('/tmp/form.bin')).size, size)
    await box.files.remove('/tmp/form.bin')
  })

  test('1 GiB, streamed both ways', { skip: process.env.E2E_BIG === '1' ? false : 'E2E_BIG=1 is not set', timeout: 300_000 }, async () => {
    const size = 1024 * 1024 * 1024
    const { stream, digest } = produce(size)
    await box.files.write('/tmp/huge.bin', stream)
    assert.deepEqual(await hashOf(await box.files.read('/tmp/huge.bin', { format: 'stream', requestTimeoutMs: 240_000 })), { length: size, digest: digest() })
    await box.files.remove('/tmp/huge.bin')
  })

  test('a reader that stops early harms nothing', async () => {
    await box.commands.run('head -c 30000000 /dev/zero > /tmp/stop.bin')
    const stream = await box.files.read('/tmp/stop.bin', { format: 'stream' })
    const reader = stream.getReader()
    assert.ok((await reader.read()).value.length > 0)
    await reader.cancel()
    assert.equal(await box.isRunning(), true)
    assert.equal((await box.commands.run('echo fine')).stdout, 'fine\n')
  })
})

describe('owners', () => {
  test('a file belongs to the user who wrote it', async () => {
    await box.files.write('/tmp/own-user', 'x')
    await box.files.write('/tmp/own-root', 'x', { user: 'root' })
    assert.equal((await box.commands.run('stat -c %U:%G:%a /tmp/own-user /tmp/own-root')).stdout, 'user:user:644\nroot:root:644\n')
  })

  test('root\'s relative paths begin in root\'s home', async () => {
    await box.files.write('rooted.txt', 'r', { user: 'root' })
    assert.equal(await box.files.read('/root/rooted.txt', { user: 'root' }), 'r')
  })

  test('a directory belongs to the user who made it', async () => {
    const path = `/tmp/${unique()}`
    await box.files.makeDir(path, { user: 'root' })
    assert.equal((await box.files.getInfo(path)).owner, 'root')
  })

  test('an unknown user is an AuthenticationError', async () => {
    assert.ok((await failure(box.files.read('x', { user: 'nobody9' }))) instanceof AuthenticationError)
    assert.ok((await failure(box.files.write('x', 'x', { user: 'nobody9' }))) instanceof AuthenticationError)
    assert.ok((await failure(box.files.list('/', { user: 'nobody9' }))) instanceof AuthenticationError)
  })
})

describe('describe', () => {
  test('a file', async () => {
    await box.files.write('info.txt', '12345')
    await box.commands.run('chmod 640 info.txt')
    const info = await box.files.getInfo('info.txt')
    assert.deepEqual([info.name, info.path, info.type, info.size], ['info.txt', '/home/user/info.txt', 'file', 5])
    assert.deepEqual([info.mode, info.permissions, info.owner, info.group], [0o640, '-rw-r-----', 'user', 'user'])
    assert.ok(Math.abs(Date.now() - info.modifiedTime.getTime()) < 60_000)
    assert.equal(info.symlinkTarget, undefined)
    assert.equal(info.metadata, undefined)
  })

  test('a directory', async () => {
    await box.files.makeDir('/tmp/directory')
    const info = await box.files.getInfo('/tmp/directory')
    assert.deepEqual([info.type, info.mode, info.permissions], ['dir', 0o755, 'drwxr-xr-x'])
  })

  test('a symbolic link is described as its target', async () => {
    await box.commands.run('printf 1234567 > target.txt && ln -sf target.txt link.txt')
    const info = await box.files.getInfo('link.txt')
    assert.deepEqual([info.name, info.type, info.symlinkTarget], ['link.txt', 'file', '/home/user/target.txt'])
    assert.equal(info.mode, 0o644)
    assert.match(info.permissions, /^Lrwxrwxrwx$/)
  })

  test('a link to a directory', async () => {
    await box.commands.run('mkdir -p real && ln -sfn real dirlink')
    const info = await box.files.getInfo('dirlink')
    assert.deepEqual([info.type, info.symlinkTarget], ['dir', '/home/user/real'])
  })

  test('a root-owned file', async () => {
    const info = await box.files.getInfo('/etc/passwd')
    assert.deepEqual([info.owner, info.group, info.type], ['root', 'root', 'file'])
  })

  test('a file that is not there is a FileNotFoundError', async () => {
    const error = await failure(box.files.getInfo('nowhere.txt'))
    assert.ok(error instanceof FileNotFoundError)
    assert.match(error.message, /nowhere\.txt/)
  })

  test('exists', async () => {
    await box.files.write('exists.txt', '')
    assert.equal(await box.files.exists('exists.txt'), true)
    assert.equal(await box.files.exists('/tmp'), true)
    assert.equal(await box.files.exists('not-there.txt'), false)
  })
})

describe('metadata', () => {
  test('is kept with the file', needs('metadata'), async () => {
    const info = await box.files.write('meta.txt', 'm', { metadata: { Author: 'me', 'x-run': 'run 1; a=b' } })
    assert.deepEqual(info.metadata, { author: 'me', 'x-run': 'run 1; a=b' })
    assert.deepEqual((await box.files.getInfo('meta.txt')).metadata, { author: 'me', 'x-run': 'run 1; a=b' })
  })

  test('is replaced as a whole by the next upload', needs('metadata'), async () => {
    await box.files.write('meta2.txt', 'm', { metadata: { a: '1', b: '2' } })
    await box.files.write('meta2.txt', 'm', { metadata: { c: '3' } })
    assert.deepEqual((await box.files.getInfo('meta2.txt')).metadata, { c: '3' })
    await box.files.write('meta2.txt', 'm')
    assert.equal((await box.files.getInfo('meta2.txt')).metadata, undefined)
  })

  test('shows in listings and survives a rename', needs('metadata'), async () => {
    const directory = `/tmp/${unique()}`
    await box.files.write(`${directory}/a`, 'm', { metadata: { k: 'v' } })
    await box.files.rename(`${directory}/a`, `${directory}/b`)
    const [entry] = await box.files.list(directory)
    assert.deepEqual([entry.name, entry.metadata], ['b', { k: 'v' }])
  })

  if (lack('metadata')) {
    test('is refused where it cannot be kept, and the file is there', async () => {
      const error = await failure(box.files.write('meta.txt', 'm', { metadata: { author: 'me' } }))
      assert.match(error.message, /501: .*meta\.txt was written, but its file system keeps no metadata/)
      assert.equal(await box.files.read('meta.txt'), 'm')
    })
  }

  test('that is too large is refused', async () => {
    const error = await failure(box.files.write('meta3.txt', 'm', { metadata: { big: 'x'.repeat(5000) } }))
    assert.ok(error instanceof InvalidArgumentError)
  })
})

describe('list', () => {
  let root
  before(async () => {
    root = `/tmp/${unique()}`
    await box.commands.run(`mkdir -p ${root}/b/deep/er ${root}/a && echo 1 > ${root}/z.txt && echo 2 > ${root}/b/y.txt && echo 3 > ${root}/b/deep/x.txt && ln -s b ${root}/l`)
  })

  test('one level', async () => {
    const entries = await box.files.list(root)
    assert.deepEqual(names(entries), ['a', 'b', 'l', 'z.txt'].map((name) => `${root}/${name}`))
    assert.deepEqual(entries.map((entry) => entry.type), ['dir', 'dir', 'dir', 'file'])
    assert.equal(entries[3].size, 2)
  })

  test('two levels, depth first, not through links', async () => {
    const entries = await box.files.list(root, { depth: 2 })
    assert.deepEqual(names(entries), ['a', 'b', 'b/deep', 'b/y.txt', 'l', 'z.txt'].map((name) => `${root}/${name}`))
  })

  test('all levels', async () => {
    const entries = await box.files.list(root, { depth: 10 })
    assert.deepEqual(names(entries), ['a', 'b', 'b/deep', 'b/deep/er', 'b/deep/x.txt', 'b/y.txt', 'l', 'z.txt'].map((name) => `${root}/${name}`))
  })

  test('a depth below one is an InvalidArgumentError', async () => {
    assert.ok((await failure(box.files.list(root, { depth: 0 }))) instanceof InvalidArgumentError)
  })

  test('an empty directory', async () => {
    assert.deepEqual(await box.files.list(`${root}/a`), [])
  })

  test('broken links are left out', async () => {
    await box.commands.run(`mkdir -p ${root}/broken && ln -sfn /nowhere ${root}/broken/link && touch ${root}/broken/file`)
    assert.deepEqual((await box.files.list(`${root}/broken`)).map((entry) => entry.name), ['file'])
  })

  test('3,000 files', async () => {
    await box.commands.run(`mkdir -p ${root}/many && cd ${root}/many && seq -f 'f%04g' 1 3000 | xargs touch`)
    const entries = await box.files.list(`${root}/many`)
    assert.equal(entries.length, 3000)
    assert.deepEqual([entries[0].name, entries.at(-1).name], ['f0001', 'f3000'])
    await box.files.remove(`${root}/many`)
  })

  test('a missing directory is a FileNotFoundError', async () => {
    assert.ok((await failure(box.files.list(`${root}/none`))) instanceof FileNotFoundError)
  })

  test('a file is an InvalidArgumentError', async () => {
    assert.ok((await failure(box.files.list(`${root}/z.txt`))) instanceof InvalidArgumentError)
  })
})

describe('change', () => {
  test('makeDir is true once and false afterwards', async () => {
    const path = `/tmp/${unique()}/x/y`
    assert.equal(await box.files.makeDir(path), true)
    assert.equal(await box.files.makeDir(path), false)
    assert.equal((await box.files.getInfo(path)).type, 'dir')
  })

  test('makeDir over a file is an InvalidArgumentError', async () => {
    await box.files.write('/tmp/a-file', 'x')
    assert.ok((await failure(box.files.makeDir('/tmp/a-file'))) instanceof InvalidArgumentError)
  })

  test('rename a file', async () => {
    await box.files.write('old.txt', 'moved')
    const info = await box.files.rename('old.txt', 'new.txt')
    assert.deepEqual([info.name, info.path], ['new.txt', '/home/user/new.txt'])
    assert.equal(await box.files.exists('old.txt'), false)
    assert.equal(await box.files.read('new.txt'), 'moved')
  })

  test('rename makes missing directories', async () => {
    await box.files.write('here.txt', 'x')
    const path = `/tmp/${unique()}/there/it/is.txt`
    await box.files.rename('here.txt', path)
    assert.equal(await box.files.read(path), 'x')
  })

  test('rename a directory with what is in it', async () => {
    const path = `/tmp/${unique()}`
    await box.files.write(`${path}/a/b.txt`, 'x')
    await box.files.rename(path, `${path}-2`)
    assert.equal(await box.files.read(`${path}-2/a/b.txt`), 'x')
  })

  test('rename of what is not there is a FileNotFoundError', async () => {
    assert.ok((await failure(box.files.rename('nowhere.txt', 'x.txt'))) instanceof FileNotFoundError)
  })

  test('remove a file', async () => {
    await box.files.write('gone.txt', 'x')
    await box.files.remove('gone.txt')
    assert.equal(await box.files.exists('gone.txt'), false)
  })

  test('remove a tree, not what its links lead to', async () => {
    const path = `/tmp/${unique()}`
    await box.files.write(`${path}-kept/file`, 'kept')
    await box.commands.run(`mkdir -p ${path}/a/b && ln -s ${path}-kept ${path}/a/link && touch ${path}/a/b/c`)
    await box.files.remove(path)
    assert.equal(await box.files.exists(path), false)
    assert.equal(await box.files.read(`${path}-kept/file`), 'kept')
  })

  test('remove of what is not there is fine', async () => {
    assert.equal(await box.files.remove(`/tmp/${unique()}`), undefined)
  })

  test('several files can be composed into one', async () => {
    const path = `/tmp/${unique()}`
    await box.files.write([{ path: `${path}/1`, data: 'one ' }, { path: `${path}/2`, data: 'two' }])
    const body = { source_paths: [`${path}/1`, `${path}/2`], destination: `${path}/both` }
    const answer = await request('POST', '/files/compose', { headers: routed(box), body })
    assert.equal(answer.status, 200)
    assert.equal(await box.files.read(`${path}/both`), 'one two')
    assert.equal(await box.files.exists(`${path}/1`), false)
  })
})

describe('errors', () => {
  test('reading what is not there is a FileNotFoundError in every format', async () => {
    for (const format of ['text', 'bytes', 'blob', 'stream']) {
      const error = await failure(box.files.read('/no/such/file', { format }))
      assert.ok(error instanceof FileNotFoundError, format)
      if (format !== 'stream') assert.match(error.message, /\/no\/such\/file/)
    }
  })

  test('reading a directory is an InvalidArgumentError', async () => {
    const error = await failure(box.files.read('/tmp'))
    assert.ok(error instanceof InvalidArgumentError)
    assert.match(error.message, /path '\/tmp' is a directory/)
  })

  test('writing to a directory is an InvalidArgumentError', async () => {
    assert.ok((await failure(box.files.write('/tmp', 'x'))) instanceof InvalidArgumentError)
  })

  test('writing below a file is an error of the caller', async () => {
    await box.files.write('/tmp/not-a-dir', 'x')
    const error = await failure(box.files.write('/tmp/not-a-dir/x', 'x'))
    assert.ok(error instanceof SandboxError)
    assert.doesNotMatch(error.message, /^50\d/)
  })

  test('errors of an RPC have a code and a message', async () => {
    const answer = await unary(box, '/filesystem.Filesystem/Stat', { path: '/no/such/file' })
    assert.equal(answer.status, 404)
    assert.equal(answer.json.code, 'not_found')
    assert.match(answer.json.message, /\/no\/such\/file/)
  })

  test('sizes are strings of digits in an RPC', async () => {
    await box.files.write('/tmp/sized', '12345')
    const answer = await unary(box, '/filesystem.Filesystem/Stat', { path: '/tmp/sized' })
    assert.equal(answer.json.entry.size, '5')
    assert.equal(answer.json.entry.type, 'FILE_TYPE_FILE')
    assert.match(answer.json.entry.modifiedTime, /^\d{4}-\d\d-\d\dT.*Z$/)
  })

  test('after a failed write nothing half-written is left under a new name', async () => {
    const path = `/tmp/${unique()}`
    await attempt(box, 'true')
    const headers = { ...routed(box), 'Content-Type': 'application/octet-stream', 'Content-Length': '1000' }
    await failure(request('POST', `/files?path=${path}`, { headers, body: Buffer.from('only a part'), timeout: 1500 }))
    assert.equal((await box.commands.run('echo fine')).stdout, 'fine\n')
  })
})
