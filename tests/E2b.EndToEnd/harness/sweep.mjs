// Looks for anything on the host that still belongs to a sandbox: every resource is named after its sandbox id or lies in the state directory.
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

import { until } from './wait.mjs'

/** What is left of these sandboxes and of this state directory; empty when all is clean. */
export function leaks({ state, ids }) {
  const marks = [...ids, state]
  const mentions = (text) => marks.find((mark) => text.includes(mark))
  const found = []
  const look = (kind, text, where) => {
    const mark = mentions(text)
    if (mark) found.push(`${kind} ${where} mentions ${mark}`)
  }
  const relatives = ancestors(process.pid)
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name) && !relatives.has(Number(name)))) {
    const about = [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/cgroup`), read(`/proc/${pid}/environ`), link(`/proc/${pid}/cwd`), link(`/proc/${pid}/exe`)]
    look('process', about.join('\n').replaceAll('\0', ' '), `${pid} (${about[0].replaceAll('\0', ' ').trim().slice(0, 120)})`)
  }
  for (const line of read('/proc/self/mountinfo').split('\n')) look('mount', line, line.split(' ')[4])
  for (const line of read('/proc/net/unix').split('\n').slice(1)) look('socket', line, line.split(/\s+/)[7])
  for (const name of list('/sys/block').filter((one) => one.startsWith('loop'))) look('loop device', read(`/sys/block/${name}/loop/backing_file`), name)
  for (const name of list('/run/netns')) look('network namespace', name, name)
  for (const path of directoriesBelow('/sys/fs/cgroup')) look('cgroup', path, path)
  for (const name of list(join(state, 'sandboxes'))) found.push(`directory ${join(state, 'sandboxes', name)} is left`)
  return found
}

/** Waits a little for the kernel to catch up, then gives what is left. */
export async function sweep(what, within = 10_000) {
  let found = []
  await until(() => (found = leaks(what)).length === 0, { within, every: 250 }).catch(() => null)
  return found
}

function ancestors(pid) {
  const all = new Set()
  while (pid > 1) {
    all.add(pid)
    pid = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
  }
  return all
}

function directoriesBelow(root) {
  const all = []
  const pending = [root]
  while (pending.length) {
    const directory = pending.pop()
    try {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        if (!entry.isDirectory()) continue
        const path = join(directory, entry.name)
        all.push(path)
        pending.push(path)
      }
    } catch {
      // It went while we looked.
    }
  }
  return all
}

function list(directory) {
  try {
    return existsSync(directory) ? readdirSync(directory) : []
  } catch {
    return []
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function link(path) {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
