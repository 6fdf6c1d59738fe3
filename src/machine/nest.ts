import type { Access } from './access.ts'
import type { Lanes } from './lanes.ts'
import { assign, i32, local, type Local, doWhile, type Statement, type Value } from './wasm.ts'
import type { Largest } from './largest.ts'
import { combine, identity, type Reduction } from './vector.ts'

/** Shared by the code generators of loop nests: pointers, counters and blocked sums. */

export interface Loop {
  /** Trip counts, outermost first; each access has one stride per loop. */
  readonly dims: readonly number[]
  readonly loads: readonly Access[]
  /** Computes the results from the loaded vectors. */
  readonly body: (vectors: readonly Value[]) => readonly Value[]
  /** Where each result goes. */
  readonly results: readonly Result[]
  /** How many vectors are computed before they are stored (1): independent chains hide each other's latency. */
  readonly interleaved?: number
}

export interface Result {
  readonly to: Access
  /** Combines results with the same address; `null` where addresses are distinct. */
  readonly reduction: Reduction | null
}

/** A pointer shared by all accesses with the same strides; their base addresses are immediate offsets. */
export interface Walker {
  readonly strides: readonly number[]
  readonly pointer: Local
  /** Whether it goes backwards along a loop, so that it may be below 0. */
  readonly backwards: boolean
}

export interface Walked extends Access {
  readonly walker: number
}

export const walkersOf = (accesses: readonly Access[]) => {
  const key = ({ strides }: Access): string => strides.join(' ')
  const keys = [...new Set(accesses.map(key))]
  return {
    walkers: keys.map((k): Walker => {
      const strides = k === '' ? [] : k.split(' ').map(Number)
      return { strides, pointer: local('i32'), backwards: strides.some((stride) => stride < 0) }
    }),
    walked: accesses.map((access): Walked => ({ ...access, walker: keys.indexOf(key(access)) }))
  }
}

/** What code generation needs at each level of a nest. */
export interface NestContext {
  readonly l: Lanes
  readonly dims: readonly number[]
  readonly walkers: readonly Walker[]
  readonly loads: readonly Walked[]
  readonly results: readonly (Result & {
    readonly place: Walked
    readonly accumulator: Local
    /** Where a maximum is accumulated in its stead. */
    readonly largest?: Largest
  })[]
  readonly body: Loop['body']
  readonly unroll: number
  readonly interleaved: number
}

export const advance = (
  { walkers }: NestContext,
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

/** Block size of a blocked (pairwise-like) sum: the number of terms, or of partial sums, added in sequence. */
const BLOCK = 64

/** A reduction along a loop, and its accumulator. */
export interface Sum {
  readonly reduction: Reduction
  readonly accumulator: Local
}

/**
 * A loop with reductions, summed in blocks, blocks of blocks, and so on, so that rounding errors grow with the
 * logarithm of the length. `turn` makes one iteration from the accumulators to use.
 */
export const blockedSum = (
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
      ...blockedSum(l, size, parts, turn),
      assign(
        ...parts.map(
          ({ accumulator, reduction }, i) => [totals[i]!, combine(l, reduction, totals[i]!, accumulator)] as const
        )
      )
    ]),
    ...blockedSum(l, turns % size, sums, turn)
  ]
}
