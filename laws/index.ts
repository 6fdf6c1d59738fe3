/**
 * Properties that hold for operations, layers, optimisers, training, codecs and programs, to run on your own as well.
 *
 * @module grad-ts/laws
 */
/** What laws are tried on: numbers, tensors, shapes, trees of parameters and keys, for fast-check. @since 0.1.0 */
export * as arbitrary from './arbitrary.ts'
export { cases } from './cases.ts'
export { type Codec, codec, type Values } from './codec.ts'
export { compiled, type CompiledFunction, engine, passLaws, programs } from './engine.ts'
export { type Fit, fit } from './fit.ts'
export { nonZero, positive, reals } from '../src/primitive/domain.ts'
export { key } from './key.ts'
export * from './law.ts'
export { layer, type LayerSettings } from './layer.ts'
export { networks, type NetworkSettings } from './network.ts'
export { type Operation, operation } from './operation.ts'
export { type Chain, chain, optimizer } from './optimizer.ts'
export { params } from './params.ts'
export { precision, type SinglePrecision } from './precision.ts'
export { primitive, vocabulary } from './primitive.ts'
export { type Program, program } from './program.ts'
export { binaryCases, type Cases, type Setup, unaryCases } from './setup.ts'
export { showTensor, showTree } from './show.ts'
export {
  agree,
  agreeNumbers,
  agreeText,
  agreeTrees,
  every,
  identical,
  identicalTrees,
  numeric,
  rounding,
  roughness,
  slope,
  stepFor
} from './tolerance.ts'
export { training, type TrainingSettings } from './training.ts'
