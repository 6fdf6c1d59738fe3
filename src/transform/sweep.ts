import { tensors as op } from '../tape/algebra.ts'
import { origin } from '../tape/apply.ts'
import { either, type Elements, isNothing, needsMask, nothing, type Reach, reachThrough } from './reach.ts'
import { during, leaves as leavesOf, lower, type Slice, sliceOf, token } from '../tape/tape.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { sizeOf } from '../tensor/dims.ts'

/**
 * The two folds over a trace: backwards for cotangents, forwards for tangents. Both are loops, as a trace may be longer
 * than the call stack. They work on flat lists of tensors; the public transformations give those their tree types.
 */

/** A function traced at a point. */
export interface Traced {
  readonly slice: Slice
  /** The nodes without their dependence on this trace. */
  readonly lowered: readonly Tensor[]
  /** How many of the nodes are inputs: the first ones. */
  readonly inputs: number
  /** The outputs, without this trace. */
  readonly values: readonly Tensor[]
  /** Whether a node depends differentiably on an input. */
  readonly active: readonly boolean[]
}

/** Runs a function on fresh leaves over `inputs` and keeps what it recorded. */
export const traceAt = (
  name: string,
  inputs: readonly Tensor[],
  f: (leaves: readonly Tensor[]) => readonly Tensor[]
): Traced => {
  const trace = token(name)
  const leaves = leavesOf(trace, inputs)
  const outputs = during(trace, () => f(leaves))
  const slice = sliceOf(trace, leaves, outputs)
  const lowered = lower(trace, slice, inputs)
  const active: boolean[] = []
  for (let i = 0; i < slice.nodes.length; i++) {
    if (i < inputs.length) {
      active.push(true)
      continue
    }
    const { primitive } = origin(slice.nodes[i]!)!
    const refs = slice.refs[i]!
    let reached = false
    for (let k = 0; k < refs.length && !reached; k++)
      reached = refs[k]! >= 0 && active[refs[k]!]! && primitive.differentiable(k)
    active.push(reached)
  }
  const values = outputs.map((x, i) => (slice.outputs[i]! < 0 ? x : lowered[slice.outputs[i]!]!))
  return { slice, lowered, inputs: inputs.length, values, active }
}

/** What a node was made from, without the trace. */
const lowerInputs = (
  lowered: readonly Tensor[],
  from: readonly Tensor[],
  refs: readonly number[]
): readonly Tensor[] => {
  const inputs = new Array<Tensor>(from.length)
  for (let k = 0; k < from.length; k++) inputs[k] = refs[k]! < 0 ? from[k]! : lowered[refs[k]!]!
  return inputs
}

const zerosLike = (x: Tensor): Tensor => make(dimsOf(x), new Float64Array(sizeOf(dimsOf(x))))

/** Tangents or cotangents, and what of each was reached. */
export interface Swept {
  readonly values: readonly Tensor[]
  readonly reaches: readonly Reach[]
}

/** `v` where it was reached, exactly 0 elsewhere. */
const onlyReached = (v: Tensor, reach: Elements): Tensor => op.where(reach.mask(), v, op.constant(0))

/**
 * The cotangents of the inputs, from those of the first outputs; an output without one gets none. All of a cotangent
 * counts as reached unless `seeds` says otherwise.
 */
export const sweptBack = (
  traced: Traced,
  cotangents: readonly (Tensor | undefined)[],
  seeds: readonly Reach[] = []
): Swept => {
  const { slice, lowered, active } = traced
  const { nodes, refs, outputs } = slice
  const cts: (Tensor | undefined)[] = new Array<Tensor | undefined>(nodes.length).fill(undefined)
  const reaches: Reach[] = new Array<Reach>(nodes.length).fill(null)
  const give = (at: number, ct: Tensor, reach: Reach): void => {
    const known = cts[at]
    cts[at] = known === undefined ? ct : op.add(known, ct)
    reaches[at] = known === undefined ? reach : either(reaches[at]!, reach)
  }
  cotangents.forEach((ct, i) => {
    const at = outputs[i]!
    if (ct !== undefined && at >= 0 && active[at]!) give(at, ct, seeds[i] ?? null)
  })
  for (let i = nodes.length - 1; i >= traced.inputs; i--) {
    const ct = cts[i]
    if (ct === undefined) continue
    // a cotangent that has been passed on is not needed again
    cts[i] = undefined
    const { primitive, params, inputs: from } = origin(nodes[i]!)!
    const at = refs[i]!
    const inputs = lowerInputs(lowered, from, at)
    const output = lowered[i]!
    const reach = reaches[i]!
    for (let k = 0; k < at.length; k++)
      if (at[k]! >= 0 && active[at[k]!]! && primitive.differentiable(k)) {
        const next = reachThrough('back', { primitive, params, inputs, output, index: k, moving: ct }, reach)
        if (isNothing(next)) continue
        const part = primitive.vjp(op, params, inputs, output, ct, k, reach)
        give(at[k]!, needsMask(primitive, next) ? onlyReached(part, next) : part, next)
      }
  }
  const leaves = lowered.slice(0, traced.inputs)
  return {
    values: leaves.map((x, i) => cts[i] ?? zerosLike(x)),
    reaches: leaves.map((x, i) => (cts[i] === undefined ? nothing(dimsOf(x)) : reaches[i]!))
  }
}

/** The cotangents of the inputs, from those of the first outputs. */
export const sweepBack = (traced: Traced, cotangents: readonly Tensor[], seeds?: readonly Reach[]): readonly Tensor[] =>
  sweptBack(traced, cotangents, seeds).values

/** The tangents of the outputs, from the inputs', of which some may not move. */
export const sweptForward = (
  traced: Traced,
  tangents: readonly (Tensor | undefined)[],
  seeds: readonly Reach[] = []
): Swept => {
  const { slice, lowered, values, active } = traced
  const { nodes, refs, outputs } = slice
  const found: (Tensor | undefined)[] = [...tangents]
  const reaches: Reach[] = tangents.map((_, i) => seeds[i] ?? null)
  for (let i = traced.inputs; i < nodes.length; i++) {
    let total: Tensor | undefined
    let reached: Reach = null
    if (active[i]!) {
      const { primitive, params, inputs: from } = origin(nodes[i]!)!
      const at = refs[i]!
      const inputs = lowerInputs(lowered, from, at)
      const output = lowered[i]!
      for (let k = 0; k < at.length; k++) {
        const tangent = at[k]! < 0 ? undefined : found[at[k]!]
        if (tangent === undefined || !primitive.differentiable(k)) continue
        const reach = reaches[at[k]!]!
        const made = primitive.jvp(op, params, inputs, output, tangent, k, reach)
        const next = reachThrough('forward', { primitive, params, inputs, output, index: k, moving: tangent }, reach)
        const part = needsMask(primitive, next) ? onlyReached(made, next) : made
        reached = total === undefined ? next : either(reached, next)
        total = total === undefined ? part : op.add(total, part)
      }
    }
    found.push(total)
    reaches.push(reached)
  }
  return {
    values: outputs.map((at, i) => (at < 0 ? undefined : found[at]) ?? zerosLike(values[i]!)),
    reaches: outputs.map((at, i) => (at < 0 || found[at] === undefined ? nothing(dimsOf(values[i]!)) : reaches[at]!))
  }
}

/** The tangents of the outputs, from the inputs'. */
export const sweepForward = (
  traced: Traced,
  tangents: readonly Tensor[],
  seeds?: readonly Reach[]
): readonly Tensor[] => sweptForward(traced, tangents, seeds).values
