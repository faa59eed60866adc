// Templates are built of steps by the SDK's own builder; sandboxes start from them.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { BuildError, Sandbox, Template, waitForFile, waitForPort, waitForProcess, waitForTimeout } from 'e2b'

import { needs } from '../harness/wall.mjs'
import { attempt, failure, fresh, record, test as bounded, unique, until } from '../harness/suite.mjs'

const context = mkdtempSync(join(tmpdir(), 'ce2e-context-'))
const built = []
const name = (prefix = 'tpl-') => {
  const made = unique(prefix)
  built.push(made)
  return made
}
// Two builds run at once; the others wait for their turn.
const test = (title, body) => bounded(title, { timeout: 180_000 }, body)
const from = () => Template({ fileContextPath: context }).fromTemplate('base')

async function build(template, as = name(), options = {}) {
  const log = []
  const info = await Template.build(template, as, { onBuildLogs: (entry) => log.push(entry.message), ...options })
  return { ...info, log, text: log.join('\n') }
}

async function start(t, template, options = {}) {
  const box = await Sandbox.create(template, { timeoutMs: 120_000, ...options })
  record(box.sandboxId)
  t.after(() => box.kill().catch(() => false))
  return box
}

before(() => {
  writeFileSync(join(context, 'hello.txt'), 'hello\n')
  writeFileSync(join(context, 'run.sh'), '#!/bin/sh\necho ran\n', { mode: 0o755 })
  mkdirSync(join(context, 'app/deep/er'), { recursive: true })
  writeFileSync(join(context, 'app/one'), 'one')
  writeFileSync(join(context, 'app/.hidden'), 'hidden')
  writeFileSync(join(context, 'app/deep/er/two'), 'two')
  symlinkSync('deep/er/two', join(context, 'app/link'))
  writeFileSync(join(context, 'a.conf'), 'a')
  writeFileSync(join(context, 'b.conf'), 'b')
  writeFileSync(join(context, 'umlaut-ä ß.txt'), 'ä')
})
after(async () => {
  rmSync(context, { recursive: true, force: true })
  for (const one of built) await Sandbox.deleteSnapshot(one).catch(() => false)
})

test('a command of a build changes the files of its sandboxes', async (t) => {
  const { templateId, buildId, name: given, tags } = await build(from().runCmd('echo made > made && echo $PWD > where'), built[0] ?? name())
  assert.match(templateId, /^[a-z0-9]{20}$/)
  assert.match(buildId, /^[0-9a-f-]{36}$/)
  assert.deepEqual(tags, ['default'])
  const box = await start(t, given)
  assert.equal(await box.files.read('made'), 'made\n')
  assert.equal(await box.files.read('where'), '/home/user\n')
})

test('the template is found by name, by name and tag, by team, and by id', async (t) => {
  const { templateId, name: given } = await build(from().runCmd('echo x > x'))
  for (const reference of [given, `${given}:default`, `default/${given}`, templateId]) {
    assert.equal(await (await start(t, reference)).files.read('x'), 'x\n', reference)
  }
})

test('a sandbox says from which template it is', async (t) => {
  const { templateId, name: given } = await build(from().runCmd('true'))
  const info = await (await start(t, given)).getInfo()
  assert.equal(info.templateId, templateId)
  assert.equal(info.name, given)
  const listed = await Sandbox.list({ query: { template: given } }).nextItems().catch(() => [])
  assert.ok(listed.every((one) => one.templateId === templateId))
})

test('variables are there in steps and in sandboxes, under their own', async (t) => {
  const { name: given } = await build(from().setEnvs({ COLOUR: 'red', SIZE: 'big' }).runCmd('echo $COLOUR $SIZE > seen'))
  const box = await start(t, given, { envs: { SIZE: 'small' } })
  assert.equal(await box.files.read('seen'), 'red big\n')
  assert.equal((await box.commands.run('echo $COLOUR $SIZE')).stdout, 'red small\n')
  assert.equal((await box.commands.run('echo $COLOUR', { envs: { COLOUR: 'blue' } })).stdout, 'blue\n')
})

test('a variable may be made of those before it', async (t) => {
  const { name: given } = await build(from().setEnvs({ A: 'one' }).setEnvs({ B: '$A-${A}-${NONE:-else}', PATH: '/opt/mine/bin:$PATH' }).runCmd('echo $B > b'))
  const box = await start(t, given)
  assert.equal(await box.files.read('b'), 'one-one-else\n')
  assert.match((await box.commands.run('printenv PATH', {})).stdout, /\/usr\/bin/)
})

test('the working directory is made, is where steps run, and where sandboxes start', async (t) => {
  const { name: given } = await build(from().setWorkdir('/srv/app').runCmd('pwd > here && stat -c %U . >> here'))
  const box = await start(t, given)
  assert.equal(await box.files.read('/srv/app/here'), '/srv/app\nuser\n')
  assert.equal((await box.commands.run('pwd')).stdout, '/srv/app\n')
})

test('a relative working directory is below the one before', async (t) => {
  const { name: given } = await build(from().setWorkdir('/srv').setWorkdir('deeper/still').runCmd('pwd > here', { user: 'root' }))
  assert.equal(await (await start(t, given)).files.read('/srv/deeper/still/here'), '/srv/deeper/still\n')
})

test('the user is who runs steps and commands', async (t) => {
  const { name: given } = await build(from().setUser('root').runCmd('id -un > /etc/who'))
  const box = await start(t, given)
  assert.equal(await box.files.read('/etc/who'), 'root\n')
  assert.equal((await box.commands.run('id -un')).stdout, 'root\n')
  assert.equal((await box.commands.run('id -un', { user: 'user' })).stdout, 'user\n')
})

test('a step may have a user of its own', async (t) => {
  const { name: given } = await build(from().runCmd('echo $(id -un) > /etc/by', { user: 'root' }).runCmd('id -un > by'))
  const box = await start(t, given)
  assert.equal(await box.files.read('/etc/by'), 'root\n')
  assert.equal(await box.files.read('by'), 'user\n')
})

test('several commands are one step', async (t) => {
  const { name: given, text } = await build(from().runCmd(['echo 1 > n', 'echo 2 >> n']))
  assert.equal(await (await start(t, given)).files.read('n'), '1\n2\n')
  assert.match(text, /\[1\/1\] RUN echo 1 > n && echo 2 >> n/)
})

test('a file is copied to a name, into a directory, and with an owner and mode', async (t) => {
  const template = from().copy('hello.txt', '/opt/renamed').copy('hello.txt', '/opt/in/').copy('run.sh', 'run').copy('hello.txt', '/opt/secret', { user: 'root', mode: 0o600 })
  const box = await start(t, (await build(template)).name)
  assert.equal(await box.files.read('/opt/renamed'), 'hello\n')
  assert.equal(await box.files.read('/opt/in/hello.txt'), 'hello\n')
  assert.equal((await box.commands.run('./run')).stdout, 'ran\n')
  assert.equal((await box.commands.run("stat -c '%U %a' /opt/renamed /opt/secret run")).stdout, 'user 644\nroot 600\nuser 755\n')
})

test('a directory gives its content, with links and hidden files', async (t) => {
  const box = await start(t, (await build(from().copy('app', '/srv/app'))).name)
  assert.equal((await box.commands.run('cd /srv/app && cat one .hidden deep/er/two link && readlink link && find . | sort | tr "\\n" " "')).stdout,
    'onehiddentwotwodeep/er/two\n. ./.hidden ./deep ./deep/er ./deep/er/two ./link ./one ')
})

test('the whole context can be copied, and what is ignored stays out', async (t) => {
  const template = Template({ fileContextPath: context, fileIgnorePatterns: ['app/deep/**', '*.conf'] }).fromTemplate('base').copy('.', 'all/')
  const box = await start(t, (await build(template)).name)
  assert.equal((await box.commands.run('cd all && cat app/one "umlaut-ä ß.txt"; ls *.conf app/deep/er 2>&1 | grep -c cannot')).stdout, 'oneä2\n')
})

test('a pattern takes every file that it means', async (t) => {
  const box = await start(t, (await build(from().copy('*.conf', '/etc/mine/'))).name)
  assert.equal((await box.commands.run('cat /etc/mine/a.conf /etc/mine/b.conf')).stdout, 'ab')
})

test('several items are copied, relative to the working directory', async (t) => {
  const template = from().setWorkdir('/work').copyItems([{ src: 'hello.txt', dest: 'h' }, { src: 'app', dest: 'sub' }])
  const box = await start(t, (await build(template)).name)
  assert.equal((await box.commands.run('cat /work/h /work/sub/one')).stdout, 'hello\none')
})

test('an archive without compression is taken too', async (t) => {
  const box = await start(t, (await build(from().copy('hello.txt', 'plain', { gzip: false }))).name)
  assert.equal(await box.files.read('plain'), 'hello\n')
})

test('files that are there already are not sent again', async () => {
  const given = name()
  writeFileSync(join(context, 'once.txt'), unique())
  const first = await build(from().copy('once.txt', 'x'), given)
  const second = await build(from().copy('once.txt', 'x'), given)
  assert.match(first.text, /Uploaded 'once.txt'/)
  assert.match(second.text, /Skipping upload of 'once.txt'/)
})

test('makeDir, rename, remove, makeSymlink', async (t) => {
  const template = from().makeDir('d/e', { mode: 0o700 }).runCmd('echo 1 > d/e/f').rename('d/e/f', 'd/g').makeSymlink('d/g', 'link').runCmd('touch gone').remove('gone')
  const box = await start(t, (await build(template)).name)
  assert.equal((await box.commands.run('cat link; stat -c %a d/e; ls gone 2>&1 | grep -c "No such"')).stdout, '1\n700\n1\n')
})

test('a template stands on another, and on its variables, directory and user', async (t) => {
  const first = await build(from().setEnvs({ LOWER: 'yes' }).setWorkdir('/opt/base').runCmd('echo lower > file', { user: 'user' }))
  const second = await build(Template().fromTemplate(first.name).runCmd('echo $LOWER $(cat file) > upper'))
  const box = await start(t, second.name)
  assert.equal(await box.files.read('/opt/base/upper'), 'yes lower\n')
  assert.equal((await box.commands.run('echo $LOWER; pwd')).stdout, 'yes\n/opt/base\n')
  assert.equal(await Sandbox.deleteSnapshot(first.name), true)
  assert.equal(await (await start(t, second.name)).files.read('/opt/base/file'), 'lower\n', 'it keeps what it stands on')
})

test('a template stands on a snapshot', async (t) => {
  const source = await fresh(t)
  await source.files.write('kept', 'kept')
  const snapshot = await source.createSnapshot()
  const box = await start(t, (await build(Template().fromTemplate(snapshot.snapshotId).runCmd('cat kept > again'))).name)
  assert.equal(await box.files.read('again'), 'kept')
  await Sandbox.deleteSnapshot(snapshot.snapshotId)
})

test('steps that are the same are not run again, and those after a change are', async () => {
  const mark = unique()
  const steps = (last) => from().runCmd(`echo ${mark}; date +%N > first`).runCmd(`echo ${last} > second`)
  const first = await build(steps('a'))
  const second = await build(steps('a'))
  const third = await build(steps('b'))
  assert.doesNotMatch(first.text, /CACHED/)
  assert.equal(second.text.match(/CACHED/g).length, 2)
  assert.doesNotMatch(second.text, new RegExp(`^${mark}$`, 'm'), 'nothing ran')
  assert.equal(third.text.match(/CACHED/g).length, 1)
})

test('the content of copied files decides, not their times', async () => {
  const file = join(context, 'content.txt')
  const steps = () => from().copy('content.txt', 'x').runCmd('cat x')
  writeFileSync(file, unique())
  await build(steps())
  writeFileSync(file, (await import('node:fs')).readFileSync(file))
  assert.equal((await build(steps())).text.match(/CACHED/g).length, 2)
  writeFileSync(file, unique())
  assert.doesNotMatch((await build(steps())).text, /CACHED/)
})

test('variables, user and directory are part of what a step is', async () => {
  const mark = unique()
  const step = `echo ${mark} > /tmp/x`
  await build(from().runCmd(step))
  assert.match((await build(from().runCmd(step))).text, /CACHED/)
  assert.doesNotMatch((await build(from().setEnvs({ A: mark }).runCmd(step))).text, /CACHED/)
  assert.doesNotMatch((await build(from().setUser('root').runCmd(step))).text, /CACHED/)
})

test('skipCache runs everything, or all from one step on', async () => {
  const mark = unique()
  const steps = (skip) => {
    const first = from().runCmd(`echo ${mark} 1`)
    return (skip ? first.skipCache() : first).runCmd(`echo ${mark} 2`)
  }
  await build(steps(false))
  assert.equal((await build(steps(true))).text.match(/CACHED/g).length, 1)
  assert.doesNotMatch((await build(steps(false), name(), { skipCache: true })).text, /CACHED/)
})

test('a failing command fails the build, and says which and why', async () => {
  const log = []
  const template = from().runCmd('true').runCmd('echo this is why >&2; exit 7')
  const error = await failure(Template.build(template, name(), { onBuildLogs: (entry) => log.push(entry) }))
  assert.ok(error instanceof BuildError, error.name)
  assert.match(error.message, /failed to run command 'echo this is why >&2; exit 7': exit status 7/)
  assert.ok(log.some((entry) => entry.message === 'this is why'))
  assert.ok(log.some((entry) => entry.level === 'error' && /exit status 7/.test(entry.message)))
  assert.match(error.stack, /template\.test\.mjs/, 'the stack is that of the step')
})

test('the status of a failed build names the step', async () => {
  const info = await Template.buildInBackground(from().runCmd('true').runCmd('false').runCmd('true'), name())
  const status = await until(async () => {
    const now = await Template.getBuildStatus(info)
    return now.status === 'error' && now
  }, { within: 60_000, what: 'the end of the build' })
  assert.equal(status.reason.step, '2')
  assert.match(status.reason.message, /failed to run command 'false': exit status 1/)
})

test('an unknown user is told as the protocol tells it', async () => {
  for (const template of [from().runCmd('whoami', { user: 'root123' }), from().setUser('root123').runCmd('whoami')]) {
    assert.match((await failure(build(template))).message, /failed to run command 'whoami': command failed: unauthenticated: invalid username: 'root123'/)
  }
  assert.match((await failure(build(from().setUser('root123')))).message, /invalid username: 'root123'/, 'even if nobody runs anything')
})

test('what fails leaves what was there before as it was', async (t) => {
  const given = name()
  await build(from().runCmd('echo good > v'), given)
  await failure(build(from().runCmd('echo bad > v').runCmd('false'), given))
  assert.equal(await (await start(t, given)).files.read('v'), 'good\n')
})

test('a build of the same name replaces what the name stands for, and older sandboxes go on', async (t) => {
  const given = name()
  const first = await build(from().runCmd('echo 1 > v'), given)
  const old = await start(t, given)
  const second = await build(from().runCmd('echo 2 > v'), given)
  assert.equal(second.templateId, first.templateId)
  assert.notEqual(second.buildId, first.buildId)
  assert.equal(await (await start(t, given)).files.read('v'), '2\n')
  assert.equal(await old.files.read('v'), '1\n')
})

test('the log has every line once, however long it is', async () => {
  const { log } = await build(from().runCmd('seq 1 1234'))
  assert.deepEqual(log.filter((line) => /^\d+$/.test(line)).map(Number), Array.from({ length: 1234 }, (_, i) => i + 1))
})

test('a flood of output is cut, and the log says so', async () => {
  const { log } = await build(from().runCmd('seq 1 200000'))
  assert.ok(log.length < 11_000, String(log.length))
  assert.match(log.at(-2) + log.at(-1), /more lines of output were left out/)
})

test('the log is read from an offset while it is written', async () => {
  const info = await Template.buildInBackground(from().runCmd('for i in 1 2 3; do echo line $i; sleep 1; done'), name())
  let seen = []
  await until(async () => {
    const { status, logEntries } = await Template.getBuildStatus(info, { logsOffset: seen.length })
    seen.push({ status, lines: logEntries.map((entry) => entry.message) }, ...Array(Math.max(0, logEntries.length - 1)).fill({ status, lines: [] }))
    if (logEntries.length === 0) seen.pop()
    return status === 'ready'
  }, { within: 60_000, every: 200 })
  const lines = seen.flatMap((one) => one.lines).filter((line) => line.startsWith('line'))
  assert.deepEqual([...new Set(lines)], lines, 'none twice')
  assert.ok(seen.some((one) => one.status === 'building' && one.lines.some((line) => line.startsWith('line'))), 'lines come while it runs')
})

test('a start command is alive in new sandboxes, ready before they are handed out', async (t) => {
  const { name: given, text } = await build(from().setStartCmd('python3 -m http.server 8123', waitForPort(8123)))
  assert.match(text, /START python3 -m http.server 8123/)
  const box = await start(t, given)
  assert.match((await box.commands.run('curl -s -o /dev/null -w "%{http_code}" http://localhost:8123/')).stdout, /200/)
  assert.ok((await box.commands.list()).some((one) => one.tag === 'start'))
})

test('it has the variables, the directory and the user of the template', async (t) => {
  const template = from().setEnvs({ WORD: 'said' }).setWorkdir('/srv/run').setStartCmd('echo $WORD $PWD $(id -un) > /tmp/out; exec sleep 1000', waitForFile('/tmp/out'))
  assert.equal(await (await start(t, (await build(template)).name)).files.read('/tmp/out'), 'said /srv/run user\n')
})

test('a ready command alone is waited for', async (t) => {
  const begun = performance.now()
  const { name: given } = await build(from().setReadyCmd(waitForTimeout(2000)))
  assert.ok(performance.now() - begun > 2000)
  const again = performance.now()
  await start(t, given)
  assert.ok(performance.now() - again > 2000)
})

test('waiting for a process', async (t) => {
  const box = await start(t, (await build(from().setStartCmd('sleep 4321', waitForProcess('sleep')))).name)
  assert.match((await box.commands.run('pgrep -f "sleep 4321"')).stdout, /\d+/)
})

test('forks and snapshots of such a sandbox run it again', async (t) => {
  const { name: given } = await build(from().setStartCmd('date +%N > /tmp/began; exec sleep 1000', waitForFile('/tmp/began')))
  const box = await start(t, given)
  const snapshot = await box.createSnapshot({ headers: { 'Caisson-Memory': 'drop' } })
  const other = await start(t, snapshot.snapshotId)
  assert.ok((await other.commands.list()).some((one) => one.tag === 'start'))
  assert.notEqual(await other.files.read('/tmp/began'), await box.files.read('/tmp/began'))
  await Sandbox.deleteSnapshot(snapshot.snapshotId)
})

bounded('where the wall copies processes it is started once, in the build', { timeout: 180_000, ...needs('memoryCopies') }, async (t) => {
  const began = 'date +%N > /dev/shm/began; exec python3 -m http.server 8124'
  const { name: given } = await build(from().setStartCmd(began, waitForPort(8124)))
  const [one, other] = await Promise.all([start(t, given), start(t, given)])
  assert.equal(await other.files.read('/dev/shm/began'), await one.files.read('/dev/shm/began'))
  const names = 'cat /etc/hostname /proc/sys/kernel/hostname /etc/machine-id /proc/sys/kernel/random/boot_id 2>/dev/null; head -c 16 /dev/urandom | sha256sum'
  assert.notEqual((await other.commands.run(names)).stdout, (await one.commands.run(names)).stdout)
  await one.commands.run('pkill -f 8124', { user: 'root' })
  assert.match((await other.commands.run('curl -s -o /dev/null -w "%{http_code}" http://localhost:8124/')).stdout, /200/, 'each has its own')
})

test('a start command that ends fails the build at its end, with what it said', async () => {
  const error = await failure(build(from().setStartCmd('echo no such thing >&2; exit 3', waitForPort(1))))
  assert.match(error.message, /the start command ended before it was ready: exit status 3/)
  assert.match(error.message, /no such thing/)
})

test('cpu and memory of the build are those of its sandboxes', async (t) => {
  const { name: given } = await build(from().runCmd('true'), name(), { cpuCount: 1, memoryMB: 256 })
  const info = await (await start(t, given)).getInfo()
  assert.deepEqual([info.cpuCount, info.memoryMB], [1, 256])
})

test('an image that was not imported is refused, and it is said how to import it', async () => {
  for (const template of [Template().fromImage('python:3.13'), Template().fromBaseImage(), Template().fromDebianImage(), Template().fromNodeImage()]) {
    const error = await failure(build(template.runCmd('true')))
    assert.ok(error instanceof BuildError, error.name)
    assert.match(error.message, /caisson template import/)
  }
})

test('a template that is not there is refused', async () => {
  assert.match((await failure(build(Template().fromTemplate(unique('none-')).runCmd('true')))).message, /there is no template/)
})

test('credentials of a registry are refused, and are in no message', async () => {
  const error = await failure(build(Template().fromImage('private/image', { username: 'u', password: 'p4ssw0rd' }).runCmd('true')))
  assert.match(error.message, /template import/)
  assert.doesNotMatch(error.message, /p4ssw0rd/)
})

test('a Dockerfile builds through the SDK', async (t) => {
  const lower = await build(from().runCmd('true'))
  const template = Template({ fileContextPath: context }).fromDockerfile(
    `FROM ${lower.name}\nENV A=1\nWORKDIR /docker\nCOPY hello.txt h.txt\nRUN id -un > who && cat h.txt > again\nUSER user\n`)
  const box = await start(t, (await build(template)).name)
  assert.equal(await box.files.read('/docker/who'), 'root\n')
  assert.equal(await box.files.read('/docker/again'), 'hello\n')
  assert.equal((await box.commands.run('id -un; pwd; echo $A')).stdout, 'user\n/docker\n1\n')
})

test('packages are installed by the commands of their tools', async () => {
  const { text } = await build(from().runCmd('mkdir -p pkg && cd pkg && echo \'{"name":"pkg","version":"1.0.0"}\' > package.json').npmInstall('./pkg'))
    .catch((error) => ({ text: error.message }))
  assert.match(text, /npm install \.\/pkg/)
})

test('processes that a step leaves behind do not hold the build up', async (t) => {
  const { name: given } = await build(from().runCmd('(sleep 600 &) ; echo left > left'))
  const box = await start(t, given)
  assert.equal(await box.files.read('left'), 'left\n')
  assert.equal((await attempt(box, 'pgrep -f "sleep 600"')).exitCode, 1)
})

test('sandboxes of builds are nobody\'s to see', async () => {
  const info = await Template.buildInBackground(from().runCmd('sleep 3'), name())
  await until(async () => (await Template.getBuildStatus(info)).logEntries.some((entry) => /RUN sleep 3/.test(entry.message)), { within: 60_000 })
  const all = []
  for (const pages = Sandbox.list({ limit: 100 }); pages.hasNext;) all.push(...(await pages.nextItems()))
  assert.ok(all.every((one) => one.templateId !== info.templateId))
  await until(async () => (await Template.getBuildStatus(info)).status === 'ready', { within: 60_000 })
})
