/** Tensors, shapes and numbers to test with. */
import { fc } from './property.ts'
import { makeFrom, type Tensor } from '../../src/tensor/tensor.ts'

export type Dims = readonly number[]

/** Finite numbers, many of them round, so that a counterexample reads well. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 1, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) }
)

/** Any number at all: `NaN`, infinities, both zeros, the very large and the very small. */
export const wildNumber: fc.Arbitrary<number> = fc.oneof(
  anyNumber,
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, Number.MAX_VALUE, Number.MIN_VALUE, -Number.MAX_VALUE),
  fc.double()
)

/** Shapes; a dimension may be 0 or 1. */
export const anyDims = ({ min = 0, max = 4, size = 4 } = {}): fc.Arbitrary<Dims> =>
  fc.array(fc.oneof({ weight: 1, arbitrary: fc.constant(1) }, { weight: 4, arbitrary: fc.nat(size) }), {
    minLength: min,
    maxLength: max
  })

/** Shapes without a dimension of 0. */
export const fullDims = ({ min = 0, max = 4, size = 4 } = {}): fc.Arbitrary<Dims> =>
  fc.array(fc.integer({ min: 1, max: size }), { minLength: min, maxLength: max })

export const sizeOf = (dims: Dims): number => dims.reduce((product, n) => product * n, 1)

/** As many numbers as a shape holds. */
export const valuesFor = (dims: Dims, number = anyNumber): fc.Arbitrary<readonly number[]> =>
  fc.array(number, { minLength: sizeOf(dims), maxLength: sizeOf(dims) })

export const tensorOf = (dims: Dims, number = anyNumber): fc.Arbitrary<Tensor> =>
  valuesFor(dims, number).map((values) => makeFrom(dims, values))

export const anyTensor = (dims: fc.Arbitrary<Dims> = anyDims(), number = anyNumber): fc.Arbitrary<Tensor> =>
  dims.chain((shape) => tensorOf(shape, number))

/** A shape, and one that broadcasts to it: some dimensions turned to 1, some leading ones left out. */
export const broadcastPair = (dims: fc.Arbitrary<Dims> = anyDims()): fc.Arbitrary<readonly [Dims, Dims]> =>
  dims.chain((to) =>
    fc
      .tuple(fc.nat(to.length), fc.array(fc.boolean(), { minLength: to.length, maxLength: to.length }))
      .map(([skip, keep]) => [to, to.map((n, i) => (keep[i] ? n : 1)).slice(skip)] as const)
  )
