/**
 * Custom primitives, made as the library makes its own: all rules follow from a function and its derivative, or from a
 * linear map and its transpose. `apply` applies one, and `laws.primitive` checks its rules numerically.
 */
export * from '../primitive/index.ts'
export { vocabulary } from './vocabulary.ts'
