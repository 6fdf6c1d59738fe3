import * as E from 'fp-ts/lib/Either.js'
import { type Dims, MOST_NUMBERS, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import type { Differential, MultiPrimitive } from './primitive.ts'
import { costOf, evaluateTape, outputDims, type Tape } from './tape.ts'

/** Scan as a primitive: the tape of a step, run once per element of the scanned sequences. */

/**
 * A scan. The inputs of the step are the carries, then an element of each scanned sequence (`xs`), then the
 * loop-invariant inputs; its outputs are the next carries, then the outputs that are stacked.
 */
export interface Loop {
  readonly step: Tape
  /** The number of steps, at most; `Infinity` only where the condition is carried or fixed. */
  readonly length: number
  /** From the last element to the first. */
  readonly reverse: boolean
  readonly carries: number
  readonly xs: number
  /**
   * The index of the step's input, a scalar, that decides whether the step is run; `null` to run each. Where it is 0 the carry is
   * unchanged, and the kept outputs are zeros.
   */
  readonly when: number | null
  /** A compiled program replaces the loop by its step: one step of a function with a derivative rule of its own. */
  readonly inline?: true
  /** Differentiation and batching, which are defined in `transform`. */
  readonly rules: () => LoopRules
}

type Maybe = Differential<Tensor> | undefined

/** The rules of a scan, each for all inputs and results at once; `undefined` where there is no tangent or cotangent. */
export interface LoopRules {
  readonly tangents: (
    loop: Loop,
    inputs: readonly Tensor[],
    results: readonly Tensor[],
    tangents: readonly Maybe[]
  ) => readonly Maybe[]
  readonly cotangents: (
    loop: Loop,
    inputs: readonly Tensor[],
    results: readonly Tensor[],
    cotangents: readonly Maybe[],
    wanted: readonly boolean[]
  ) => readonly Maybe[]
  readonly batched: (
    loop: Loop,
    inputs: readonly Tensor[],
    mapped: readonly boolean[],
    size: number
  ) => readonly Tensor[]
  /** Which results differ between examples, given which inputs do. */
  readonly varies: (loop: Loop, mapped: readonly boolean[]) => readonly boolean[]
}

/** The shapes of the inputs of a scan; sequences have a leading axis of steps. */
const inputDims = ({ step, length, carries, xs }: Loop): readonly Dims[] =>
  step.inputs.map((dims, i) => (i >= carries && i < carries + xs ? [length, ...dims] : dims))

/** The shapes of its results: the final carries, then stacked outputs with a leading axis of steps. */
export const resultDims = ({ step, length, carries }: Loop): readonly Dims[] =>
  outputDims(step).map((dims, i) => (i < carries ? dims : [length, ...dims]))

/** Whether the loop ends at the first step that is not run: its condition is carried or fixed, and so stays 0. */
export const endsEarly = ({ when, carries, xs }: Loop): boolean =>
  when !== null && (when < carries || when >= carries + xs)

/** The element of a tensor at an index of its first axis. */
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

/** The primitive; its results are the final carries, then the stacked outputs. */
export const scan: MultiPrimitive<Loop> = {
  multipleResults: true,
  name: 'scan',
  arity: 'any',
  domain: [reals],
  differentiable: () => true,
  shape: (params, inputs) => {
    const wanted = inputDims(params)
    if (wanted.length !== inputs.length || !wanted.every((dims, i) => sameDims(dims, inputs[i]!)))
      return E.left(`needs ${wanted.map(showDims).join(', ')}, got ${inputs.map(showDims).join(', ')}`)
    const results = resultDims(params)
    const tooLarge = endsEarly(params) ? results.find((dims) => sizeOf(dims) > MOST_NUMBERS) : undefined
    return tooLarge === undefined
      ? E.right(results)
      : E.left(
          `reverse mode of whileLoop stores the carry of up to maxSteps steps, here ${showDims(tooLarge)}, more than ${MOST_NUMBERS} numbers; pass a smaller maxSteps, or use jvp`
        )
  },
  evaluate: run,
  // the carrier `A` is always tensors here, since a step is a tape of tensors
  vjp: (_, params, inputs, results, cts, wanted) =>
    params
      .rules()
      .cotangents(
        params,
        inputs as readonly Tensor[],
        results as readonly Tensor[],
        cts as readonly Maybe[],
        wanted
      ) as typeof cts,
  jvp: (_, params, inputs, results, tangents) =>
    params
      .rules()
      .tangents(
        params,
        inputs as readonly Tensor[],
        results as readonly Tensor[],
        tangents as readonly Maybe[]
      ) as typeof tangents,
  batch: ({ params, inputs, mapped, size }) =>
    params.rules().batched(params, inputs as readonly Tensor[], mapped, size) as unknown as typeof inputs,
  varies: (params, mapped) => params.rules().varies(params, mapped),
  // how many steps a loop without a bound takes is not known: one is counted
  flops: ({ step, length }) => (Number.isFinite(length) ? length : 1) * costOf(step).flops
}
