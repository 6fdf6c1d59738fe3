import type { Access } from './access.ts'
import type { Lanes } from './lanes.ts'
import { assign, i32, local, type Local, doWhile, type Statement, type Value } from './wasm.ts'
import { combine, identity, type Reduction } from './vector.ts'

/** What the loops of a nest share: pointers that walk along the accesses, and what is written of them. */

export interface Loop {
  /** The lengths of the loops, outermost first; every access has a stride for each. */
  readonly dims: readonly number[]
  readonly loads: readonly Access[]
  /** The results, in order, from the vectors loaded. */
  readonly body: (vectors: readonly Value[]) => readonly Value[]
  /** What becomes of each result. */
  readonly results: readonly Result[]
  /** How many vectors are computed before any of them is stored (1): long arithmetic of the one fills the waits of another. */
  readonly interleaved?: number
}

export interface Result {
  readonly to: Access
  /** How results that meet at one place are combined; `null` where none meet. */
  readonly reduction: Reduction | null
}

/** Accesses with the same strides move together: one pointer serves them all, and their addresses are in the code. */
export interface Walker {
  readonly strides: readonly number[]
  readonly pointer: Local
}

export interface Walked extends Access {
  readonly walker: number
}

export const walkersOf = (accesses: readonly Access[]) => {
  const key = ({ strides }: Access): string => strides.join(' ')
  const keys = [...new Set(accesses.map(key))]
  return {
    walkers: keys.map((k): Walker => ({ strides: k === '' ? [] : k.split(' ').map(Number), pointer: local('i32') })),
    walked: accesses.map((access): Walked => ({ ...access, walker: keys.indexOf(key(access)) }))
  }
}

/** Everything the levels of a nest need to know. */
export interface Setting {
  readonly l: Lanes
  readonly dims: readonly number[]
  readonly walkers: readonly Walker[]
  readonly loads: readonly Walked[]
  readonly results: readonly (Result & { readonly place: Walked; readonly accumulator: Local })[]
  readonly body: Loop['body']
  readonly unroll: number
  readonly interleaved: number
}

export const advance = (
  { walkers }: Setting,
  bytesOf: (strides: readonly number[]) => number
): readonly (readonly [Local, Value])[] =>
  walkers.flatMap(({ strides, pointer }) => {
    const bytes = bytesOf(strides)
    return bytes === 0 ? [] : [[pointer, i32.add(pointer, i32.constant(bytes))] as const]
  })

export const countdown = (turns: number, body: readonly Statement[]): readonly Statement[] => {
  const left = local('i32')
  return [assign([left, i32.constant(turns)]), doWhile(left, ...body, assign([left, i32.sub(left, i32.constant(1))]))]
}

/** The number of terms summed in order; their sums are summed in the same way. */
const BLOCK = 64

/** What is combined along a loop, and in which variable. */
export interface Sum {
  readonly reduction: Reduction
  readonly accumulator: Local
}

/**
 * A loop along which sums are taken: in blocks, blocks of blocks, and so on, so that the rounding errors of a long sum grow
 * with the logarithm of its length. `turn` receives the accumulator variables.
 */
export const summed = (
  l: Lanes,
  turns: number,
  sums: readonly Sum[],
  turn: (accumulators: readonly Local[]) => readonly Statement[]
): readonly Statement[] => {
  const totals = sums.map(({ accumulator }) => accumulator)
  if (sums.length === 0 || turns <= 2 * BLOCK) return turns === 0 ? [] : countdown(turns, turn(totals))
  const size = BLOCK ** Math.floor(Math.log(turns - 1) / Math.log(BLOCK))
  const parts = sums.map(({ reduction }) => ({ reduction, accumulator: local('v128') }))
  return [
    ...countdown(Math.floor(turns / size), [
      assign(...parts.map(({ accumulator, reduction }) => [accumulator, l.constant(identity[reduction])] as const)),
      ...summed(l, size, parts, turn),
      assign(
        ...parts.map(
          ({ accumulator, reduction }, i) => [totals[i]!, combine(l, reduction, totals[i]!, accumulator)] as const
        )
      )
    ]),
    ...summed(l, turns % size, sums, turn)
  ]
}
