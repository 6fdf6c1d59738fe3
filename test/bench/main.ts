/**
 * `npm run bench`: how long things take, next to what is asked of them.
 *
 *   npm run bench -- [--json] [workload ...]
 */
import { spiral } from './spiral.ts'
import { types } from './types.ts'
import type { Figure, Workload } from './workload.ts'
import { xor } from './xor.ts'

const workloads: readonly Workload[] = [xor, spiral, types]

const digits = (value: number): string => value.toPrecision(3)

const line = ({ variant, metric, value, min, max, bar }: Figure): string =>
  [
    `  ${variant.padEnd(18)}${digits(value).padStart(8)} ${metric.padEnd(9)}`,
    `${digits(min)} to ${digits(max)}`,
    bar === undefined ? '' : `  at most ${bar} ${value <= bar ? 'wanted' : 'WANTED'}`
  ].join(' ')

const words = process.argv.slice(2)
const json = words.includes('--json')
const names = words.filter((word) => word !== '--json')
const unknown = names.filter((name) => workloads.every((workload) => workload.name !== name))

if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there is --json and ${workloads.map(({ name }) => name).join(', ')}`)
  process.exitCode = 2
} else
  for (const { name, what, run } of workloads) {
    if (names.length > 0 && !names.includes(name)) continue
    if (!json) console.log(`${name}: ${what}`)
    for (const figure of run()) {
      const { bar: _, ...plain } = figure
      console.log(json ? JSON.stringify(plain) : line(figure))
    }
  }
