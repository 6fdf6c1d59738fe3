/**
 * `npm run bench`: how fast things are, next to other libraries on the same machine, and next to what is asked.
 *
 *   npm run bench -- [--json] [--alone] [workload ...]
 *
 * Every library runs each workload in a process of its own, one thread each. `--alone` leaves the others out; `--json` prints
 * a line for each figure.
 */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import type { Figure } from './figure.ts'
import { peers } from './peers/peers.ts'
import { number, tableOf } from './table.ts'
import { workloads } from './workloads.ts'

const words = process.argv.slice(2)
const flags = words.filter((word) => word.startsWith('--'))
const names = words.filter((word) => !word.startsWith('--'))
const known = workloads.map(({ name }) => name)
const unknown = [
  ...flags.filter((flag) => !['--json', '--alone'].includes(flag)),
  ...names.filter((name) => !known.includes(name))
]
const json = flags.includes('--json')

const linesOf = (output: string): readonly Figure[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Figure)

const own = (name: string): readonly Figure[] =>
  linesOf(
    execFileSync(process.execPath, ['-r', 'ts-node/register/transpile-only', 'test/bench/child.ts', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit']
    })
  )

const print = ({ workload, variant, metric, value, min, max, check }: Figure): void => {
  if (json) console.log(JSON.stringify({ workload, variant, metric, value, min, max }))
  else
    console.log(
      `  ${variant.padEnd(24)}${number(value).padStart(10)} ${metric.padEnd(12)} ${number(min)} to ${number(max)}` +
        (check === undefined ? '' : `  (computes ${check.toPrecision(7)})`)
    )
}

if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are --json, --alone and ${known.join(', ')}`)
  process.exitCode = 2
} else {
  const others = flags.includes('--alone') ? { measure: () => [], close: () => undefined } : peers(console.error)
  try {
    const figures = workloads
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .flatMap(({ name, what }) => {
        if (!json) console.log(`${name}: ${what}`)
        const measured = [...own(name), ...others.measure(name).flatMap(linesOf)]
        measured.forEach(print)
        return measured
      })
    if (!json) {
      const day = new Date().toISOString().slice(0, 10)
      console.log(`\n${day}, Node ${process.version.slice(1)}, ${cpus()[0]!.model.trim()}, one thread:\n`)
      console.log(tableOf(figures))
    }
  } finally {
    others.close()
  }
}
