/** Layers, initialisers, losses and metrics: models as pure functions of their parameters. */
export * from './accuracy.ts'
export { batchNorm, type BatchNormSettings, type RunningStatistics } from './batchNorm.ts'
export {
  type Average,
  type AveragedScoreSettings,
  type BinaryScoreSettings,
  classReport,
  type ClassReport,
  f1,
  precision,
  recall,
  type ScoreMetric
} from './classScores.ts'
export type { Comparable, Labels } from './compare.ts'
export { binaryConfusionMatrix, type Confusion, confusionMatrix, type ThresholdSettings } from './confusion.ts'
export * from './crossEntropy.ts'
export { dense, type DenseParams, type DenseSettings } from './dense.ts'
export { dropout, type DropoutSettings } from './dropout.ts'
export * from './errorLoss.ts'
export { flattenLayer } from './flatten.ts'
export {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  normal,
  ones,
  uniform,
  xavier,
  zeros,
  type Initializer
} from './initializer.ts'
export * from './layer.ts'
export { layerNorm, type LayerNormSettings } from './layerNorm.ts'
export type { Loss, LossOptions } from './loss.ts'
export * from './metric.ts'
export type { ScaleAndShift } from './normalize.ts'
export { type Visited, walk, type Walk } from './parts.ts'
export * from './penalty.ts'
export * from './predict.ts'
export { residual } from './residual.ts'
export * from './roc.ts'
export * from './rSquared.ts'
export { sequential } from './sequential.ts'
export type { Fits, Keeps, Residual, Sequential } from './stages.ts'
export * from './stateless.ts'
