import * as fc from 'fast-check'
import { type Dims, stridesOf } from '../../src/tensor/dims.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { dimsOf, type Tensor } from '../../src/tensor/tensor.ts'
import { shape } from '../draw.ts'
import { axisOf, type Cases, type CasesOf, full, gap, type Setup } from '../setup.ts'

/** Shapes and axes to try reductions on, and operations along an axis. */

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

interface Directed extends Axis {
  readonly reverse: boolean
}

const directed: Cases<Directed> = {
  fits: shape({ minRank: 1 }).chain((x) =>
    fc.tuple(axisOf(x), fc.boolean()).map(([axis, reverse]) => ({ params: { axis, reverse }, shapes: [x] }))
  ),
  misfits: shape().chain((x) =>
    fc.constantFrom(-1, x.length).map((axis) => ({ params: { axis, reverse: false }, shapes: [x] }))
  )
}

export const reductionCases = {
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
  argsort: {
    // longer lines than others, which are sorted in another way
    fits: fc
      .oneof(
        shape({ minRank: 1 }),
        fc.integer({ min: 38, max: 70 }).map((n): Dims => [2, n])
      )
      .chain((x) =>
        fc.tuple(axisOf(x), fc.boolean()).map(([axis, descending]) => ({ params: { axis, descending }, shapes: [x] }))
      ),
    misfits: shape().chain((x) =>
      fc.constantFrom(-1, x.length).map((axis) => ({ params: { axis, descending: false }, shapes: [x] }))
    )
  },
  cumArgmax: directed,
  linearRecurrence: {
    fits: fc.tuple(directed.fits, fc.boolean()).map(
      ([
        {
          params,
          shapes: [x = []]
        },
        lagged
      ]) => ({ params: { ...params, lagged }, shapes: [x, x] })
    ),
    misfits: fc.oneof(
      fc.constant({ params: { axis: 0, reverse: false, lagged: false }, shapes: [[], []] }),
      full.chain((x) =>
        fc
          .constantFrom<readonly Dims[]>([x, []], [[], x], [x, [...x, 1]])
          .map((shapes) => ({ params: { axis: 0, reverse: false, lagged: false }, shapes }))
      )
    )
  },
  softmax: alongAxis,
  logSoftmax: alongAxis,
  logSumExp: alongAxis
} satisfies CasesOf<
  'sum' | 'max' | 'argmax' | 'argsort' | 'cumArgmax' | 'linearRecurrence' | 'softmax' | 'logSoftmax' | 'logSumExp'
>
