/**
 * Optimisers: gradient transformations that compose, the named ones made of them, and learning-rate schedules. All are pure:
 * parameters, gradients and state in, new ones out.
 */
export { chain } from './chain.ts'
export { clipByGlobalNorm, clipByNorm, clipByParameterNorm, clipByValue } from './clip.ts'
export {
  join,
  oneCycle,
  type OneCycleSettings,
  piecewise,
  warmRestarts,
  type WarmRestartSettings,
  warmUp,
  type WarmUpSettings
} from './cycle.ts'
export { leafwise } from './leafwise.ts'
export {
  trace,
  type TraceSettings,
  type AdagradScaling,
  type AdamScaling,
  type AverageSettings,
  movingAverage,
  type RmsScaling,
  scaleByAdagrad,
  scaleByAdam,
  scaleByRms
} from './moments.ts'
export {
  adagrad,
  type AdagradSettings,
  adam,
  type AdamSettings,
  adamW,
  type AdamWSettings,
  classicMomentum,
  momentum,
  type MomentumSettings,
  nesterov,
  rmsProp,
  type RmsPropSettings,
  sgd,
  type SgdSettings
} from './optimizers.ts'
export { descend, scale } from './scale.ts'
export {
  constant,
  type CosineSettings,
  cosineDecay,
  type DecaySettings,
  exponentialDecay,
  inverseTimeDecay,
  type InverseTimeSettings,
  polynomialDecay,
  type PolynomialSettings,
  type Schedule,
  stepDecay
} from './schedule.ts'
export { step } from './step.ts'
export type { GradientTransformation, OptimizerState, TypedTransformation } from './transformation.ts'
export { addWeightDecay, type WeightDecaySettings } from './weightDecay.ts'
