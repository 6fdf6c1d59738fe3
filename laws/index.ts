/**
 * Properties that hold for operations, layers, optimisers, training, codecs and programs, to run on your own as well.
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
export { training, type TrainingSettings } from './training.ts'
export { type TransformationLaws, transformations } from './transformation.ts'
