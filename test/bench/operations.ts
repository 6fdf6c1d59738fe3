/** Twenty operations on a thousand and on a million doubles that stay in the program's memory. */
import {
  add,
  argmax,
  argsort,
  atan2,
  compile,
  cumMax,
  cumprod,
  cumsum,
  exp,
  floor,
  log,
  max,
  maximum,
  median,
  prod,
  sin,
  sort,
  std,
  sum,
  take,
  type Tensor,
  toFlatArray,
  where
} from '../../src/index.ts'
import { mustAgree, rate, type Workload } from './figure.ts'
import { tensorOf, uniform } from './inputs.ts'
import { leastProcessorTime } from './measure.ts'

type Numbers = Tensor<[number]>

export const sizes = [1000, 1_000_000] as const

/** From −4 to 4. */
const around = (u: number): number => 8 * u - 4
const positive = (u: number): number => 4 * u + 0.1
/** Factors so near to 1 that a million of them have a product. */
const nearOne = (u: number): number => 1 + (u - 0.5) / 1000

/** Whether a number is chosen. */
const half = (u: number): number => (u < 0.5 ? 1 : 0)

/** What is computed, and how each of its `n` numbers is made from one in (0, 1). */
interface Row {
  readonly f: (xs: readonly Numbers[]) => Tensor
  readonly of: readonly ((u: number, n: number) => number)[]
}

const unary = (f: (x: Numbers) => Tensor, of = around): Row => ({ f: ([x]) => f(x!), of: [of] })
const binary = (f: (x: Numbers, y: Numbers) => Tensor, x = around, y: Row['of'][number] = around): Row => ({
  f: ([a, b]) => f(a!, b!),
  of: [x, y]
})

const rows: Readonly<Record<string, Row>> = {
  add: binary((x, y) => add(y)(x)),
  exp: unary(exp),
  log: unary(log, positive),
  sin: unary(sin),
  atan2: binary((x, y) => atan2(y)(x)),
  floor: unary(floor),
  where: binary((chosen, x) => where(chosen, 1)(x), half),
  maximum: binary((x, y) => maximum(y)(x)),
  sum: unary(sum),
  max: unary(max),
  argmax: unary(argmax({ axis: 0 })),
  std: unary(std),
  prod: unary(prod, nearOne),
  cumsum: unary(cumsum),
  cumprod: unary(cumprod, nearOne),
  cumMax: unary(cumMax),
  sort: unary(sort),
  argsort: unary(argsort),
  take: binary(
    (x, places) => take({ axis: 0 })(places)(x),
    around,
    (u, n) => Math.floor(u * n)
  ),
  median: unary(median)
}

export const operationNames = Object.keys(rows)

/** A sum of the numbers in which their places count. */
const told = (x: Tensor): number =>
  Float64Array.from(toFlatArray(x)).reduce((total, value, i) => total + value * ((i % 7) + 1), 0)

type State = readonly [readonly Numbers[], Tensor]

const argumentsOf = ({ of }: Row, n: number, seed: number): readonly Numbers[] =>
  of.map((made, i) =>
    tensorOf(
      [n],
      uniform(seed + i, n).map((u) => made(u, n))
    )
  )

export const operations: Workload = {
  name: 'operations',
  what: 'twenty operations on n doubles, called again on what stays in memory, the result too; processor time',
  *run() {
    for (const n of sizes)
      for (const [name, row] of Object.entries(rows)) {
        const [given, others] = [argumentsOf(row, n, 81), argumentsOf(row, n, 83)]
        const program = compile(([xs]: State): State => [xs, row.f(xs)], { donate: [0] })
        const found = told(row.f(given))
        // a constant would not follow other numbers
        mustAgree(`${name} of other numbers`, told(program([others, row.f(given)])[1]), told(row.f(others)))
        let state = program([given, row.f(others)])
        const time = leastProcessorTime(() => {
          state = program(state)
        })
        mustAgree(name, told(state[1]), found)
        yield rate('operations', 'calls/s')(`grad-ts ${name} n${n}`, 1, time, found)
      }
  }
}
