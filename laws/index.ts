/**
 * Properties that hold for operations, functions, solvers, layers, losses, metrics, optimisers, schedules, training, codecs
 * and programs, to run on your own as well.
 *
 * What the suites of solvers, losses, metrics, optimisers, schedules, layers and training cannot see: a definition that is
 * another than you meant but consistent (half a squared error, precision for recall, a decay of 0.09 for 0.9), unless you state
 * `formula`, `otherForm` or the ends; a key that is used twice for two draws of one call; targets that were wrong before
 * they came in; how well a model learns; a residual that is 0 at what is no solution; the derivative at kinks and the cost
 * of a gradient of layers and solvers, which `function` tries; anything outside the shapes, the ranges and the number of runs
 * that are drawn, such as a kink that no drawn argument meets.
 *
 * @module grad-ts/laws
 */
/** What laws are tried on: numbers, tensors, shapes, trees of parameters and keys, for fast-check. @since 0.1.0 */
export * as arbitrary from './arbitrary.ts'
export { type Codec, codec, type Values } from './codec.ts'
export { compiled, type CompiledFunction, engine } from './engine.ts'
export {
  assert,
  type Difference,
  type Disagreement,
  type Failure,
  type Law,
  law,
  type LawOptions,
  type Outcome,
  type Passed,
  register,
  type Rule,
  run,
  showFailure,
  type Suite,
  type Test
} from './law.ts'
export { type CustomRule, customRule } from './customRule.ts'
export { functionLaws as function, type FunctionOfTrees } from './function.ts'
export { layer, type LayerSettings } from './layer.ts'
export { loss, type LossLaws } from './loss.ts'
export { metric, type MetricLaws } from './metric.ts'
export { networks, type NetworkSettings } from './network.ts'
export { type Operation, operation } from './operation.ts'
export { optimizer, type OptimizerSettings } from './optimizer.ts'
export { precision, type SinglePrecision } from './precision.ts'
export { primitive, vocabulary } from './primitive.ts'
export { schedule, type ScheduleSettings } from './schedule.ts'
export type { Cases, Setup } from './setup.ts'
export { showTree } from './show.ts'
export { agree, type Comparable, every, identical } from './tolerance.ts'
export { solver, type SolverLaws } from './solver.ts'
export { training, type TrainingSettings } from './training.ts'
export { type TransformationLaws, transformations } from './transformation.ts'
