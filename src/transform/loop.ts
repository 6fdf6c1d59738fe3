import { tensors as op } from '../tape/algebra.ts'
import {
  type Loop,
  loopOutputs,
  type LoopRules,
  type MaskedDerivative,
  runLoop,
  runTape,
  unpacked
} from '../tape/loop.ts'
import { during, shapeLeaf, type Tape, tapeOf, token } from '../tape/tape.ts'
import { type Dims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { batchTape, isMappedIn } from './batch.ts'
import { type Extent, extentOf, type Extents, extentsOf, isGiven, isMask, seedsOf } from './extent.ts'
import { elementsOf, maskOf, nothing, type Reach } from './reach.ts'
import { sweptBack, sweptForward, traceAt } from './sweep.ts'

/**
 * Loops made of loops: the tangents and cotangents of a loop, and many loops at once, are loops again, whose steps are the
 * step's tangents, its cotangents, its batched form. So they are differentiated in their turn, to any order.
 */

/** A loop of a step. */
export const loopOf = (of: Omit<Loop, 'rules'>): Loop => {
  const rules = rulesOf()
  return { ...of, rules: () => rules }
}

/** The tape of a function of tensors of which only the shapes are known. */
const tapeFor = (inputs: readonly Dims[], f: (leaves: readonly Tensor[]) => readonly Tensor[]): Tape => {
  const act = token('scan')
  const leaves = inputs.map((dims) => shapeLeaf(act, dims))
  return tapeOf(
    act,
    leaves,
    during(act, () => f(leaves))
  )
}

const zeros = (dims: Dims): Tensor => op.broadcastTo(op.constant(0), dims)
const zerosLike = (x: Tensor): Tensor => zeros(dimsOf(x))

/** A list cut into parts of these lengths; the last part is what is left. */
const cut = <A>(list: readonly A[], ...lengths: readonly number[]): readonly (readonly A[])[] => {
  const parts: (readonly A[])[] = []
  let start = 0
  for (const length of lengths) {
    parts.push(list.slice(start, start + length))
    start += length
  }
  return [...parts, list.slice(start)]
}

/** A function of a loop and further arguments, memoised for as long as the loop lives. */
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

/** The elements of a list at the places of the flags that are set. */
const atFlags = <A>(list: readonly A[], flags: readonly boolean[]): readonly (A | undefined)[] => {
  let next = 0
  return flags.map((flag) => (flag ? list[next++] : undefined))
}

/** The loop whose inputs and outputs are each followed by the tangents of those that move, and by masks where these are needed. */
const forward = (loop: Loop, extents: Extents): Loop => {
  const { step, carries, xs } = loop
  const kinds = cut(step.inputs, carries, xs)
  const moving = cut(extents.inputs.map(isGiven), carries, xs)
  const masked = cut(extents.inputs.map(isMask), carries, xs)
  const [, keptGiven] = cut(extents.outputs.map(isGiven), carries)
  const [, keptMasked] = cut(extents.outputs.map(isMask), carries)
  const groups = kinds.flatMap((dims, kind) => [dims, chosenOf(dims, moving[kind]!), chosenOf(dims, masked[kind]!)])
  const total = (from: number): number => groups.slice(from, from + 3).reduce((sum, { length }) => sum + length, 0)
  return loopOf({
    ...loop,
    step: tapeFor(groups.flat(), (leaves) => {
      const parts = cut(leaves, ...groups.map(({ length }) => length))
      const each = (place: number, flags: readonly (readonly boolean[])[]) =>
        kinds.flatMap((_, kind) => atFlags(parts[3 * kind + place]!, flags[kind]!))
      const traced = traceAt('jvp', [...parts[0]!, ...parts[3]!, ...parts[6]!], (at) => runTape(step, at))
      const seeds = seedsOf(each(2, masked), (i) => extents.inputs[i] === 'chosen')
      const { values, reaches } = sweptForward(traced, each(1, moving), seeds)
      const [next, kept] = cut(traced.values, carries)
      const [nextTangents, keptTangents] = cut(values, carries)
      const [nextMasks, keptMasks] = cut(
        reaches.map((reach, i) => () => maskOf(reach, dimsOf(values[i]!))),
        carries
      )
      return [
        ...next!,
        ...chosenOf(nextTangents!, moving[0]!),
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

/** The loop that keeps what is carried into each step. */
const recording = (loop: Loop): Loop => {
  const { step, carries } = loop
  return loopOf({
    ...loop,
    step: tapeFor(step.inputs, (leaves) => [...runTape(step, leaves).slice(0, carries), ...leaves.slice(0, carries)])
  })
}

/**
 * The loop the other way, which carries the cotangents of what was carried and of what is the same for all steps, and their
 * masks. It goes along what was carried into each step, what the loop went along, and the cotangents of what was kept, with
 * masks; it keeps the cotangents of what the loop went along, and their masks. What is never reached is left out, and so
 * are masks of what always is.
 */
const backward = (loop: Loop, extents: Extents): Loop => {
  const { step, carries, xs, reverse } = loop
  const [c, x, w] = cut(step.inputs, carries, xs)
  const kept = loopOutputs({ ...loop, length: 1 })
    .slice(carries)
    .map(([, ...dims]) => dims)
  const [endC, endY] = cut(extents.outputs, carries)
  const [, startX, startW] = cut(extents.inputs, carries, xs)
  const [givenC, givenY, givenX, givenW] = [endC!, endY!, startX!, startW!].map((list) => list.map(isGiven))
  const [maskedC, maskedY, maskedX, maskedW] = [endC!, endY!, startX!, startW!].map((list) => list.map(isMask))
  const carried = [chosenOf(c!, givenC!), chosenOf(w!, givenW!), chosenOf(c!, maskedC!), chosenOf(w!, maskedW!)]
  const along = [c!, x!, chosenOf(kept, givenY!), chosenOf(kept, maskedY!)]
  return loopOf({
    ...loop,
    reverse: !reverse,
    step: tapeFor([...carried.flat(), ...along.flat(), ...w!], (leaves) => {
      const [ctC, ctW, maskC, maskW, atC, atX, ctY, maskY, atW] = cut(
        leaves,
        ...[...carried, ...along].map(({ length }) => length)
      )
      const traced = traceAt('vjp', [...atC!, ...atX!, ...atW!], (at) => runTape(step, at))
      const seeds = seedsOf(
        [...atFlags(maskC!, maskedC!), ...atFlags(maskY!, maskedY!)],
        (i) => extents.outputs[i] === 'chosen'
      )
      const { values, reaches } = sweptBack(traced, [...atFlags(ctC!, givenC!), ...atFlags(ctY!, givenY!)], seeds)
      const [toC, toX, toW] = cut(values, carries, xs)
      const [nextC, nextX, nextW] = cut(
        reaches.map((reach, i) => () => maskOf(reach, dimsOf(values[i]!))),
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

/** The inputs of a batched loop that need a batch axis: the mapped ones, and the carries that depend on them. */
const spread = ({ step, carries }: Loop, mapped: readonly boolean[]): readonly boolean[] => {
  const next = isMappedIn(step, mapped)
  const wider = mapped.map((own, i) => own || (i < carries && next[i]!))
  return wider.every((own, i) => own === mapped[i]) ? mapped : spread({ step, carries } as Loop, wider)
}

/** The loop over many examples at once; an example axis stands in front of what differs from one to the other. */
const batched = (loop: Loop, mapped: readonly boolean[], size: number): Loop => {
  const { step, carries } = loop
  const inputs = step.inputs.map((dims, i) => (mapped[i]! ? [size, ...dims] : dims))
  return loopOf({
    ...loop,
    step: tapeFor(inputs, (leaves) =>
      batchTape(
        step,
        leaves.map((x, i) => ({ x, mapped: mapped[i]! })),
        size
      ).map(({ x, mapped: own }, i) => (i < carries && mapped[i]! && !own ? toAll(x, size) : x))
    )
  })
}

const toAll = (x: Tensor, size: number): Tensor => op.broadcastTo(x, [size, ...dimsOf(x)])

const forwardOf = memoized(forward)
const recordingOf = memoized(recording)
const backwardOf = memoized(backward)
const extentsIn = memoized(extentsOf)

/** What is reached of each thing that a loop gives, from what is reached of them all in one vector. */
const reachOfOutputs = (loop: Loop, reached: Reach): readonly Reach[] => {
  let end = 0
  return loopOutputs(loop).map((dims) => {
    const start = end
    end += sizeOf(dims)
    const stop = end
    if (reached === null) return null
    const own = reached.pieces?.filter((piece) => piece.start < stop && piece.stop > start)
    if (own?.length === 0) return nothing(dims)
    if (own?.length === 1 && own[0]!.start <= start && own[0]!.stop >= stop && own[0]!.of === null) return null
    return elementsOf(op.reshape(op.slice(reached.mask(), [start], [stop]), dims), reached.chosen)
  })
}

/** Examples of steps as steps of examples, and the other way round. */
const swapped = (x: Tensor): Tensor =>
  op.permute(x, [
    1,
    0,
    ...dimsOf(x)
      .slice(2)
      .map((_, i) => i + 2)
  ])

/** What was found last for a tangent or cotangent: by one input, or, with index −1, by all. */
interface Found {
  readonly inputs: readonly Tensor[]
  readonly index: number
  readonly results: readonly MaskedDerivative[]
}

const rulesOf = (): LoopRules => {
  // a sweep asks for the cotangents one after the other, and for what was reached after that
  const found = new WeakMap<Tensor, Found>()
  const known = (
    at: Tensor,
    asked: Omit<Found, 'results'>,
    make: () => readonly MaskedDerivative[]
  ): readonly MaskedDerivative[] => {
    const last = found.get(at)
    if (last?.index === asked.index && last.inputs.every((x, i) => x === asked.inputs[i])) return last.results
    const results = make()
    found.set(at, { ...asked, results })
    return results
  }
  const tangentBy = (
    loop: Loop,
    inputs: readonly Tensor[],
    index: number,
    { value, reached }: MaskedDerivative
  ): MaskedDerivative => {
    const { carries, xs } = loop
    const of = extentsIn(
      loop,
      'forward',
      inputs.map((_, i) => (i === index ? extentOf(reached) : 'none'))
    )
    const flags = [of.inputs.map(() => true), of.inputs.map(isGiven), of.inputs.map(isMask)]
    const brought = [
      inputs,
      inputs.map((x, i) => (i === index ? value : zerosLike(x))),
      // a carry that begins without a tangent is not reached until a step reaches it
      inputs.map((x, i) => (i === index ? maskOf(reached, dimsOf(x)) : zerosLike(x)))
    ].map((list, place) =>
      cut(list, carries, xs).map((part, kind) => chosenOf(part, cut(flags[place]!, carries, xs)[kind]!))
    )
    const begin = [0, 1, 2].flatMap((kind) => brought.map((parts) => parts[kind]!))
    const outputs = runLoop(forwardOf(loop, of), begin.flat())
    const [endC, endY] = [of.inputs.slice(0, carries), of.outputs.slice(carries)]
    const [last, lastTangents, lastMasks, kept, keptTangents, keptMasks] = cut(
      outputs,
      ...begin.slice(0, 3).map(({ length }) => length),
      endY.length,
      endY.filter(isGiven).length
    )
    const values = [...last!, ...kept!]
    const ends = [...endC, ...endY]
    const tangents = [...atFlags(lastTangents!, endC.map(isGiven)), ...atFlags(keptTangents!, endY.map(isGiven))]
    const masks = [...atFlags(lastMasks!, endC.map(isMask)), ...atFlags(keptMasks!, endY.map(isMask))]
    return {
      value: packed(values.map((x, i) => tangents[i] ?? zerosLike(x))),
      reached: ends.every((extent) => extent === 'all')
        ? null
        : elementsOf(
            packed(values.map((x, i) => masks[i] ?? maskOf(ends[i] === 'all' ? null : nothing(dimsOf(x)), dimsOf(x)))),
            ends.some((extent) => extent === 'chosen' || extent === 'none')
          )
    }
  }
  const cotangentsBy = (
    loop: Loop,
    inputs: readonly Tensor[],
    { value, reached }: MaskedDerivative
  ): readonly MaskedDerivative[] => {
    const { carries, xs, length } = loop
    const [c, x, w] = cut(inputs, carries, xs)
    const [ctC, ctY] = cut(unpacked(loop, value), carries)
    const [reachC, reachY] = cut(reachOfOutputs(loop, reached), carries)
    const unreached = (input: Tensor): MaskedDerivative => ({
      value: zerosLike(input),
      reached: nothing(dimsOf(input))
    })
    if (length === 0)
      return [...c!.map((_, i) => ({ value: ctC![i]!, reached: reachC![i]! })), ...[...x!, ...w!].map(unreached)]
    const extents = extentsIn(loop, 'back', [...reachC!, ...reachY!].map(extentOf))
    const [endC, endY] = cut(extents.outputs, carries)
    const [, startX, startW] = cut(extents.inputs, carries, xs)
    const given = <A>(list: readonly A[], of: readonly Extent[]): readonly A[] => chosenOf(list, of.map(isGiven))
    const masked = <A>(list: readonly A[], of: readonly Extent[]): readonly A[] => chosenOf(list, of.map(isMask))
    const masksOf = (list: readonly Reach[], values: readonly Tensor[]): readonly Tensor[] =>
      list.map((reach, i) => maskOf(reach, dimsOf(values[i]!)))
    const begin = [
      given(ctC!, endC!),
      given(w!, startW!).map(zerosLike),
      masksOf(masked(reachC!, endC!), masked(ctC!, endC!)),
      masked(w!, startW!).map(zerosLike)
    ]
    const outputs = runLoop(backwardOf(loop, extents), [
      ...begin.flat(),
      ...runLoop(recordingOf(loop), inputs).slice(carries),
      ...x!,
      ...given(ctY!, endY!),
      ...masksOf(masked(reachY!, endY!), masked(ctY!, endY!)),
      ...w!
    ])
    const [toC, toW, maskC, maskW, toX, maskX] = cut(
      outputs,
      ...begin.map((list) => list.length),
      given(x!, startX!).length
    )
    const kinds = [
      [toC!, maskC!, endC!],
      [toX!, maskX!, startX!],
      [toW!, maskW!, startW!]
    ] as const
    const cts = kinds.flatMap(([list, , of]) => atFlags(list, of.map(isGiven)))
    const masks = kinds.flatMap(([, list, of]) => atFlags(list, of.map(isMask)))
    return inputs.map((input, i): MaskedDerivative => {
      const extent = extents.inputs[i]!
      return extent === 'none'
        ? unreached(input)
        : { value: cts[i]!, reached: extent === 'all' ? null : elementsOf(masks[i]!, extent === 'chosen') }
    })
  }
  return {
    tangent: (loop, inputs, index, tangent) =>
      known(tangent.value, { inputs, index }, () => [tangentBy(loop, inputs, index, tangent)])[0]!,
    cotangents: (loop, inputs, ct) => known(ct.value, { inputs, index: -1 }, () => cotangentsBy(loop, inputs, ct)),
    batched: (loop, inputs, given, size) => {
      const { step, carries, xs, length } = loop
      const mapped = spread(loop, given)
      const lined = inputs.map((x, i) => {
        if (!mapped[i]!) return x
        if (!given[i]!) return toAll(x, size)
        return i >= carries && i < carries + xs ? swapped(x) : x
      })
      const differs = isMappedIn(step, mapped).map((own, i) => (i < carries ? mapped[i]! : own))
      const rows = runLoop(batched(loop, mapped, size), lined).map((x, i) => {
        const own = differs[i]!
        const examples = own && i >= carries ? swapped(x) : x
        const dims = own ? dimsOf(x).slice(i < carries ? 1 : 2) : dimsOf(x).slice(i < carries ? 0 : 1)
        const count = sizeOf(dims) * (i < carries ? 1 : length)
        return own ? op.reshape(examples, [size, count]) : toAll(op.reshape(x, [count]), size)
      })
      return op.concat(rows, 1)
    }
  }
}

const packed = (outputs: readonly Tensor[]): Tensor =>
  op.concat(
    outputs.map((x) => op.reshape(x, [sizeOf(dimsOf(x))])),
    0
  )
