// Runs inside the far namespace: HTTP on 80, HTTPS on 443, a raw TCP echo on 7000 and a UDP counter on 9000, on every address.
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'

const { addresses, certificate } = JSON.parse(process.argv[2])
const tls = { key: readFileSync(certificate.key), cert: readFileSync(certificate.leaf) }
let datagrams = 0

const listening = []
const listen = (server, port, address) => listening.push(new Promise((done, fail) => server.once('error', fail).listen(port, address, done)))

for (const [name, address] of Object.entries(addresses)) {
  const reply = (secure) => (incoming, outgoing) => {
    outgoing.setHeader('Content-Type', 'application/json')
    outgoing.end(`${JSON.stringify({ site: name, secure, host: incoming.headers.host, url: incoming.url, headers: incoming.headers, datagrams })}\n`)
  }
  listen(http.createServer(reply(false)), 80, address)
  listen(https.createServer(tls, reply(true)), 443, address)
  listen(
    net.createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.on('data', (part) => socket.write(`${name}:${part}`))
    }),
    7000,
    address
  )
  const udp = createSocket('udp4')
  udp.on('message', () => datagrams++)
  listening.push(new Promise((done, fail) => udp.once('error', fail).bind(9000, address, done)))
}

await Promise.all(listening)
console.log('ready')
// The harness holds the other end: when it is gone, so are we.
process.stdin.on('end', () => process.exit(0)).resume()
