/** What is paid before anything runs: of whole processes and of the package as it is published. */
import { execFileSync } from 'node:child_process'
import { duration, type Workload } from './figure.ts'
import { timingOf } from './measure.ts'

const rounds = Array.from({ length: 15 }, (_, i) => i)

const inFreshProcess = (file: string): string =>
  execFileSync(process.execPath, [`test/bench/start/${file}.cjs`], { encoding: 'utf8' })

const secondsOf = (file: string): number => {
  const began = process.hrtime.bigint()
  inFreshProcess(file)
  return Number(process.hrtime.bigint() - began) / 1e9
}

/** The unpacked size of what npm would publish, in millions of bytes. */
const packed = (): number => {
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })
  return (JSON.parse(told) as readonly { readonly unpackedSize: number }[])[0]!.unpackedSize / 1e6
}

export const starts: Workload = {
  name: 'start',
  what: 'whole processes, the first call of a program, the size of the package',
  *run() {
    execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
    const seconds = rounds.map(() => ({ empty: secondsOf('empty'), xor: secondsOf('xor') }))
    yield duration('start', 's', 1)('an empty program', timingOf(seconds.map(({ empty }) => empty)))
    yield duration('start', 's', 1)('grad-ts, 2,000 steps', timingOf(seconds.map(({ xor }) => xor)))
    const calls = timingOf(rounds.map(() => Number(inFreshProcess('firstCall'))))
    yield duration('start', 'ms', 1)('grad-ts first call', calls)
    const size = packed()
    yield { workload: 'start', variant: 'grad-ts unpacked', metric: 'MB', value: size, min: size, max: size }
  }
}
