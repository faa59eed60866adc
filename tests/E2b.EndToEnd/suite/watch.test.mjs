// Watching directories.
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { FileNotFoundError, InvalidArgumentError, TimeoutError } from 'e2b'

import { create, failure, fresh, sleep, test, unique, until } from '../harness/suite.mjs'
import { unary } from '../harness/wire.mjs'

let box
before(async () => {
  box = await create()
})
after(() => box?.kill())

/** A watched new directory; `saw` waits for an event. */
async function watched(t, options = {}, path = `/home/user/${unique()}`) {
  await box.files.makeDir(path)
  const events = []
  const handle = await box.files.watchDir(path, (event) => void events.push(event), options)
  t.after(() => handle.stop())
  return {
    path,
    events,
    handle,
    saw: (type, name) =>
      until(() => events.find((event) => event.type === type && event.name === name), { within: 10_000, what: `${type} of ${name} in ${JSON.stringify(events)}` }),
  }
}

describe('events', { concurrency: 4 }, () => {
  test('a new file', async (t) => {
    const watch = await watched(t)
    await box.files.write(`${watch.path}/new.txt`, 'x')
    await watch.saw('create', 'new.txt')
    await watch.saw('write', 'new.txt')
  })

  test('a new file by a command', async (t) => {
    const watch = await watched(t)
    await box.commands.run(`echo x > ${watch.path}/made.txt`)
    await watch.saw('create', 'made.txt')
  })

  test('a write to what was there', async (t) => {
    const path = `/home/user/${unique()}`
    await box.files.write(`${path}/there.txt`, 'x')
    const watch = await watched(t, {}, path)
    await box.commands.run(`echo more >> ${path}/there.txt`)
    await watch.saw('write', 'there.txt')
    assert.ok(!watch.events.some((event) => event.type === 'create'))
  })

  test('a removal', async (t) => {
    const path = `/home/user/${unique()}`
    await box.files.write(`${path}/doomed.txt`, 'x')
    const watch = await watched(t, {}, path)
    await box.files.remove(`${path}/doomed.txt`)
    await watch.saw('remove', 'doomed.txt')
  })

  test('a rename', async (t) => {
    const path = `/home/user/${unique()}`
    await box.files.write(`${path}/before.txt`, 'x')
    const watch = await watched(t, {}, path)
    await box.files.rename(`${path}/before.txt`, `${path}/after.txt`)
    await watch.saw('rename', 'before.txt')
    await watch.saw('create', 'after.txt')
  })

  test('a change of rights', async (t) => {
    const path = `/home/user/${unique()}`
    await box.files.write(`${path}/rights.txt`, 'x')
    const watch = await watched(t, {}, path)
    await box.commands.run(`chmod 600 ${path}/rights.txt`)
    await watch.saw('chmod', 'rights.txt')
  })

  test('a new directory', async (t) => {
    const watch = await watched(t)
    await box.files.makeDir(`${watch.path}/sub`)
    await watch.saw('create', 'sub')
  })

  test('nothing from below without being asked', async (t) => {
    const path = `/home/user/${unique()}`
    await box.files.makeDir(`${path}/sub`)
    const watch = await watched(t, {}, path)
    await box.files.write(`${path}/sub/hidden.txt`, 'x')
    await box.files.write(`${path}/last.txt`, 'x')
    await watch.saw('create', 'last.txt')
    assert.ok(!watch.events.some((event) => event.name.includes('hidden')))
  })

  test('from below when asked', async (t) => {
    const path = `/home/user/${unique()}`
    await box.files.makeDir(`${path}/a/b`)
    const watch = await watched(t, { recursive: true }, path)
    await box.files.write(`${path}/a/b/deep.txt`, 'x')
    await watch.saw('create', 'a/b/deep.txt')
  })

  test('from directories made later', async (t) => {
    const watch = await watched(t, { recursive: true })
    await box.files.makeDir(`${watch.path}/later`)
    await watch.saw('create', 'later')
    await sleep(300)
    await box.files.write(`${watch.path}/later/file.txt`, 'x')
    await watch.saw('create', 'later/file.txt')
  })

  test('with what the file is now', async (t) => {
    const watch = await watched(t, { includeEntry: true })
    await box.files.write(`${watch.path}/entry.txt`, '12345')
    const event = await watch.saw('create', 'entry.txt')
    assert.deepEqual([event.entry.name, event.entry.type, event.entry.path], ['entry.txt', 'file', `${watch.path}/entry.txt`])
    await box.files.remove(`${watch.path}/entry.txt`)
    assert.equal((await watch.saw('remove', 'entry.txt')).entry, undefined)
  })

  test('without what the file is unless asked', async (t) => {
    const watch = await watched(t)
    await box.files.write(`${watch.path}/plain.txt`, 'x')
    assert.equal((await watch.saw('create', 'plain.txt')).entry, undefined)
  })

  test('500 files at once', async (t) => {
    const watch = await watched(t)
    await box.commands.run(`cd ${watch.path} && seq -f 'n%03g' 1 500 | xargs touch`)
    await until(() => new Set(watch.events.filter((event) => event.type === 'create').map((event) => event.name)).size === 500, { what: '500 events' })
  })

  test('to two watchers of one directory', async (t) => {
    const first = await watched(t)
    const second = await watched(t, {}, first.path)
    await box.files.write(`${first.path}/both.txt`, 'x')
    await first.saw('create', 'both.txt')
    await second.saw('create', 'both.txt')
  })
})

describe('ends', { concurrency: 4 }, () => {
  test('stop ends it and calls back without an error', async (t) => {
    const exits = []
    const watch = await watched(t, { onExit: (error) => void exits.push(error) })
    await watch.handle.stop()
    await until(() => exits.length === 1, { what: 'the exit callback' })
    await box.files.write(`${watch.path}/unseen.txt`, 'x')
    await sleep(700)
    assert.deepEqual(watch.events, [])
  })

  test('a time limit ends it with a TimeoutError', async (t) => {
    const exits = []
    await watched(t, { timeoutMs: 1200, onExit: (error) => void exits.push(error) })
    await until(() => exits.length === 1, { what: 'the exit callback' })
    assert.ok(exits[0] instanceof TimeoutError)
  })

  test('the end of the sandbox ends it with an error', async (t) => {
    const one = await fresh(t)
    const exits = []
    await one.files.watchDir('/home/user', () => {}, { onExit: (error) => void exits.push(error) })
    await one.kill()
    await until(() => exits.length === 1, { what: 'the exit callback' })
    assert.ok(exits[0] instanceof Error)
  })

  test('a directory that is not there is a FileNotFoundError', async () => {
    assert.ok((await failure(box.files.watchDir('/no/such/directory', () => {}))) instanceof FileNotFoundError)
  })

  test('a file is an InvalidArgumentError', async () => {
    await box.files.write('/tmp/watched-file', 'x')
    assert.ok((await failure(box.files.watchDir('/tmp/watched-file', () => {}))) instanceof InvalidArgumentError)
  })
})

test('a watcher that is asked for its events', async () => {
  const path = `/home/user/${unique()}`
  await box.files.makeDir(path)
  const call = (method, body) => unary(box, `/filesystem.Filesystem/${method}`, body)
  const { json: made } = await call('CreateWatcher', { path })
  assert.ok(made.watcherId)
  await box.files.write(`${path}/polled.txt`, 'x')
  const events = []
  await until(async () => {
    events.push(...((await call('GetWatcherEvents', { watcherId: made.watcherId })).json.events ?? []))
    return events.some((event) => event.type === 'EVENT_TYPE_CREATE' && event.name === 'polled.txt')
  })
  assert.equal((await call('RemoveWatcher', { watcherId: made.watcherId })).status, 200)
  assert.equal((await call('GetWatcherEvents', { watcherId: made.watcherId })).status, 404)
})
