// Python in a sandbox made with nothing but Sandbox.create().
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'

import { complained, create, failure, fresh, printed, sleep, test } from '../harness.mjs'

let box
before(async () => (box = await create()))
after(() => box?.kill())

describe('runs', () => {
  test('the documented first steps', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('x = 1')
    const execution = await sandbox.runCode('x += 1; x')
    assert.equal(execution.text, '2')
  })

  test('the last expression is the main result', async () => {
    const execution = await box.runCode('1 + 1')
    assert.equal(execution.text, '2')
    assert.equal(execution.results.length, 1)
    assert.equal(execution.results[0].isMainResult, true)
    assert.deepEqual(execution.logs, { stdout: [], stderr: [] })
    assert.equal(execution.error, undefined)
  })

  test('an assignment has no result', async () => assert.deepEqual((await box.runCode('a = 1')).results, []))

  test('a trailing semicolon hides the result', async () => assert.deepEqual((await box.runCode('1 + 1;')).results, []))

  test('runs are counted', async (t) => {
    const sandbox = await fresh(t)
    assert.equal((await sandbox.runCode('1')).executionCount, 1)
    assert.equal((await sandbox.runCode('1')).executionCount, 2)
  })

  test('names stay', async () => {
    await box.runCode('kept = [1]\ndef twice(v):\n    return v * 2')
    assert.equal((await box.runCode('kept.append(2); twice(kept)')).text, '[1, 2, 1, 2]')
  })

  test('text loses the quotes that Python shows', async () => {
    assert.equal((await box.runCode("'bar'")).text, 'bar')
    assert.equal((await box.runCode('"it\'s"')).text, "it's")
  })

  test('text of any script', async () => assert.equal(printed(await box.runCode('print("žluťoučký 🦊 漢字")')), 'žluťoučký 🦊 漢字\n'))

  test('a lone surrogate does no harm', async () => assert.match(printed(await box.runCode('print("a\\ud800b")')), /^a.+b\n$/))

  test('empty code', async () => {
    const execution = await box.runCode('')
    assert.deepEqual(execution.results, [])
    assert.equal(execution.error, undefined)
  })

  test('top-level await', async () => assert.equal((await box.runCode('import asyncio\nawait asyncio.sleep(0.01)\n42')).text, '42'))

  test('tasks of one run go on in the next', async () => {
    await box.runCode('import asyncio\nasync def later():\n    await asyncio.sleep(0.05)\n    return 7\ntask = asyncio.create_task(later())')
    assert.equal((await box.runCode('await task')).text, '7')
  })

  test('the working directory is the home of the user', async () => {
    assert.equal((await box.runCode('import os, getpass; (os.getcwd(), getpass.getuser(), os.environ["HOME"])')).text, "('/home/user', 'user', '/home/user')")
  })

  test('files are shared with the files API', async () => {
    await box.files.write('/home/user/shared.txt', 'from outside')
    assert.equal((await box.runCode('open("shared.txt").read()')).text, 'from outside')
    await box.runCode('open("back.txt", "w").write("from inside")')
    assert.equal(await box.files.read('/home/user/back.txt'), 'from inside')
  })

  test('runs of one context wait for each other', async () => {
    await box.runCode('order = []')
    await Promise.all([1, 2, 3].map((n) => box.runCode(`import time; order.append("in"); time.sleep(0.1); order.append("out")`)))
    assert.equal((await box.runCode('",".join(order)')).text, 'in,out,in,out,in,out')
  })

  test('a megabyte of code', async () => assert.equal((await box.runCode(`x = """${'a'.repeat(1 << 20)}"""; len(x)`)).text, String(1 << 20)))
})

describe('output', () => {
  test('standard output and error', async () => {
    const execution = await box.runCode('import sys\nprint("out")\nprint("err", file=sys.stderr)')
    assert.equal(printed(execution), 'out\n')
    assert.equal(complained(execution), 'err\n')
  })

  test('lines arrive while the code runs', async () => {
    const seen = []
    const started = Date.now()
    await box.runCode('import time\nfor i in range(3):\n    print(i)\n    time.sleep(0.4)', { onStdout: (message) => seen.push([message.line, Date.now() - started]) })
    assert.equal(seen.map(([line]) => line).join(''), '0\n1\n2\n')
    assert.ok(seen[0][1] < 900, `the first line came after ${seen[0][1]} ms`)
  })

  test('the order of both streams and of results is kept', async () => {
    const seen = []
    await box.runCode('import sys\nfrom IPython.display import display, HTML\nprint("1")\nprint("2", file=sys.stderr)\ndisplay(HTML("3"))\nprint("4")\n5', {
      onStdout: (message) => seen.push(message.line.trim()),
      onStderr: (message) => seen.push(message.line.trim()),
      onResult: (result) => seen.push(result.html ?? result.text),
    })
    assert.deepEqual(seen, ['1', '2', '3', '4', '5'])
  })

  test('callbacks tell which stream', async () => {
    const seen = []
    await box.runCode('import sys; print("a"); print("b", file=sys.stderr)', { onStdout: (m) => seen.push([m.line, m.error]), onStderr: (m) => seen.push([m.line, m.error]) })
    assert.deepEqual(seen, [['a\n', false], ['b\n', true]])
  })

  test('what child processes print', async () => {
    const execution = await box.runCode('import os, subprocess\nos.system("echo one")\nsubprocess.run(["sh", "-c", "echo two; echo three >&2"])\nprint("four")')
    assert.equal(printed(execution), 'one\ntwo\nfour\n')
    assert.equal(complained(execution), 'three\n')
  })

  test('ten megabytes of output arrive whole', async () => {
    const execution = await box.runCode('for i in range(10000):\n    print("x" * 1023)')
    assert.equal(printed(execution).length, 10000 * 1024)
  })

  test('many short lines arrive whole', async () => {
    const execution = await box.runCode('for i in range(50000): print(i)')
    assert.equal(printed(execution).split('\n').length, 50001)
  })

  test('what a thread prints', async () => {
    assert.equal(printed(await box.runCode('import threading\nt = threading.Thread(target=lambda: print("thread"))\nt.start()\nt.join()')), 'thread\n')
  })
})

describe('IPython', () => {
  test('!command', async () => assert.equal(printed(await box.runCode('!echo hello && pwd')), 'hello\n/home/user\n'))

  test('!command with names of Python', async () => assert.equal(printed(await box.runCode('word = "w"\n!echo {word}')), 'w\n'))

  test('output of a command as a list', async () => assert.equal((await box.runCode('lines = !printf "a\\nb\\n"\nlines[1]')).text, 'b'))

  test('%cd and %pwd', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('%cd /tmp')
    assert.equal((await sandbox.runCode('%pwd')).text, '/tmp')
  })

  test('%timeit', async () => assert.match(printed(await box.runCode('%timeit -n 1 -r 1 1')), /per loop/))

  test('%%bash', async () => assert.equal(printed(await box.runCode('%%bash\nfor i in 1 2; do echo $i; done')), '1\n2\n'))

  test('%%writefile', async () => {
    await box.runCode('%%writefile written.txt\nline')
    assert.equal(await box.files.read('/home/user/written.txt'), 'line\n')
  })

  test('_ is the result before', async () => {
    await box.runCode('21')
    assert.equal((await box.runCode('_ * 2')).text, '42')
  })

  test('help with ?', async () => assert.equal((await box.runCode('len?')).error, undefined))
})

describe('errors', () => {
  test('name, value and traceback', async () => {
    const { error } = await box.runCode('undefined_name')
    assert.equal(error.name, 'NameError')
    assert.equal(error.value, "name 'undefined_name' is not defined")
    assert.match(error.traceback, /NameError/)
    assert.match(error.traceback, /undefined_name/)
    assert.doesNotMatch(error.traceback, /\u001b/)
  })

  test('onError', async () => {
    let seen
    await box.runCode('1 / 0', { onError: (error) => (seen = error) })
    assert.equal(seen.name, 'ZeroDivisionError')
  })

  test('syntax', async () => assert.equal((await box.runCode('def f(:')).error.name, 'SyntaxError'))

  test('indentation', async () => assert.equal((await box.runCode('if True:\npass')).error.name, 'IndentationError'))

  test('output before an error is kept', async () => {
    const execution = await box.runCode('print("before")\nraise ValueError("why")')
    assert.equal(printed(execution), 'before\n')
    assert.equal(execution.error.value, 'why')
  })

  test('in functions, with every frame', async () => {
    const { error } = await box.runCode('def outer():\n    inner()\ndef inner():\n    raise KeyError("k")\nouter()')
    assert.match(error.traceback, /outer\(\)/)
    assert.match(error.traceback, /inner\(\)/)
  })

  test('the context lives on', async () => {
    await box.runCode('survivor = 1; raise Exception()')
    assert.equal((await box.runCode('survivor')).text, '1')
  })

  test('sys.exit is an error and no end', async () => {
    await box.runCode('still = 1')
    assert.equal((await box.runCode('import sys; sys.exit(3)')).error.name, 'SystemExit')
    assert.equal((await box.runCode('still')).text, '1')
  })

  test('input has nobody to answer', async () => assert.ok((await box.runCode('input()')).error))

  test('a kernel that dies says so, and the next run starts afresh', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('lost = 1')
    assert.equal((await sandbox.runCode('import os; os._exit(9)')).error.name, 'KernelDied')
    assert.equal((await sandbox.runCode('"lost" in globals()')).text, 'False')
  })
})

describe('environment', () => {
  test('of the sandbox', async (t) => {
    const sandbox = await fresh(t, { envs: { GREETING: 'hello' } })
    assert.equal((await sandbox.runCode('import os; os.environ["GREETING"]')).text, 'hello')
    assert.equal((await sandbox.runCode('import os; os.environ["E2B_SANDBOX_ID"]')).text, sandbox.sandboxId)
  })

  test('of one run only', async () => {
    assert.equal((await box.runCode('import os; os.environ["ONCE"]', { envs: { ONCE: 'yes' } })).text, 'yes')
    assert.equal((await box.runCode('import os; str(os.environ.get("ONCE"))')).text, 'None')
  })

  test('of a run over that of the sandbox, and back', async (t) => {
    const sandbox = await fresh(t, { envs: { LEVEL: 'sandbox' } })
    assert.equal((await sandbox.runCode('import os; os.environ["LEVEL"]', { envs: { LEVEL: 'run' } })).text, 'run')
    assert.equal((await sandbox.runCode('import os; os.environ["LEVEL"]')).text, 'sandbox')
  })

  test('child processes see it', async () => assert.equal(printed(await box.runCode('!echo $SEEN', { envs: { SEEN: 'inside' } })), 'inside\n'))
})

describe('time', () => {
  test('a run that takes too long is interrupted, and the context lives on', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('before = 1')
    const error = await failure(sandbox.runCode('import time\nfor i in range(600):\n    time.sleep(0.1)', { timeoutMs: 700 }))
    assert.equal(error.name, 'TimeoutError')
    const started = Date.now()
    assert.equal((await sandbox.runCode('before')).text, '1')
    assert.ok(Date.now() - started < 8000)
  })

  test('an endless loop is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('kept = 5')
    await failure(sandbox.runCode('while True:\n    pass', { timeoutMs: 500 }))
    assert.equal((await sandbox.runCode('kept')).text, '5')
  })

  test('awaiting code is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('kept = 6')
    await failure(sandbox.runCode('import asyncio\nawait asyncio.sleep(600)', { timeoutMs: 500 }))
    assert.equal((await sandbox.runCode('kept')).text, '6')
  })

  test('a command is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('kept = 7')
    await failure(sandbox.runCode('!sleep 600', { timeoutMs: 500 }))
    assert.equal((await sandbox.runCode('kept')).text, '7')
    assert.doesNotMatch((await sandbox.commands.run('ps -eo args || true')).stdout, /sleep 600/)
  })

  test('a flood that nobody reads is interrupted', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('kept = 8')
    await failure(sandbox.runCode('while True:\n    print("x" * 1000)', { timeoutMs: 500 }))
    assert.equal((await sandbox.runCode('kept')).text, '8')
  })

  test('code that will not stop loses its context, not its sandbox', async (t) => {
    const sandbox = await fresh(t)
    await sandbox.runCode('import time')
    await failure(sandbox.runCode('while True:\n    try:\n        time.sleep(60)\n    except KeyboardInterrupt:\n        pass', { timeoutMs: 500 }))
    assert.equal((await sandbox.runCode('"time" in globals()')).text, 'False')
  })

  test('silence does not end a run', async () => assert.equal((await box.runCode('import time; time.sleep(7); "awake"')).text, 'awake'))

  test('a sandbox that is killed ends its runs', async () => {
    const sandbox = await create()
    await sandbox.runCode('1')
    const running = failure(sandbox.runCode('import time; time.sleep(60)'))
    await sleep(500)
    await sandbox.kill()
    assert.equal((await running).name, 'TimeoutError')
    assert.equal((await failure(sandbox.runCode('1'))).name, 'TimeoutError')
  })

  test('the sandbox keeps serving while code is busy', async (t) => {
    const sandbox = await fresh(t)
    const running = sandbox.runCode('import time; time.sleep(2); "done"')
    assert.equal((await sandbox.commands.run('echo here')).stdout, 'here\n')
    assert.equal((await running).text, 'done')
  })
})
