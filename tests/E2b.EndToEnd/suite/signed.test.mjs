// Pre-signed URLs: used with plain fetch, without a key, a token or routing headers.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe } from 'node:test'
import { getSignature } from 'e2b'

import { create, fresh, sleep, test } from '../harness/suite.mjs'

const get = (url) => fetch(url, { signal: AbortSignal.timeout(20_000) })
const post = (url, body, headers) => fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(20_000) })

function form(name, text) {
  const data = new FormData()
  data.append('file', new Blob([text]), name)
  return data
}

let box
before(async () => {
  box = await create()
  await box.files.write('signed.txt', 'signed content')
})
after(() => box?.kill())

test('the signature is the documented one', async () => {
  const token = '0tQG31xiMp0IOQfaz9dcwi72L1CPo8e0'
  const { signature } = await getSignature({ path: 'hello.txt', operation: 'read', user: 'user', envdAccessToken: token })
  assert.equal(signature, 'v1_gUtH/s9YCJWgCizjfUxuWfhFE4QSydOWEIIvfLwDr6E')
  const own = createHash('sha256').update(`hello.txt:read:user:${token}`).digest('base64').replace(/=+$/, '')
  assert.equal(signature, `v1_${own}`)
})

describe('download', () => {
  test('without an id, a key or a token', async () => {
    const url = await box.downloadUrl('signed.txt')
    assert.ok(!url.includes(box.sandboxId) && !url.includes(box.envdAccessToken))
    const answer = await get(url)
    assert.equal(answer.status, 200)
    assert.equal(await answer.text(), 'signed content')
    assert.match(answer.headers.get('content-disposition') ?? '', /filename="?signed\.txt/)
  })

  test('as a user', async () => {
    await box.files.write('/root/secret.txt', 'of root', { user: 'root' })
    assert.equal(await (await get(await box.downloadUrl('/root/secret.txt', { user: 'root' }))).text(), 'of root')
  })

  test('as another user than was signed is 401', async () => {
    const url = new URL(await box.downloadUrl('signed.txt', { user: 'user' }))
    url.searchParams.set('username', 'root')
    assert.equal((await get(url)).status, 401)
  })

  test('with an expiry in the future', async () => {
    const url = await box.downloadUrl('signed.txt', { useSignatureExpiration: 60 })
    assert.match(url, /signature_expiration=\d{10}/)
    assert.equal(await (await get(url)).text(), 'signed content')
  })

  test('after its expiry is 401 and says so', async () => {
    const url = await box.downloadUrl('signed.txt', { useSignatureExpiration: 1 })
    await sleep(2500)
    const answer = await get(url)
    assert.equal(answer.status, 401)
    assert.equal((await answer.json()).message, 'signature is already expired')
  })

  test('with a later expiry than was signed is 401', async () => {
    const url = new URL(await box.downloadUrl('signed.txt', { useSignatureExpiration: 1 }))
    url.searchParams.set('signature_expiration', String(Math.floor(Date.now() / 1000) + 9999))
    assert.equal((await get(url)).status, 401)
  })

  test('with the expiry taken off is 401', async () => {
    const url = new URL(await box.downloadUrl('signed.txt', { useSignatureExpiration: 60 }))
    url.searchParams.delete('signature_expiration')
    assert.equal((await get(url)).status, 401)
  })

  test('with a wrong signature is 401', async () => {
    const url = new URL(await box.downloadUrl('signed.txt'))
    url.searchParams.set('signature', 'v1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
    const answer = await get(url)
    assert.equal(answer.status, 401)
    assert.equal((await answer.json()).code, 401)
  })

  test('of another path than was signed is 401', async () => {
    const url = new URL(await box.downloadUrl('signed.txt'))
    url.searchParams.set('path', '/etc/passwd')
    assert.equal((await get(url)).status, 401)
  })

  test('without a signature is 401', async () => {
    const url = new URL(await box.downloadUrl('signed.txt'))
    url.searchParams.delete('signature')
    assert.equal((await get(url)).status, 401)
  })

  test('of a file that is not there is 404', async () => {
    assert.equal((await get(await box.downloadUrl('not-there.txt'))).status, 404)
  })

  test('comes from the sandbox whose token signed it', async (t) => {
    const other = await fresh(t)
    await other.files.write('signed.txt', 'of the other')
    assert.equal(await (await get(await other.downloadUrl('signed.txt'))).text(), 'of the other')
    assert.equal(await (await get(await box.downloadUrl('signed.txt'))).text(), 'signed content')
  })

  test('stops with the sandbox', async (t) => {
    const other = await fresh(t)
    await other.files.write('x.txt', 'x')
    const url = await other.downloadUrl('x.txt')
    assert.equal((await get(url)).status, 200)
    await other.kill()
    assert.ok([401, 502].includes((await get(url)).status))
  })

  test('of a path with odd characters', async () => {
    const path = '/tmp/a b+c&d=é#%.txt'
    await box.files.write(path, 'odd')
    assert.equal(await (await get(await box.downloadUrl(path))).text(), 'odd')
  })
})

describe('upload', () => {
  test('to a path', async () => {
    const answer = await post(await box.uploadUrl('up.txt'), form('ignored.txt', 'uploaded'))
    assert.equal(answer.status, 200)
    assert.deepEqual((await answer.json())[0], { name: 'up.txt', path: '/home/user/up.txt', type: 'file' })
    assert.equal(await box.files.read('up.txt'), 'uploaded')
  })

  test('to the name in the form', async () => {
    const answer = await post(await box.uploadUrl(), form('/tmp/formed.txt', 'by form'))
    assert.equal(answer.status, 200)
    assert.equal(await box.files.read('/tmp/formed.txt'), 'by form')
  })

  test('of raw bytes', async () => {
    const answer = await post(await box.uploadUrl('raw.bin'), 'raw', { 'Content-Type': 'application/octet-stream' })
    assert.equal(answer.status, 200)
    assert.equal(await box.files.read('raw.bin'), 'raw')
  })

  test('as a user, with an expiry', async () => {
    const url = await box.uploadUrl('/root/up.txt', { user: 'root', useSignatureExpiration: 60 })
    assert.equal((await post(url, form('x', 'as root'))).status, 200)
    assert.equal((await box.files.getInfo('/root/up.txt', { user: 'root' })).owner, 'root')
  })

  test('after its expiry is 401 and writes nothing', async () => {
    const url = await box.uploadUrl('late.txt', { useSignatureExpiration: 1 })
    await sleep(2500)
    assert.equal((await post(url, form('x', 'late'))).status, 401)
    assert.equal(await box.files.exists('late.txt'), false)
  })

  test('with a signature for reading is 401, and the reverse', async () => {
    assert.equal((await post(await box.downloadUrl('signed.txt'), form('x', 'x'))).status, 401)
    assert.equal((await get(await box.uploadUrl('signed.txt'))).status, 401)
    assert.equal(await box.files.read('signed.txt'), 'signed content')
  })
})
