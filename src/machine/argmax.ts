import { float32, float64 } from './bytes.ts'
import type { Lanes } from './lanes.ts'
import { largestOf } from './largest.ts'
import { type Block, type Lines, overLines, stepOf } from './lines.ts'
import { countdown } from './nest.ts'
import { loadVector, storeVector } from './vector.ts'
import { assign, doWhile, f64, i32, local, perform, type Statement, v128, type Value, when } from './wasm.ts'

/** The index of the largest element of each line, or of the largest up to each element: the first of equals, NaN above all. */

export interface Argmax extends Lines {
  readonly from: number
  readonly to: number
  /** An index for each element, of the largest up to there. */
  readonly running: boolean
}

/** From here on single precision does not represent all indices. */
export const MAX_SINGLE_LENGTH = 2 ** 24 + 1

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Whether `x` comes before `top`, which is met earlier: it is larger, or the first NaN. */
const exceeds = (l: Lanes, x: Value, top: Value): Value => l.andNot(l.eq(top, top), l.le(x, top))

interface Best {
  readonly top: Value
  readonly index: Value
}

/** The better of two, in any order. */
const better = (l: Lanes, a: Best, b: Best): Best => {
  const isTie = l.or(l.eq(a.top, b.top), l.and(l.ne(a.top, a.top), l.ne(b.top, b.top)))
  const second = l.or(exceeds(l, b.top, a.top), l.and(isTie, l.lt(b.index, a.index)))
  return { top: l.select(second, b.top, a.top), index: l.select(second, b.index, a.index) }
}

/** A block of lines, element by element. */
const blockOf = (l: Lanes, argmax: Argmax, { at, result, lanes }: Block): readonly Statement[] => {
  const { along, from, to, running, reverse } = argmax
  const [place, index] = [local('i32'), local('v128')]
  const tops = lanes.map(() => local('v128'))
  const bests = lanes.map(() => local('v128'))
  const read = (v: number): Value => loadVector(l, place, from + v * 16, 1, lanes[v]!)
  const write = (v: number, value: Value) => storeVector(l, running ? place : result, value, to + v * 16, 1, lanes[v]!)
  const each = <A>(f: (v: number) => readonly A[]): readonly A[] => lanes.flatMap((_, v) => f(v))
  const stepped = lanes.map((_, v) => {
    const x = read(v)
    const isBetter = exceeds(l, x, tops[v]!)
    return { top: l.select(isBetter, x, tops[v]!), best: l.select(isBetter, index, bests[v]!) }
  })
  const step: Statement = {
    _tag: 'Step',
    sets: stepped.flatMap(({ top, best }, v) => [[tops[v]!, top] as const, [bests[v]!, best] as const]),
    effects: running ? stepped.flatMap(({ best }, v) => write(v, best)) : []
  }
  const first = l.constant(reverse ? along - 1 : 0)
  return [
    assign([place, at], [index, first]),
    assign(...each((v) => [[tops[v]!, read(v)] as const, [bests[v]!, first] as const])),
    ...(running ? [perform(...each((v) => write(v, first)))] : []),
    ...(along === 1
      ? []
      : countdown(along - 1, [
          assign(
            [place, i32.add(place, i32.constant(stepOf(l, argmax)))],
            [index, l.add(index, l.constant(reverse ? -1 : 1))]
          ),
          step
        ])),
    ...(running ? [] : [perform(...each((v) => write(v, bests[v]!)))])
  ]
}

/** Vectors of one line that are compared side by side. */
const WIDE = 4

/** One number for each lane: its place. */
const lanePlaces = (l: Lanes, first: number): Value =>
  v128.constant(
    numbers(l.count).flatMap((lane) => (l.precision === 'double' ? float64(first + lane) : float32(first + lane)))
  )

/** One line in memory's order, some vectors at a time. */
const wideLine = (l: Lanes, { along, from, to }: Argmax, { at, result }: Block): readonly Statement[] => {
  const width = WIDE * l.count
  const turns = Math.floor(along / width)
  const [place, start] = [local('i32'), local('v128')]
  const tops = numbers(WIDE).map(() => local('v128'))
  const starts = numbers(WIDE).map(() => local('v128'))
  const read = (v: number): Value => v128.load(place, from + v * 16)
  const found = numbers(WIDE)
    .map((v): Best => ({ top: tops[v]!, index: l.add(starts[v]!, lanePlaces(l, v * l.count)) }))
    .reduce((a, b) => better(l, a, b))
  const best = numbers(l.count - 1).reduce<Best>(
    (a, lane) => better(l, a, { top: l.spread(found.top, lane + 1), index: l.spread(found.index, lane + 1) }),
    found
  )
  // what is left over comes later, so that it must exceed
  const last = numbers(along % width).reduce<Best>((a, i) => {
    const x = l.loadOne(place, from + i * l.bytes)
    const isBetter = exceeds(l, x, a.top)
    return {
      top: l.select(isBetter, x, a.top),
      index: l.select(isBetter, l.constant(turns * width + i), a.index)
    }
  }, best)
  return [
    assign([place, at], [start, l.constant(0)]),
    assign(...numbers(WIDE).flatMap((v) => [[tops[v]!, read(v)] as const, [starts[v]!, l.constant(0)] as const])),
    assign([place, i32.add(place, i32.constant(width * l.bytes))]),
    ...(turns === 1
      ? []
      : countdown(turns - 1, [
          assign([start, l.add(start, l.constant(width))]),
          assign(
            ...numbers(WIDE).flatMap((v) => {
              const x = read(v)
              const isBetter = exceeds(l, x, tops[v]!)
              return [
                [tops[v]!, l.select(isBetter, x, tops[v]!)] as const,
                [starts[v]!, l.select(isBetter, start, starts[v]!)] as const
              ]
            }),
            [place, i32.add(place, i32.constant(width * l.bytes))]
          )
        ])),
    perform(...storeVector(l, result, last.index, to, 1, 1))
  ]
}

/** Turns of a block, of which the largest element is found before its place. */
const TURNS = 32

/**
 * A long line: the first block that has the largest element, or a NaN, then the first place in it. The last block begins early
 * enough to be whole; what it has in common with the one before is no larger than what was found.
 */
const longLine = (l: Lanes, { along, from, to }: Argmax, { at, result }: Block): readonly Statement[] => {
  const elements = TURNS * WIDE * l.count
  const [place, start, last, found, again] = [local('i32'), local('i32'), local('i32'), local('i32'), local('i32')]
  const [best, block] = [local('v128'), local('v128')]
  const tops = largestOf(WIDE)
  const { nans } = tops[0]!
  const top = numbers(l.count)
    .map((lane) => l.spread(block, lane))
    .reduce<Value>((a, b) => l.pmax(a, b), l.constant(-Infinity))
  const isSought = (x: Value): Value => v128.anyTrue(l.or(l.eq(x, best), l.ne(x, x)))
  /** From `place` on to where it holds, by steps of bytes. */
  const seek = (holds: (place: Value) => Value, bytes: number): readonly Statement[] => [
    assign([place, i32.sub(place, i32.constant(bytes))]),
    doWhile(i32.eqz(holds(place)), assign([place, i32.add(place, i32.constant(bytes))]))
  ]
  return [
    assign(
      [start, at],
      [found, at],
      [last, i32.add(at, i32.constant((along - elements) * l.bytes))],
      [best, l.constant(-Infinity)]
    ),
    doWhile(
      again,
      assign([place, start], [nans, l.constant(0)], ...tops.map((one) => [one.top, l.constant(-Infinity)] as const)),
      ...countdown(TURNS, [
        ...tops.flatMap((one, v) => {
          const x = v128.load(place, from + v * 16)
          return [assign([one.top, l.pmax(one.top, x)], [nans, l.or(nans, l.ne(x, x))])]
        }),
        assign([place, i32.add(place, i32.constant(WIDE * 16))])
      ]),
      assign([block, tops.map((one): Value => one.top).reduce((a, b) => l.pmax(a, b))]),
      assign([block, top], [again, i32.ne(start, last)]),
      when(
        v128.anyTrue(nans),
        [assign([best, l.constant(NaN)], [found, start], [again, i32.constant(0)])],
        [when(v128.anyTrue(l.lt(best, block)), [assign([best, block], [found, start])])]
      ),
      assign([start, i32.add(start, i32.constant(elements * l.bytes))]),
      when(i32.ltU(last, start), [assign([start, last])])
    ),
    assign([place, found]),
    ...seek((here) => isSought(v128.load(here, from)), 16),
    ...seek((here) => isSought(l.loadSplat(here, from)), l.bytes),
    perform(l.storeNumber(result, f64.fromI32U(i32.shrU(i32.sub(place, at), i32.constant(Math.log2(l.bytes)))), to))
  ]
}

/** The statements of an argmax. */
export const argmax = (l: Lanes, whole: Argmax): readonly Statement[] =>
  overLines(l, whole, (block) =>
    whole.running || whole.inner > 1 || whole.along < WIDE * l.count
      ? blockOf(l, whole, block)
      : (whole.along < TURNS * WIDE * l.count ? wideLine : longLine)(l, whole, block)
  )
