// Drives the echo server with the public Connect client. The message type is google.protobuf.Api, which needs no generated code.
import assert from 'node:assert/strict'
import { create } from '@bufbuild/protobuf'
import { ApiSchema } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-node'

const transport = createConnectTransport({ baseUrl: process.argv[2], httpVersion: '1.1', useBinaryFormat: false, acceptCompression: [] })
const service = { typeName: 'test.Words' }
const method = (name, methodKind) => ({ name, methodKind, parent: service, input: ApiSchema, output: ApiSchema, kind: 'rpc' })
const echo = method('Echo', 'unary')
const split = method('Split', 'server_streaming')
const join = method('Join', 'client_streaming')
const word = (name) => create(ApiSchema, { name })
async function* once(...items) { yield* items }

const unary = (name, timeout) => transport.unary(echo, undefined, timeout, undefined, word(name))
const fails = (promise, code) => assert.rejects(promise, (error) => {
  assert.ok(error instanceof ConnectError, String(error))
  assert.equal(Code[error.code], Code[code])
  return true
})

const answer = await unary('grüße')
assert.equal(answer.message.name, 'grüße')
assert.equal(answer.trailer.get('x-trailer'), 't')
for (const code of Object.values(Code).filter((value) => typeof value === 'number'))
  await fails(unary(Code[code]), code)
await fails(unary('crash'), Code.Internal)
await fails(unary('sleep', 100), Code.DeadlineExceeded)
await fails(unary('x'.repeat(100_000)), Code.ResourceExhausted)

async function read(text, timeout) {
  const names = []
  const response = await transport.stream(split, undefined, timeout, undefined, once(word(text)))
  for await (const item of response.message) names.push(item.name)
  return names
}
assert.deepEqual(await read('a b c'), ['a', 'b', 'c'])
await fails(read('a fail'), Code.NotFound)
await fails(read('sleep', 100), Code.DeadlineExceeded)

const joined = await transport.stream(join, undefined, undefined, undefined, once(word('a'), word('b')))
const names = []
for await (const item of joined.message) names.push(item.name)
assert.deepEqual(names, ['a b'])
console.log('all agreed')
