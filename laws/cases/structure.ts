import * as fc from 'fast-check'
import { type Dims, sizeOf } from '../../src/tensor/dims.ts'
import { shape, stretchable } from '../draw.ts'
import { apart, axisOf, below, type CasesOf, few, full, setup, small } from '../setup.ts'

/** Shapes to try operations on that move elements or choose among them. */

const ranked = shape({ minRank: 1 })

const blockOf = (dims: Dims): fc.Arbitrary<{ readonly starts: readonly number[]; readonly stops: readonly number[] }> =>
  fc.tuple(...dims.map((n) => fc.tuple(fc.nat({ max: n }), fc.nat({ max: n })))).map((ends) => ({
    starts: ends.map((pair) => Math.min(...pair)),
    stops: ends.map((pair) => Math.max(...pair))
  }))

/** A step along each axis, or none given. */
const stepsOf = (dims: Dims): fc.Arbitrary<{ readonly steps?: readonly number[] }> =>
  fc.oneof(
    fc.constant({}),
    fc.tuple(...dims.map(() => small)).map((steps) => ({ steps }))
  )

/** Shapes of one size: dimensions in another order, flattened, or with ones added. */
const regrouped = (dims: Dims): fc.Arbitrary<Dims> =>
  fc.oneof(
    fc.shuffledSubarray([...dims], { minLength: dims.length }),
    fc.constant([sizeOf(dims)]),
    fc.nat({ max: dims.length }).map((at) => [...dims.slice(0, at), 1, ...dims.slice(at)])
  )

export const structureCases = {
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
    fits: shape().chain((x) =>
      fc.tuple(blockOf(x), stepsOf(x)).map(([block, steps]) => ({ params: { ...block, ...steps }, shapes: [x] }))
    ),
    misfits: ranked.chain((x) => {
      const none = x.map(() => 0)
      return fc
        .constantFrom(
          { starts: none, stops: x.map((n) => n + 1) },
          { starts: x.map(() => -1), stops: [...x] },
          { starts: x.map(() => 1), stops: none },
          { starts: none.slice(1), stops: [...x] },
          { starts: none, stops: [...x], steps: none },
          { starts: none, stops: [...x], steps: [1, ...x] }
        )
        .map((params) => ({ params, shapes: [x] }))
    })
  },
  pad: {
    fits: shape().chain((dims) =>
      fc.tuple(blockOf(dims), stepsOf(dims)).map(([{ starts, stops }, { steps }]) => ({
        params: { starts, dims, ...(steps && { steps }) },
        shapes: [dims.map((_, i) => Math.ceil(((stops[i] ?? 0) - (starts[i] ?? 0)) / (steps?.[i] ?? 1)))]
      }))
    ),
    misfits: ranked.chain((x) =>
      fc
        .constantFrom(
          { starts: x.map(() => 1), dims: x },
          { starts: x.map(() => -1), dims: x },
          { starts: [0, ...x.map(() => 0)], dims: [1, ...x] },
          { starts: x.map(() => 0), dims: x, steps: x.map(() => 0) }
        )
        .map((params) => ({ params, shapes: [x] }))
    )
  },
  flip: {
    fits: shape().chain((x) =>
      fc.subarray(x.map((_, axis) => axis)).map((axes) => ({ params: { axes }, shapes: [x] }))
    ),
    misfits: ranked.chain((x) =>
      fc.constantFrom([x.length], [-1], [0, 0]).map((axes) => ({ params: { axes }, shapes: [x] }))
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
      params: {},
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
      .map(setup({}))
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
  lastAt: {
    fits: fc.tuple(shape({ maxRank: 2 }), small, few).map(([lead, rows, count]) => ({
      params: { rows },
      shapes: [[...lead, count]],
      elements: { 0: below(rows) }
    })),
    misfits: fc.constant({ params: { rows: 3 }, shapes: [[]] })
  }
} satisfies CasesOf<
  'reshape' | 'broadcastTo' | 'permute' | 'slice' | 'pad' | 'flip' | 'concat' | 'gather' | 'scatterAdd' | 'lastAt'
>
