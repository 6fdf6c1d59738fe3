import { advance, countdown, type Setting, summed, type Walked } from './nest.ts'
import { combine, identity, loadVector, storeVector } from './vector.ts'
import { assign, i32, local, type Local, type Statement, type Value } from './wasm.ts'

/** Sums and maxima along rows of columns, column by column. */

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Vectors of a column that are combined at a time, in variables. */
const COLUMNS = 4

/**
 * Whether a nest is gone through column by column: two loops whose results all meet along the outer one, so that they can be
 * combined in variables while that runs innermost.
 */
export const isColumnwise = ({ dims, results }: Setting): boolean =>
  dims.length === 2 &&
  results.length > 0 &&
  results.every(({ place, reduction }) => reduction !== null && place.strides[0] === 0 && place.strides[1] === 1)

/** Some vectors of columns, all rows of them. */
const columnBlock = (setting: Setting, offsets: readonly number[], lanes: readonly number[]): readonly Statement[] => {
  const { l, dims, walkers, loads, results, body } = setting
  const rows = dims[0]!
  const sums = lanes.map(() => results.map(() => local('v128')))
  const down = walkers.map(() => local('i32'))
  const at = ({ address, walker, strides }: Walked, v: number): Value =>
    loadVector(
      l,
      down[walker]!,
      address + offsets[walker]! + v * l.count * strides[1]! * l.bytes,
      strides[1]!,
      lanes[v]!
    )
  const each = lanes.flatMap((_, v) =>
    results.map(({ reduction }, r) => ({ reduction: reduction!, accumulator: sums[v]![r]! }))
  )
  const turn = (accumulators: readonly Local[]): readonly Statement[] =>
    lanes.map((_, v) => {
      const values = body(loads.map((load) => at(load, v)))
      return assign(
        ...results.map(({ reduction }, r) => {
          const sum = accumulators[v * results.length + r]!
          return [sum, combine(l, reduction!, sum, values[r]!)] as const
        })
      )
    })
  const steps = walkers.flatMap(({ strides }, w) => {
    const bytes = strides[0]! * l.bytes
    return bytes === 0 ? [] : [[down[w]!, i32.add(down[w]!, i32.constant(bytes))] as const]
  })
  return [
    assign(
      ...walkers.map(({ pointer }, w) => [down[w]!, pointer] as const),
      ...sums.flatMap((own) => own.map((sum, r) => [sum, l.constant(identity[results[r]!.reduction!])] as const))
    ),
    ...summed(l, rows, each, (accumulators) => [...turn(accumulators), assign(...steps)]),
    ...lanes.flatMap((count, v) =>
      results.map(({ place }, r): Statement => ({
        _tag: 'Step',
        sets: [],
        effects: storeVector(
          l,
          walkers[place.walker]!.pointer,
          sums[v]![r]!,
          place.address + offsets[place.walker]! + v * l.count * l.bytes,
          1,
          count
        )
      }))
    )
  ]
}

/** Column after column, in blocks. */
export const columnwise = (setting: Setting): readonly Statement[] => {
  const { l, dims, walkers } = setting
  const columns = dims[1]!
  const block = COLUMNS * l.count
  const whole = Math.floor(columns / block)
  const rest = columns % block
  const none = walkers.map(() => 0)
  const bytes = (strides: readonly number[]): number => strides[1]! * block * l.bytes
  const full = numbers(COLUMNS).map(() => l.count)
  return [
    ...(whole === 0 ? [] : countdown(whole, [...columnBlock(setting, none, full), assign(...advance(setting, bytes))])),
    ...(rest === 0
      ? []
      : columnBlock(
          setting,
          none,
          numbers(Math.ceil(rest / l.count)).map((v) => Math.min(l.count, rest - v * l.count))
        ))
  ]
}
