/** What a scan carries and closes over, when it is mapped, differentiated and compiled. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const { add, mul, slice, reshape, sum, tanh } = g.primitive.vocabulary

type Tuple = readonly g.Tensor[]
type Scan = (step: (carry: Tuple, x: g.Tensor) => readonly [Tuple, Tuple]) => (init: Tuple, xs: g.Tensor) => Tuple
const scan: Scan = (step) => (init, xs) =>
  (g.scan as unknown as (f: typeof step) => (init: Tuple, xs: g.Tensor) => readonly [Tuple, Tuple])(step)(
    init,
    xs
  ).flat()

/** The same by hand: each step on its own. */
const byHand: Scan = (step) => (init, xs) => {
  const [n = 0, ...rest] = xs.shape
  const at = (i: number): g.Tensor => reshape(slice(xs, [i, ...rest.map(() => 0)], [i + 1, ...rest]), rest)
  const done = [...Array(n).keys()].reduce<{ readonly carry: Tuple; readonly kept: readonly Tuple[] }>(
    ({ carry, kept }, i) => {
      const [next, y] = step(carry, at(i))
      return { carry: next, kept: [...kept, y] }
    },
    { carry: init, kept: [] }
  )
  const stacked = (done.kept[0] ?? []).map((first, k) =>
    g.primitive.vocabulary.concat(
      done.kept.map((ys) => reshape(ys[k]!, [1, ...first.shape])),
      0
    )
  )
  return [...done.carry, ...stacked]
}

const close = { atol: 1e-12, rtol: 1e-10 }
const expectClose = (actual: Tuple, expected: Tuple): void => {
  expect(actual.length).toBe(expected.length)
  actual.forEach((x, i) => expect(x).toBeCloseToTensor(expected[i]!, close))
}

const normal = (shape: readonly number[], seed: number): g.Tensor => g.random.normal(shape)(g.random.key(seed))

const vmap = g.vmap as unknown as (f: (...given: Tuple) => Tuple) => (...given: Tuple) => Tuple
const gradient = g.grad as unknown as (f: (given: Tuple) => g.Tensor) => (given: Tuple) => Tuple
const total = (xs: Tuple): g.Tensor =>
  xs
    .map((x, i) =>
      mul(
        sum(
          tanh(x),
          x.shape.map((_, axis) => axis),
          false
        ),
        g.primitive.vocabulary.constant(i + 1)
      )
    )
    .reduce(add)

/** Both ways through everything that is done to a function. */
const expectAlike = (f: (way: Scan) => (...given: Tuple) => Tuple, given: Tuple): void => {
  const [ours, theirs] = [f(scan), f(byHand)]
  expectClose(ours(...given), theirs(...given))
  expectClose(g.compile(ours, { checked: true })(...given), theirs(...given))
  const [a, b] = [ours, theirs].map((h) => gradient((all) => total(h(...all))))
  expectClose(a!(given), b!(given))
  expectClose(g.compile(a!, { checked: true })(given), b!(given))
}

describe('a scan whose carries hand on in a chain', () => {
  test.prop([fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 5 })], { numRuns: 8 })(
    'is mapped over examples as each example alone, however long the chain is',
    (carries, length) => {
      // what one example differs in reaches a carry more with every step
      const step = (carry: Tuple, x: g.Tensor): readonly [Tuple, Tuple] => [
        [...carry.slice(1), tanh(add(carry[0]!, carry[carries - 1]!))],
        [add(carry[0]!, x)]
      ]
      const examples = normal([3], 1)
      const xs = normal([length], 2)
      const init = Array.from({ length: carries - 1 }, (_, i) => g.scalar(i / 4) as unknown as g.Tensor)
      for (const place of [0, carries - 1]) {
        const f =
          (way: Scan) =>
          (own: g.Tensor): Tuple =>
            way(step)(init.toSpliced(place, 0, own), xs)
        const mapped = (way: Scan) => (own: g.Tensor) => vmap(f(way))(own)
        const alone = [0, 1, 2].map((i) => f(byHand)(reshape(slice(examples, [i], [i + 1]), [])))
        const expected = alone[0]!.map((x, k) =>
          g.primitive.vocabulary.concat(
            alone.map((one) => reshape(one[k]!, [1, ...x.shape])),
            0
          )
        )
        expectClose(mapped(scan)(examples), expected)
        expectAlike(mapped, [examples])
      }
    }
  )

  it('hands each on to the next in a program too', () => {
    const f =
      (way: Scan) =>
      (a: g.Tensor, b: g.Tensor, c: g.Tensor, xs: g.Tensor): Tuple =>
        way(([x, y, z], item) => [
          [y!, z!, add(x!, item)],
          [x!, z!]
        ])([a, b, c], xs)
    expectAlike(f, [normal([2], 1), normal([2], 2), normal([2], 3), normal([4, 2], 4)])
  })
})

describe('a scan that gives straight on what it closes over', () => {
  it.each<readonly [string, (w: g.Tensor) => (carry: Tuple, x: g.Tensor) => readonly [Tuple, Tuple]]>([
    [
      'as what it keeps',
      (w) =>
        ([c], x) => [[add(c!, x)], [w]]
    ],
    [
      'as what it carries',
      (w) =>
        ([c], x) => [[w], [mul(c!, x)]]
    ],
    ['as both, twice', (w) => (_, x) => [[w], [w, x, w]]]
  ])('%s is that of its steps', (_, step) => {
    const f =
      (way: Scan) =>
      (w: g.Tensor, init: g.Tensor, xs: g.Tensor): Tuple =>
        way(step(tanh(w)))([init], xs)
    const straight =
      (way: Scan) =>
      (w: g.Tensor, init: g.Tensor, xs: g.Tensor): Tuple =>
        way(step(w))([init], xs)
    const given = [normal([2], 1), normal([2], 2), normal([3, 2], 3)]
    expectAlike(f, given)
    expectAlike(straight, given)
    const many = [normal([4, 2], 4), normal([4, 2], 5), normal([4, 3, 2], 6)]
    expectAlike((way) => vmap(straight(way)), many)
  })
})
