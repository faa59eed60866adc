// Languages other than Python. All of them keep what was defined.
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'

import { complained, create, failure, fresh, printed, test } from '../harness.mjs'

let box
before(async () => (box = await create()))
after(() => box?.kill())

const runner = (language) => (code, options = {}) => box.runCode(code, { language, ...options })

describe('javascript', () => {
  const run = runner('javascript')

  test('the last expression', async () => assert.equal((await run('1 + 1')).text, '2'))

  test('text without quotes', async () => assert.equal((await run('"bar"')).text, 'bar'))

  test('objects', async () => assert.equal((await run('({ a: [1, { b: 2 }] })')).text, '{ a: [ 1, { b: 2 } ] }'))

  test('names stay and may be declared again', async () => {
    await run('const kept = 1; let other = 2; class A { v = 3 }; function f() { return 4 }')
    assert.equal((await run('const kept = 5; kept + other + new A().v + f()')).text, '14')
  })

  test('top-level await', async () => assert.equal((await run('await new Promise((done) => setTimeout(() => done(7), 20))')).text, '7'))

  test('static and dynamic imports', async () => {
    await run('import fs, { readFileSync as read } from "fs"\nimport * as os from "node:os"')
    assert.equal((await run('[typeof fs.readFileSync, typeof read, typeof os.cpus].join()')).text, 'function,function,function')
    assert.equal((await run('(await import("node:path")).join("a", "b")')).text, 'a/b')
  })

  test('a module of the sandbox', async () => {
    await box.files.write('/home/user/mine.mjs', 'export const value = 12; export default "d"')
    assert.equal((await run('import d, { value } from "./mine.mjs"\nd + value')).text, 'd12')
  })

  test('require', async () => assert.equal((await run('require("path").basename("/a/b")')).text, 'b'))

  test('output', async () => {
    const execution = await run('console.log("out"); console.error("err")')
    assert.equal(printed(execution), 'out\n')
    assert.equal(complained(execution), 'err\n')
  })

  test('output of child processes', async () => assert.equal(printed(await run('require("child_process").spawnSync("echo", ["child"], { stdio: "inherit" }); undefined')), 'child\n'))

  test('errors', async () => {
    const { error } = await run('null.x')
    assert.equal(error.name, 'TypeError')
    assert.match(error.value, /null/)
    assert.equal((await run('let = (')).error.name, 'SyntaxError')
    assert.equal((await run('throw "text"')).error.value, "'text'")
  })

  test('display and forms', async () => {
    const { results } = await run('await display(5); html`<b>x</b>`')
    assert.deepEqual(results.map((result) => [result.isMainResult, result.html ?? result.text]), [[false, '5'], [true, '<b>x</b>']])
    assert.deepEqual((await run('({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": { a: 1 } }) })')).results[0].json, { a: 1 })
  })

  test('environment of one run', async () => {
    assert.equal((await run('process.env.ONCE', { envs: { ONCE: 'yes' } })).text, 'yes')
    assert.equal((await run('String(process.env.ONCE)')).text, 'undefined')
  })

  test('an endless loop is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('let kept = 5', { language: 'js' })
    await failure(sandbox.runCode('while (true) {}', { language: 'js', timeoutMs: 2000 }))
    assert.equal((await sandbox.runCode('kept', { language: 'js' })).text, '5')
  })

  test('a promise that never comes is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('globalThis.kept = 6', { language: 'js' })
    await failure(sandbox.runCode('await new Promise(() => {})', { language: 'js', timeoutMs: 2000 }))
    assert.equal((await sandbox.runCode('kept', { language: 'js' })).text, '6')
  })

  test('process.exit ends the context, not the sandbox', async () => {
    assert.equal((await run('process.exit(3)')).error.name, 'KernelDied')
    assert.equal((await run('2 + 2')).text, '4')
  })
})

describe('typescript', () => {
  const run = runner('typescript')

  test('types are taken off', async () => assert.equal((await run('const n: number = 5; n * 2')).text, '10'))

  test('names stay', async () => {
    await run('interface Point { x: number }\nfunction same<T>(value: T): T { return value }\nenum Colour { Red, Green }')
    assert.equal((await run('same<Point>({ x: Colour.Green }).x')).text, '1')
  })

  test('imports stay', async () => {
    await run('import fs from "fs"')
    assert.equal((await run('typeof fs.readFileSync')).text, 'function')
  })

  test('top-level await', async () => assert.equal((await run('await Promise.resolve(3 as number)')).text, '3'))

  test('errors', async () => assert.equal((await run('let q: = 5')).error.name, 'SyntaxError'))
})

describe('bash', () => {
  const run = runner('bash')

  test('output', async () => {
    const execution = await run('echo out; echo err >&2')
    assert.equal(printed(execution), 'out\n')
    assert.equal(complained(execution), 'err\n')
  })

  test('variables, functions and the directory stay', async () => {
    await run('word=kept; say() { echo "said $1"; }; cd /tmp')
    assert.equal(printed(await run('echo $word; say it; pwd')), 'kept\nsaid it\n/tmp\n')
  })

  test('several lines, quotes and exclamation marks', async () => assert.equal(printed(await run('for i in 1 2\ndo\n  echo "it\'s $i!x"\ndone')), "it's 1!x\nit's 2!x\n"))

  test('the status of the run before', async () => {
    await run('false')
    assert.equal(printed(await run('echo $?')), '1\n')
  })

  test('standard input is empty', async () => assert.equal(printed(await run('cat; echo end')), 'end\n'))

  test('what cannot be parsed', async () => assert.match(complained(await run('if then')), /syntax error/))

  test('environment of one run', async () => {
    assert.equal(printed(await run('echo $ONCE', { envs: { ONCE: 'a b$' } })), 'a b$\n')
    assert.equal(printed(await run('echo "[$ONCE]"')), '[]\n')
  })

  test('a command is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('kept=5', { language: 'bash' })
    await failure(sandbox.runCode('sleep 600', { language: 'bash', timeoutMs: 2000 }))
    assert.equal(printed(await sandbox.runCode('echo $kept', { language: 'bash' })), '5\n')
  })

  test('exit ends the context, not the sandbox', async () => {
    assert.equal((await run('exit 3')).error.name, 'KernelDied')
    assert.equal(printed(await run('echo again')), 'again\n')
  })
})

describe('r', () => {
  const run = runner('r')

  test('the last expression', async () => assert.equal((await run('1 + 1')).text, '[1] 2'))

  test('names stay', async () => {
    await run('x <- 5')
    assert.equal((await run('x * 2')).text, '[1] 10')
  })

  test('output', async () => {
    const execution = await run('print("a"); cat("b\\n"); message("m")')
    assert.equal(printed(execution), '[1] "a"\nb\n')
    assert.equal(complained(execution), 'm\n')
  })

  test('errors', async () => {
    const { error } = await run('stop("why")')
    assert.equal(error.value, 'why')
    assert.ok((await run('1 +')).error)
  })

  test('tables as data', async () => assert.deepEqual((await run('data.frame(a = 1:2, b = c("x", "y"))')).results[0].data, { a: [1, 2], b: ['x', 'y'] }))

  test('plots', async () => assert.equal(Buffer.from((await run('plot(1:3)')).results[0].png, 'base64').subarray(1, 4).toString(), 'PNG'))

  test('environment of one run', async () => assert.equal((await run('Sys.getenv("ONCE")', { envs: { ONCE: 'yes' } })).text, '[1] "yes"'))

  test('an endless loop is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('kept <- 5', { language: 'r' })
    await failure(sandbox.runCode('while (TRUE) {}', { language: 'r', timeoutMs: 3000 }))
    assert.equal((await sandbox.runCode('kept', { language: 'r' })).text, '[1] 5')
  })
})

describe('java', () => {
  const run = runner('java')

  test('the last expression', async () => assert.equal((await run('1 + 1')).text, '2'))

  test('names stay', async () => {
    await run('int x = 5; int twice(int v) { return v * 2; }')
    assert.equal((await run('twice(x)')).text, '10')
  })

  test('output', async () => {
    const execution = await run('System.out.println("out"); System.err.println("err");')
    assert.equal(printed(execution), 'out\n')
    assert.equal(complained(execution), 'err\n')
  })

  test('errors', async () => {
    assert.equal((await run('throw new IllegalStateException("why");')).error.name, 'IllegalStateException')
    assert.equal((await run('int y = ;')).error.name, 'CompilationError')
  })

  test('classes and streams', async () => assert.equal((await run('record P(int a) {}\nStream.of(1, 2).map(P::new).collect(Collectors.toList())')).text, '[P[a=1], P[a=2]]'))

  test('environment of one run, as properties', async () => assert.equal((await run('System.getProperty("ONCE")', { envs: { ONCE: 'yes' } })).text, 'yes'))

  test('an endless loop is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('int kept = 5;', { language: 'java' })
    await failure(sandbox.runCode('while (true) { }', { language: 'java', timeoutMs: 1000 }))
    assert.equal((await sandbox.runCode('kept', { language: 'java' })).text, '5')
  })
})
