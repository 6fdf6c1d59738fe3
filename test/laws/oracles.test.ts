/** The rules of the table, applied to numbers of other kinds by arithmetic that knows nothing of the table. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { number, tensorOf } from '../../laws/draw.ts'
import type { Arr } from '../../laws/oracles/array.ts'
import { boxFaults, point, type Range, ranges } from '../../laws/oracles/interval.ts'
import { along, factorial, LENGTH, seriesArrays, seriesFaults, termsOf } from '../../laws/oracles/series.ts'
import { casesFor, drawGiven } from '../../laws/primitive.ts'
import * as g from '../../src/index.ts'
import type { Algebra } from '../../src/primitive/algebra.ts'
import type { AnyPrimitive, Primitive } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { apply } from '../../src/tape/apply.ts'
import { type Dims, sizeOf } from '../../src/tensor/dims.ts'
import { dimsOf, type Tensor } from '../../src/tensor/tensor.ts'

const { vocabulary: op } = g.primitive

/** Every row that is differentiable in some input. */
const rows = (Object.entries(table) as unknown as readonly (readonly [string, AnyPrimitive])[])
  .filter(([, p]) => [0, 1, 2].slice(0, p.arity === 'any' ? 1 : p.arity).some((i) => p.differentiable(i)))
  .map(([name]) => name)

/** Rows that an oracle has no meaning for, and why. */
const onMatrices = Object.fromEntries(
  ['solve', 'expm', 'cholesky', 'lu', 'qr', 'eigh', 'svd', 'pinv'].map((name) => [
    name,
    'defined by an equation between matrices, which test/linalg holds'
  ])
)
const without = {
  series: {
    ...onMatrices,
    scan: 'a loop over other rows, held against its steps one by one in test/transform/unrolled.test.ts',
    fourier: 'linear in all elements of a line: held against its defining sum in test/fft/fft.test.ts',
    logGammaQuantile: 'no closed form: its digits are held in test/random/parametric.test.ts'
  },
  intervals: {
    ...onMatrices,
    scan: 'as above',
    fourier: 'as above',
    logGammaQuantile: 'as above',
    lgamma: 'its series is held, and its digits in test/kernel/gamma.test.ts',
    logErfcx: 'no ends in closed form; its power series is held, and its digits in test/ops/tails.test.ts'
  }
}

const plain = (x: Tensor): Arr<number> => ({ dims: dimsOf(x), values: g.toFlatArray(x) })
const unit = number({ min: -1, max: 1, avoid: [] })

interface Sample {
  readonly params: unknown
  readonly inputs: readonly Tensor[]
  readonly tangents: readonly Tensor[]
  readonly others: readonly Tensor[]
  readonly weights: readonly number[]
}

/** Whether terms cancel along a direction, or in a weighted sum of what moves, and leave nothing but rounding. */
const cancels = (p: Primitive, { params, inputs, tangents, weights }: Sample): boolean => {
  const moving = inputs.flatMap((_, i) => (p.differentiable(i) ? [i] : []))
  const pushed = (ts: readonly Tensor[]): Tensor =>
    g.jvp((xs: readonly Tensor[]) => apply(p, params, xs))(inputs)(ts).tangent
  const only = (i: number): readonly Tensor[] => tangents.map((t, k) => (k === i ? g.abs(t) : g.mul(0)(t)))
  const whole = pushed(tangents.map((t, i) => (moving.includes(i) ? t : g.mul(0)(t))))
  const parts = moving.map((i) => g.toFlatArray(pushed(only(i))))
  const isLost = (sum: number, terms: readonly number[]): boolean =>
    Math.abs(sum) < 1e-5 * Math.max(0, ...terms.map(Math.abs))
  const values = g.toFlatArray(whole)
  const products = weighted(weights, dimsOf(whole)).map((weight, k) => weight * values[k]!)
  return (
    values.some((sum, k) =>
      isLost(
        sum,
        parts.map((part) => part[k]!)
      )
    ) ||
    isLost(
      products.reduce((sum, x) => sum + x, 0),
      products
    )
  )
}

/** Points in the domain, away from kinks, and directions along which the result moves. */
const samples = (p: Primitive): fc.Arbitrary<Sample> => {
  const own = casesFor<unknown>(p)
  return (
    drawGiven<unknown>(p, own)
      .filter(({ params, inputs }) => own.smooth?.(params, inputs) ?? true)
      // the recurrence of its power series loses digits beyond; there they are held in test/ops/tails.test.ts
      .filter(
        ({ inputs }) => p.name !== 'logErfcx' || inputs.every((x) => g.toFlatArray(x).every((value) => value < 1.5))
      )
      .chain(({ params, inputs }) => {
        const directions = fc.tuple(...inputs.map((x) => tensorOf(dimsOf(x))(unit)))
        return fc.record({
          params: fc.constant(params),
          inputs: fc.constant(inputs),
          tangents: directions,
          others: directions,
          weights: fc.array(unit, { minLength: 5, maxLength: 5 })
        })
      })
      .filter((sample) => p.name in without.series || !cancels(p, sample))
  )
}
const weighted = (weights: readonly number[], dims: Dims): readonly number[] =>
  Array.from({ length: sizeOf(dims) }, (_, i) => weights[i % 5]! + 0.1 * (i % 3))

const seriesPoint = ({ params, inputs, tangents, weights }: Sample) => ({
  params,
  inputs: inputs.map(plain),
  tangents: tangents.map(plain),
  cotangent: (dims: Dims): Arr<number> => ({ dims, values: weighted(weights, dims) })
})

const RADIUS = 0.02
/** What is differentiated by, within some distance; other inputs as they are. */
const boxOf = (p: Primitive, { params, inputs, tangents, others, weights }: Sample) => {
  const at = (f: (value: number, i: number, k: number) => Range): readonly Arr<Range>[] =>
    inputs.map((x, i) => ({
      dims: dimsOf(x),
      values: g.toFlatArray(x).map((value, k) => (p.differentiable(i) ? f(value, i, k) : point(value)))
    }))
  const beside = (ways: readonly Tensor[]) => at((value, i, k) => point(value + RADIUS * g.toFlatArray(ways[i]!)[k]!))
  return {
    params,
    box: at((value) => ({ lo: value - RADIUS, hi: value + RADIUS })),
    from: beside(tangents),
    to: beside(others),
    cotangent: (dims: Dims): Arr<Range> => ({ dims, values: weighted(weights, dims).map(point) })
  }
}
const moved = (p: Primitive, { inputs, tangents }: Sample): readonly Tensor[] =>
  inputs.map((x, i) => (p.differentiable(i) ? op.add(x, op.mul(tangents[i]!, op.constant(RADIUS))) : x))

/** A row applied to the inputs that it is differentiable by. */
const functionOf = (p: Primitive, { params, inputs }: Sample) => {
  const moving = inputs.flatMap((_, i) => (p.differentiable(i) ? [i] : []))
  const only = <A>(xs: readonly A[]): readonly A[] => moving.map((i) => xs[i]!)
  const f = (xs: readonly Tensor[]): Tensor =>
    apply(
      p,
      params,
      inputs.map((x, i) => xs[moving.indexOf(i)] ?? x)
    )
  return { f, only }
}

type F = (xs: readonly Tensor[]) => Tensor
const nested = (next: (f: F) => F, f: F): readonly F[] =>
  Array.from({ length: LENGTH - 1 }).reduce<readonly F[]>((all) => [...all, next(all[all.length - 1]!)], [f])
const total = (x: Tensor): Tensor =>
  op.sum(
    x,
    dimsOf(x).map((_, axis) => axis),
    false
  )

/** Each order is close to that of the series, relative to the largest number of that order or below, or to its terms. */
const expectOrders = (
  name: string,
  actual: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  terms: number
) =>
  actual.forEach((values, n) => {
    const known = [...expected.slice(0, n + 1), values].flat().map(Math.abs)
    const allowed = 1e-9 * Math.max(...known, terms)
    values.forEach((value, k) => {
      if (!(Math.abs(value - expected[n]![k]!) <= allowed))
        expect.fail(`${name}, element ${k} of order ${n}: ${value}, and ${expected[n]![k]} by the power series`)
    })
  })

const runs = { numRuns: 8 }

describe('every differentiable row of the table', () => {
  it('has a meaning for power series and for intervals, or a reason why not', () => {
    const lacking = (knows: (name: string) => boolean) => rows.filter((name) => !knows(name)).toSorted()
    expect(lacking(seriesArrays.knows)).toEqual(Object.keys(without.series).toSorted())
    expect(lacking(ranges.knows)).toEqual(Object.keys(without.intervals).toSorted())
  })
})

const primitiveOf = (name: string): Primitive => table[name as 'exp']

describe.each(rows.filter(seriesArrays.knows))('as a power series, %s', (name) => {
  const p = primitiveOf(name)

  test('has rules that are its derivative, to the fourth order', () => {
    fc.assert(
      fc.property(samples(p), (sample) => {
        expect(seriesFaults(p, seriesPoint(sample))).toEqual([])
      }),
      { numRuns: 20 }
    )
  })

  test('has the value and the derivatives that are computed, forwards and as nested gradients', () => {
    fc.assert(
      fc.property(samples(p), (sample) => {
        const { y } = along(p, seriesPoint(sample))
        const expected = Array.from({ length: LENGTH }, (_, n) => y.values.map((c) => c[n]! * factorial(n)))
        const { f, only } = functionOf(p, sample)
        const [xs, ts] = [only(sample.inputs), only(sample.tangents)]
        const terms = termsOf(p, ts.map(plain))
        const forwards = nested((h) => (at) => g.jvp(h)(at)(ts).tangent, f)
        expectOrders(
          name,
          forwards.map((h) => g.toFlatArray(h(xs))),
          expected,
          terms
        )
        const weights = weighted(sample.weights, y.dims)
        const ct = g.reshape([...y.dims])(g.tensor(weights))
        const backwards = nested(
          (h) => (at) =>
            g
              .vjp(h)(at)
              .pullback(op.constant(1))
              .map((x, i) => total(op.mul(x, ts[i]!)))
              .reduce(op.add),
          (at) => total(op.mul(f(at), ct))
        )
        expectOrders(
          `${name} backwards`,
          backwards.map((h) => g.toFlatArray(h(xs))),
          expected.map((values) => [values.reduce((sum, value, i) => sum + value * weights[i]!, 0)]),
          terms
        )
      }),
      runs
    )
  })
})

describe.each(rows.filter(ranges.knows))('on intervals, %s', (name) => {
  const p = primitiveOf(name)

  test('has rules that enclose how it changes across a box', () => {
    fc.assert(
      fc.property(samples(p), (sample) => {
        expect(boxFaults(p, boxOf(p, sample))).toEqual([])
      }),
      { numRuns: 20 }
    )
  })

  test('has a value and a derivative that enclose those that are computed in the box', () => {
    const expectInside = (what: string, values: readonly number[], { values: around }: Arr<Range>) =>
      values.forEach((value, k) => {
        const { lo, hi } = around[k]!
        if (!(lo <= value && value <= hi)) expect.fail(`${name}, ${what} ${k}: ${value} is not from ${lo} to ${hi}`)
      })
    fc.assert(
      fc.property(samples(p), (sample) => {
        const { box, params } = boxOf(p, sample)
        const y = ranges.applied(p, params, box)
        const { f, only } = functionOf(p, sample)
        const [xs, ts] = [only(moved(p, sample)), only(sample.tangents)]
        const { value, tangent } = g.jvp(f)(xs)(ts)
        expectInside('value', g.toFlatArray(value), y)
        const byRule = box
          .flatMap((x, i) => (p.differentiable(i) ? [{ x, i }] : []))
          .map(({ x, i }) => {
            const t: Arr<Range> = { dims: x.dims, values: g.toFlatArray(sample.tangents[i]!).map(point) }
            return p.jvp(ranges.op, params, box, y, t, i, null)
          })
          .reduce((a, b) => ranges.op.add(a, b))
        expectInside('tangent', g.toFlatArray(tangent), byRule)
      }),
      { numRuns: 20 }
    )
  })
})

type Rule = <A>(op: Algebra<A>, params: never, inputs: readonly A[], y: A, v: A, index: number) => A
const wrong = (name: string, rule: Rule): Primitive => ({ ...primitiveOf(name), jvp: rule, vjp: rule })

describe('a wrong rule', () => {
  const mistakes: readonly (readonly [what: string, primitive: Primitive])[] = [
    ['the derivative of tanh as 1 − y', wrong('tanh', (op, _, __, y, v) => op.mul(v, op.sub(op.constant(1), y)))],
    ['a sign of cos', wrong('cos', (op, _, [x], __, v) => op.mul(v, op.sin(x!)))],
    ['a factor of 1.01', wrong('exp', (op, _, __, y, v) => op.mul(op.constant(1.01), op.mul(v, y)))],
    ['erfc with the sign of erf', wrong('erfc', (op, _, [x], __, v) => op.mul(v, op.gaussian(x!, 1)))],
    [
      'softplus with the slope of its derivative',
      wrong('softplus', (op, _, [x], __, v) => op.mul(v, op.sigmoidSlope(x!)))
    ],
    ['a square root without the half', wrong('sqrt', (op, _, [x], __, v) => op.mul(v, op.powNumber(x!, -0.5)))]
  ]
  const finds = (p: Primitive, faults: (sample: Sample) => readonly string[]): boolean =>
    fc.check(
      fc.property(samples(p), (sample) => faults(sample).length === 0),
      { numRuns: 100 }
    ).failed

  it.each(mistakes)('%s, is found by power series and by intervals', (_, p) => {
    expect(finds(p, (sample) => seriesFaults(p, seriesPoint(sample)))).toBe(true)
    expect(finds(p, (sample) => boxFaults(p, boxOf(p, sample)))).toBe(true)
  })

  it('is found by power series in its third derivative alone', () => {
    const p = wrong('exp', (op, _, [x], y, v) => {
      // what is added is 0 to the second order
      const far = op.sub(x!, op.stopGradient(x!))
      return op.mul(v, op.add(y, op.mul(op.square(far), y)))
    })
    const found = fc.sample(samples(p), 50).flatMap((sample) => seriesFaults(p, seriesPoint(sample)))
    expect([...new Set(found)].toSorted()).toEqual([
      'exp: the jvp is not the derivative of order 3',
      'exp: the vjp is not the derivative of order 3'
    ])
  })
})
