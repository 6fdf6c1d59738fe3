import * as E from 'fp-ts/lib/Either.js'
import { reals } from '../primitive/domain.ts'
import type { Primitive, Reached } from '../primitive/primitive.ts'
import { type Dims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { tensors as op } from './algebra.ts'
import { apply } from './apply.ts'
import { cost, fold, outputDims, type Tape } from './tape.ts'

/** A loop as one operation: the tape of a step, run once for each element of what it goes along. */

/**
 * A step, how often it is taken, and what follows from it. The step's inputs are what is carried from step to step, then
 * an element of everything that the loop goes along, then what is the same for all steps; its outputs are what is carried
 * on, then what is kept of the step.
 */
export interface Loop {
  readonly step: Tape
  readonly length: number
  /** From the last element to the first. */
  readonly reverse: boolean
  readonly carries: number
  readonly xs: number
  /** How a loop is differentiated and batched, which takes more than this floor knows. */
  readonly rules: () => LoopRules
}

/** A tangent or a cotangent, and the mask of the elements that were reached; `null` when all were. */
export interface MaskedDerivative {
  readonly value: Tensor
  readonly reached: Reached<Tensor> | null
}

/** The rules of a loop; the cotangents of all its inputs are found at once. */
export interface LoopRules {
  readonly tangent: (
    loop: Loop,
    inputs: readonly Tensor[],
    index: number,
    tangent: MaskedDerivative
  ) => MaskedDerivative
  readonly cotangents: (
    loop: Loop,
    inputs: readonly Tensor[],
    cotangent: MaskedDerivative
  ) => readonly MaskedDerivative[]
  readonly batched: (loop: Loop, inputs: readonly Tensor[], mapped: readonly boolean[], size: number) => Tensor
}

/** The shapes of what a loop is given: of what it goes along, with an axis for the steps in front. */
const loopInputs = ({ step, length, carries, xs }: Loop): readonly Dims[] =>
  step.inputs.map((dims, i) => (i >= carries && i < carries + xs ? [length, ...dims] : dims))

/** The shapes of what it gives: what is carried at the end, then what was kept, with an axis for the steps in front. */
export const loopOutputs = ({ step, length, carries }: Loop): readonly Dims[] =>
  outputDims(step).map((dims, i) => (i < carries ? dims : [length, ...dims]))

/** Runs a tape on tensors, plain or traced. */
export const runTape = (tape: Tape, inputs: readonly Tensor[]): readonly Tensor[] =>
  fold<Tensor>({
    onInput: (i) => inputs[i]!,
    onConstant: (x) => x,
    onEntry: ({ primitive, params }, xs) => apply(primitive, params, xs)
  })(tape)

/** The elements of a tensor at one place of its first axis. */
const element = (x: Tensor, at: number): Tensor => {
  const [, ...dims] = dimsOf(x)
  const n = sizeOf(dims)
  return make(dims, valuesOf('scan', x).subarray(at * n, (at + 1) * n))
}

const run = (loop: Loop, inputs: readonly Tensor[], size: number): Float64Array => {
  const { step, length, reverse, carries, xs } = loop
  const along = inputs.slice(carries, carries + xs)
  const fixed = inputs.slice(carries + xs)
  const shapes = loopOutputs(loop)
  const starts: number[] = []
  let end = 0
  for (const dims of shapes) {
    starts.push(end)
    end += sizeOf(dims)
  }
  const packed = new Float64Array(size)
  let state = inputs.slice(0, carries)
  for (let i = 0; i < length; i++) {
    const at = reverse ? length - 1 - i : i
    const outputs = runTape(step, [...state, ...along.map((x) => element(x, at)), ...fixed])
    state = outputs.slice(0, carries)
    for (let k = carries; k < outputs.length; k++) {
      const values = valuesOf('scan', outputs[k]!)
      packed.set(values, starts[k]! + at * values.length)
    }
  }
  state.forEach((x, k) => {
    packed.set(valuesOf('scan', x), starts[k])
  })
  return packed
}

const maskedDerivative = (value: unknown, reached: unknown): MaskedDerivative =>
  ({ value, reached }) as MaskedDerivative

/** The cotangents of a loop's inputs, and what of them is reached. */
export const cotangentsOf = (
  params: Loop,
  inputs: readonly Tensor[],
  cotangent: MaskedDerivative
): readonly MaskedDerivative[] => params.rules().cotangents(params, inputs, cotangent)

/** The tangent of a loop's results by one of its inputs, and the mask of reached elements. */
export const tangentOf = (
  params: Loop,
  inputs: readonly Tensor[],
  index: number,
  tangent: MaskedDerivative
): MaskedDerivative => params.rules().tangent(params, inputs, index, tangent)

/**
 * The loop as a primitive. Its result is all that the loop gives, one after the other in one vector, since a primitive
 * gives one tensor; {@link unpacked} takes it apart, and what is not looked at costs a slice at most.
 */
export const loop: Primitive<Loop> = {
  name: 'scan',
  arity: 'any',
  domain: [reals],
  differentiable: () => true,
  shape: (params, inputs) => {
    const wanted = loopInputs(params)
    return wanted.length === inputs.length && wanted.every((dims, i) => sameDims(dims, inputs[i]!))
      ? E.right([loopOutputs(params).reduce((sum, dims) => sum + sizeOf(dims), 0)])
      : E.left(`needs ${wanted.map(showDims).join(', ')}, got ${inputs.map(showDims).join(', ')}`)
  },
  evaluate: (params, inputs, output) => run(params, inputs, sizeOf(output)),
  // the carrier of a rule is tensors whatever its type says: a step is a tape, and those are of tensors
  vjp: (_, params, inputs, __, ct, index, reached) =>
    cotangentsOf(params, inputs as readonly Tensor[], maskedDerivative(ct, reached))[index]!.value as typeof ct,
  jvp: (_, params, inputs, __, tangent, index, reached) =>
    tangentOf(params, inputs as readonly Tensor[], index, maskedDerivative(tangent, reached)).value as typeof tangent,
  batch: ({ params, inputs, mapped, size }) =>
    params.rules().batched(params, inputs as readonly Tensor[], mapped, size) as (typeof inputs)[number],
  flops: ({ step, length }) => length * cost(step).flops
}

/** What a loop gives, taken apart. */
export const unpacked = (params: Loop, packed: Tensor): readonly Tensor[] => {
  let end = 0
  return loopOutputs(params).map((dims) => {
    const start = end
    end += sizeOf(dims)
    return op.reshape(op.slice(packed, [start], [end]), dims)
  })
}

/** What a loop gives for its inputs. */
export const runLoop = (params: Loop, inputs: readonly Tensor[]): readonly Tensor[] =>
  unpacked(params, apply(loop, params, inputs))
