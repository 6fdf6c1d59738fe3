/**
 * Primitives of one's own, as the library's are made: from a function and its derivative, or a linear map and its transpose,
 * all rules follow. `apply` applies one, and `laws.primitive` holds it against numbers.
 */
export * from '../primitive/index.ts'
export { vocabulary } from './vocabulary.ts'
