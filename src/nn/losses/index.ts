/** Losses: differentiable scalars to minimise, from targets and predictions of one shape, and penalties on parameters. */
export type { Comparable, Labels } from './compare.ts'
export * from './crossEntropy.ts'
export * from './errorLoss.ts'
export type { Loss, LossOptions } from './loss.ts'
export * from './penalty.ts'
