import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Mat, Scalar, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

/** A linear recurrence: x ↦ a x + b, of two numbers. */
interface Line {
  readonly a: Scalar
  readonly b: readonly [Vec<2>]
}
interface Lines {
  readonly a: Vec
  readonly b: readonly [Mat<number, 2>]
}

/** The first line, and then the second. */
const then = (one: Line, next: Line): Line => ({
  a: g.mul(one.a)(next.a),
  b: [g.add(next.b[0])(g.mul(next.a)(one.b[0]))]
})

const byLevels = (settings: g.AssociativeScanSettings) => (lines: Lines) => g.associativeScan(then, settings)(lines)
const bySteps =
  ({ reverse = false }: g.AssociativeScanSettings) =>
  (lines: Lines): Lines =>
    g.scan(
      (carry: Line, line: Line) => {
        const all = then(carry, line)
        return [all, all] as const
      },
      { reverse }
    )({ a: g.scalar(1), b: [g.zeros([2])] }, lines as never)[1]

const score =
  (f: (lines: Lines) => Lines) =>
  (lines: Lines): Scalar => {
    const { a, b } = f(lines)
    return g.add(g.sum(g.sin(a)))(g.sum(g.square(b[0])))
  }

const flat = (tree: g.Params): readonly number[] => g.params.tensors(tree).flatMap((x) => g.toFlatArray(x))
const close = { rtol: 1e-9, atol: 1e-9 }
const same = (found: g.Params, expected: g.Params): void => {
  const [own, other] = [flat(found), flat(expected)]
  expect(g.reshape([own.length])(g.tensor(own))).toBeCloseToTensor(g.reshape([other.length])(g.tensor(other)), close)
}

describe('an associative scan', () => {
  test.prop(
    [
      fc.integer({ min: 0, max: 17 }),
      fc.boolean(),
      fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 51, maxLength: 51 })
    ],
    { numRuns: 40 }
  )('of lines gives what one step after the other gives, and its derivatives', (n, reverse, numbers) => {
    const lines: Lines = {
      a: g.reshape([n])(g.tensor(numbers.slice(0, n))),
      b: [g.reshape([n, 2])(g.tensor(numbers.slice(17, 17 + 2 * n)))]
    }
    const [ours, theirs] = [byLevels({ reverse }), bySteps({ reverse })]
    same(ours(lines), theirs(lines) as never)
    same(g.grad(score(ours))(lines) as never, g.grad(score(theirs))(lines) as never)
    same(g.hvp(score(ours))(lines)(lines) as never, g.hvp(score(theirs))(lines)(lines) as never)
    same(g.jvp(ours)(lines)(lines) as never, g.jvp(theirs)(lines)(lines) as never)
    same(g.compile((x: Lines) => g.grad(score(ours))(x))(lines) as never, g.grad(score(theirs))(lines) as never)
  })

  test.prop([fc.integer({ min: 0, max: 300 }), fc.boolean()], { numRuns: 40 })(
    'keeps the order of what it combines: the first of two numbers is always the earlier one',
    (n, reverse) => {
      // ranges: combining gives the begin of the first and the end of the second, and NaN where they do not meet
      interface Range {
        readonly from: Scalar
        readonly to: Scalar
      }
      const joined = (one: Range, next: Range): Range => ({
        from: g.where(g.equal(next.from)(one.to), g.scalar(NaN))(one.from),
        to: next.to
      })
      const order = Array.from({ length: n }, (_, i) => (reverse ? n - 1 - i : i))
      const found = g.associativeScan(joined, { reverse })({
        from: g.reshape([n])(g.tensor(order)),
        to: g.reshape([n])(g.tensor(order.map((i) => i + 1)))
      })
      expect(g.toFlatArray(found.from)).toEqual(order.map(() => 0))
      expect(g.toFlatArray(found.to)).toEqual(order.map((i) => i + 1))
    }
  )

  it('calls its function about twice for each doubling of the length', () => {
    const callsFor = (n: number): number => {
      let calls = 0
      g.associativeScan((a: Scalar, b: Scalar) => {
        calls++
        return g.add(b)(a)
      })(g.ones([n]))
      return calls
    }
    // once to check it, by shape
    expect(callsFor(0)).toBe(1)
    expect(callsFor(1)).toBe(1)
    expect(callsFor(2)).toBe(1)
    expect(callsFor(1024)).toBeLessThanOrEqual(20)
  })

  it('is mapped over examples', () => {
    const sums = (xs: Vec): Vec => g.associativeScan((a: Scalar, b: Scalar) => g.add(b)(a))(xs)
    const rows = g.tensor([
      [1, 2, 3],
      [10, 20, 30]
    ])
    expect(g.vmap(sums)(rows)).toBeTensor([
      [1, 3, 6],
      [10, 30, 60]
    ])
    const maximum = (xs: Vec): Vec =>
      g.associativeScan((a: Scalar, b: Scalar) => g.maximum(b)(a), { reverse: true })(xs)
    expect(g.vmap(maximum)(rows)).toBeTensor([
      [3, 3, 3],
      [30, 30, 30]
    ])
  })
})

describe('an associative scan refuses', () => {
  const any = (x: unknown) => x as never
  const add = (a: Scalar, b: Scalar) => g.add(b)(a)
  it.each<[string, () => unknown, string | RegExp]>([
    ['what is no function', () => g.associativeScan(any(1)), /^associativeScan: combine must be a function/],
    ['a setting that is none', () => g.associativeScan(add, any({ reverse: 1 })), /^associativeScan: reverse must be/],
    [
      'a scalar',
      () => g.associativeScan(add)(any(g.scalar(1))),
      'associativeScan: needs an axis to go along, got a scalar'
    ],
    [
      'different lengths',
      () => g.associativeScan(any((a: unknown) => a))(any([g.ones([2]), g.ones([3])])),
      'associativeScan: the sequences have different lengths: [2, 3]'
    ],
    [
      'a result of another shape',
      () => g.associativeScan(any((a: Scalar) => g.reshape([1])(a)))(g.ones([4])),
      'associativeScan: result needs shape [], got [1]; what the function gives must have the shapes of what is combined'
    ],
    ...[0, 1].flatMap((n): [string, () => unknown, string | RegExp][] => [
      [
        `a result of another shape, for ${n} elements`,
        () => g.associativeScan(any(() => g.tensor([1, 2])))(g.ones([n])),
        'associativeScan: result needs shape [], got [2]; what the function gives must have the shapes of what is combined'
      ],
      [
        `a result of another structure, for ${n} elements`,
        () => g.associativeScan(any((a: Scalar) => ({ a })))(g.ones([n])),
        /^associativeScan: the two trees differ at result/
      ],
      [
        `a function that reads a number, for ${n} elements`,
        () => g.associativeScan((a: Scalar, b: Scalar) => (g.toNumber(a) > 1 ? a : b))(g.ones([n])),
        /^toNumber: /
      ]
    ]),
    [
      'a result of another structure',
      () => g.associativeScan(any((a: Scalar) => ({ a })))(g.ones([4])),
      /^associativeScan: /
    ],
    [
      'to read a number',
      () => g.associativeScan((a: Scalar, b: Scalar) => (g.toNumber(a) > 0 ? a : b))(g.ones([2])),
      /^toNumber: /
    ],
    ['what is no tensor', () => g.associativeScan(add)(any([1, 2])), /^associativeScan: xs\[0\] is the number 1/]
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})
