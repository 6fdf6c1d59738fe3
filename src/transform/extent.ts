import type { Loop } from '../primitive/scan.ts'
import { runTape } from '../tape/run.ts'
import { during, fold, shapeLeaf, type Tape, token } from '../tape/tape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Direction, elementsOf, type Reach } from './reach.ts'
import { sweptBack, sweptForward, traceAt } from './sweep.ts'

/**
 * Static analysis of what a sweep over a scan reaches in all of its steps, so that masks are carried only where needed.
 */

/**
 * An abstract value of a tangent's or cotangent's reach: all elements, none, or given by a mask, which matrix products
 * use too if it is `chosen`.
 */
export type Extent = 'all' | 'none' | 'mask' | 'chosen'

export const extentOf = (reach: Reach | undefined): Extent =>
  reach === undefined ? 'none' : reach === null ? 'all' : reach.chosen ? 'chosen' : 'mask'

export const isMask = (extent: Extent): boolean => extent === 'mask' || extent === 'chosen'

export const isGiven = (extent: Extent): boolean => extent !== 'none'

/** The join of two extents, for values that differ by step. */
const joinOf = (a: Extent, b: Extent): Extent =>
  a === b ? a : isGiven(a) && isGiven(b) && a !== 'chosen' && b !== 'chosen' ? 'mask' : 'chosen'

/** The extents of a step's outputs and inputs, joined over all steps. */
export interface Extents {
  readonly outputs: readonly Extent[]
  readonly inputs: readonly Extent[]
}

/** Which outputs of a tape depend differentiably on the inputs that are moving. */
const isMovedIn = (tape: Tape, moving: readonly boolean[]): readonly boolean[] =>
  fold<boolean>({
    onInput: (i) => moving[i]!,
    onConstant: () => false,
    onEntry: ({ primitive, results }, given) => {
      const any = given.some((own, k) => own && primitive.differentiable(k))
      return primitive.multipleResults === true ? results.map(() => any) : any
    }
  })(tape)

/** Flags of a step's inputs, raised for the carries for which a step raises them, until no step raises more. */
export const throughCarries = (
  loop: Loop,
  flags: readonly boolean[],
  after: (flags: readonly boolean[]) => readonly boolean[]
): readonly boolean[] => {
  const next = after(flags)
  const wider = flags.map((own, i) => own || (i < loop.carries && next[i]!))
  return wider.every((own, i) => own === flags[i]) ? flags : throughCarries(loop, wider, after)
}

/** The inputs of a step that depend on those wanted of its loop: these, and the carries that are computed from them. */
export const movingOf = (loop: Loop, wanted: readonly boolean[]): readonly boolean[] =>
  throughCarries(loop, wanted, (flags) => isMovedIn(loop.step, flags))

/** Transfers extents across a step: to its inputs in a backward sweep, to its outputs in a forward one. */
const extentsOfStep = (
  loop: Loop,
  direction: Direction,
  given: readonly Extent[],
  moving?: readonly boolean[]
): readonly Extent[] => {
  const act = token('scan')
  const leaves = loop.step.inputs.map((dims) => shapeLeaf(act, dims))
  return during(act, () => {
    const isBack = direction === 'back'
    const traced = traceAt('scan', leaves, (at) => runTape(loop.step, at), moving)
    const from = isBack ? traced.values : leaves
    const at = from.map((x, i) => (isGiven(given[i]!) ? x : undefined))
    const masks = from.map((x, i) => (isMask(given[i]!) ? x : undefined))
    const seeds = seedsOf(masks, (i) => given[i] === 'chosen')
    return (isBack ? sweptBack : sweptForward)(traced, at, seeds).reaches.map(extentOf)
  })
}

/**
 * The fixed point over steps: the extent of a carry is an input of the next step of the sweep. A backward sweep reaches
 * the inputs that are `moving` alone.
 */
export const extentsOf = (
  loop: Loop,
  direction: Direction,
  given: readonly Extent[],
  moving?: readonly boolean[]
): Extents => {
  const step = extentsOfStep(loop, direction, given, moving)
  // a step that may be left out reaches what it is given, and what it gives, in some steps only
  const found = loop.when === null ? step : step.map((own, i) => (i < loop.carries ? own : joinOf(own, 'none')))
  const wider = given.map((own, i) => (i < loop.carries ? joinOf(own, found[i]!) : own))
  return wider.some((own, i) => own !== given[i])
    ? extentsOf(loop, direction, wider, moving)
    : direction === 'back'
      ? { outputs: given, inputs: found }
      : { inputs: given, outputs: found }
}

/** Reaches from masks; all elements where there is none. */
export const seedsOf = (masks: readonly (Tensor | undefined)[], chosen: (i: number) => boolean): readonly Reach[] =>
  masks.map((mask, i) => (mask === undefined ? null : elementsOf(mask, chosen(i))))
