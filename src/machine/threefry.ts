import type { Lanes } from './lanes.ts'
import {
  assign,
  callFor,
  doWhile,
  type Effect,
  f64,
  type Func,
  giveBack,
  i32,
  local,
  type Local,
  perform,
  type Statement,
  type Value,
  when
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

/** What makes keys, and numbers, of some keys, one after the other. */
export interface Draw {
  /** The address of the keys: their words as doubles. */
  readonly keys: number
  readonly count: number
  /** Eight bytes of room. */
  readonly room: number
  /** The number of the function `threefry`. */
  readonly block: number
  /** What is done about a word that is none, or a number that cannot be folded in: it does not return. */
  readonly refuse: Effect
}

const zero = i32.constant(0)

/** Statements for each of some places, given how many bytes further each stretch of memory they are. */
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

/** Reads the two words of a key, which are to be such. */
const readKey = ({ keys, refuse }: Draw, offset: Value, [k0, k1]: readonly [Local, Local]): readonly Statement[] => {
  const [high, low] = [f64.load(offset, keys), f64.load(offset, keys + 8)]
  // a double that is a word is itself again behind 32 bits
  const isSame = (word: Value, x: Value): Value => f64.eq(f64.fromI32U(word), x)
  return [
    assign([k0, i32.fromF64U(high)], [k1, i32.fromF64U(low)]),
    when(i32.eqz(i32.and(isSame(k0, high), isSame(k1, low))), [perform(refuse)])
  ]
}

/** A block of random bits as a key at an address. */
const putKey = (
  { room, block }: Draw,
  key: readonly [Value, Value],
  counter: readonly [high: Value, low: Value],
  offset: Value,
  to: number
): readonly Statement[] => [
  perform(callFor(block, ...key, ...counter, i32.constant(room))),
  perform(
    f64.store(offset, f64.fromI32U(i32.load(zero, room)), to),
    f64.store(offset, f64.fromI32U(i32.load(zero, room + 4)), to + 8)
  )
]

/** The first `children` keys of each key's split, whose counters begin at `counter` and count its lower word. */
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

const MOST_FOLDED = 2 ** 53 - 1

/** Each key folded with the same number, in a counter. */
export const foldKeysWith = (draw: Draw, [high, low]: readonly [number, number], to: number): readonly Statement[] => {
  const [k0, k1] = [local('i32'), local('i32')]
  return forEach(draw.count, [16], ([from]) => [
    ...readKey(draw, from!, [k0, k1]),
    ...putKey(draw, [k0, k1], [i32.constant(high | 0), i32.constant(low | 0)], from!, to)
  ])
}

/** Each key folded with a number of its own, whose upper bits are counted on from `upper`. */
export const foldKeys = (draw: Draw, upper: number, data: number, to: number): readonly Statement[] => {
  const [k0, k1] = [local('i32'), local('i32')]
  return forEach(draw.count, [16, 8], ([from, at]) => {
    const x = f64.load(at!, data)
    const above = f64.floor(f64.mul(x, f64.constant(2 ** -32)))
    const inside = i32.and(
      f64.eq(f64.floor(x), x),
      i32.and(f64.ge(x, f64.constant(0)), f64.le(x, f64.constant(MOST_FOLDED)))
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

/** Numbers of each key, each made of a block of its own: of the double that it gives, uniform in `[0, 1)` on a grid of 2⁵³ steps. */
export const drawn = (
  l: Lanes,
  draw: Draw,
  numberOf: (unit: Value) => Value,
  each: number,
  to: number
): readonly Statement[] => {
  const { room, block } = draw
  const [i, k0, k1, address] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const high = f64.fromI32U(i32.shrU(i32.load(zero, room), i32.constant(5)))
  const low = f64.fromI32U(i32.shrU(i32.load(zero, room + 4), i32.constant(6)))
  const unit = f64.mul(f64.add(f64.mul(high, f64.constant(2 ** 26)), low), f64.constant(2 ** -53))
  return forEach(draw.count, [16, each * l.bytes], ([from, start]) => [
    ...readKey(draw, from!, [k0, k1]),
    ...(each === 0
      ? []
      : [
          assign([i, zero], [address, start!]),
          doWhile(
            i32.ltU(i, i32.constant(each)),
            // the counters of what is drawn: its domain is 0, and the count fits in the lower word
            perform(callFor(block, k0, k1, zero, i, i32.constant(room))),
            perform(l.storeNumber(address, numberOf(unit), to)),
            assign([i, i32.add(i, i32.constant(1))], [address, i32.add(address, i32.constant(l.bytes))])
          )
        ])
  ])
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
