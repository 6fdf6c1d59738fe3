import type { Loop } from '../primitive/scan.ts'
import { runTape } from '../tape/run.ts'
import { during, shapeLeaf, token } from '../tape/tape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Direction, elementsOf, type Reach } from './reach.ts'
import { sweptBack, sweptForward, traceAt } from './sweep.ts'

/** What a sweep over a loop reaches in all of its steps, known before it runs, so that it carries masks only where it must. */

/**
 * What can be said of a tangent or cotangent without its numbers: that all of it was reached, or none, or that a mask tells, which
 * products of matrices look at too where it is `chosen`.
 */
export type Extent = 'all' | 'none' | 'mask' | 'chosen'

export const extentOf = (reach: Reach | undefined): Extent =>
  reach === undefined ? 'none' : reach === null ? 'all' : reach.chosen ? 'chosen' : 'mask'

export const isMask = (extent: Extent): boolean => extent === 'mask' || extent === 'chosen'

export const isGiven = (extent: Extent): boolean => extent !== 'none'

/** The extent of a tangent or cotangent that has either of two, depending on the step. */
const unionOf = (a: Extent, b: Extent): Extent =>
  a === b ? a : isGiven(a) && isGiven(b) && a !== 'chosen' && b !== 'chosen' ? 'mask' : 'chosen'

/** What is reached of a step's outputs, and of its inputs, in whichever step. */
export interface Extents {
  readonly outputs: readonly Extent[]
  readonly inputs: readonly Extent[]
}

/** What a sweep reaches of a step on the other side, when that is reached on this one: of its inputs on the way back. */
const extentsOfStep = (loop: Loop, direction: Direction, given: readonly Extent[]): readonly Extent[] => {
  const act = token('scan')
  const leaves = loop.step.inputs.map((dims) => shapeLeaf(act, dims))
  return during(act, () => {
    const isBack = direction === 'back'
    const traced = traceAt(isBack ? 'vjp' : 'jvp', leaves, (at) => runTape(loop.step, at))
    const from = isBack ? traced.values : leaves
    const moving = from.map((x, i) => (isGiven(given[i]!) ? x : undefined))
    const masks = from.map((x, i) => (isMask(given[i]!) ? x : undefined))
    const seeds = seedsOf(masks, (i) => given[i] === 'chosen')
    return (isBack ? sweptBack : sweptForward)(traced, moving, seeds).reaches.map(extentOf)
  })
}

/** What is reached in any step: what a step makes of a carry holds of that of the next one of the sweep too. */
export const extentsOf = (loop: Loop, direction: Direction, given: readonly Extent[]): Extents => {
  const found = extentsOfStep(loop, direction, given)
  const wider = given.map((own, i) => (i < loop.carries ? unionOf(own, found[i]!) : own))
  return wider.some((own, i) => own !== given[i])
    ? extentsOf(loop, direction, wider)
    : direction === 'back'
      ? { outputs: given, inputs: found }
      : { inputs: given, outputs: found }
}

/** What was reached, as masks tell it; all of it where there is none. */
export const seedsOf = (masks: readonly (Tensor | undefined)[], chosen: (i: number) => boolean): readonly Reach[] =>
  masks.map((mask, i) => (mask === undefined ? null : elementsOf(mask, chosen(i))))
