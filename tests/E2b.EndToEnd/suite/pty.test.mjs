// Terminals.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { CommandExitError, NotFoundError } from 'e2b'

import { create, failure, fresh, test, until } from '../harness/suite.mjs'

const bytes = (text) => new TextEncoder().encode(text)

let box
before(async () => {
  box = await create()
})
after(() => box?.kill())

/** A terminal whose output is collected. */
async function terminal(options = {}) {
  const decoder = new TextDecoder()
  const screen = { text: '' }
  const handle = await box.pty.create({ cols: 80, rows: 24, onData: (data) => void (screen.text += decoder.decode(data, { stream: true })), ...options })
  return {
    handle,
    pid: handle.pid,
    screen,
    type: (text) => box.pty.sendInput(handle.pid, bytes(text)),
    shows: (pattern) => until(() => pattern.exec(screen.text), { within: 15_000, what: `${pattern} in ${JSON.stringify(screen.text.slice(-500))}` }),
    end: async () => {
      await box.pty.kill(handle.pid)
      await failure(handle.wait())
    },
  }
}

test('echoes what is typed and shows what it prints', async () => {
  const tty = await terminal()
  await tty.type('echo $((40+2))-answer\n')
  await tty.shows(/42-answer/)
  assert.match(tty.screen.text, /echo \$\(\(40\+2\)\)-answer/)
  await tty.end()
})

test('is a terminal of the usual kind', async () => {
  const tty = await terminal()
  await tty.type('tty; echo "$TERM/$LANG/$LC_ALL"; [[ $- == *i* ]] && echo inter""active\n')
  await tty.shows(/\/dev\/(pts\/\d+|console)/)
  await tty.shows(/xterm-256color\/C\.UTF-8\/C\.UTF-8/)
  await tty.shows(/interactive/)
  await tty.end()
})

test('has the size asked for', async () => {
  const tty = await terminal({ cols: 101, rows: 37 })
  await tty.type('stty size; tput cols\n')
  await tty.shows(/37 101\r?\n101\r?\n/)
  await tty.end()
})

test('changes its size, and the foreground program is told', async () => {
  const tty = await terminal()
  await tty.type(`trap 'echo WIN""CH $(stty size)' WINCH; echo rea""dy\n`)
  await tty.shows(/ready/)
  await box.pty.resize(tty.pid, { cols: 120, rows: 50 })
  await tty.type('\n')
  await tty.shows(/WINCH 50 120/)
  await tty.type('stty size; tput cols\n')
  await tty.shows(/50 120\r?\n120\r?\n/)
  await tty.end()
})

test('Ctrl-C interrupts the foreground program only', async () => {
  const tty = await terminal()
  await tty.type('echo go""ing; sleep 100\n')
  await tty.shows(/going/)
  await tty.type('\x03')
  await tty.type('echo status $?-af""ter\n')
  await tty.shows(/status 130-after/)
  await tty.end()
})

test('Ctrl-D ends the shell', async () => {
  const tty = await terminal()
  await tty.type('echo rea""dy\n')
  await tty.shows(/ready/)
  await tty.type('\x04')
  assert.equal((await tty.handle.wait()).exitCode, 0)
})

test('tells the exit code', async () => {
  const tty = await terminal()
  await tty.type('exit 6\n')
  const error = await failure(tty.handle.wait())
  assert.ok(error instanceof CommandExitError)
  assert.equal(error.exitCode, 6)
})

test('can be killed', async () => {
  const tty = await terminal()
  assert.equal(await box.pty.kill(tty.pid), true)
  assert.equal((await failure(tty.handle.wait())).exitCode, -1)
  assert.equal(await box.pty.kill(tty.pid), false)
})

test('has its own variables, directory and user', async () => {
  const tty = await terminal({ envs: { MINE: 'yes it is' }, cwd: '/tmp', user: 'root' })
  await tty.type('echo "$MINE:$PWD:$(id -un)"\n')
  await tty.shows(/yes it is:\/tmp:root/)
  await tty.end()
})

test('can be connected to again', async () => {
  const tty = await terminal()
  await tty.type('echo fi""rst\n')
  await tty.shows(/first/)
  await tty.handle.disconnect()
  let text = ''
  const again = await box.pty.connect(tty.pid, { onData: (data) => void (text += Buffer.from(data).toString()) })
  await box.pty.sendInput(tty.pid, bytes('echo sec""ond; exit 4\n'))
  assert.equal((await failure(again.wait())).exitCode, 4)
  assert.match(text, /second/)
})

test('carries characters of several bytes', async () => {
  const tty = await terminal()
  await tty.type("printf '%s\\n' 'žluťoučký kůň 🐴' | tr -d k\n")
  await tty.shows(/žluťoučý ůň 🐴/)
  await tty.end()
})

test('takes 64 KB of input', async () => {
  const tty = await terminal()
  await tty.type('stty -echo; cat > /tmp/typed; echo sto""red\n')
  await until(async () => box.files.exists('/tmp/typed'))
  for (let i = 0; i < 64; i++) await tty.type(`${'x'.repeat(1023)}\n`)
  await tty.type('\x04')
  await tty.shows(/stored/)
  assert.equal((await box.files.getInfo('/tmp/typed')).size, 64 * 1024)
  await tty.end()
})

test('input and size of an unknown pid are NotFoundErrors', async () => {
  assert.ok((await failure(box.pty.sendInput(999_999, bytes('x')))) instanceof NotFoundError)
  assert.ok((await failure(box.pty.resize(999_999, { cols: 1, rows: 1 }))) instanceof NotFoundError)
})

test('a full-screen size of 1 by 1 and of 500 by 200 are accepted', async () => {
  const tty = await terminal({ cols: 1, rows: 1 })
  await box.pty.resize(tty.pid, { cols: 500, rows: 200 })
  await tty.type('stty size\n')
  await tty.shows(/200 500/)
  await tty.end()
})

test('ends with its sandbox', async (t) => {
  const one = await fresh(t)
  const handle = await one.pty.create({ cols: 80, rows: 24, onData: () => {} })
  const waiting = failure(handle.wait())
  await one.kill()
  assert.ok((await waiting) instanceof Error)
})
