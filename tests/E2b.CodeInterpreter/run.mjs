// The runner of the end-to-end suite, over the test files of this folder.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

process.env.E2E_SUITES = dirname(fileURLToPath(import.meta.url))
await import('../E2b.EndToEnd/run.mjs')
