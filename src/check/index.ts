/**
 * Checking a model: gradients against numbers, where a number that is not finite comes from, and what goes on in each part.
 */
export {
  type Diagnosable,
  diagnose,
  type DiagnosedState,
  type DiagnoseSettings,
  type Diagnosis,
  type PartDiagnosis,
  type PartParameters,
  showDiagnosis
} from './diagnose.ts'
export { type ElementAt, firstBad, type FirstBad, type Operand, showFirstBad } from './firstBad.ts'
export { gradientCheck, type GradientCheck, numericGrad, type NumericSettings, type WorstGradient } from './numeric.ts'
export type { Statistics } from './statistics.ts'
export type { Thresholds, Verdict } from './verdict.ts'
