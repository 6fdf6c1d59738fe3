/**
 * Tensors, derivatives, programs, layers, optimisers and training, as pure functions and plain records.
 *
 * @module grad-ts
 */
export * as check from './check/index.ts'
export * from './compile/index.ts'
export * as data from './data/index.ts'
export * as linalg from './linalg/index.ts'
export * as nn from './nn/index.ts'
export * from './ops/index.ts'
export * as optim from './optim/index.ts'
export * as params from './params/index.ts'
export type { MapTree, Params, TreeOf } from './params/tree.ts'
export type { Algebra, PrimitiveName } from './primitive/algebra.ts'
export * as plot from './plot/index.ts'
export * as primitive from './tape/primitives.ts'
export type {
  AnyPrimitive,
  Batching,
  BatchingOfMany,
  Derived,
  Differential,
  Domain,
  Elementwise,
  Interval,
  MultiPrimitive,
  NoParams,
  Primitive,
  Reach,
  ReachAlong,
  ReachOfMany,
  ReachWord,
  Reached
} from './primitive/primitive.ts'
export { table } from './primitive/table.ts'
export * as fft from './fft/index.ts'
export * as random from './random/index.ts'
export { cost, type Cost, type Entry, fold, showTape, type Tape } from './tape/tape.ts'
export { apply } from './tape/vocabulary.ts'
export * from './tensor/construct.ts'
export {
  as,
  Eq,
  isClose,
  type NestedArray,
  type NestedNumbers,
  show,
  toArray,
  toFlatArray,
  toNumber,
  type Tolerance
} from './tensor/read.ts'
export type { Shape, ShapeError } from './tensor/shape.ts'
export { isTensor, type Mat, type Scalar, type Tensor, type Vec } from './tensor/tensor.ts'
export * as train from './train/index.ts'
export type { Taken, TakesAnyShape } from './transform/argument.ts'
export * from './transform/associativeScan.ts'
export * from './transform/cond.ts'
export * from './transform/custom.ts'
export * from './transform/grad.ts'
export * from './transform/jacobian.ts'
export * from './transform/scan.ts'
export * from './transform/sparse.ts'
export * from './transform/trace.ts'
export * from './transform/vmap.ts'
