/** Arithmetic on parameter trees: records, tuples and arrays of tensors, nested. */
export * from './params.ts'
export type { MapTree, Params, Tree, TreeOf } from './tree.ts'
