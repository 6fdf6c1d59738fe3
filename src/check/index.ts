/** Checking a model: gradients against numbers. */
export { gradientCheck, type GradientCheck, numericGrad, type NumericSettings, type WorstGradient } from './numeric.ts'
