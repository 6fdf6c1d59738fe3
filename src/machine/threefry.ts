import type { Lanes } from './lanes.ts'
import {
  assign,
  callFor,
  doWhile,
  type Effect,
  f64,
  type Func,
  returnValues,
  i32,
  local,
  type Local,
  perform,
  type Statement,
  type Value,
  when
} from './wasm.ts'

/**
 * Random bits: Threefry-2x32 with 20 rounds as a WebAssembly function, bit-identical to the host's.
 *
 * @see Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (2011)
 */

/** The parity constant of the key schedule. */
const PARITY = 0x1bd11bda | 0
/** Rotation distances of eight rounds. */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const
const ROUNDS = 20

/** A function `(key0, key1, counter0, counter1, address)` that stores the two words of a block. */
export const threefry = (): Func => {
  const [k0, k1, c0, c1, to] = [local('i32'), local('i32'), local('i32'), local('i32'), local('i32')]
  const [x, y, k2] = [local('i32'), local('i32'), local('i32')]
  const keys = [k0, k1, k2]
  const round = (i: number): readonly Statement[] => [
    assign([x, i32.add(x, y)]),
    assign([y, i32.xor(i32.rotl(y, i32.constant(ROTATIONS[i % 8]!)), x)]),
    // key injection after every fourth round
    ...(i % 4 === 3
      ? [
          assign(
            [x, i32.add(x, keys[((i + 1) / 4) % 3]!)],
            [y, i32.add(y, i32.add(keys[((i + 1) / 4 + 1) % 3]!, i32.constant((i + 1) / 4)))]
          )
        ]
      : [])
  ]
  return {
    name: 'threefry',
    params: [k0, k1, c0, c1, to],
    results: [],
    body: [
      assign([k2, i32.xor(i32.xor(k0, k1), i32.constant(PARITY))]),
      assign([x, i32.add(c0, k0)], [y, i32.add(c1, k1)]),
      ...Array.from({ length: ROUNDS }, (_, i) => i).flatMap(round),
      perform(i32.store(to, x), i32.store(to, y, 4)),
      returnValues()
    ],
    exported: false
  }
}

/** A kernel over a batch of keys. */
export interface Draw {
  /** The address of the keys: their words as doubles. */
  readonly keys: number
  readonly count: number
  /** Eight bytes of scratch. */
  readonly scratch: number
  /** The index of the function `threefry`. */
  readonly block: number
  /** Throws, for a key that is not two 32-bit words or a number that cannot be folded in. */
  readonly refuse: Effect
}

const zero = i32.constant(0)

/** A loop of `count` iterations; the statements get one byte offset per stride. */
const forEach = (
  count: number,
  strides: readonly number[],
  statements: (offsets: readonly Value[]) => readonly Statement[]
): readonly Statement[] => {
  if (count === 0) return []
  if (count === 1) return statements(strides.map(() => zero))
  const left = local('i32')
  const offsets = strides.map(() => local('i32'))
  return [
    assign([left, i32.constant(count)], ...offsets.map((offset) => [offset, zero] as const)),
    doWhile(
      left,
      ...statements(offsets),
      assign(
        [left, i32.sub(left, i32.constant(1))],
        ...offsets.map((offset, i) => [offset, i32.add(offset, i32.constant(strides[i]!))] as const)
      )
    )
  ]
}

/** Reads and checks the two words of a key. */
const readKey = ({ keys, refuse }: Draw, offset: Value, [k0, k1]: readonly [Local, Local]): readonly Statement[] => {
  const [high, low] = [f64.load(offset, keys), f64.load(offset, keys + 8)]
  // a valid word survives the round trip through 32 bits
  const isSame = (word: Value, x: Value): Value => f64.eq(f64.fromI32U(word), x)
  return [
    assign([k0, i32.fromF64U(high)], [k1, i32.fromF64U(low)]),
    when(i32.eqz(i32.and(isSame(k0, high), isSame(k1, low))), [perform(refuse)])
  ]
}

/** Stores a block of random bits as a key. */
const putKey = (
  { scratch, block }: Draw,
  key: readonly [Value, Value],
  counter: readonly [high: Value, low: Value],
  offset: Value,
  to: number
): readonly Statement[] => [
  perform(callFor(block, ...key, ...counter, i32.constant(scratch))),
  perform(
    f64.store(offset, f64.fromI32U(i32.load(zero, scratch)), to),
    f64.store(offset, f64.fromI32U(i32.load(zero, scratch + 4)), to + 8)
  )
]

/** Splits each key into `children` keys; the block counters start at `counter` and increment its low word. */
export const splitKeys = (
  draw: Draw,
  counter: readonly [high: number, low: number],
  children: number,
  to: number
): readonly Statement[] => {
  const [k0, k1, child] = [local('i32'), local('i32'), local('i32')]
  const [high, low] = counter
  return children === 0
    ? []
    : forEach(draw.count, [16, 16 * children], ([from, start]) => [
        ...readKey(draw, from!, [k0, k1]),
        assign([child, zero]),
        doWhile(
          i32.ltU(child, i32.constant(children)),
          ...putKey(
            draw,
            [k0, k1],
            [i32.constant(high | 0), i32.add(child, i32.constant(low | 0))],
            i32.add(start!, i32.mul(child, i32.constant(16))),
            to
          ),
          assign([child, i32.add(child, i32.constant(1))])
        )
      ])
}

const MAX_FOLDED = 2 ** 53 - 1

/** Folds the same number, given as a counter, into each key. */
export const foldKeysWith = (draw: Draw, [high, low]: readonly [number, number], to: number): readonly Statement[] => {
  const [k0, k1] = [local('i32'), local('i32')]
  return forEach(draw.count, [16], ([from]) => [
    ...readKey(draw, from!, [k0, k1]),
    ...putKey(draw, [k0, k1], [i32.constant(high | 0), i32.constant(low | 0)], from!, to)
  ])
}

/** Folds a number per key into each key; its upper bits are combined with `upper`, the domain. */
export const foldKeys = (draw: Draw, upper: number, data: number, to: number): readonly Statement[] => {
  const [k0, k1] = [local('i32'), local('i32')]
  return forEach(draw.count, [16, 8], ([from, at]) => {
    const x = f64.load(at!, data)
    const above = f64.floor(f64.mul(x, f64.constant(2 ** -32)))
    const inside = i32.and(
      f64.eq(f64.floor(x), x),
      i32.and(f64.ge(x, f64.constant(0)), f64.le(x, f64.constant(MAX_FOLDED)))
    )
    return [
      ...readKey(draw, from!, [k0, k1]),
      when(i32.eqz(inside), [perform(draw.refuse)]),
      ...putKey(
        draw,
        [k0, k1],
        [
          i32.or(i32.constant(upper | 0), i32.fromF64U(above)),
          i32.fromF64U(f64.sub(x, f64.mul(above, f64.constant(2 ** 32))))
        ],
        from!,
        to
      )
    ]
  })
}

/**
 * Draws `each` numbers per key, one block each: `numberOf` maps a double uniform in `[0, 1)`, on a grid of 2⁵³ steps.
 */
export const drawn = (
  l: Lanes,
  draw: Draw,
  numberOf: (unit: Value) => Value,
  each: number,
  to: number
): readonly Statement[] => {
  const { scratch, block } = draw
  const [i, k0, k1, address] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const high = f64.fromI32U(i32.shrU(i32.load(zero, scratch), i32.constant(5)))
  const low = f64.fromI32U(i32.shrU(i32.load(zero, scratch + 4), i32.constant(6)))
  const unit = f64.mul(f64.add(f64.mul(high, f64.constant(2 ** 26)), low), f64.constant(2 ** -53))
  return forEach(draw.count, [16, each * l.bytes], ([from, start]) => [
    ...readKey(draw, from!, [k0, k1]),
    ...(each === 0
      ? []
      : [
          assign([i, zero], [address, start!]),
          doWhile(
            i32.ltU(i, i32.constant(each)),
            // counters of draws: domain 0, and the count fits in the low word
            perform(callFor(block, k0, k1, zero, i, i32.constant(scratch))),
            perform(l.storeNumber(address, numberOf(unit), to)),
            assign([i, i32.add(i, i32.constant(1))], [address, i32.add(address, i32.constant(l.bytes))])
          )
        ])
  ])
}

/** Maps `[0, 1)` to `[min, min + width)`, clamped to `least` and `most`, which the precision can represent. */
export const uniformIn =
  (min: number, width: number, least: number, most: number) =>
  (unit: Value): Value =>
    f64.max(
      f64.min(f64.add(f64.mul(unit, f64.constant(width)), f64.constant(min)), f64.constant(most)),
      f64.constant(least)
    )

/** 1 with probability `p`, else 0. */
export const oneBelow =
  (p: number) =>
  (unit: Value): Value =>
    f64.fromI32U(f64.lt(unit, f64.constant(p)))
