import { tensors as op } from '../tape/algebra.ts'
import { origin } from '../tape/apply.ts'
import {
  type Call,
  type Direction,
  either,
  type Elements,
  needsMask,
  type Reach,
  reachOfCall,
  reachThrough
} from './reach.ts'
import { during, leaves as leavesOf, primalsOf, type Slice, sliceOf, token } from '../tape/tape.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Derived, Differential } from '../primitive/primitive.ts'

/**
 * The two sweeps over a trace: backward for cotangents, forward for tangents. Both are loops, as a trace may be longer
 * than the call stack. They work on flat lists of tensors; the public transformations work on trees.
 */

/** A function traced at a point. */
export interface Traced {
  readonly slice: Slice
  /** The primal values of the nodes, without this trace. */
  readonly primals: readonly Tensor[]
  /** The number of inputs, which are the first nodes. */
  readonly inputs: number
  /** The primal values of the outputs, without this trace. */
  readonly values: readonly Tensor[]
  /** Whether a node depends differentiably on an input. */
  readonly active: readonly boolean[]
}

/** Traces a function on fresh leaves over `inputs`; only those that are `moving` are differentiated, all when left out. */
export const traceAt = (
  name: string,
  inputs: readonly Tensor[],
  f: (leaves: readonly Tensor[]) => readonly Tensor[],
  moving?: readonly boolean[]
): Traced => {
  const trace = token(name)
  const leaves = leavesOf(trace, inputs)
  const outputs = during(trace, () => f(leaves))
  const slice = sliceOf(trace, leaves, outputs)
  const primals = primalsOf(trace, slice, inputs)
  const active: boolean[] = []
  for (let i = 0; i < slice.nodes.length; i++) {
    if (i < inputs.length) {
      active.push(moving?.[i] ?? true)
      continue
    }
    const { primitive } = origin(slice.nodes[i]!)!
    const refs = slice.refs[i]!
    let reached = false
    for (let k = 0; k < refs.length && !reached; k++)
      reached = refs[k]! >= 0 && active[refs[k]!]! && primitive.differentiable(k)
    active.push(reached)
  }
  const values = outputs.map((x, i) => (slice.outputs[i]! < 0 ? x : primals[slice.outputs[i]!]!))
  return { slice, primals, inputs: inputs.length, values, active }
}

/** The primal inputs of a node, without this trace. */
const primalInputs = (
  primals: readonly Tensor[],
  from: readonly Tensor[],
  refs: readonly number[]
): readonly Tensor[] => {
  const inputs = new Array<Tensor>(from.length)
  for (let k = 0; k < from.length; k++) inputs[k] = refs[k]! < 0 ? from[k]! : primals[refs[k]!]!
  return inputs
}

const zerosLike = (x: Tensor): Tensor => make(dimsOf(x), new Float64Array(sizeOf(dimsOf(x))))

/** Tangents or cotangents with their reaches; `undefined` where there is none. */
export interface Swept {
  readonly values: readonly Tensor[]
  readonly reaches: readonly (Reach | undefined)[]
}

/** `v` where it was reached, exactly 0 elsewhere. */
const onlyReached = (v: Tensor, reach: Elements): Tensor => op.where(reach.mask(), v, op.constant(0))

type Maybe = Differential<Tensor> | undefined

/** The results of a multi-result rule, masked, with their reaches. */
const settled = (
  direction: Direction,
  call: Call,
  given: readonly Maybe[],
  made: readonly (Derived<Tensor> | undefined)[]
): readonly Maybe[] => {
  const { primitive, inputs, outputs } = call
  const [rule, wanted] = direction === 'back' ? ['vjp', inputs] : ['jvp', outputs]
  if (made.length !== wanted.length)
    fail('ValueError', `${primitive.name}: ${rule} gives ${made.length} results, but needs ${wanted.length}`)
  const reaches = given.map((one): Reach | undefined => one?.reached)
  return made.map((one, at): Maybe => {
    if (one === undefined) return undefined
    if (one.reached !== undefined) return { value: one.value, reached: one.reached }
    const reached = reachOfCall(direction, call, reaches, at)
    if (reached === undefined) return undefined
    const { value } = one
    return { value: reached === null || primitive.reach === 'element' ? value : onlyReached(value, reached), reached }
  })
}

/** The vjp of a call with several results. */
const pulledBack = (call: Call, cts: readonly Maybe[], wanted: readonly boolean[]): readonly Maybe[] => {
  const { primitive, params, inputs, outputs } = call
  return settled('back', call, cts, primitive.vjp(op, params, inputs, outputs, cts, wanted))
}

/** The jvp of a call with several results. */
const pushedForward = (call: Call, tangents: readonly Maybe[]): readonly Maybe[] => {
  const { primitive, params, inputs, outputs } = call
  return settled('forward', call, tangents, primitive.jvp(op, params, inputs, outputs, tangents))
}

/**
 * The cotangents of the inputs, from those of the first outputs; missing ones are 0. All elements of a cotangent count
 * as reached unless `seeds` says otherwise.
 */
export const sweptBack = (
  traced: Traced,
  cotangents: readonly (Tensor | undefined)[],
  seeds: readonly Reach[] = []
): Swept => {
  const { slice, primals, active } = traced
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
    const { primitive, params, inputs: from, results } = origin(nodes[i]!)!
    const at = refs[i]!
    if (primitive.multipleResults === true) {
      // the last result comes first in reverse order, when the cotangents of all results are complete
      const first = i + 1 - results!.length
      const own = cts.slice(first, i + 1).map((value, k): Maybe => value && { value, reached: reaches[first + k]! })
      cts.fill(undefined, first, i + 1)
      i = first
      if (own.every((ct) => ct === undefined)) continue
      const call = {
        primitive,
        params,
        inputs: primalInputs(primals, from, at),
        outputs: primals.slice(first, first + own.length)
      }
      const wanted = at.map((ref, k) => ref >= 0 && active[ref]! && primitive.differentiable(k))
      pulledBack(call, own, wanted).forEach((part, k) => {
        if (part !== undefined && wanted[k]!) give(at[k]!, part.value, part.reached)
      })
      continue
    }
    const ct = cts[i]
    if (ct === undefined) continue
    // frees the cotangent
    cts[i] = undefined
    const inputs = primalInputs(primals, from, at)
    const output = primals[i]!
    const reach = reaches[i]!
    for (let k = 0; k < at.length; k++)
      if (at[k]! >= 0 && active[at[k]!]! && primitive.differentiable(k)) {
        const next = reachThrough('back', { primitive, params, inputs, output, index: k }, reach)
        if (next === undefined) continue
        const part = primitive.vjp(op, params, inputs, output, ct, k, reach)
        give(at[k]!, needsMask(primitive, next) ? onlyReached(part, next) : part, next)
      }
  }
  const leaves = primals.slice(0, traced.inputs)
  return {
    values: leaves.map((x, i) => cts[i] ?? zerosLike(x)),
    reaches: leaves.map((_, i) => (cts[i] === undefined ? undefined : reaches[i]!))
  }
}

/** The cotangents of the inputs, from those of the first outputs. */
export const sweepBack = (traced: Traced, cotangents: readonly Tensor[], seeds?: readonly Reach[]): readonly Tensor[] =>
  sweptBack(traced, cotangents, seeds).values

/** The tangents of the outputs, from those of the inputs; `undefined` is a zero tangent. */
export const sweptForward = (
  traced: Traced,
  tangents: readonly (Tensor | undefined)[],
  seeds: readonly Reach[] = []
): Swept => {
  const { slice, primals, values, active } = traced
  const { nodes, refs, outputs } = slice
  const found: (Tensor | undefined)[] = [...tangents]
  const reaches: Reach[] = tangents.map((_, i) => seeds[i] ?? null)
  for (let i = traced.inputs; i < nodes.length; i++) {
    let total: Tensor | undefined
    let reached: Reach = null
    const { primitive, params, inputs: from, results } = origin(nodes[i]!)!
    const at = refs[i]!
    if (primitive.multipleResults === true) {
      const last = i + results!.length
      const own = at.map((ref, k): Maybe => {
        const value = ref < 0 || !primitive.differentiable(k) ? undefined : found[ref]
        return value && { value, reached: reaches[ref]! }
      })
      const call = { primitive, params, inputs: primalInputs(primals, from, at), outputs: primals.slice(i, last) }
      const made = own.every((tangent) => tangent === undefined)
        ? call.outputs.map(() => undefined)
        : pushedForward(call, own)
      made.forEach((part) => {
        found.push(part?.value)
        reaches.push(part?.reached ?? null)
      })
      i = last - 1
      continue
    }
    if (active[i]!) {
      const inputs = primalInputs(primals, from, at)
      const output = primals[i]!
      for (let k = 0; k < at.length; k++) {
        const tangent = at[k]! < 0 ? undefined : found[at[k]!]
        if (tangent === undefined || !primitive.differentiable(k)) continue
        const reach = reaches[at[k]!]!
        const next = reachThrough('forward', { primitive, params, inputs, output, index: k }, reach)
        if (next === undefined) continue
        const made = primitive.jvp(op, params, inputs, output, tangent, k, reach)
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
    reaches: outputs.map((at) => (at < 0 || found[at] === undefined ? undefined : reaches[at]!))
  }
}

/** The tangents of the outputs, from those of the inputs. */
export const sweepForward = (
  traced: Traced,
  tangents: readonly Tensor[],
  seeds?: readonly Reach[]
): readonly Tensor[] => sweptForward(traced, tangents, seeds).values
