import { frozen } from '../src/tensor/frozen.ts'
import * as fc from 'fast-check'
import type { PrimitiveName } from '../src/primitive/algebra.ts'
import { type MultiPrimitive, noParams, type NoParams, type Primitive } from '../src/primitive/primitive.ts'
import type { Loop } from '../src/primitive/scan.ts'
import { table } from '../src/primitive/table.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { type Dims, sizeOf, stridesOf } from '../src/tensor/dims.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { loopOf, tapeFor } from '../src/transform/loop.ts'
import { broadcastable, number, shape, stretchable } from './draw.ts'
import { nonZero } from '../src/primitive/domain.ts'
import { apart, binaryCases, type Cases, setup, type Setup, unaryCases } from './setup.ts'

/** What the laws of every primitive are tried on. */

/** How far apart numbers are that must not tie. */
const gap = 0.05

const small = fc.integer({ min: 1, max: 3 })
const few = fc.integer({ min: 0, max: 3 })
const axisOf = (dims: Dims): fc.Arbitrary<number> => fc.nat({ max: dims.length - 1 })
const ranked = shape({ minRank: 1 })
/** A shape whose dimensions are all at least 1. */
const full = shape({ minRank: 1, minDim: 1 })

const valuesAt = (x: Tensor, to: Dims): readonly number[] => {
  const values = toFlatArray(x)
  const dims = dimsOf(x)
  const [own, out] = [stridesOf(dims), stridesOf(to)]
  const lead = to.length - dims.length
  return Array.from(
    { length: sizeOf(to) },
    (_, offset) =>
      values[
        own.reduce((sum, stride, axis) => {
          const index = Math.floor(offset / (out[axis + lead] ?? 1)) % (to[axis + lead] ?? 1)
          return dims[axis] === 1 ? sum : sum + index * stride
        }, 0)
      ] ?? NaN
  )
}

/** No two numbers that meet are near each other. */
const untied: Cases<NoParams>['smooth'] = (_, inputs) => {
  const to = inputs.map(dimsOf).reduce((a, b) => (b.length > a.length || sizeOf(b) > sizeOf(a) ? b : a), [])
  const [a = [], b = []] = inputs.map((x) => valuesAt(x, to))
  return a.every((value, i) => Math.abs(value - (b[i] ?? NaN)) > gap)
}

interface Axes {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

const alongAxes = (dims: fc.Arbitrary<Dims>): fc.Arbitrary<Setup<Axes>> =>
  dims.chain((x) =>
    fc
      .record({ axes: fc.subarray(x.map((_, axis) => axis)), keepDims: fc.boolean() })
      .map((params) => ({ params, shapes: [x] }))
  )

const noSuchAxes: fc.Arbitrary<Setup<Axes>> = shape().chain((x) =>
  fc.constantFrom(-1, x.length).map((axis) => ({ params: { axes: [axis], keepDims: false }, shapes: [x] }))
)

/** The largest of each group is larger than all others. */
const unchallenged = ({ axes }: Axes, [x]: readonly Tensor[]): boolean => {
  if (x === undefined) return true
  const dims = dimsOf(x)
  const strides = stridesOf(dims)
  const groups = toFlatArray(x).reduce<ReadonlyMap<string, readonly number[]>>((found, value, offset) => {
    const group = dims
      .map((n, axis) => (axes.includes(axis) ? 0 : Math.floor(offset / (strides[axis] ?? 1)) % n))
      .join()
    return new Map([...found, [group, [...(found.get(group) ?? []), value]]])
  }, new Map())
  return [...groups.values()].every((group) => {
    const [first = 0, second = -Infinity] = [...group].sort((a, b) => b - a)
    return first - second > gap
  })
}

interface Axis {
  readonly axis: number
}

const alongAxis: Cases<Axis> = {
  fits: full.chain((x) => axisOf(x).map((axis) => ({ params: { axis }, shapes: [x] }))),
  misfits: fc.oneof(
    // an empty axis
    fc.tuple(shape({ maxRank: 2 }), shape({ maxRank: 1 })).map(([before, after]) => ({
      params: { axis: before.length },
      shapes: [[...before, 0, ...after]]
    })),
    shape().chain((x) => fc.constantFrom(-1, x.length).map((axis) => ({ params: { axis }, shapes: [x] })))
  )
}

const blockOf = (dims: Dims): fc.Arbitrary<{ readonly starts: readonly number[]; readonly stops: readonly number[] }> =>
  fc.tuple(...dims.map((n) => fc.tuple(fc.nat({ max: n }), fc.nat({ max: n })))).map((ends) => ({
    starts: ends.map((pair) => Math.min(...pair)),
    stops: ends.map((pair) => Math.max(...pair))
  }))

/** Shapes of one size: dimensions in another order, flattened, or with ones added. */
const regrouped = (dims: Dims): fc.Arbitrary<Dims> =>
  fc.oneof(
    fc.shuffledSubarray([...dims], { minLength: dims.length }),
    fc.constant([sizeOf(dims)]),
    fc.nat({ max: dims.length }).map((at) => [...dims.slice(0, at), 1, ...dims.slice(at)])
  )

/** Whole numbers below a bound. */
const below = (bound: number): fc.Arbitrary<number> => fc.nat({ max: bound - 1 })

/** Words of random keys. */
const word = fc.oneof(fc.nat({ max: 9 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
/** How many keys there are, along axes of their own. */
const leads = shape({ maxRank: 2 })

/** What draws with keys, or makes them: an axis of two words is behind all others. */
const drawnWith = <P>(params: fc.Arbitrary<P>): Cases<P> => ({
  fits: fc.tuple(params, leads).map(([own, lead]) => ({ params: own, shapes: [[...lead, 2]], elements: { 0: word } })),
  misfits: fc.tuple(params, leads, fc.constantFrom([], [1], [3])).map(([own, lead, odd]) => ({
    params: own,
    shapes: [odd.length === 0 ? [] : [...lead, ...odd]]
  }))
})

const numbersOf = (...numbers: readonly number[]): fc.Arbitrary<number> => fc.constantFrom(...numbers)

const gaussians = fc.record({
  mean: numbersOf(0, 2),
  standardDeviation: numbersOf(0, 1, 0.5),
  dims: shape()
})
const probabilities = fc.constantFrom<readonly number[]>([0.5, 0, 0.5], [0.2, 0.8], [0.25, 0.25, 0.25, 0.25])

/** The parameters of a primitive. */
type ParamsOf<T> = T extends Primitive<infer P> ? P : T extends MultiPrimitive<infer P> ? P : never

/** A step of a scan, and the shapes of what it is given: carried, along, and the same for all steps. */
interface Step {
  readonly carried: readonly Dims[]
  readonly along: readonly Dims[]
  readonly fixed: readonly Dims[]
  readonly f: (inputs: readonly Tensor[]) => readonly Tensor[]
}

const absent: Tensor = op.constant(NaN)

const total = (x: Tensor): Tensor =>
  op.sum(
    x,
    dimsOf(x).map((_, axis) => axis),
    false
  )

/** Steps that carry and keep something, and such as do only one of both, over vectors. */
const stepsOver = (dims: Dims): readonly Step[] => [
  {
    carried: [dims, []],
    along: [dims],
    fixed: [dims],
    f: ([state = absent, sum = absent, x = absent, weight = absent]) => {
      const next = op.tanh(op.add(op.mul(state, weight), x))
      return [next, op.add(sum, total(op.mul(x, state))), op.mul(next, x), op.square(sum), x]
    }
  },
  {
    carried: [dims, dims],
    along: [],
    fixed: [[]],
    // the second is overwritten by the first, which is not
    f: ([a = absent, , rate = absent]) => [op.sin(op.mul(a, rate)), a]
  },
  { carried: [], along: [dims, []], fixed: [], f: ([x = absent, y = absent]) => [op.mul(x, y), op.neg(y)] }
]

const scanOf = ({ carried, along, fixed, f }: Step, length: number, reverse: boolean): Setup<Loop> => ({
  params: loopOf({
    step: tapeFor([...carried, ...along, ...fixed], f),
    length,
    reverse,
    carries: carried.length,
    xs: along.length
  }),
  shapes: [...carried, ...along.map((dims) => [length, ...dims]), ...fixed]
})

const scans: fc.Arbitrary<Setup<Loop>> = fc
  .tuple(
    shape({ maxRank: 1 }).chain((dims) => fc.constantFrom(...stepsOver(dims))),
    few,
    fc.boolean()
  )
  .map(([step, length, reverse]) => scanOf(step, length, reverse))

const special = {
  maximum: { ...binaryCases, smooth: untied },
  minimum: { ...binaryCases, smooth: untied },

  powNumber: {
    fits: shape().chain((dims) =>
      fc.oneof(
        fc.constantFrom(-1.5, -0.5, 0.5, 1.5, 2.5).map((exponent) => ({ params: { exponent }, shapes: [dims] })),
        // a whole exponent takes a negative base too
        fc
          .constantFrom(0, 1, 2, 3, -1, -2)
          .map((exponent) => ({ params: { exponent }, shapes: [dims], elements: { 0: number(nonZero) } }))
      )
    )
  },
  clip: {
    fits: shape().chain((dims) =>
      fc
        .tuple(fc.constantFrom(-2, -1, 0, 0.5), fc.constantFrom(0.5, 1, 2))
        .map(([min, max]) => ({ params: { min, max }, shapes: [dims] }))
    ),
    smooth: ({ min, max }, inputs) =>
      inputs.flatMap((x) => toFlatArray(x)).every((x) => Math.abs(x - min) > gap && Math.abs(x - max) > gap)
  },
  gaussian: {
    fits: shape().chain((dims) =>
      fc.constantFrom<1 | 0.5>(1, 0.5).map((rate) => ({ params: { rate }, shapes: [dims] }))
    )
  },
  logErfcx: {
    fits: shape().chain((dims) => fc.nat({ max: 3 }).map((order) => ({ params: { order }, shapes: [dims] })))
  },

  where: {
    fits: broadcastable(3).map((shapes) => ({
      params: noParams,
      shapes,
      elements: { 0: fc.constantFrom(1, 0) }
    })),
    misfits: apart.chain(([a = [], b = []]) =>
      fc.constantFrom<readonly Dims[]>([a, b, b], [a, a, b], [a, b, a]).map(setup(noParams))
    )
  },

  matmul: {
    fits: fc.tuple(shape({ maxRank: 2 }), few, few, few).map(([batch, m, k, n]) => ({
      params: noParams,
      shapes: [
        [...batch, m, k],
        [...batch, k, n]
      ]
    })),
    misfits: fc.tuple(shape({ maxRank: 1 }), small, small, small).chain(([batch, m, k, n]) =>
      fc
        .constantFrom<readonly Dims[]>(
          [
            [...batch, m, k],
            [...batch, k + 1, n]
          ],
          [
            [...batch, 2, m, k],
            [...batch, 3, k, n]
          ],
          [[k], [k]],
          [[m, k], [k]],
          [
            [2, m, k],
            [k, n]
          ]
        )
        .map(setup(noParams))
    )
  },

  reshape: {
    fits: shape().chain((x) => regrouped(x).map((dims) => ({ params: { dims }, shapes: [x] }))),
    misfits: full.chain((x) => fc.constant({ params: { dims: [sizeOf(x) + 1] }, shapes: [x] }))
  },
  broadcastTo: {
    fits: shape().chain((dims) => stretchable(dims).map((x) => ({ params: { dims }, shapes: [x] }))),
    misfits: apart.map(([a = [], b = []]) => ({ params: { dims: a }, shapes: [b] }))
  },
  permute: {
    fits: shape().chain((x) =>
      fc
        .shuffledSubarray(
          x.map((_, axis) => axis),
          { minLength: x.length }
        )
        .map((axes) => ({ params: { axes }, shapes: [x] }))
    ),
    misfits: ranked.chain((x) =>
      fc
        .constantFrom(
          x.map(() => 0).concat(0),
          x.map((_, axis) => axis + 1),
          x.map((_, axis) => axis).slice(1)
        )
        .map((axes) => ({ params: { axes }, shapes: [x] }))
    )
  },
  slice: {
    fits: shape().chain((x) => blockOf(x).map((params) => ({ params, shapes: [x] }))),
    misfits: ranked.chain((x) => {
      const none = x.map(() => 0)
      return fc
        .constantFrom(
          { starts: none, stops: x.map((n) => n + 1) },
          { starts: x.map(() => -1), stops: [...x] },
          { starts: x.map(() => 1), stops: none },
          { starts: none.slice(1), stops: [...x] }
        )
        .map((params) => ({ params, shapes: [x] }))
    })
  },
  pad: {
    fits: shape().chain((dims) =>
      blockOf(dims).map(({ starts, stops }) => ({
        params: { starts, dims },
        shapes: [dims.map((_, i) => (stops[i] ?? 0) - (starts[i] ?? 0))]
      }))
    ),
    misfits: ranked.chain((x) =>
      fc
        .constantFrom(
          { starts: x.map(() => 1), dims: x },
          { starts: x.map(() => -1), dims: x },
          { starts: [0, ...x.map(() => 0)], dims: [1, ...x] }
        )
        .map((params) => ({ params, shapes: [x] }))
    )
  },
  concat: {
    fits: ranked.chain((x) =>
      fc.tuple(axisOf(x), fc.array(few, { minLength: 1, maxLength: 3 })).map(([axis, lengths]) => ({
        params: { axis },
        shapes: lengths.map((n) => x.map((own, i) => (i === axis ? n : own)))
      }))
    ),
    misfits: fc.oneof(
      ranked.map((x) => ({ params: { axis: x.length }, shapes: [[...x, 1], x] })),
      ranked.map((x) => ({
        params: { axis: 0 },
        shapes: [
          [...x, 1],
          [...x, 2]
        ]
      })),
      ranked.chain((x) => fc.constantFrom(-1, x.length).map((axis) => ({ params: { axis }, shapes: [x, x] }))),
      fc.constant({ params: { axis: 0 }, shapes: [] })
    )
  },
  gather: {
    fits: fc.tuple(shape({ maxRank: 1 }), small, shape({ maxRank: 2 }), few).map(([lead, rows, rest, count]) => ({
      params: noParams,
      shapes: [
        [...lead, rows, ...rest],
        [...lead, count]
      ],
      elements: { 1: below(rows) }
    })),
    misfits: fc
      .constantFrom<readonly Dims[]>(
        [[], [2]],
        [[3, 2], []],
        [
          [3, 2],
          [2, 1]
        ]
      )
      .map(setup(noParams))
  },
  scatterAdd: {
    fits: fc.tuple(shape({ maxRank: 1 }), small, shape({ maxRank: 2 }), few).map(([lead, rows, rest, count]) => ({
      params: { rows },
      shapes: [
        [...lead, count, ...rest],
        [...lead, count]
      ],
      elements: { 1: below(rows) }
    })),
    misfits: fc
      .constantFrom<readonly Dims[]>(
        [[], []],
        [[3, 2], [2]],
        [
          [2, 3],
          [2, 1]
        ]
      )
      .map(setup({ rows: 3 }))
  },

  sum: { fits: alongAxes(shape()), misfits: noSuchAxes },
  max: {
    fits: alongAxes(shape({ minDim: 1 })),
    misfits: fc.oneof(
      noSuchAxes,
      shape({ maxRank: 2 }).map((rest) => ({ params: { axes: [0], keepDims: true }, shapes: [[0, ...rest]] }))
    ),
    smooth: unchallenged
  },
  argmax: alongAxis,
  softmax: alongAxis,
  logSoftmax: alongAxis,
  logSumExp: alongAxis,

  scan: {
    fits: scans,
    misfits: scans.chain(({ params, shapes }) =>
      fc
        .constantFrom<readonly Dims[]>(shapes.slice(1), [...shapes, []], [[7, 7], ...shapes.slice(1)])
        .map(setup(params))
    )
  },
  labels: {
    fits: shape().map((dims) => ({ params: { what: 'laws', classes: 3 }, shapes: [dims], elements: { 0: below(3) } }))
  },

  splitKey: drawnWith(few.map((count) => ({ count }))),
  foldKey: {
    fits: leads.map((lead) => ({
      params: noParams,
      shapes: [[...lead, 2], lead],
      elements: { 0: word, 1: fc.oneof(fc.nat({ max: 9 }), fc.maxSafeNat()) }
    })),
    misfits: fc
      .constantFrom<readonly Dims[]>([[3], []], [[], []], [[2], [1]], [[3, 2], [2]], [[3, 2], []])
      .map(setup(noParams))
  },
  uniform: drawnWith(fc.record({ min: numbersOf(-1, 0), max: numbersOf(0.5, 2), dims: shape() })),
  normal: drawnWith(gaussians),
  truncatedNormal: drawnWith(gaussians),
  bernoulli: drawnWith(fc.record({ p: numbersOf(0, 0.3, 1), dims: shape() })),
  randint: drawnWith(fc.record({ min: numbersOf(-5, 0), max: numbersOf(1, 1000), dims: shape() })),
  categorical: drawnWith(fc.record({ probabilities, dims: shape() })),
  permutation: drawnWith(few.chain((n) => fc.record({ n: fc.constant(n), count: fc.nat({ max: n }) }))),
  weightedChoice: drawnWith(fc.record({ probabilities, count: fc.nat({ max: 2 }) }))
} satisfies { readonly [K in PrimitiveName]?: Cases<ParamsOf<(typeof table)[K]>> }

/** Without an entry of their own: operations on each number, or on each pair, that have no settings. */
type Plain = Exclude<PrimitiveName, keyof typeof special>

const plain = Object.fromEntries(
  Object.entries(table).flatMap(([name, { arity }]) =>
    name in special ? [] : [[name, arity === 1 ? unaryCases : binaryCases] as const]
  )
) as unknown as Readonly<Record<Plain, Cases<NoParams>>>

/**
 * What the laws of each primitive are tried on, by its name. Closed like the table of primitives: one with settings, or
 * of more than two operands, does not compile without an entry.
 */
export const cases: { readonly [K in PrimitiveName]: Cases<ParamsOf<(typeof table)[K]>> } = frozen({
  ...plain,
  ...special
})
