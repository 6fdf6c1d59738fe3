import type { Differential } from '../primitive/primitive.ts'
import { type Loop, type LoopRules, resultDims, scan } from '../primitive/scan.ts'
import { tensors as op } from '../tape/algebra.ts'
import { applyMulti } from '../tape/apply.ts'
import { runTape } from '../tape/run.ts'
import { outputDims, type Tape } from '../primitive/tape.ts'
import { during, shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import type { Dims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { alongFirst, batchedDims, examplesOf, isMappedIn, toAll } from './batch.ts'
import {
  type Extent,
  extentOf,
  type Extents,
  extentsOf,
  isGiven,
  isMask,
  movingOf,
  seedsOf,
  throughCarries
} from './extent.ts'
import { elementsOf, maskOf, type Reach } from './reach.ts'
import { sweptBack, sweptForward, traceAt } from './sweep.ts'

/**
 * The rules of scan. Its jvp, its vjp and its batched form are scans again, over the jvp, the vjp and the batched form
 * of its step, so they can be differentiated to any order.
 */

/** A scan with the rules of scans. */
export const loopOf = ({ step, length, reverse, carries, xs, when }: Omit<Loop, 'rules' | 'inline'>): Loop => ({
  step,
  length,
  reverse,
  carries,
  xs,
  when,
  rules: () => rules
})

/** Applies a scan. */
export const runLoop = (loop: Loop, inputs: readonly Tensor[]): readonly Tensor[] => applyMulti(scan, loop, inputs)

/** Traces a function by shape alone. */
export const tapeFor = (inputs: readonly Dims[], f: (leaves: readonly Tensor[]) => readonly Tensor[]): Tape => {
  const act = token('scan')
  const leaves = inputs.map((dims) => shapeLeaf(act, dims))
  return tapeOf(
    act,
    leaves,
    during(act, () => f(leaves))
  )
}

const zeros = (dims: Dims): Tensor => op.broadcastTo(op.constant(0), dims)
export const zerosLike = (x: Tensor): Tensor => zeros(dimsOf(x))

/** The mask of a reach; zeros if nothing was reached. */
const maskOfAny = (reach: Reach | undefined, x: Tensor): Tensor =>
  reach === undefined ? zerosLike(x) : maskOf(reach, dimsOf(x))

/** Splits a list into parts of these lengths, and the remainder. */
export const cut = <A>(list: readonly A[], ...lengths: readonly number[]): readonly (readonly A[])[] => {
  const parts: (readonly A[])[] = []
  let start = 0
  for (const length of lengths) {
    parts.push(list.slice(start, start + length))
    start += length
  }
  return [...parts, list.slice(start)]
}

/** Memoises a function of a scan and further arguments, for the lifetime of the scan. */
const memoized = <A extends readonly unknown[], R>(
  f: (loop: Loop, ...more: A) => R
): ((loop: Loop, ...more: A) => R) => {
  const known = new WeakMap<Loop, Map<string, R>>()
  return (loop, ...more) => {
    const own = known.get(loop) ?? new Map<string, R>()
    known.set(loop, own)
    const key = JSON.stringify(more)
    const made = own.has(key) ? own.get(key)! : f(loop, ...more)
    own.set(key, made)
    return made
  }
}

const chosenOf = <A>(list: readonly A[], flags: readonly boolean[]): readonly A[] => list.filter((_, i) => flags[i]!)

/** Distributes the elements of a list to the positions of the set flags. */
const atFlags = <A>(list: readonly A[], flags: readonly boolean[]): readonly (A | undefined)[] => {
  let next = 0
  return flags.map((flag) => (flag ? list[next++] : undefined))
}

/** The index of the condition in a step whose inputs are regrouped, given where carries, xs and fixed inputs begin in it. */
const placeOf = ({ when, carries, xs }: Loop, [c, x, w]: readonly [number, number, number]): number | null =>
  when === null ? null : when < carries ? c + when : when < carries + xs ? x + when - carries : w + when - carries - xs

/** The jvp of a scan: its inputs and outputs with the tangents of those that have one, and masks where needed. */
const forward = (loop: Loop, extents: Extents): Loop => {
  const { step, carries, xs } = loop
  const kinds = cut(step.inputs, carries, xs)
  const differentials = cut(extents.inputs.map(isGiven), carries, xs)
  const masked = cut(extents.inputs.map(isMask), carries, xs)
  const [, keptGiven] = cut(extents.outputs.map(isGiven), carries)
  const [, keptMasked] = cut(extents.outputs.map(isMask), carries)
  const groups = kinds.flatMap((dims, kind) => [
    dims,
    chosenOf(dims, differentials[kind]!),
    chosenOf(dims, masked[kind]!)
  ])
  const total = (from: number): number => groups.slice(from, from + 3).reduce((sum, { length }) => sum + length, 0)
  return loopOf({
    ...loop,
    when: placeOf(loop, [0, total(0), total(0) + total(3)]),
    step: tapeFor(groups.flat(), (leaves) => {
      const parts = cut(leaves, ...groups.map(({ length }) => length))
      const each = (place: number, flags: readonly (readonly boolean[])[]) =>
        kinds.flatMap((_, kind) => atFlags(parts[3 * kind + place]!, flags[kind]!))
      const traced = traceAt('jvp', [...parts[0]!, ...parts[3]!, ...parts[6]!], (at) => runTape(step, at))
      const seeds = seedsOf(each(2, masked), (i) => extents.inputs[i] === 'chosen')
      const { values, reaches } = sweptForward(traced, each(1, differentials), seeds)
      const [next, kept] = cut(traced.values, carries)
      const [nextTangents, keptTangents] = cut(values, carries)
      const [nextMasks, keptMasks] = cut(
        reaches.map((reach, i) => () => maskOfAny(reach, values[i]!)),
        carries
      )
      return [
        ...next!,
        ...chosenOf(nextTangents!, differentials[0]!),
        ...chosenOf(nextMasks!, masked[0]!).map((make) => make()),
        ...kept!,
        ...chosenOf(keptTangents!, keptGiven!),
        ...chosenOf(keptMasks!, keptMasked!).map((make) => make())
      ]
    }),
    carries: total(0),
    xs: total(3)
  })
}

/** A scan that also stacks the carries at the start of each step, the residuals of the vjp. */
const recording = (loop: Loop): Loop => {
  const { step, carries } = loop
  return loopOf({
    ...loop,
    step: tapeFor(step.inputs, (leaves) => [...runTape(step, leaves).slice(0, carries), ...leaves.slice(0, carries)])
  })
}

const recordingOf = memoized(recording)

/** The carries at the start of each step; of a loop of one step, those that it begins with. */
const recorded = (loop: Loop, inputs: readonly Tensor[]): readonly Tensor[] =>
  loop.length === 1
    ? inputs.slice(0, loop.carries).map((x) => op.reshape(x, [1, ...dimsOf(x)]))
    : runLoop(recordingOf(loop), inputs).slice(loop.carries)

/**
 * The vjp of a scan: a reversed scan. It carries the cotangents of the carries and of the loop-invariant inputs, with
 * masks; scans over the residual carries, the original `xs`, and the cotangents of the stacked outputs, with masks; and
 * stacks the cotangents of `xs`, with masks. Cotangents that are never reached, and masks of those that always are, are
 * omitted.
 */
const backward = (loop: Loop, extents: Extents, moving: readonly boolean[]): Loop => {
  const { step, carries, xs, reverse } = loop
  const [c, x, w] = cut(step.inputs, carries, xs)
  const kept = outputDims(step).slice(carries)
  const [endC, endY] = cut(extents.outputs, carries)
  const [, startX, startW] = cut(extents.inputs, carries, xs)
  const [givenC, givenY, givenX, givenW] = [endC!, endY!, startX!, startW!].map((list) => list.map(isGiven))
  const [maskedC, maskedY, maskedX, maskedW] = [endC!, endY!, startX!, startW!].map((list) => list.map(isMask))
  const carried = [chosenOf(c!, givenC!), chosenOf(w!, givenW!), chosenOf(c!, maskedC!), chosenOf(w!, maskedW!)]
  const along = [c!, x!, chosenOf(kept, givenY!), chosenOf(kept, maskedY!)]
  return loopOf({
    ...loop,
    reverse: !reverse,
    // the recorded carry of a step that was not run is zeros, its condition included
    when: placeOf(loop, [carried.flat().length, [...carried, c!].flat().length, [...carried, ...along].flat().length]),
    step: tapeFor([...carried.flat(), ...along.flat(), ...w!], (leaves) => {
      const [ctC, ctW, maskC, maskW, atC, atX, ctY, maskY, atW] = cut(
        leaves,
        ...[...carried, ...along].map(({ length }) => length)
      )
      const traced = traceAt('vjp', [...atC!, ...atX!, ...atW!], (at) => runTape(step, at), moving)
      const seeds = seedsOf(
        [...atFlags(maskC!, maskedC!), ...atFlags(maskY!, maskedY!)],
        (i) => extents.outputs[i] === 'chosen'
      )
      const { values, reaches } = sweptBack(traced, [...atFlags(ctC!, givenC!), ...atFlags(ctY!, givenY!)], seeds)
      const [toC, toX, toW] = cut(values, carries, xs)
      const [nextC, nextX, nextW] = cut(
        reaches.map((reach, i) => () => maskOfAny(reach, values[i]!)),
        carries,
        xs
      )
      const masks = (list: readonly (() => Tensor)[], flags: readonly boolean[]): readonly Tensor[] =>
        chosenOf(list, flags).map((make) => make())
      return [
        ...chosenOf(toC!, givenC!),
        ...chosenOf(toW!, givenW!).map((ct, i) => op.add(ctW![i]!, ct)),
        ...masks(nextC!, maskedC!),
        ...masks(nextW!, maskedW!).map((mask, i) => op.maximum(maskW![i]!, mask)),
        ...chosenOf(toX!, givenX!),
        ...masks(nextX!, maskedX!)
      ]
    }),
    carries: carried.flat().length,
    xs: along.flat().length
  })
}

/**
 * The inputs of a batched scan that need a batch axis: the mapped ones, the carries that depend on them, and all carries if the
 * condition is mapped.
 */
const spread = (loop: Loop, mapped: readonly boolean[]): readonly boolean[] =>
  throughCarries(loop, mapped, (flags) => {
    const differ = loop.when !== null && flags[loop.when]!
    return isMappedIn(loop.step, flags).map((own) => own || differ)
  })

/** The batched scan; mapped values have a leading batch axis within a step. */
const batched = (loop: Loop, mapped: readonly boolean[], size: number): Loop => {
  const { step, carries, xs, when } = loop
  const inputs = batchedDims(step, mapped, size)
  if (when === null || !mapped[when]!)
    return loopOf({
      ...loop,
      step: tapeFor(
        inputs,
        examplesOf(step, mapped, size, (i) => i < carries && mapped[i]!)
      )
    })
  // one condition per example: the step runs if any holds, and changes those examples only
  const at = placeOfAny(loop)
  return loopOf({
    ...loop,
    when: at,
    carries: carries + (when < carries ? 1 : 0),
    xs: xs + (when >= carries && when < carries + xs ? 1 : 0),
    step: tapeFor(inputs.toSpliced(at, 0, []), (leaves) => {
      const own = leaves.toSpliced(at, 1)
      const next = examplesOf(
        step,
        mapped,
        size,
        () => true
      )(own).map((x, i) => op.where(alongFirst(own[when]!, x), x, i < carries ? own[i]! : op.constant(0)))
      return when < carries ? next.toSpliced(at, 0, anyOf(next[when]!, 0)) : next
    })
  })
}

/** The index of the condition `any example's holds` among the inputs of the batched step: behind those of its kind. */
const placeOfAny = ({ step, carries, xs, when }: Loop): number =>
  when! < carries ? carries : when! < carries + xs ? carries + xs : step.inputs.length

/** Whether any element along an axis is not 0. */
const anyOf = (x: Tensor, axis: number): Tensor =>
  op.greater(op.sum(op.where(x, op.constant(1), op.constant(0)), [axis], false), op.constant(0))

const forwardOf = memoized(forward)
const backwardOf = memoized(backward)
const extentsIn = memoized(extentsOf)

/** Swaps the axes of examples and steps. */
const swapped = (x: Tensor): Tensor =>
  op.permute(x, [
    1,
    0,
    ...dimsOf(x)
      .slice(2)
      .map((_, i) => i + 2)
  ])

type Maybe = Differential<Tensor> | undefined

const extentAt = (at: Maybe): Extent => (at === undefined ? 'none' : extentOf(at.reached))

/** Reads tangents or cotangents, and masks, from a flat list, in the order of their extents. */
const gathered = (
  extents: readonly Extent[],
  values: readonly Tensor[],
  masks: readonly Tensor[]
): readonly Maybe[] => {
  const [own, ownMasks] = [atFlags(values, extents.map(isGiven)), atFlags(masks, extents.map(isMask))]
  return extents.map((extent, i): Maybe => {
    const [value, mask] = [own[i], ownMasks[i]]
    return value && { value, reached: mask === undefined ? null : elementsOf(mask, extent === 'chosen') }
  })
}

const tangents: LoopRules['tangents'] = (loop, inputs, _, given) => {
  const { carries, xs } = loop
  const of = extentsIn(loop, 'forward', given.map(extentAt))
  const flags = [of.inputs.map(() => true), of.inputs.map(isGiven), of.inputs.map(isMask)]
  const brought = [
    inputs,
    inputs.map((x, i) => given[i]?.value ?? zerosLike(x)),
    // a carry without an initial tangent is unreached until a step reaches it
    inputs.map((x, i) => maskOfAny(given[i]?.reached, x))
  ].map((list, place) =>
    cut(list, carries, xs).map((part, kind) => chosenOf(part, cut(flags[place]!, carries, xs)[kind]!))
  )
  const begin = [0, 1, 2].flatMap((kind) => brought.map((parts) => parts[kind]!))
  const [endC, endY] = [of.inputs.slice(0, carries), of.outputs.slice(carries)]
  const [, lastTangents, lastMasks, , keptTangents, keptMasks] = cut(
    runLoop(forwardOf(loop, of), begin.flat()),
    ...begin.slice(0, 3).map(({ length }) => length),
    endY.length,
    endY.filter(isGiven).length
  )
  return [...gathered(endC, lastTangents!, lastMasks!), ...gathered(endY, keptTangents!, keptMasks!)]
}

const cotangents: LoopRules['cotangents'] = (loop, inputs, _, given, wanted) => {
  const { carries, xs, length } = loop
  if (!Number.isFinite(length))
    return fail(
      'ValueError',
      "whileLoop: reverse mode needs a bound: pass { maxSteps }, or use jvp, or jacobian with { mode: 'forward' }"
    )
  const [, x, w] = cut(inputs, carries, xs)
  const [ctC, ctY] = cut(given, carries)
  if (length === 0) return [...ctC!, ...[...x!, ...w!].map(() => undefined)]
  const moving = movingOf(loop, wanted)
  // the cotangent of a carry that depends on nothing wanted is of no use
  const ends = given.map((one, i) => (i < carries && !moving[i]! ? 'none' : extentAt(one)))
  const extents = extentsIn(loop, 'back', ends, moving)
  const [endC, endY] = cut(extents.outputs, carries)
  const [, startX, startW] = cut(extents.inputs, carries, xs)
  const results = resultDims(loop)
  /** Cotangents and masks as inputs of the backward scan. */
  const values = (at: readonly Maybe[], of: readonly Extent[], first: number): readonly Tensor[] =>
    at.flatMap((one, i) => (isGiven(of[i]!) ? [one?.value ?? zeros(results[first + i]!)] : []))
  const masks = (at: readonly Maybe[], of: readonly Extent[], first: number): readonly Tensor[] =>
    at.flatMap((one, i) => (isMask(of[i]!) ? [maskOfAny(one?.reached, zeros(results[first + i]!))] : []))
  const begin = [
    values(ctC!, endC!, 0),
    chosenOf(w!, startW!.map(isGiven)).map(zerosLike),
    masks(ctC!, endC!, 0),
    chosenOf(w!, startW!.map(isMask)).map(zerosLike)
  ]
  const [toC, toW, maskC, maskW, toX, maskX] = cut(
    runLoop(backwardOf(loop, extents, moving), [
      ...begin.flat(),
      ...recorded(loop, inputs),
      ...x!,
      ...values(ctY!, endY!, carries),
      ...masks(ctY!, endY!, carries),
      ...w!
    ]),
    ...begin.map((list) => list.length),
    startX!.filter(isGiven).length
  )
  return [...gathered(endC!, toC!, maskC!), ...gathered(startX!, toX!, maskX!), ...gathered(startW!, toW!, maskW!)]
}

/** Which results of a scan differ between examples; a carry does if it does initially or after any step. */
const varying = (loop: Loop, mapped: readonly boolean[]): readonly boolean[] => {
  const { step, carries, when } = loop
  const all = spread(loop, mapped)
  const differ = when !== null && all[when]!
  return isMappedIn(step, all).map((own, i) => (i < carries ? all[i]! : own || differ))
}

const rules: LoopRules = {
  tangents,
  cotangents,
  varies: varying,
  batched: (loop, inputs, given, size) => {
    const { carries, xs, when } = loop
    const mapped = spread(loop, given)
    const isAlong = (i: number): boolean => i >= carries && i < carries + xs
    const lined = inputs.map((x, i) => {
      if (!mapped[i]!) return x
      if (!given[i]!) return toAll(x, size)
      return isAlong(i) ? swapped(x) : x
    })
    const differs = varying(loop, given)
    const own = batched(loop, mapped, size)
    const at = when !== null && mapped[when]! ? placeOfAny(loop) : null
    const results =
      at === null
        ? runLoop(own, lined)
        : runLoop(own, lined.toSpliced(at, 0, anyOf(lined[when!]!, isAlong(when!) ? 1 : 0)))
    return (own.carries > carries ? results.toSpliced(carries, 1) : results).map((x, i) =>
      differs[i]! && i >= carries ? swapped(x) : x
    )
  }
}
