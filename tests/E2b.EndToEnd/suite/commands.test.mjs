// Commands: results, output, input, users, limits of time, signals.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe } from 'node:test'
import { AuthenticationError, CommandExitError, InvalidArgumentError, NotFoundError, TimeoutError } from 'e2b'

import { attempt, create, failure, fresh, sleep, test, unique, until, within } from '../harness/suite.mjs'
import { bytesOf, open, shell, streamed, unary } from '../harness/wire.mjs'

const start = '/process.Process/Start'
const sha = (data) => createHash('sha256').update(data).digest('hex')

let box
before(async () => {
  box = await create({ envs: { FROM_CREATE: 'create', OVERRIDDEN: 'create' } })
})
after(() => box?.kill())

/** How many processes inside have the marker on their command line; the quotes keep the asking shell out of the count. */
const running = async (marker) =>
  Number((await attempt(box, `pgrep -fc '${marker.slice(0, 6)}''${marker.slice(6)}'`, { user: 'root' })).stdout)

describe('results', () => {
  test('output and exit code', async () => {
    const result = await box.commands.run('echo hi')
    assert.equal(result.stdout, 'hi\n')
    assert.equal(result.stderr, '')
    assert.equal(result.exitCode, 0)
    assert.equal(result.error || undefined, undefined)
  })

  test('error output is kept apart', async () => {
    const result = await box.commands.run('echo out; echo err >&2')
    assert.equal(result.stdout, 'out\n')
    assert.equal(result.stderr, 'err\n')
  })

  test('no output', async () => {
    const result = await box.commands.run('true')
    assert.deepEqual([result.stdout, result.stderr, result.exitCode], ['', '', 0])
  })

  test('a failing command is a CommandExitError with all it said', async () => {
    const error = await failure(box.commands.run('echo out; echo err >&2; exit 3'))
    assert.ok(error instanceof CommandExitError)
    assert.deepEqual([error.exitCode, error.stdout, error.stderr], [3, 'out\n', 'err\n'])
    assert.equal(error.error, 'exit status 3')
  })

  for (const code of [1, 2, 127, 128, 255]) {
    test(`exit code ${code}`, async () => {
      assert.equal((await failure(box.commands.run(`exit ${code}`))).exitCode, code)
    })
  }

  test('a program that is not there is 127', async () => {
    const error = await failure(box.commands.run('no-such-program-here'))
    assert.equal(error.exitCode, 127)
    assert.match(error.stderr, /not found/)
  })

  test('a program that is not there, without a shell, is an error and not a hang', async () => {
    const answer = await streamed(box, start, { process: { cmd: '/no/such/program', args: [], envs: {} }, stdin: false })
    assert.equal(answer.status, 200)
    assert.ok(answer.end.error?.code || answer.events.some((event) => event.end?.exitCode), JSON.stringify(answer.frames))
  })

  test('arguments pass unchanged', async () => {
    const args = ['%s|', 'a b', "it's", '"q"', '$HOME', '*', '', 'ünï', 'new\nline', '\\']
    const answer = await streamed(box, start, { process: { cmd: '/usr/bin/printf', args, envs: {} }, stdin: false })
    assert.equal(bytesOf(answer.events).toString(), args.slice(1).map((one) => `${one}|`).join(''))
  })

  test('a program is looked up in PATH', async () => {
    const answer = await streamed(box, start, { process: { cmd: 'printf', args: ['found'], envs: {} }, stdin: false })
    assert.equal(bytesOf(answer.events).toString(), 'found')
  })

  test('the shell is a login shell of bash', async () => {
    const { stdout } = await box.commands.run('shopt -q login_shell && echo login; echo ${BASH_VERSION:+bash}')
    assert.equal(stdout, 'login\nbash\n')
  })

  test('a command of 60,000 characters', async () => {
    const text = 'x'.repeat(60_000)
    assert.equal((await box.commands.run(`printf ${text} | wc -c`)).stdout.trim(), '60000')
  })

  test('a pipe and a here document', async () => {
    const { stdout } = await box.commands.run("cat <<'X' | tr a-z A-Z\nhello\n$HOME\nX")
    assert.equal(stdout, 'HELLO\n$HOME\n')
  })
})

describe('output', () => {
  test('reaches the callbacks', async () => {
    let out = ''
    let err = ''
    const result = await box.commands.run('echo a; echo b >&2; echo c', { onStdout: (text) => (out += text), onStderr: (text) => (err += text) })
    assert.deepEqual([out, err], [result.stdout, result.stderr])
    assert.equal(out, 'a\nc\n')
  })

  test('streams while the command runs', async () => {
    let first = null
    const began = performance.now()
    await box.commands.run('echo now; sleep 1.5; echo later', { onStdout: () => (first ??= performance.now()) })
    assert.ok(performance.now() - first > 1000, `the first output came ${first - began} ms after the start`)
  })

  test('of both streams keeps its order', async () => {
    const seen = []
    await box.commands.run('for i in 1 2 3; do echo o$i; sleep 0.15; echo e$i >&2; sleep 0.15; done', {
      onStdout: (text) => void seen.push(text.trim()),
      onStderr: (text) => void seen.push(text.trim()),
    })
    assert.deepEqual(seen, ['o1', 'e1', 'o2', 'e2', 'o3', 'e3'])
  })

  test('of 20,000 lines keeps its order', async () => {
    const { stdout } = await box.commands.run('seq 1 20000')
    assert.equal(stdout, Array.from({ length: 20_000 }, (_, i) => `${i + 1}\n`).join(''))
  })

  test('of 10 MB is exact', async () => {
    const size = 10 * 1024 * 1024
    let expected = ''
    for (let i = 1; expected.length < size; i++) expected += `${i}\n`
    const { stdout } = await box.commands.run(`seq 1 3000000 2>/dev/null | head -c ${size}`)
    assert.equal(stdout.length, size)
    assert.equal(sha(stdout), sha(expected.slice(0, size)))
  })

  test('of 10 MB with a slow reader is exact', async () => {
    let length = 0
    let pauses = 0
    await box.commands.run('head -c 10485760 /dev/zero | tr "\\0" x', {
      onStdout: async (text) => {
        length += text.length
        if (pauses++ < 20) await sleep(25)
      },
    })
    assert.equal(length, 10_485_760)
  })

  test('of binary bytes is exact', async () => {
    const answer = await streamed(box, start, shell(`python3 -c "import sys; sys.stdout.buffer.write(bytes(range(256)) * 512)"`))
    assert.deepEqual(bytesOf(answer.events), Buffer.concat(Array.from({ length: 512 }, () => Buffer.from(Array.from({ length: 256 }, (_, i) => i)))))
  })

  test('comes in pieces of at most 32 KiB', async () => {
    const answer = await streamed(box, start, shell('head -c 1000000 /dev/zero'))
    const sizes = answer.events.filter((event) => event.data).map((event) => Buffer.from(event.data.stdout, 'base64').length)
    assert.ok(Math.max(...sizes) <= 32 * 1024)
    assert.equal(sizes.reduce((a, b) => a + b), 1_000_000)
  })

  test('of characters of several bytes is not torn', async () => {
    const { stdout } = await box.commands.run(`python3 -c "print('x' + '€🐴' * 40000, end='')"`)
    assert.ok(stdout === 'x' + '€🐴'.repeat(40_000))
  })

  test('begins with start and finishes with end and an end frame', async () => {
    const answer = await streamed(box, start, shell('echo one'))
    assert.equal(answer.status, 200)
    assert.match(answer.headers['content-type'], /^application\/connect\+json/)
    assert.ok(answer.events[0].start.pid > 0)
    assert.deepEqual(answer.events.at(-1).end.exited, true)
    assert.equal(answer.events.at(-1).end.status, 'exit status 0')
    assert.equal(answer.frames.at(-1).flags, 2)
    assert.equal(answer.end.error, undefined)
    assert.equal(answer.rest.length, 0)
  })

  test('of a silent command is kept alive by pings', async () => {
    const answer = await streamed(box, start, shell('sleep 3.5'), { headers: { 'Keepalive-Ping-Interval': '1' } })
    const pings = answer.events.filter((event) => event.keepalive).length
    assert.ok(pings >= 2 && pings <= 4, `${pings} pings`)
    assert.equal(answer.end.error, undefined)
  })

  test('that goes on needs no pings', async () => {
    const answer = await streamed(box, start, shell('for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.3; done'), { headers: { 'Keepalive-Ping-Interval': '1' } })
    assert.equal(answer.events.filter((event) => event.keepalive).length, 0)
  })
})

describe('environment', () => {
  test('variables of the sandbox, over which go those of the command', async () => {
    const { stdout } = await box.commands.run('echo $FROM_CREATE $OVERRIDDEN $OWN', { envs: { OVERRIDDEN: 'command', OWN: 'own' } })
    assert.equal(stdout, 'create command own\n')
  })

  test('variables of one command do not reach the next', async () => {
    await box.commands.run('true', { envs: { ONCE: '1' } })
    assert.equal((await box.commands.run('echo [$ONCE]')).stdout, '[]\n')
  })

  test('variables with awkward values', async () => {
    const value = `a'b"c\nd $e \\ =ü`
    assert.equal((await box.commands.run('printf %s "$ODD"', { envs: { ODD: value } })).stdout, value)
  })

  test('says which sandbox it is', async () => {
    const { stdout } = await box.commands.run('echo "$E2B_SANDBOX|$E2B_SANDBOX_ID|${E2B_TEMPLATE_ID:+set}"')
    assert.equal(stdout, `true|${box.sandboxId}|set\n`)
  })

  test('has the usual variables of the user', async () => {
    const { stdout } = await box.commands.run('echo "$HOME|$USER|$LOGNAME|${PATH:+set}"')
    assert.equal(stdout, '/home/user|user|user|set\n')
  })

  test('has nothing of the server', async () => {
    const { stdout } = await box.commands.run('env', { user: 'root' })
    assert.doesNotMatch(stdout, /DOTNET|ASPNETCORE|CAISSON_BIN|E2B_API_KEY/)
  })

  test('begins in the home directory', async () => {
    assert.equal((await box.commands.run('pwd')).stdout, '/home/user\n')
  })

  test('runs in the directory asked for', async () => {
    assert.equal((await box.commands.run('pwd', { cwd: '/tmp' })).stdout, '/tmp\n')
  })

  test('a missing directory is an InvalidArgumentError that names it', async () => {
    const error = await failure(box.commands.run('pwd', { cwd: '/no/such/directory' }))
    assert.ok(error instanceof InvalidArgumentError)
    assert.match(error.message, /cwd '\/no\/such\/directory' does not exist/)
  })
})

describe('users', () => {
  test('the default is user 1000', async () => {
    assert.equal((await box.commands.run('id -u; id -g; id -un; id -gn')).stdout, '1000\n1000\nuser\nuser\n')
  })

  test('user by name', async () => {
    assert.equal((await box.commands.run('whoami', { user: 'user' })).stdout, 'user\n')
  })

  test('root', async () => {
    assert.equal((await box.commands.run('id -u; echo $HOME; pwd', { user: 'root' })).stdout, '0\n/root\n/root\n')
  })

  test('an unknown one is an AuthenticationError', async () => {
    const error = await failure(box.commands.run('whoami', { user: 'nobody9' }))
    assert.ok(error instanceof AuthenticationError)
    assert.match(error.message, /invalid username: 'nobody9'/)
  })

  test('sudo works without a password', async () => {
    assert.equal((await box.commands.run('sudo -n true && sudo -n id -u')).stdout, '0\n')
  })

  test('user may not write where root may', async () => {
    assert.notEqual((await attempt(box, 'touch /root/x')).exitCode, 0)
    assert.equal((await attempt(box, 'touch /root/x && rm /root/x', { user: 'root' })).exitCode, 0)
  })

  test('root can make a directory that user can then be given', async () => {
    await box.commands.run('mkdir -p /srv/given && chown user:user /srv/given', { user: 'root' })
    assert.equal((await box.commands.run('echo mine > /srv/given/f && cat /srv/given/f')).stdout, 'mine\n')
  })
})

describe('in the background', () => {
  test('gives a handle with a pid', async () => {
    const handle = await box.commands.run('sleep 0.3; echo done', { background: true })
    assert.ok(handle.pid > 0)
    assert.equal(handle.exitCode, undefined)
    const result = await handle.wait()
    assert.equal(result.stdout, 'done\n')
    assert.equal(handle.exitCode, 0)
  })

  test('is listed while it runs and not afterwards', async () => {
    const handle = await box.commands.run('sleep 100 # listed', { background: true, cwd: '/tmp', envs: { A: 'b' } })
    const found = (await box.commands.list()).find((one) => one.pid === handle.pid)
    assert.equal(found.cmd, '/bin/bash')
    assert.deepEqual(found.args, ['-l', '-c', 'sleep 100 # listed'])
    assert.equal(found.cwd, '/tmp')
    assert.equal(found.envs.A, 'b')
    await handle.kill()
    await failure(handle.wait())
    assert.ok(!(await box.commands.list()).some((one) => one.pid === handle.pid))
  })

  test('can be killed by its handle', async () => {
    const handle = await box.commands.run('echo before; sleep 100', { background: true })
    await until(() => handle.stdout === 'before\n')
    assert.equal(await handle.kill(), true)
    const error = await failure(handle.wait())
    assert.ok(error instanceof CommandExitError)
    assert.deepEqual([error.exitCode, error.error, error.stdout], [-1, 'signal: killed', 'before\n'])
  })

  test('can be killed by pid, once', async () => {
    const handle = await box.commands.run('sleep 100', { background: true })
    assert.equal(await box.commands.kill(handle.pid), true)
    await failure(handle.wait())
    assert.equal(await box.commands.kill(handle.pid), false)
  })

  test('kill of an unknown pid is false', async () => {
    assert.equal(await box.commands.kill(999_999), false)
  })

  test('goes on when the client disconnects', async () => {
    const file = `/tmp/${unique()}`
    const handle = await box.commands.run(`for i in 1 2 3 4 5 6 7 8; do echo $i >> ${file}; sleep 0.25; done`, { background: true })
    await handle.disconnect()
    await until(async () => (await attempt(box, `wc -l < ${file}`)).stdout.trim() === '8', { within: 10_000, what: 'eight lines' })
  })

  test('goes on when the connection is cut', async () => {
    const file = `/tmp/${unique()}`
    const stream = open(box, start, shell(`sleep 1.2; echo survived > ${file}`))
    const first = await within(stream.next(), 10_000, 'the start')
    assert.ok(first.message.event.start.pid > 0)
    stream.destroy()
    await until(async () => (await attempt(box, `cat ${file}`)).stdout === 'survived\n', { within: 10_000, what: 'the file' })
  })

  test('can be connected to for the output from now on', async () => {
    const handle = await box.commands.run('sleep 1; echo after; exit 5', { background: true })
    await handle.disconnect()
    let text = ''
    const again = await box.commands.connect(handle.pid, { onStdout: (part) => (text += part) })
    assert.equal(again.pid, handle.pid)
    const error = await failure(again.wait())
    assert.equal(error.exitCode, 5)
    assert.equal(text, 'after\n')
  })

  test('two connections both see the output', async () => {
    const handle = await box.commands.run('sleep 1; echo both', { background: true })
    const other = await box.commands.connect(handle.pid)
    assert.deepEqual([(await handle.wait()).stdout, (await other.wait()).stdout], ['both\n', 'both\n'])
  })

  test('its exit can be asked for a little later', async () => {
    const handle = await box.commands.run('sleep 0.2; exit 9', { background: true })
    await handle.disconnect()
    await sleep(1500)
    const again = await box.commands.connect(handle.pid)
    assert.equal((await failure(again.wait())).exitCode, 9)
  })

  test('connect to an unknown pid is a NotFoundError', async () => {
    const error = await failure(box.commands.connect(999_999))
    assert.ok(error instanceof NotFoundError)
    assert.match(error.message, /process with pid 999999 not found/)
  })

  test('can be selected by a tag', async () => {
    const tag = unique()
    const stream = open(box, start, shell('sleep 1; echo tagged', { tag }))
    const pid = (await within(stream.next(), 10_000)).message.event.start.pid
    assert.equal((await box.commands.list()).find((one) => one.pid === pid).tag, tag)
    const answer = await streamed(box, '/process.Process/Connect', { process: { tag } })
    assert.equal(answer.events[0].start.pid, pid)
    assert.equal(bytesOf(answer.events).toString(), 'tagged\n')
    stream.destroy()
  })
})

describe('input', () => {
  test('is empty unless asked for', async () => {
    assert.equal((await box.commands.run('cat; echo end', { timeoutMs: 10_000 })).stdout, 'end\n')
  })

  test('reaches the command', async () => {
    const handle = await box.commands.run('read line; echo got $line', { background: true, stdin: true })
    await handle.sendStdin('hello\n')
    assert.equal((await handle.wait()).stdout, 'got hello\n')
  })

  test('ends when it is closed', async () => {
    const handle = await box.commands.run('cat', { background: true, stdin: true })
    await handle.sendStdin('one ')
    await handle.sendStdin(new TextEncoder().encode('two'))
    await handle.closeStdin()
    assert.equal((await handle.wait()).stdout, 'one two')
  })

  test('can be closed twice', async () => {
    const handle = await box.commands.run('cat; sleep 1', { background: true, stdin: true })
    await handle.closeStdin()
    await handle.closeStdin()
    assert.equal((await handle.wait()).exitCode, 0)
  })

  test('by pid', async () => {
    const handle = await box.commands.run('head -n 1', { background: true, stdin: true })
    await box.commands.sendStdin(handle.pid, 'by pid\n')
    assert.equal((await handle.wait()).stdout, 'by pid\n')
  })

  test('of 4 MB in pieces is exact', async () => {
    const handle = await box.commands.run('sha256sum', { background: true, stdin: true })
    const piece = Buffer.alloc(256 * 1024, 0).map((_, i) => (i * 7 + (i >> 8)) & 255)
    const hash = createHash('sha256')
    for (let i = 0; i < 16; i++) {
      hash.update(piece)
      await handle.sendStdin(new Uint8Array(piece))
    }
    await handle.closeStdin()
    assert.equal((await handle.wait()).stdout.split(' ')[0], hash.digest('hex'))
  })

  test('to an unknown pid is a NotFoundError', async () => {
    assert.ok((await failure(box.commands.sendStdin(999_999, 'x'))) instanceof NotFoundError)
    assert.ok((await failure(box.commands.closeStdin(999_999))) instanceof NotFoundError)
  })

  test('to a command that has ended is an error and not a hang', async () => {
    const handle = await box.commands.run('true', { background: true, stdin: true })
    await handle.wait()
    assert.ok((await within(failure(box.commands.sendStdin(handle.pid, 'x')), 10_000)) instanceof Error)
  })
})

describe('time limits', { concurrency: 5 }, () => {
  test('a command past its limit is a TimeoutError', async () => {
    const began = performance.now()
    const error = await failure(box.commands.run('sleep 30', { timeoutMs: 1500 }))
    assert.ok(error instanceof TimeoutError)
    assert.match(error.message, /timeoutMs/)
    assert.ok(performance.now() - began < 8000)
  })

  test('a command past its limit is killed with its children', async () => {
    const marker = unique('mark')
    await failure(box.commands.run(`bash -c 'sleep 200; : ${marker}' & bash -c 'sleep 200; : ${marker}'; wait`, { timeoutMs: 1500 }))
    await until(async () => (await running(marker)) === 0, { within: 5000, what: 'the end of the process tree' })
  })

  test('the limit is the server\'s as well', async () => {
    const answer = await streamed(box, start, shell('echo partial; sleep 30'), { headers: { 'Connect-Timeout-Ms': '1500' } })
    assert.equal(answer.end.error.code, 'deadline_exceeded')
    assert.equal(bytesOf(answer.events).toString(), 'partial\n')
  })

  test('no limit with a timeout of zero', async () => {
    const result = await box.commands.run('sleep 4; echo still here', { timeoutMs: 0 })
    assert.equal(result.stdout, 'still here\n')
  })

  test('a background command is bound by the limit too', async () => {
    const handle = await box.commands.run('sleep 30', { background: true, timeoutMs: 1500 })
    assert.ok((await failure(handle.wait())) instanceof TimeoutError)
  })

  test('the end of a connection\'s limit leaves the command alone', async () => {
    const handle = await box.commands.run('sleep 4; echo whole', { background: true })
    const other = await box.commands.connect(handle.pid, { timeoutMs: 1000 })
    assert.ok((await failure(other.wait())) instanceof TimeoutError)
    assert.equal((await handle.wait()).stdout, 'whole\n')
  })
})

describe('signals', () => {
  test('SIGTERM can be handled', async () => {
    const handle = await box.commands.run(`trap 'echo caught; exit 7' TERM; echo ready; while :; do sleep 0.05; done`, { background: true })
    await until(() => handle.stdout.includes('ready'))
    const answer = await unary(box, '/process.Process/SendSignal', { process: { pid: handle.pid }, signal: 'SIGNAL_SIGTERM' })
    assert.equal(answer.status, 200)
    const error = await failure(handle.wait())
    assert.deepEqual([error.exitCode, error.stdout], [7, 'ready\ncaught\n'])
  })

  test('SIGTERM ends what does not handle it', async () => {
    const handle = await box.commands.run('exec sleep 100', { background: true })
    await sleep(300)
    await unary(box, '/process.Process/SendSignal', { process: { pid: handle.pid }, signal: 'SIGNAL_SIGTERM' })
    const error = await failure(handle.wait())
    assert.equal(error.exitCode, -1)
    assert.equal(error.error, 'signal: terminated')
  })

  test('a command that kills itself', async () => {
    const error = await failure(box.commands.run('kill -9 $$'))
    assert.deepEqual([error.exitCode, error.error], [-1, 'signal: killed'])
  })

  test('signals may be given by number', async () => {
    const handle = await box.commands.run('sleep 100', { background: true })
    assert.equal((await unary(box, '/process.Process/SendSignal', { process: { pid: handle.pid }, signal: 9 })).status, 200)
    assert.equal((await failure(handle.wait())).exitCode, -1)
  })

  test('to an unknown pid are not_found', async () => {
    const answer = await unary(box, '/process.Process/SendSignal', { process: { pid: 999_999 }, signal: 'SIGNAL_SIGKILL' })
    assert.equal(answer.status, 404)
    assert.equal(answer.json.code, 'not_found')
  })
})

describe('many at once', () => {
  test('50 in one sandbox', async () => {
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => box.commands.run(`sleep 0.2; echo ${i}; echo e${i} >&2`)))
    assert.deepEqual(results.map((one) => [one.stdout, one.stderr]), Array.from({ length: 50 }, (_, i) => [`${i}\n`, `e${i}\n`]))
  })

  test('10 in each of four sandboxes', async (t) => {
    const boxes = await Promise.all(Array.from({ length: 4 }, () => fresh(t)))
    const results = await Promise.all(boxes.flatMap((one) => Array.from({ length: 10 }, (_, i) => one.commands.run(`echo $E2B_SANDBOX_ID ${i}`))))
    assert.deepEqual(results.map((one) => one.stdout), boxes.flatMap((one) => Array.from({ length: 10 }, (_, i) => `${one.sandboxId} ${i}\n`)))
  })

  test('a heavy writer does not hold up others', async () => {
    const writer = await box.commands.run('yes', { background: true, onStdout: () => sleep(50) })
    const began = performance.now()
    assert.equal((await box.commands.run('echo quick')).stdout, 'quick\n')
    assert.ok(performance.now() - began < 10_000)
    await box.commands.kill(writer.pid)
    await writer.disconnect()
  })

  test('100 in a row leave no zombie', async () => {
    for (let i = 0; i < 100; i++) assert.equal((await box.commands.run('true')).exitCode, 0)
    assert.equal((await attempt(box, `grep -l '^State:\\sZ' /proc/[0-9]*/status 2>/dev/null | wc -l`)).stdout.trim(), '0')
  })
})
