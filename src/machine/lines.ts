import type { Lanes } from './lanes.ts'
import { countdown } from './nest.ts'
import { assign, i32, local, type Statement, type Value } from './wasm.ts'

/** Loops over the lines of dense arrays along one axis, several neighbouring lines at a time. */

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Arrays of one shape, seen as `[outer, along, inner]`. */
export interface Lines {
  readonly outer: number
  readonly along: number
  readonly inner: number
  /** From the last element of each line to the first. */
  readonly reverse: boolean
}

/** Vectors of neighbouring lines that are taken at a time: a line of the cache. */
const BLOCK = 4

/** Neighbouring lines: where they begin, and how many each vector has. */
export interface Block {
  /** The offset in bytes of the first element that is visited. */
  readonly at: Value
  /** The offset in bytes of the lines' results, where there is one a line. */
  readonly result: Value
  readonly lanes: readonly number[]
}

/** The bytes from one element of a line to the next one visited. */
export const stepOf = (l: Lanes, { inner, reverse }: Lines): number => (reverse ? -inner : inner) * l.bytes

/** The statements for all blocks of lines. */
export const overLines = (
  l: Lanes,
  lines: Lines,
  statements: (block: Block) => readonly Statement[]
): readonly Statement[] => {
  const { outer, along, inner, reverse } = lines
  if (outer * along * inner === 0) return []
  const [at, result] = [local('i32'), local('i32')]
  const wide = BLOCK * l.count
  const [whole, rest] = [Math.floor(inner / wide), inner % wide]
  const past = (count: number): Statement =>
    assign(...[at, result].map((place) => [place, i32.add(place, i32.constant(count * l.bytes))] as const))
  const block = (lanes: readonly number[], count: number): readonly Statement[] => [
    ...statements({ at, result, lanes }),
    past(count)
  ]
  return [
    assign([at, i32.constant(reverse ? (along - 1) * inner * l.bytes : 0)], [result, i32.constant(0)]),
    ...countdown(outer, [
      ...(whole === 0
        ? []
        : countdown(
            whole,
            block(
              numbers(BLOCK).map(() => l.count),
              wide
            )
          )),
      ...(rest === 0
        ? []
        : block(
            numbers(Math.ceil(rest / l.count)).map((v) => Math.min(l.count, rest - v * l.count)),
            rest
          )),
      assign([at, i32.add(at, i32.constant((along - 1) * inner * l.bytes))])
    ])
  ]
}
