import type { Lanes } from './lanes.ts'
import {
  assign,
  callFor,
  f64,
  type Func,
  giveBack,
  i32,
  local,
  doWhile,
  perform,
  type Statement,
  type Value
} from './wasm.ts'

/**
 * Random bits: the same blocks of Threefry-2x32 with 20 rounds that `random` is made of, as a function of a module.
 *
 * @see Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (2011)
 */

/** The parity constant of the key schedule. */
const PARITY = 0x1bd11bda | 0
/** How far each of eight rounds rotates. */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const
const ROUNDS = 20

/** A function `(key0, key1, counter0, counter1, address)` that leaves the two words of a block at an address. */
export const threefry = (): Func => {
  const [k0, k1, c0, c1, to] = [local('i32'), local('i32'), local('i32'), local('i32'), local('i32')]
  const [x, y, k2] = [local('i32'), local('i32'), local('i32')]
  const keys = [k0, k1, k2]
  const round = (i: number): readonly Statement[] => [
    assign([x, i32.add(x, y)]),
    assign([y, i32.xor(i32.rotl(y, i32.constant(ROTATIONS[i % 8]!)), x)]),
    // a part of the key after every fourth round
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
      giveBack()
    ],
    exported: false
  }
}

/** A word that is kept as a double. */
const wordAt = (address: number): Value => i32.fromF64U(f64.load(i32.constant(0), address))

export interface Draw {
  /** The address of a key: its two words as doubles. */
  readonly key: number
  /** Eight bytes of room. */
  readonly room: number
  /** The number of the function `threefry`. */
  readonly block: number
}

/** A key made of another one and a counter: both of two words, in doubles. */
export const childKey = (
  { key, room, block }: Draw,
  counter: readonly [high: Value, low: Value],
  to: number
): readonly Statement[] => [
  perform(callFor(block, wordAt(key), wordAt(key + 8), ...counter, i32.constant(room))),
  perform(
    f64.store(i32.constant(0), f64.fromI32U(i32.load(i32.constant(0), room)), to),
    f64.store(i32.constant(0), f64.fromI32U(i32.load(i32.constant(0), room + 4)), to + 8)
  )
]

/** Numbers each made of a block of its own: of the double that it gives, uniform in `[0, 1)` on a grid of 2⁵³ steps. */
export const drawn = (
  l: Lanes,
  { key, room, block }: Draw,
  numberOf: (unit: Value) => Value,
  count: number,
  to: number
): readonly Statement[] => {
  const [i, k0, k1, address] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const high = f64.fromI32U(i32.shrU(i32.load(i32.constant(0), room), i32.constant(5)))
  const low = f64.fromI32U(i32.shrU(i32.load(i32.constant(0), room + 4), i32.constant(6)))
  const unit = f64.mul(f64.add(f64.mul(high, f64.constant(2 ** 26)), low), f64.constant(2 ** -53))
  return count === 0
    ? []
    : [
        assign([i, i32.constant(0)], [k0, wordAt(key)], [k1, wordAt(key + 8)], [address, i32.constant(0)]),
        doWhile(
          i32.ltU(i, i32.constant(count)),
          // the counters of what is drawn: its domain is 0, and the count fits in the lower word
          perform(callFor(block, k0, k1, i32.constant(0), i, i32.constant(room))),
          perform(l.storeNumber(address, numberOf(unit), to)),
          assign([i, i32.add(i, i32.constant(1))], [address, i32.add(address, i32.constant(l.bytes))])
        )
      ]
}

/** From `[0, 1)` to `[min, min + width)`, within `least` and `most`, which the precision can hold. */
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
