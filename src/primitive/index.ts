/**
 * Primitives of one's own, as the library's are made: from a function and its derivative, or a linear map and its transpose,
 * all rules follow. `apply` applies one, and `laws.primitive` holds it against numbers.
 */
export type { Algebra, PrimitiveName } from './algebra.ts'
export { nonZero, positive, reals } from './domain.ts'
export {
  binary,
  type BinaryRule,
  comparison,
  type ComparisonRule,
  type Computed,
  type Derivative,
  elementwise,
  type ElementwiseRule,
  gated,
  type GatedRule,
  type Partial
} from './elementwise.ts'
export { linear, type LinearRule } from './linear.ts'
export { nonDifferentiable, type NonDifferentiableRule } from './nonDifferentiable.ts'
export type {
  Batching,
  Domain,
  Elementwise,
  Interval,
  NoParams,
  Primitive,
  Reach,
  ReachAlong,
  ReachWord,
  Reached
} from './primitive.ts'
