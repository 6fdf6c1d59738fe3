import { type Loop, runTape } from '../tape/loop.ts'
import { during, shapeLeaf, token } from '../tape/tape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { elementsOf, isNothing, type Reach } from './reach.ts'
import { sweptBack, traceAt } from './sweep.ts'

/** What a backward loop reaches in all of its steps, known before it runs, so that it carries masks only where it must. */

/**
 * What can be said of a cotangent without its numbers: that all of it was reached, or none, or that a mask tells, which
 * products of matrices look at too where it is `chosen`.
 */
export type Extent = 'all' | 'none' | 'mask' | 'chosen'

export const extentOf = (reach: Reach): Extent =>
  reach === null ? 'all' : isNothing(reach) ? 'none' : reach.chosen ? 'chosen' : 'mask'

export const isMask = (extent: Extent): boolean => extent === 'mask' || extent === 'chosen'

export const isGiven = (extent: Extent): boolean => extent !== 'none'

/** The extent of a cotangent that has either of two, depending on the step. */
const unionOf = (a: Extent, b: Extent): Extent =>
  a === b ? a : isGiven(a) && isGiven(b) && a !== 'chosen' && b !== 'chosen' ? 'mask' : 'chosen'

/** What is reached of a step's outputs, and of its inputs, in whichever step. */
export interface Extents {
  readonly outputs: readonly Extent[]
  readonly inputs: readonly Extent[]
}

/** What is reached of a step's inputs, when that is reached of its outputs. */
const extentsOfStep = (loop: Loop, outputs: readonly Extent[]): readonly Extent[] => {
  const act = token('scan')
  const leaves = loop.step.inputs.map((dims) => shapeLeaf(act, dims))
  return during(act, () => {
    const traced = traceAt('vjp', leaves, (at) => runTape(loop.step, at))
    const cts = traced.values.map((x, i) => (isGiven(outputs[i]!) ? x : undefined))
    const masks = traced.values.map((x, i) => (isMask(outputs[i]!) ? x : undefined))
    const seeds = seedsOf(masks, (i) => outputs[i] === 'chosen')
    return sweptBack(traced, cts, seeds).reaches.map(extentOf)
  })
}

/** What is reached in whichever step: what a step makes of a carry holds of that of the step before it too. */
export const extentsOf = (loop: Loop, outputs: readonly Extent[]): Extents => {
  const inputs = extentsOfStep(loop, outputs)
  const wider = outputs.map((own, i) => (i < loop.carries ? unionOf(own, inputs[i]!) : own))
  return wider.every((own, i) => own === outputs[i]) ? { outputs, inputs } : extentsOf(loop, wider)
}

/** What was reached, as masks tell it; all of it where there is none. */
export const seedsOf = (masks: readonly (Tensor | undefined)[], chosen: (i: number) => boolean): readonly Reach[] =>
  masks.map((mask, i) => (mask === undefined ? null : elementsOf(mask, chosen(i))))
