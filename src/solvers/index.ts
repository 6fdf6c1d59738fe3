/**
 * Roots, fixed points, minima and least squares: solvers as values, and solutions that are differentiable by their data. A line
 * of code here may use everything below `nn`.
 */
export { conjugateGradient, type ConjugateGradientSettings } from './conjugateGradient.ts'
export { lbfgs, type LbfgsSettings, type LbfgsState } from './lbfgs.ts'
export {
  type BoundedSolver,
  type Bounds,
  levenbergMarquardt,
  type LevenbergMarquardtSettings,
  type LevenbergMarquardtState
} from './levenbergMarquardt.ts'
export { newton, type NewtonSettings, type NewtonState } from './newton.ts'
export { newtonCg, type NewtonCgSettings, type NewtonCgState } from './newtonCg.ts'
export { argmin, fixedPoint, type FixedPointSettings, leastSquares, root, type Solve } from './problems.ts'
export type { Solution } from './solution.ts'
export type { Iterate, Objective, Problem, Solver } from './solver.ts'
