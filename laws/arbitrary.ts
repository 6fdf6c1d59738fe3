/** What laws are tried on: numbers, tensors, shapes, trees of parameters and keys, for fast-check. */
export { key, like, number, shape, type ShapeSettings, tensor, tree } from './draw.ts'
