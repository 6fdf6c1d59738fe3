import * as E from 'fp-ts/lib/Either.js'
import { type Dims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import type { Differential, MultiPrimitive } from './primitive.ts'
import { costOf, evaluateTape, outputDims, type Tape } from './tape.ts'

/** A loop as one operation: the tape of a step, run once for each element of what it goes along. */

/**
 * A step, how often it is taken, and what follows from it. The step's inputs are what is carried from step to step, then
 * an element of everything that the loop goes along, then what is the same for all steps; its outputs are what is carried
 * on, then what is kept of the step.
 */
export interface Loop {
  readonly step: Tape
  /** How many steps there are at most; `Infinity` for as many as are taken, which can only be where `when` is no element. */
  readonly length: number
  /** From the last element to the first. */
  readonly reverse: boolean
  readonly carries: number
  readonly xs: number
  /**
   * The input of the step, a scalar, that says whether it is taken; `null` when each is. Where it is 0, what is carried stays
   * as it is, and zeros are kept.
   */
  readonly when: number | null
  /** A program has the step in place of the loop: it is one step, of a function that has a rule of its own. */
  readonly inline?: true
  /** How a loop is differentiated and batched, which takes more than this floor knows. */
  readonly rules: () => LoopRules
}

type Maybe = Differential<Tensor> | undefined

/** The rules of a loop, each for all its inputs and results at once; `undefined` for what has no tangent or cotangent. */
export interface LoopRules {
  readonly tangents: (loop: Loop, inputs: readonly Tensor[], tangents: readonly Maybe[]) => readonly Maybe[]
  readonly cotangents: (
    loop: Loop,
    inputs: readonly Tensor[],
    cotangents: readonly Maybe[],
    wanted: readonly boolean[]
  ) => readonly Maybe[]
  readonly batched: (
    loop: Loop,
    inputs: readonly Tensor[],
    mapped: readonly boolean[],
    size: number
  ) => readonly Tensor[]
  /** Which results differ between examples when these inputs do. */
  readonly varies: (loop: Loop, mapped: readonly boolean[]) => readonly boolean[]
}

/** The shapes of what a loop is given: of what it goes along, with an axis for the steps in front. */
const inputDims = ({ step, length, carries, xs }: Loop): readonly Dims[] =>
  step.inputs.map((dims, i) => (i >= carries && i < carries + xs ? [length, ...dims] : dims))

/** The shapes of what it gives: what is carried at the end, then what was kept, with an axis for the steps in front. */
export const resultDims = ({ step, length, carries }: Loop): readonly Dims[] =>
  outputDims(step).map((dims, i) => (i < carries ? dims : [length, ...dims]))

/** Whether the condition of a loop stays as it is once a step was not taken: where the loop does not go along it. */
export const endsEarly = ({ when, carries, xs }: Loop): boolean =>
  when !== null && (when < carries || when >= carries + xs)

/** The elements of a tensor at one place of its first axis. */
const element = (x: Tensor, at: number): Tensor => {
  const [, ...dims] = dimsOf(x)
  const n = sizeOf(dims)
  return make(dims, values(x).subarray(at * n, (at + 1) * n))
}

const run = (loop: Loop, inputs: readonly Tensor[], results: readonly Dims[]): readonly Float64Array[] => {
  const { step, length, reverse, carries, xs, when } = loop
  const along = inputs.slice(carries, carries + xs)
  const fixed = inputs.slice(carries + xs)
  const kept = results.slice(carries).map((dims) => new Float64Array(sizeOf(dims)))
  let state = inputs.slice(0, carries)
  for (let i = 0; i < length; i++) {
    const at = reverse ? length - 1 - i : i
    const given = [...state, ...along.map((x) => element(x, at)), ...fixed]
    if (when !== null && values(given[when]!)[0] === 0) {
      if (endsEarly(loop)) break
      continue
    }
    const outputs = evaluateTape(step, given)
    state = outputs.slice(0, carries)
    kept.forEach((all, k) => {
      const own = values(outputs[carries + k]!)
      all.set(own, at * own.length)
    })
  }
  return [...state.map(values), ...kept]
}

/** The loop as a primitive: its results are what is carried at the end, then what was kept. */
export const scan: MultiPrimitive<Loop> = {
  multipleResults: true,
  name: 'scan',
  arity: 'any',
  domain: [reals],
  differentiable: () => true,
  shape: (params, inputs) => {
    const wanted = inputDims(params)
    return wanted.length === inputs.length && wanted.every((dims, i) => sameDims(dims, inputs[i]!))
      ? E.right(resultDims(params))
      : E.left(`needs ${wanted.map(showDims).join(', ')}, got ${inputs.map(showDims).join(', ')}`)
  },
  evaluate: run,
  // the carrier of a rule is tensors whatever its type says: a step is a tape, and those are of tensors
  vjp: (_, params, inputs, __, cts, wanted) =>
    params.rules().cotangents(params, inputs as readonly Tensor[], cts as readonly Maybe[], wanted) as typeof cts,
  jvp: (_, params, inputs, __, tangents) =>
    params.rules().tangents(params, inputs as readonly Tensor[], tangents as readonly Maybe[]) as typeof tangents,
  batch: ({ params, inputs, mapped, size }) =>
    params.rules().batched(params, inputs as readonly Tensor[], mapped, size) as unknown as typeof inputs,
  varies: (params, mapped) => params.rules().varies(params, mapped),
  // how many steps a loop without a bound takes is not known: one is counted
  flops: ({ step, length }) => (Number.isFinite(length) ? length : 1) * costOf(step).flops
}
