// A name server for a handful of names; UDP on loopback.
import { createSocket } from 'node:dgram'

/**
 * Answers A queries from a map of name (or `*.suffix`) to addresses; a function gives the addresses by how often it was asked.
 * Everything else is NXDOMAIN, other types of a known name are empty.
 */
export async function startDns(names) {
  const asked = new Map()
  const socket = createSocket('udp4')
  const find = (name) => names[name] ?? names[`*.${name.split('.').slice(1).join('.')}`]
  socket.on('message', (query, from) => {
    const reply = answer(query, find, asked)
    if (reply) socket.send(reply, from.port, from.address)
  })
  await new Promise((done, fail) => socket.once('error', fail).bind(0, '127.0.0.1', done))
  return {
    endpoint: `127.0.0.1:${socket.address().port}`,
    asked: (name) => asked.get(name) ?? 0,
    stop: () => new Promise((done) => socket.close(done)),
  }
}

function answer(query, find, asked) {
  if (query.length < 17 || query.readUInt16BE(4) !== 1) return null
  const labels = []
  let at = 12
  while (at < query.length && query[at] !== 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]))
    at += query[at] + 1
  }
  const question = query.subarray(12, at + 5)
  if (question.length < 5 || at + 5 > query.length) return null
  const type = query.readUInt16BE(at + 1)
  const name = labels.join('.').toLowerCase()
  const count = (asked.get(name) ?? 0) + (type === 1 ? 1 : 0)
  asked.set(name, count)
  const entry = find(name)
  const addresses = type === 1 && entry ? (typeof entry === 'function' ? entry(count) : entry) : []
  const head = Buffer.alloc(12)
  query.copy(head, 0, 0, 2)
  head.writeUInt16BE(0x8400 | (query.readUInt16BE(2) & 0x0100) | 0x0080 | (entry ? 0 : 3), 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(addresses.length, 6)
  const records = addresses.map((address) => {
    const record = Buffer.alloc(16)
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(1, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt32BE(0, 6)
    record.writeUInt16BE(4, 10)
    Buffer.from(address.split('.').map(Number)).copy(record, 12)
    return record
  })
  return Buffer.concat([head, question, ...records])
}
