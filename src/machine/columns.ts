import { advance, countdown, type NestContext, blockedSum, type Walked } from './nest.ts'
import { combine, identity, loadVector, storeVector } from './vector.ts'
import { assign, i32, local, type Local, type Statement, type Value } from './wasm.ts'

/** Sums and maxima over the outer loop of a nest of two, column by column. */

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Accumulator vectors per block of columns. */
const COLUMNS = 4

/**
 * Whether a nest is traversed column by column: two loops whose results are all reduced along the outer one. Run
 * innermost, that loop accumulates in locals.
 */
export const isColumnwise = ({ dims, results }: NestContext): boolean =>
  dims.length === 2 &&
  results.length > 0 &&
  results.every(({ place, reduction }) => reduction !== null && place.strides[0] === 0 && place.strides[1] === 1)

/** All rows of one block of column vectors. */
const columnBlock = (
  context: NestContext,
  offsets: readonly number[],
  lanes: readonly number[]
): readonly Statement[] => {
  const { l, dims, walkers, loads, results, body } = context
  const rows = dims[0]!
  const sums = lanes.map(() => results.map(() => local('v128')))
  const down = walkers.map(() => local('i32'))
  const at = ({ address, walker, strides }: Walked, v: number): Value =>
    loadVector(
      l,
      down[walker]!,
      address + offsets[walker]! + v * l.count * strides[1]! * l.bytes,
      strides[1]!,
      lanes[v]!,
      walkers[walker]!.backwards
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
    ...blockedSum(l, rows, each, (accumulators) => [...turn(accumulators), assign(...steps)]),
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

/** The reduction in blocks of columns. */
export const columnwise = (context: NestContext): readonly Statement[] => {
  const { l, dims, walkers } = context
  const columns = dims[1]!
  const block = COLUMNS * l.count
  const whole = Math.floor(columns / block)
  const rest = columns % block
  const none = walkers.map(() => 0)
  const bytes = (strides: readonly number[]): number => strides[1]! * block * l.bytes
  const full = numbers(COLUMNS).map(() => l.count)
  return [
    ...(whole === 0 ? [] : countdown(whole, [...columnBlock(context, none, full), assign(...advance(context, bytes))])),
    ...(rest === 0
      ? []
      : columnBlock(
          context,
          none,
          numbers(Math.ceil(rest / l.count)).map((v) => Math.min(l.count, rest - v * l.count))
        ))
  ]
}
