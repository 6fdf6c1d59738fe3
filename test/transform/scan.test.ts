import { describe, expect, it, test } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import '../support/matchers.ts'

const op = g.primitive.vocabulary

/** A small recurrent network out of one vector: 2 numbers to begin with, 4 inputs of 2, 4 weights. */
const parts = (v: g.Tensor) => ({
  begin: op.slice(v, [0], [2]),
  inputs: op.reshape(op.slice(v, [2], [10]), [4, 2]),
  weight: op.reshape(op.slice(v, [10], [14]), [2, 2])
})

const cell =
  (weight: g.Tensor) =>
  (h: g.Tensor, x: g.Tensor): readonly [g.Tensor, g.Tensor] => {
    const next = op.tanh(op.add(op.reshape(op.matmul(op.reshape(h, [1, 2]), weight), [2]), x))
    return [next, op.mul(next, x)]
  }

type Scanned = (h: g.Tensor, xs: g.Tensor) => readonly [g.Tensor, g.Tensor]

const byScan =
  (settings: g.ScanSettings) =>
  (v: g.Tensor): g.Tensor => {
    const { begin, inputs, weight } = parts(v)
    const [last, kept] = (g.scan(cell(weight), settings) as unknown as Scanned)(begin, inputs)
    return op.concat([last, op.reshape(kept, [8])], 0)
  }

const byHand =
  ({ reverse = false }: g.ScanSettings) =>
  (v: g.Tensor): g.Tensor => {
    const { begin, inputs, weight } = parts(v)
    const rows = [0, 1, 2, 3].map((i) => op.reshape(op.slice(inputs, [i, 0], [i + 1, 2]), [2]))
    const ordered = reverse ? rows.toReversed() : rows
    const [last, kept] = ordered.reduce<readonly [g.Tensor, readonly g.Tensor[]]>(
      ([h, ys], x) => {
        const [next, y] = cell(weight)(h, x)
        return [next, [...ys, y]]
      },
      [begin, []]
    )
    return op.concat([last, ...(reverse ? kept.toReversed() : kept)], 0)
  }

const point = g.random.normal([14])(g.random.key(1)) as unknown as g.Tensor
const weights = g.random.normal([10])(g.random.key(2)) as unknown as g.Tensor
const scored = (f: (v: g.Tensor) => g.Tensor) => (v: g.Tensor) => g.sum(op.mul(f(v), weights))
const close = { rtol: 1e-10, atol: 1e-12 }

describe('a scan', () => {
  describe.each([{ reverse: false }, { reverse: true }])('with %j', (settings) => {
    laws.register(test)(
      laws.operation({
        name: 'recurrent',
        f: byScan(settings),
        shape: [14],
        // steps in a row stretch what large weights would stretch already, and differences lose their digits
        domain: { min: -1, max: 1, avoid: [] }
      }),
      { numRuns: 15 }
    )

    it('gives what the steps one by one give, and their derivatives of every order', () => {
      const [ours, theirs] = [scored(byScan(settings)), scored(byHand(settings))]
      expect(byScan(settings)(point)).toBeCloseToTensor(g.toArray(byHand(settings)(point)), close)
      const third = (f: typeof ours) => (v: g.Tensor) => g.grad((w: g.Tensor) => g.sum(g.hvp(f)(w)(w)))(v)
      expect(g.grad(ours)(point)).toBeCloseToTensor(g.toArray(g.grad(theirs)(point)), close)
      expect(g.hvp(ours)(point)(weightsOf(14))).toBeCloseToTensor(g.toArray(g.hvp(theirs)(point)(weightsOf(14))), close)
      expect(third(ours)(point)).toBeCloseToTensor(g.toArray(third(theirs)(point)), close)
    })

    it('compiles, and so do its derivatives', () => {
      const f = scored(byScan(settings))
      expect(g.compile(byScan(settings))(point)).toBeCloseToTensor(g.toArray(byScan(settings)(point)), close)
      expect(g.compile(g.grad(f))(point)).toBeCloseToTensor(g.toArray(g.grad(f)(point)), close)
      const curvature = (v: g.Tensor) => g.hvp(f)(v)(weightsOf(14))
      expect(g.compile(curvature)(point)).toBeCloseToTensor(g.toArray(curvature(point)), close)
      const single = g.compile(g.grad(f), { precision: 'single' })(point)
      expect(single).toBeCloseToTensor(g.toArray(g.grad(f)(point)), { rtol: 1e-4, atol: 1e-5 })
    })
  })

  const weightsOf = (n: number): g.Tensor => g.random.normal([n])(g.random.key(7))

  it('traces its step once, and is one operation on a tape however long it is', () => {
    let calls = 0
    const total = (xs: g.Vec) =>
      g.scan((sum: g.Scalar, x: g.Scalar) => {
        calls++
        return [g.add(x)(sum), []] as const
      })(g.scalar(0), xs)[0]
    expect(total(g.arange(1000))).toBeTensor(499500)
    expect(calls).toBe(1)
    const entries = (n: number) => g.trace(total)(g.ones([n])).entries.length
    expect(entries(1000)).toBe(entries(3))
  })

  it('runs a hundred thousand steps forwards and backwards', () => {
    const total = (xs: g.Vec) =>
      g.scan((sum: g.Scalar, x: g.Scalar) => [g.add(x)(sum), []] as const)(g.scalar(0), xs)[0]
    const gradient = g.compile(g.grad(total))(g.ones([100_000]))
    expect(gradient.shape).toEqual([100_000])
    expect(g.toNumber(g.sum(gradient))).toBe(100_000)
  })

  it('carries records and keeps records, in whatever order their keys come', () => {
    const step = ({ a, b }: { readonly a: g.Scalar; readonly b: readonly [g.Vec] }, x: { readonly at: g.Scalar }) =>
      [
        { b: [g.add(b[0])(b[0])] as const, a: g.add(x.at)(a) },
        { before: a, kept: b[0] }
      ] as const
    const [carry, kept] = g.scan(step)({ a: g.scalar(0), b: [g.tensor([1, 2])] }, { at: g.tensor([1, 2, 3]) })
    expect(carry.a).toBeTensor(6)
    expect(carry.b[0]).toBeTensor([8, 16])
    expect(kept.before).toBeTensor([0, 1, 3])
    expect(kept.kept).toBeTensor([
      [1, 2],
      [2, 4],
      [4, 8]
    ])
  })

  it('carries a random key', () => {
    const walk = (key: g.random.Key) =>
      g.scan(
        (carry: { readonly key: g.random.Key; readonly at: g.Scalar }, _: readonly []) => {
          const [now, next] = g.random.split(2)(carry.key)
          const at = g.add(g.random.normal([])(now))(carry.at)
          return [{ key: next, at }, at] as const
        },
        { length: 5 }
      )({ key, at: g.scalar(0) }, [])
    const byHandOf = (key: g.random.Key) =>
      Array.from({ length: 5 }).reduce<{ readonly key: g.random.Key; readonly at: g.Scalar }>(
        ({ key: own, at }) => {
          const [now, next] = g.random.split(2)(own)
          return { key: next, at: g.add(g.random.normal([])(now))(at) }
        },
        { key, at: g.scalar(0) }
      )
    const [carry, kept] = walk(g.random.key(3))
    const expected = byHandOf(g.random.key(3))
    expect(carry).toEqual(expected)
    expect(kept.shape).toEqual([5])
    const compiled = g.compile(walk)(g.random.key(3))
    expect(compiled[0].key).toEqual(expected.key)
    expect(compiled[0].at).toBeCloseToTensor(g.toNumber(expected.at), close)
    const single = g.compile(walk, { precision: 'single' })(g.random.key(3))
    expect(single[0].key).toEqual(expected.key)
    expect(single[0].at).toBeCloseToTensor(g.toNumber(expected.at), { rtol: 1e-5, atol: 1e-6 })
  })

  it('nests, and follows what it closes over through both', () => {
    // x to the power of 6, by a loop of loops
    const power = (x: g.Scalar) =>
      g.repeat(2)((y: g.Scalar) => g.repeat(3)((z: g.Scalar) => g.mul(x)(z))(y))(g.scalar(1))
    expect(power(g.scalar(2))).toBeTensor(64)
    expect(g.grad(power)(g.scalar(2))).toBeTensor(192)
    expect(g.grad(g.grad(power))(g.scalar(2))).toBeTensor(480)
    expect(g.compile(g.grad(g.grad(power)))(g.scalar(2))).toBeTensor(480)
    expect(g.vmap(g.grad(power))(g.tensor([1, 2]))).toBeTensor([6, 192])
    expect(g.compile(g.vmap(g.grad(power)))(g.tensor([1, 2]))).toBeTensor([6, 192])
  })

  it('hands on several things at once, one in the place of the other', () => {
    const fibonacci = (a: g.Scalar, b: g.Scalar) =>
      g.repeat(10)(([x, y]: readonly [g.Scalar, g.Scalar]) => [y, g.add(x)(y)] as const)([a, b])
    expect(fibonacci(g.scalar(0), g.scalar(1))[0]).toBeTensor(55)
    expect(g.compile(fibonacci)(g.scalar(0), g.scalar(1))[0]).toBeTensor(55)
    const gradient = g.grad(([a, b]: readonly [g.Scalar, g.Scalar]) => g.square(fibonacci(a, b)[0]))
    const [da, db] = g.compile(gradient)([g.scalar(0), g.scalar(1)])
    expect(da).toBeTensor(2 * 55 * 34)
    expect(db).toBeTensor(2 * 55 * 55)
  })

  it('of no steps gives what it began with', () => {
    const [carry, kept] = g.scan((h: g.Vec<2>, x: g.Scalar) => [g.mul(x)(h), g.sum(h)] as const)(
      g.tensor([1, 2]),
      g.zeros([0])
    )
    expect(carry).toBeTensor([1, 2])
    expect(kept.shape).toEqual([0])
    const f = (x: g.Vec<2>) => g.sum(g.repeat(0)((y: g.Vec<2>) => g.square(y))(x))
    expect(g.grad(f)(g.tensor([3, 4]))).toBeTensor([1, 1])
    expect(g.compile(g.grad(f))(g.tensor([3, 4]))).toBeTensor([1, 1])
  })

  it('may carry nothing, and keep nothing', () => {
    const [, kept] = g.scan((_: readonly [], x: g.Scalar) => [[], g.square(x)] as const)([], g.tensor([1, 2, 3]))
    expect(kept).toBeTensor([1, 4, 9])
    expect(
      g.compile((xs: g.Vec) => g.scan((_: readonly [], x: g.Scalar) => [[], g.square(x)] as const)([], xs)[1])(
        g.tensor([1, 2, 3])
      )
    ).toBeTensor([1, 4, 9])
    expect(g.repeat(3)((x: readonly []) => x)([])).toEqual([])
  })
})

describe('what a scan does not take', () => {
  const add = (sum: g.Scalar, x: g.Scalar) => [g.add(x)(sum), []] as const
  const any = (x: unknown) => x as never

  it.each([
    ['no function', () => g.scan(any(3)), /scan.*function/],
    [
      'a scalar to go along',
      () => g.scan(add)(g.scalar(0), any(g.scalar(1))),
      'scan: needs an axis to loop over, got a scalar'
    ],
    [
      'nothing to go along',
      () => g.scan(any(add))(g.scalar(0), any([])),
      'scan: nothing to loop over; give the number of steps as { length }'
    ],
    [
      'different lengths',
      () => g.scan(any((c: unknown) => [c, []]))(g.scalar(0), any([g.ones([2]), g.ones([3])])),
      'scan: the sequences have different lengths: [2, 3]'
    ],
    [
      'a length that is another',
      () => g.scan(add, { length: 4 })(g.scalar(0), g.ones([3])),
      'different lengths: [4, 3]'
    ],
    [
      'a length that is not an integer',
      () => g.scan(any(add), { length: -1 })(g.scalar(0), any([])),
      'scan: length must be a whole number of at least 0, got -1'
    ],
    [
      'a number of steps that is not an integer',
      () => g.repeat(1.5)((x: g.Scalar) => x)(g.scalar(1)),
      'repeat: n must be a whole number of at least 0, got 1.5'
    ],
    [
      'reverse that is no truth value',
      () => g.scan(any(add), any({ reverse: 1 })),
      'scan: reverse must be true or false, got 1'
    ],
    [
      'a step that gives no pair',
      () => g.scan(any((c: unknown) => c))(g.scalar(0), g.ones([2])),
      'scan: the step must return a pair, [carry, kept], it returned'
    ],
    [
      'a carry of another structure',
      () => g.scan(any((c: { readonly h: g.Scalar }) => [{ h: [c.h] }, []]))({ h: g.scalar(0) }, any(g.ones([2]))),
      'scan: the carry must keep its structure; carry.h began as a tensor of shape [], and is an array of 1 after a step'
    ],
    [
      'a carry that grows',
      () =>
        g.scan(any((c: { readonly h: g.Vec }) => [{ h: op.concat([any(c.h), any(c.h)], 0) }, []]))(
          { h: g.ones([2]) },
          any(g.ones([2]))
        ),
      'carry.h began as a tensor of shape [2], and is a tensor of shape [4] after a step'
    ],
    [
      'a kept thing that is no tensor',
      () => g.scan(any((c: unknown) => [c, 3]))(g.scalar(0), g.ones([2])),
      'scan: kept is the number 3; every leaf must be a tensor'
    ],
    [
      'a step that reads a number',
      () => g.scan((c: g.Scalar, x: g.Scalar) => [g.toNumber(c) > 0 ? c : x, []] as const)(g.scalar(0), g.ones([2])),
      /^toNumber: .*where/
    ]
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})
