/** Metrics: plain numbers that report how good a model is; they are not differentiated. */
export * from './accuracy.ts'
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
export { binaryConfusionMatrix, type Confusion, confusionMatrix, type ThresholdSettings } from './confusion.ts'
export * from './metric.ts'
export * from './roc.ts'
export * from './rSquared.ts'
