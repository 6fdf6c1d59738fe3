/** Training as a fold: states, steps, epochs, and when to stop. */
export { type Fault, showError, type TrainingError } from './error.ts'
export {
  type FindSettings,
  findLearningRate,
  type RateCurve,
  type RatePoint,
  type RateProblem
} from './findLearningRate.ts'
export { epochs, fit, type FitSettings } from './fit.ts'
export { type PlateauSettings, type RateRule, reduceOnPlateau } from './plateau.ts'
export { type HistoryRule, rule, type RuleProgress, type RuleSettings } from './rule.ts'
export {
  type Dataset,
  type EpochRecord,
  type Loss,
  type Metric,
  type Problem,
  start,
  type TrainedOn,
  type TrainState
} from './state.ts'
export { objective, step, type StepResult } from './step.ts'
export {
  and,
  type BestSettings,
  or,
  patience,
  type PatienceSettings,
  reaches,
  type ReachesSettings,
  type StoppingRule
} from './stopping.ts'
