export {
  elu,
  type Gelu,
  gelu,
  type GeluOptions,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mish,
  selu,
  softsign,
  swish
} from './activations.ts'
export * from './argmax.ts'
export * from './arithmetic.ts'
export type { Binary } from './binary.ts'
export * from './choice.ts'
export * from './cumulative.ts'
export * from './exponential.ts'
export * from './get.ts'
export type { MaskOptions } from './mask.ts'
export * from './matmul.ts'
export * from './nan.ts'
export { norm, type NormOptions } from './norm.ts'
export * from './oneHot.ts'
export * from './pointwise.ts'
export * from './product.ts'
export * from './quantile.ts'
export * from './reduce.ts'
export * from './logits.ts'
export * from './rounding.ts'
export * from './searchsorted.ts'
export * from './sort.ts'
export * from './structure.ts'
export * from './trigonometric.ts'
export * from './variance.ts'
