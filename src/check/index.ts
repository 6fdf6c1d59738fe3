/** Checking a model: gradients against numbers, and where a number that is not finite comes from. */
export { type ElementAt, firstBad, type FirstBad, type Operand, showFirstBad } from './firstBad.ts'
export { gradientCheck, type GradientCheck, numericGrad, type NumericSettings, type WorstGradient } from './numeric.ts'
