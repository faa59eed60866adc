// Contexts: made, listed, restarted, removed.
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'

import { create, failure, fresh, printed, test } from '../harness.mjs'

let box
before(async () => (box = await create()))
after(() => box?.kill())

describe('contexts', () => {
  test('default ones are there from the beginning', async () => {
    const languages = (await box.listCodeContexts()).map((context) => context.language)
    assert.ok(languages.includes('python') && languages.includes('javascript'))
  })

  test('a new one', async () => {
    const context = await box.createCodeContext()
    assert.equal(context.language, 'python')
    assert.equal(context.cwd, '/home/user')
    assert.ok(context.id)
    assert.ok((await box.listCodeContexts()).some((listed) => listed.id === context.id))
  })

  test('each has names of its own', async () => {
    const [one, two] = [await box.createCodeContext(), await box.createCodeContext()]
    await box.runCode('mine = 1', { context: one })
    assert.equal((await box.runCode('mine', { context: one })).text, '1')
    assert.equal((await box.runCode('mine', { context: two })).error.name, 'NameError')
    assert.equal((await box.runCode('mine')).error.name, 'NameError')
  })

  test('nothing has been run in a new one', async () => {
    const context = await box.createCodeContext()
    const first = await box.runCode("[_, __, _i, In[:-1], Out, get_ipython().execution_count]", { context })
    assert.equal(first.text, "['', '', '', [''], {}, 1]")
    assert.equal(first.executionCount, 1)
    assert.equal((await box.runCode('sys', { context })).error.name, 'NameError')
    assert.equal((await box.runCode("hasattr(__import__('sys'), 'last_value') and str(__import__('sys').last_value)", { context: await box.createCodeContext() })).text, 'False')
  })

  test('with a directory', async () => {
    await box.files.makeDir('/home/user/project')
    const context = await box.createCodeContext({ cwd: '/home/user/project' })
    assert.equal(context.cwd, '/home/user/project')
    assert.equal((await box.runCode('import os; os.getcwd()', { context })).text, '/home/user/project')
    assert.equal(printed(await box.runCode('!pwd', { context })), '/home/user/project\n')
  })

  test('a directory that is not there is refused', async () => assert.match((await failure(box.createCodeContext({ cwd: '/nowhere' }))).message, /400/))

  test('an unknown language is refused', async () => {
    assert.match((await failure(box.createCodeContext({ language: 'cobol' }))).message, /400/)
    assert.match((await failure(box.runCode('1', { language: 'cobol' }))).message, /400/)
  })

  test('aliases of languages', async () => assert.equal((await box.createCodeContext({ language: 'js' })).language, 'javascript'))

  test('restarted, it has forgotten everything and keeps its id', async () => {
    const context = await box.createCodeContext()
    await box.runCode('x = 1', { context })
    await box.restartCodeContext(context)
    assert.equal((await box.runCode('x', { context })).error.name, 'NameError')
    assert.equal((await box.runCode('1 + 1', { context })).text, '2')
  })

  test('restarting ends what runs', async () => {
    const context = await box.createCodeContext()
    const running = box.runCode('import time; time.sleep(60)', { context })
    await new Promise((done) => setTimeout(done, 300))
    await box.restartCodeContext(context.id)
    assert.equal((await running).error.name, 'KernelDied')
    assert.equal((await box.runCode('2', { context })).text, '2')
  })

  test('removed, it is not found', async () => {
    const context = await box.createCodeContext()
    await box.removeCodeContext(context)
    assert.ok(!(await box.listCodeContexts()).some((listed) => listed.id === context.id))
    assert.equal((await failure(box.runCode('1', { context }))).name, 'NotFoundError')
    assert.equal((await failure(box.removeCodeContext(context.id))).name, 'NotFoundError')
    assert.equal((await failure(box.restartCodeContext(context.id))).name, 'NotFoundError')
  })

  test('removing ends its processes', async (t) => {
    const sandbox = await fresh(t)
    const context = await sandbox.createCodeContext()
    await sandbox.runCode('import subprocess; child = subprocess.Popen(["sleep", "987"])', { context })
    await sandbox.removeCodeContext(context)
    const { stdout } = await sandbox.commands.run('sleep 0.2; cat /proc/[0-9]*/cmdline | tr "\\0" " "')
    assert.doesNotMatch(stdout.replace('sleep 0.2', ''), /sleep 987/)
  })

  test('runs of different contexts do not wait for each other', async () => {
    const contexts = await Promise.all([1, 2, 3].map(() => box.createCodeContext()))
    const started = Date.now()
    await Promise.all(contexts.map((context) => box.runCode('import time; time.sleep(1)', { context })))
    assert.ok(Date.now() - started < 2500)
  })

  test('many at once', async (t) => {
    const sandbox = await fresh(t)
    const contexts = await Promise.all(Array.from({ length: 12 }, () => sandbox.createCodeContext()))
    const texts = await Promise.all(contexts.map((context, n) => sandbox.runCode(`me = ${n}; me`, { context }).then((run) => run.text)))
    assert.deepEqual(texts, contexts.map((_, n) => String(n)))
    assert.equal(new Set(contexts.map((context) => context.id)).size, 12)
  })

  test('more than a sandbox may have are refused', async (t) => {
    const sandbox = await fresh(t)
    let made = (await sandbox.listCodeContexts()).length
    let error
    while (made < 80) {
      error = await sandbox.createCodeContext({ language: 'python' }).then(() => null, (e) => e)
      if (error) break
      made++
    }
    assert.match(error?.message ?? '', /429/)
    assert.equal(made, 64)
    assert.equal((await sandbox.runCode('1 + 1')).text, '2')
  })

  test('forks draw random numbers of their own', async () => {
    const contexts = [await box.createCodeContext(), await box.createCodeContext(), await box.createCodeContext()]
    const code = 'import random, uuid, os, numpy, tempfile; str([random.random(), numpy.random.rand(), numpy.random.default_rng().random(), str(uuid.uuid4()), tempfile.mktemp()])'
    const drawn = await Promise.all(contexts.map((context) => box.runCode(code, { context }).then((run) => run.text)))
    for (const place of [0, 1, 2, 3, 4]) assert.equal(new Set(drawn.map((text) => text.split(', ')[place])).size, 3)
  })

  test('afresh instead of forked, where the sandbox asks for it', async (t) => {
    const sandbox = await fresh(t, { envs: { CAISSON_FRESH_CONTEXTS: '1' } })
    assert.equal((await sandbox.runCode('x = 20; x + 1')).text, '21')
    assert.equal((await sandbox.runCode('import sys; "scipy" in sys.modules or x')).text, '20')
    assert.doesNotMatch((await sandbox.commands.run('cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout, /zygote/)
    const { results } = await sandbox.runCode('import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()')
    assert.ok(results.at(-1).png)
  })
})

describe('the wire', () => {
  const call = (path, options = {}) =>
    fetch(`${process.env.E2B_SANDBOX_URL}${path}`, { ...options, headers: { 'E2b-Sandbox-Id': box.sandboxId, 'E2b-Sandbox-Port': '49999', 'Content-Type': 'application/json', ...options.headers } })

  test('health', async () => {
    const answer = await call('/health')
    assert.equal(answer.status, 200)
    assert.match(await answer.text(), /OK/)
  })

  test('running code needs the sandbox\'s token', async () => {
    assert.equal((await call('/execute', { method: 'POST', body: '{"code":"1"}' })).status, 401)
    assert.equal((await call('/execute', { method: 'POST', body: '{"code":"1"}', headers: { 'X-Access-Token': 'wrong' } })).status, 401)
  })

  const execute = (body) => call('/execute', { method: 'POST', body, headers: { 'X-Access-Token': box.envdAccessToken } })

  test('a context and a language at once are refused', async () => {
    const [context] = await box.listCodeContexts()
    assert.equal((await execute(JSON.stringify({ code: '1', context_id: context.id, language: 'python' }))).status, 400)
  })

  test('bad bodies are 400', async () => {
    for (const body of ['', '{', '[]', '{"code":5}', '{"code":"1","env_vars":{"A=B":"x"}}', '{"code":"1","env_vars":{"A":null}}', '{"code":"1","env_vars":7}'])
      assert.equal((await execute(body)).status, 400, body)
  })

  test('unknown routes are 404, wrong methods 405', async () => {
    assert.equal((await call('/nothing')).status, 404)
    assert.equal((await call('/execute')).status, 405)
  })

  test('each line has its type, and the last one ends it', async () => {
    const lines = (await (await execute('{"code":"print(1); 2"}')).text()).trim().split('\n').map((line) => JSON.parse(line))
    assert.deepEqual(lines.map((line) => line.type), ['number_of_executions', 'stdout', 'result', 'end_of_execution'])
    assert.ok(!Number.isNaN(Date.parse(lines[1].timestamp)))
  })

  test('silence is broken', async () => {
    const text = await (await execute('{"code":"import time; time.sleep(6)"}')).text()
    assert.match(text, /"keepalive"/)
  })

  test('a private sandbox\'s interpreter wants the traffic token', async (t) => {
    const sandbox = await fresh(t, { network: { allowPublicTraffic: false } })
    assert.equal((await sandbox.runCode('1 + 1')).text, '2')
    const headers = { 'E2b-Sandbox-Id': sandbox.sandboxId, 'E2b-Sandbox-Port': '49999' }
    assert.equal((await fetch(`${process.env.E2B_SANDBOX_URL}/contexts`, { headers })).status, 403)
  })

  test('of another template the port is one like any other', async (t) => {
    const { Sandbox } = await import('@e2b/code-interpreter')
    const sandbox = await Sandbox.create('base', { timeoutMs: 60_000 })
    t.after(() => sandbox.kill())
    assert.equal((await failure(sandbox.runCode('1'))).name, 'TimeoutError')
  })
})
