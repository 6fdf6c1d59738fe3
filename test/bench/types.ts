/** What a model of twenty layers adds to the time of type checking. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { timingOf } from './measure.ts'
import { duration, type Workload } from './figure.ts'

const folder = 'test/bench/types'
const rounds = 5

/** Seconds of processor time to check one file, in a process of its own, as a compiler is always started cold. */
const secondsFor = (file: string): number =>
  Number(execFileSync(process.execPath, [join(folder, 'check.cjs'), join(folder, file)], { encoding: 'utf8' }))

export const types: Workload = {
  name: 'types',
  what: 'checking a file with a model of 20 layers and its training, the library as sources, in processor time',
  *run() {
    const seconds = Array.from({ length: rounds }, () => ({
      empty: secondsFor('empty.ts'),
      imported: secondsFor('imported.ts'),
      model: secondsFor('twentyLayers.ts')
    }))
    const added = duration('types', 's', 1)
    yield added('an empty file', timingOf(seconds.map(({ empty }) => empty)))
    yield added('an import adds', timingOf(seconds.map(({ empty, imported }) => imported - empty)))
    yield added('grad-ts model adds', timingOf(seconds.map(({ imported, model }) => model - imported)))
  }
}
