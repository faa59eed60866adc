// Bounded waiting; nothing in the suite waits without an end.
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

/** Polls until the probe returns something truthy and returns it; throws, naming what was awaited, when time runs out. */
export async function until(probe, { within = 10_000, every = 100, what = 'the condition' } = {}) {
  const end = performance.now() + within
  let last
  for (;;) {
    try {
      const value = await probe()
      if (value) return value
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() >= end) throw new Error(`${what} did not come true within ${within} ms`, { cause: last })
    await sleep(every)
  }
}

/** Rejects when a promise takes longer than this. */
export async function within(promise, ms, what = 'the operation') {
  let timer
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} took longer than ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
