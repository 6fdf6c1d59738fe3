/**
 * Custom primitives, made as the library makes its own: all rules follow from a function and its derivative, or from a
 * linear map and its transpose. `apply` applies one, and `laws.primitive` checks its rules numerically.
 */
export type { Binary, Unary } from '../kernel/elementwise.ts'
export {
  binary,
  type BinaryRule,
  type Computed,
  type Derivative,
  elementwise,
  type ElementwiseRule,
  type Partial
} from './elementwise.ts'
export { linear, type LinearRule } from './linear.ts'
export { multi, type MultiRule, type PairRule } from './multi.ts'
export { nonDifferentiable, type NonDifferentiableRule } from './nonDifferentiable.ts'
