import * as fc from 'fast-check'
import type { PrimitiveName } from '../src/primitive/algebra.ts'
import { type MultiPrimitive, noParams, type NoParams, type Primitive } from '../src/primitive/primitive.ts'
import type { table } from '../src/primitive/table.ts'
import type { Dims } from '../src/tensor/dims.ts'
import type { Tensor } from '../src/tensor/tensor.ts'
import { broadcastable, shape } from './draw.ts'

/** The test cases of primitives, with those of the two most common kinds. */

/**
 * One way of applying a primitive: its parameters, the shapes of its inputs, and the numbers of those inputs that are
 * not drawn from the domain (indices, conditions).
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Setup<P> {
  readonly params: P
  readonly shapes: readonly Dims[]
  readonly elements?: Readonly<Record<number, fc.Arbitrary<number>>>
  /** What is made of the drawn inputs, where an operation needs more than an interval says (matrices that have an inverse). */
  readonly arranged?: (inputs: readonly Tensor[]) => readonly Tensor[]
}

/**
 * The test cases of a primitive.
 *
 * @example
 * import fc from 'fast-check'
 * import { table } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const rows: laws.Cases<{ readonly axis: number }> = { fits: fc.constant({ params: { axis: 1 }, shapes: [[2, 3]] }) }
 * laws.assert(laws.primitive(table.softmax, rows), { numRuns: 5 })
 * @category primitive
 * @since 0.1.0
 */
export interface Cases<P> {
  readonly fits: fc.Arbitrary<Setup<P>>
  /** What the shape rule has to refuse; nothing when every shape fits. */
  readonly misfits?: fc.Arbitrary<Setup<P>>
  /** Whether the operation is smooth near these inputs, where the domain alone cannot say (ties). */
  readonly smooth?: (params: P, inputs: readonly Tensor[]) => boolean
  /**
   * What the derivative at a kink is: the subgradient of least norm, as of everything in the table, or any between the
   * slopes from both sides.
   */
  readonly kinks?: 'least' | 'between'
  /** How many times the cost of the operation its gradient may have, as `cost` counts them; 5 when left out. */
  readonly cost?: number
}

/** The parameters of a primitive. */
type ParamsOf<T> = T extends Primitive<infer P> ? P : T extends MultiPrimitive<infer P> ? P : never

/** What some primitives of the library are tried on. */
export type CasesOf<K extends PrimitiveName> = { readonly [N in K]: Cases<ParamsOf<(typeof table)[N]>> }

/** How far apart numbers are that must not tie. */
export const gap = 0.05

export const small = fc.integer({ min: 1, max: 3 })
export const few = fc.integer({ min: 0, max: 3 })
/** Whole numbers below a bound. */
export const below = (bound: number): fc.Arbitrary<number> => fc.nat({ max: bound - 1 })
/** A shape whose dimensions are all at least 1. */
export const full = shape({ minRank: 1, minDim: 1 })
export const axisOf = (dims: Dims): fc.Arbitrary<number> => below(dims.length)

/** A setup without numbers of its own. */
export const setup =
  <P>(params: P) =>
  (shapes: readonly Dims[]): Setup<P> => ({ params, shapes })

/** One input of any shape: for a primitive that works element by element. */
export const unaryCases: Cases<NoParams> = { fits: shape().map((dims) => ({ params: noParams, shapes: [dims] })) }

/** Two shapes that differ in a dimension of which neither is 1, or would both be stretched. */
export const apart: fc.Arbitrary<readonly Dims[]> = fc.oneof(
  fc.tuple(shape({ maxRank: 2 }), fc.integer({ min: 2, max: 4 })).map(([lead, n]): readonly Dims[] => [
    [...lead, n],
    [...lead, n + 1]
  ]),
  fc.integer({ min: 2, max: 3 }).map((n): readonly Dims[] => [
    [n, 1],
    [1, n]
  ])
)

/** Two inputs, one of which broadcasts to the other, and pairs to refuse: for a primitive of two operands. */
export const binaryCases: Cases<NoParams> = {
  fits: broadcastable(2).map(setup(noParams)),
  misfits: apart.map(setup(noParams))
}
