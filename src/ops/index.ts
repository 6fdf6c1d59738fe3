export {
  celu,
  elu,
  type Gelu,
  gelu,
  type GeluOptions,
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  mish,
  relu6,
  selu,
  softsign,
  swish
} from './activations.ts'
export * from './argmax.ts'
export * from './arithmetic.ts'
export * from './arrange.ts'
export * from './axes.ts'
export * from './between.ts'
export type { Binary } from './binary.ts'
export * from './choice.ts'
export * from './cumulative.ts'
export { diag, diagonal, matrixTrace, type OffsetSettings, type Triangle, tril, triu } from './diagonal.ts'
export * from './einsum.ts'
export * from './exponential.ts'
export * from './get.ts'
export * from './linearUnits.ts'
export type { MaskOptions } from './mask.ts'
export * from './matmul.ts'
export * from './nan.ts'
export { norm, type NormOptions } from './norm.ts'
export * from './oneHot.ts'
export * from './pad.ts'
export * from './pointwise.ts'
export { all, any, prod } from './product.ts'
export * from './products.ts'
export * from './quantile.ts'
export * from './reduce.ts'
export * from './logits.ts'
export * from './rounding.ts'
export * from './sampled.ts'
export * from './scatter.ts'
export * from './searchsorted.ts'
export * from './slice.ts'
export * from './sort.ts'
export * from './special.ts'
export { concat, type Joining, broadcastTo, flatten, permute, reshape, stack, transpose } from './structure.ts'
export * from './take.ts'
export { takeAlongAxis } from './takeAlongAxis.ts'
export * from './trigonometric.ts'
export * from './variance.ts'
