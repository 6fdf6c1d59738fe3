import { tensors as op } from '../tape/algebra.ts'
import { type Loop, loopOutputs, type LoopRules, runLoop, runTape, unpacked } from '../tape/loop.ts'
import { during, shapeLeaf, type Tape, tapeOf, token } from '../tape/tape.ts'
import { type Dims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { batchTape, isMappedIn } from './batch.ts'
import { sweepBack, sweepForward, traceAt } from './sweep.ts'

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

/** The loop whose inputs and outputs are each followed by their tangents, kind by kind. */
const forward = (loop: Loop): Loop => {
  const { step, carries, xs } = loop
  const [c, x, w] = cut(step.inputs, carries, xs)
  const inputs = [...c!, ...c!, ...x!, ...x!, ...w!, ...w!]
  return loopOf({
    ...loop,
    step: tapeFor(inputs, (leaves) => {
      const [c0, c1, x0, x1, w0, w1] = cut(leaves, carries, carries, xs, xs, w!.length)
      const traced = traceAt('jvp', [...c0!, ...x0!, ...w0!], (at) => runTape(step, at))
      const tangents = sweepForward(traced, [...c1!, ...x1!, ...w1!])
      const [next, kept] = cut(traced.values, carries)
      const [nextTangents, keptTangents] = cut(tangents, carries)
      return [...next!, ...nextTangents!, ...kept!, ...keptTangents!]
    }),
    carries: 2 * carries,
    xs: 2 * xs
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
 * The loop the other way, which carries the cotangents of what was carried and of what is the same for all steps. It goes
 * along what was carried into each step, what the loop went along, and the cotangents of what was kept; it keeps the
 * cotangents of what the loop went along.
 */
const backward = (loop: Loop): Loop => {
  const { step, carries, xs, reverse } = loop
  const [c, x, w] = cut(step.inputs, carries, xs)
  const kept = loopOutputs({ ...loop, length: 1 })
    .slice(carries)
    .map(([, ...dims]) => dims)
  return loopOf({
    ...loop,
    reverse: !reverse,
    step: tapeFor([...c!, ...w!, ...c!, ...x!, ...kept, ...w!], (leaves) => {
      const [ctC, ctW, atC, atX, ctY, atW] = cut(leaves, carries, w!.length, carries, xs, kept.length)
      const traced = traceAt('vjp', [...atC!, ...atX!, ...atW!], (at) => runTape(step, at))
      const [toC, toX, toW] = cut(sweepBack(traced, [...ctC!, ...ctY!]), carries, xs)
      return [...toC!, ...toW!.map((ct, i) => op.add(ctW![i]!, ct)), ...toX!]
    }),
    carries: carries + w!.length,
    xs: carries + xs + kept.length
  })
}

/** Which inputs a loop over many examples needs an example axis for: those given, and what becomes different by them. */
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

/** What a function gave for an argument last, as long as that argument is there. */
const once = <K extends object, V>(f: (key: K) => V): ((key: K) => V) => {
  const known = new WeakMap<K, V>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = f(key)
    known.set(key, made)
    return made
  }
}

const forwardOf = once(forward)
const recordingOf = once(recording)
const backwardOf = once(backward)

/** Examples of steps as steps of examples, and the other way round. */
const swapped = (x: Tensor): Tensor =>
  op.permute(x, [
    1,
    0,
    ...dimsOf(x)
      .slice(2)
      .map((_, i) => i + 2)
  ])

const rulesOf = (): LoopRules => {
  /** The cotangents of all inputs are found together; a sweep asks for them one after the other. */
  const found = new WeakMap<Tensor, { readonly inputs: readonly Tensor[]; readonly cotangents: readonly Tensor[] }>()
  return {
    tangent: (loop, inputs, tangent, index) => {
      const tangents = inputs.map((x, i) => (i === index ? tangent : zerosLike(x)))
      const { carries, xs } = loop
      const [c0, x0, w0] = cut(inputs, carries, xs)
      const [c1, x1, w1] = cut(tangents, carries, xs)
      const outputs = runLoop(forwardOf(loop), [...c0!, ...c1!, ...x0!, ...x1!, ...w0!, ...w1!])
      const [, carried, kept] = cut(outputs, carries, carries)
      const half = kept!.length / 2
      return packed([...carried!, ...kept!.slice(half)])
    },
    cotangents: (loop, inputs, ct) => {
      const known = found.get(ct)
      if (known?.inputs.every((x, i) => x === inputs[i]) === true) return known.cotangents
      const { carries, xs } = loop
      const [c, x, w] = cut(inputs, carries, xs)
      const saved = runLoop(recordingOf(loop), inputs).slice(carries)
      const [ctC, ctY] = cut(unpacked(loop, ct), carries)
      const outputs = runLoop(backwardOf(loop), [...ctC!, ...w!.map(zerosLike), ...saved, ...x!, ...ctY!, ...w!])
      const [toC, toW, toX] = cut(outputs, c!.length, w!.length)
      const cotangents = [...toC!, ...toX!, ...toW!]
      found.set(ct, { inputs, cotangents })
      return cotangents
    },
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
