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
export * from './arithmetic.ts'
export * from './between.ts'
export type { Binary } from './binary.ts'
export * from './choice.ts'
export * from './exponential.ts'
export * from './get.ts'
export * from './linearUnits.ts'
export type { MaskOptions } from './mask.ts'
export * from './matmul.ts'
export * from './oneHot.ts'
export * from './pointwise.ts'
export * from './reduce.ts'
export * from './logits.ts'
export * from './rounding.ts'
export * from './special.ts'
export * from './structure.ts'
export * from './trigonometric.ts'
