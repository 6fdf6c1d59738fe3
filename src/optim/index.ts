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
  warmRestarts,
  type WarmRestartSettings,
  warmUp,
  type WarmUpSettings
} from './cycle.ts'
export { leafwise } from './leafwise.ts'
export {
  type AdagradScaling,
  type AdamScaling,
  type RmsScaling,
  scaleByAdagrad,
  scaleByAdam,
  scaleByRms,
  velocity,
  type VelocitySettings
} from './moments.ts'
export {
  adagrad,
  type AdagradSettings,
  adam,
  type AdamSettings,
  adamW,
  type AdamWSettings,
  rmsProp,
  type RateSettings,
  type RmsPropSettings,
  sgd,
  type SgdSettings
} from './optimizers.ts'
export { descend, scale } from './scale.ts'
export {
  type CosineSettings,
  cosineDecay,
  type DecaySettings,
  exponentialDecay,
  inverseTimeDecay,
  type InverseTimeSettings,
  polynomialDecay,
  type PolynomialSettings,
  type Schedule
} from './schedule.ts'
export { step } from './step.ts'
export type { GradientTransformation, OptimizerState, TypedTransformation } from './transformation.ts'
export { addWeightDecay, type WeightDecaySettings } from './weightDecay.ts'
