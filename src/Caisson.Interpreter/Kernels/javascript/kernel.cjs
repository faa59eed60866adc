// The JavaScript and TypeScript kernel. V8's own REPL mode does the work: names may be declared again, and await stands anywhere.
'use strict'
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const inspector = require('node:inspector')
const { builtinModules, createRequire } = require('node:module')
const net = require('node:net')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const util = require('node:util')
const vm = require('node:vm')
const acorn = require('/usr/share/nodejs/acorn')

const LARGEST = 24 << 20
const DISPLAY = Symbol.for('Jupyter.display')
const typed = process.argv[2] === 'typescript'
const session = new inspector.Session()
session.connect()

let count = 0
let interrupt = null

function send(frame) {
  let data = Buffer.from(JSON.stringify(frame) + '\n')
  if (data.length > LARGEST) data = Buffer.from(JSON.stringify({ t: 'stderr', text: `a result of ${data.length} bytes is larger than the limit of ${LARGEST} bytes\n` }) + '\n')
  for (let at = 0; at < data.length; ) at += fs.writeSync(4, data, at)
}

for (const [kind, stream] of [['stdout', process.stdout], ['stderr', process.stderr]]) {
  stream.write = (chunk, encoding, done) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    for (let at = 0; at < text.length; at += 16384) send({ t: kind, text: text.slice(at, at + 16384) })
    if (typeof encoding === 'function') done = encoding
    if (done) process.nextTick(done)
    return true
  }
}

const shownAs = (value) => util.inspect(value, { depth: 4, maxArrayLength: 200, maxStringLength: 1 << 20 })

async function show(value, main) {
  if (value !== null && (typeof value === 'object' || typeof value === 'function') && typeof value[DISPLAY] === 'function') {
    const data = await value[DISPLAY]()
    send({ t: 'result', main, data })
  } else if (value !== undefined) {
    send({ t: 'result', main, data: { 'text/plain': shownAs(value) } })
  }
}

const form = (type) => (text, ...values) => {
  const whole = typeof text === 'string' ? text : String.raw({ raw: text }, ...values)
  return { [DISPLAY]: () => ({ [type]: whole }) }
}

function resolve(specifier) {
  if (/^(\.{0,2}\/)/.test(specifier)) return pathToFileURL(path.resolve(specifier)).href
  if (builtinModules.includes(specifier.replace(/^node:/, '')) || /^[a-z]+:/.test(specifier)) return specifier
  try {
    return pathToFileURL(createRequire(process.cwd() + '/').resolve(specifier)).href
  } catch {
    return specifier
  }
}

Object.assign(globalThis, {
  require: (name) => createRequire(process.cwd() + '/')(name),
  display: (value) => show(value, false),
  html: form('text/html'),
  md: form('text/markdown'),
  svg: form('image/svg+xml'),
})
Object.defineProperty(globalThis, '__caisson', { value: { import: (specifier) => import(resolve(String(specifier))), take: null } })

// A script may not import; what it imports is asked for instead.
function withoutImports(code) {
  if (!/\b(import|export)\b/.test(code)) return code
  let program
  try {
    program = acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowAwaitOutsideFunction: true, allowReturnOutsideFunction: false })
  } catch {
    return code
  }
  const edits = []
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return
    if (Array.isArray(node)) return node.forEach(visit)
    if (node.type === 'ImportExpression') edits.push([node.start, node.start + 'import'.length, '__caisson.import'])
    if (node.type === 'ImportDeclaration') edits.push([node.start, node.end, imported(node)])
    if ((node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration') && node.declaration) edits.push([node.start, node.declaration.start, ''])
    for (const [key, value] of Object.entries(node)) if (key !== 'type' && typeof value === 'object') visit(value)
  }
  visit(program.body)
  for (const [start, end, text] of edits.sort((a, b) => b[0] - a[0])) code = code.slice(0, start) + text + code.slice(end)
  return code
}

function imported({ specifiers, source }) {
  const module = `await __caisson.import(${JSON.stringify(source.value)})`
  if (specifiers.length === 0) return `void (${module});`
  const names = specifiers
    .filter((specifier) => specifier.type !== 'ImportNamespaceSpecifier')
    .map((specifier) => (specifier.type === 'ImportDefaultSpecifier' ? `default: ${specifier.local.name}` : `${specifier.imported.name ?? JSON.stringify(specifier.imported.value)}: ${specifier.local.name}`))
  const whole = specifiers.find((specifier) => specifier.type === 'ImportNamespaceSpecifier')
  return [whole && `const ${whole.local.name} = ${module};`, names.length && `const { ${names.join(', ')} } = ${module};`].filter(Boolean).join(' ')
}

function withoutTypes(code) {
  const compiled = spawnSync('/usr/bin/esbuild', ['--loader=ts', '--log-level=error', '--charset=utf8', '--tsconfig-raw={"compilerOptions":{"preserveValueImports":true,"importsNotUsedAsValues":"preserve"}}'], {
    input: code, encoding: 'utf8', maxBuffer: 64 << 20, timeout: 30_000,
  })
  if (compiled.status === 0) return compiled.stdout
  const error = new SyntaxError((compiled.stderr || compiled.error?.message || 'esbuild failed').trim())
  error.stack = `SyntaxError: ${error.message}`
  throw error
}

function post(method, parameters) {
  return new Promise((done, fail) => session.post(method, parameters, (error, answer) => (error ? fail(error) : done(answer))))
}

// What V8 hands out is a reference; a call inside gives the value itself.
async function valueOf(remote) {
  if (remote === undefined || remote.type === 'undefined') return undefined
  let taken
  __caisson.take = (value) => (taken = value)
  const argument = remote.objectId ? { objectId: remote.objectId } : remote.unserializableValue ? { unserializableValue: remote.unserializableValue } : { value: remote.value }
  const { result } = await post('Runtime.evaluate', { expression: 'globalThis' })
  await post('Runtime.callFunctionOn', { functionDeclaration: 'function (value) { __caisson.take(value) }', objectId: result.objectId, arguments: [argument] })
  __caisson.take = null
  return taken
}

function evaluate(expression) {
  return new Promise((done, fail) => {
    interrupt = () => fail(interrupted())
    __caisson.run = () => session.post('Runtime.evaluate', { expression, replMode: true, awaitPromise: true }, (error, answer) => (error ? fail(error) : done(answer)))
    try {
      vm.runInThisContext('__caisson.run()', { breakOnSigint: true })
    } catch (error) {
      fail(error.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' ? interrupted() : error)
    }
  }).finally(() => (interrupt = null))
}

function interrupted() {
  const error = new Error('the code was interrupted')
  error.name = 'Interrupted'
  error.stack = `Interrupted: ${error.message}`
  return error
}

function fail(error) {
  if (error instanceof Error || (error && typeof error.stack === 'string')) {
    const lines = String(error.stack).split('\n').filter((line) => !/kernel\.cjs|node:inspector|node:vm|evalmachine|at new Promise \(<anonymous>\)/.test(line))
    send({ t: 'error', name: String(error.name ?? 'Error'), value: String(error.message ?? ''), traceback: lines.join('\n') })
  } else {
    send({ t: 'error', name: 'Error', value: shownAs(error), traceback: `Uncaught ${shownAs(error)}` })
  }
}

async function run({ id, code, env }) {
  send({ t: 'count', count: ++count })
  const before = Object.entries(env ?? {}).map(([name, value]) => {
    const old = process.env[name]
    process.env[name] = value
    return [name, old]
  })
  try {
    const { result, exceptionDetails } = await evaluate(withoutImports(typed ? withoutTypes(code) : code))
    if (exceptionDetails) fail(exceptionDetails.exception ? await valueOf(exceptionDetails.exception) : new Error(exceptionDetails.text))
    else await show(await valueOf(result), true)
    await post('Runtime.releaseObjectGroup', { objectGroup: '' }).catch(() => null)
  } catch (error) {
    fail(error)
  }
  for (const [name, old] of before) {
    if (old === undefined) delete process.env[name]
    else process.env[name] = old
  }
  send({ t: 'done', id })
}

for (const kind of ['uncaughtException', 'unhandledRejection'])
  process.on(kind, (error) => process.stderr.write(`${error && error.stack ? error.stack : shownAs(error)}\n`))
process.on('SIGINT', () => interrupt?.())

let pending = Promise.resolve()
let rest = ''
const requests = new net.Socket({ fd: 3, readable: true, writable: false })
requests.setEncoding('utf8')
requests.on('data', (text) => {
  const lines = (rest + text).split('\n')
  rest = lines.pop()
  for (const line of lines) {
    const request = JSON.parse(line)
    if (request.op === 'run') pending = pending.then(() => run(request))
    else if (request.op === 'ping') send({ t: 'pong', id: request.id })
  }
})
requests.on('close', () => process.exit(0))
send({ t: 'ready' })
