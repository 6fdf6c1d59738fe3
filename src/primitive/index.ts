/**
 * Primitives of one's own, as the library's are made: from a function and its derivative, or a linear map and its transpose,
 * all rules follow. `apply` applies one, and `laws.primitive` holds it against numbers.
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
