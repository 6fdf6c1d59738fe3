import * as fc from 'fast-check'
import { noParams } from '../../src/primitive/primitive.ts'
import type { Dims } from '../../src/tensor/dims.ts'
import { shape } from '../draw.ts'
import { type Cases, type CasesOf, few, setup } from '../setup.ts'

/** Keys to try draws on, and what makes keys of keys. */

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

export const randomCases = {
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
  bits: drawnWith(fc.record({ dims: shape() })),
  permutation: drawnWith(few.chain((n) => fc.record({ n: fc.constant(n), count: fc.nat({ max: n }) }))),
  weightedChoice: drawnWith(fc.record({ probabilities, count: fc.nat({ max: 2 }) }))
} satisfies CasesOf<
  | 'splitKey'
  | 'foldKey'
  | 'uniform'
  | 'normal'
  | 'truncatedNormal'
  | 'bernoulli'
  | 'randint'
  | 'categorical'
  | 'bits'
  | 'permutation'
  | 'weightedChoice'
>
