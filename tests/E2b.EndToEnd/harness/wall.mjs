const wall = process.env.CAISSON_TEST_WALL ?? 'bubblewrap'

// What the wall under test has not, by design: it refuses that by name, and the tests of it are left out.
const lacks = {
  gvisor: {
    volumes: 'the gvisor wall shows no volumes: its kernel and the host\'s would lose what both append to one file',
    metadata: 'the file systems of gVisor keep no extended attributes',
  },
  microvm: {
    volumes: 'the microvm wall shows no volumes: a machine of its own shares no file system with the host',
    freezer: 'the microvm wall stops a machine\'s processors, and its group is not frozen',
  },
}[wall] ?? {}
const writes = { microvm: true }
if (!writes[wall]) {
  lacks.memoryOnDisk = `the ${wall} wall writes no memory to disk: the microvm wall does`
  lacks.memoryCopies = `the ${wall} wall copies files and no processes: the microvm wall does both`
} else {
  lacks.filesAlone = `the ${wall} wall copies processes along`
}

/** The reason why a feature is not there, or undefined. */
export const lack = (feature) => lacks[feature]

/** Options of a test that needs a feature. */
export const needs = (feature) => ({ skip: lacks[feature] ?? false })
