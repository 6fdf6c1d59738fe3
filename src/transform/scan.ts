import * as kinds from '../kinds/index.ts'
import { flattenArguments, flattenParams, rebuild } from '../params/tree.ts'
import { during, shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import { showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { unflatten } from '../tree/tree.ts'
import { loopOf, runLoop } from './loop.ts'
import { runSegments } from './segments.ts'
import { capturedIn, carriedOn, closedOver } from './step.ts'
import type { Batched } from './vmap.ts'

/** Options of `scan`. @category transform @since 0.1.0 */
export interface ScanSettings {
  /** From the last element to the first (false). */
  readonly reverse?: boolean
  /** The number of steps: required when `xs` has no tensors. */
  readonly length?: number
  /**
   * The number of steps per segment: reverse mode records the carry once per segment, and recomputes the steps within it. `true`
   * for segments of √n steps, with which memory grows as √n (false).
   */
  readonly checkpoint?: boolean | number
}

const lengthOf = (xs: readonly Tensor[], wanted: number | undefined): number => {
  const lengths = xs.map((x) =>
    dimsOf(x).length === 0 ? fail('ShapeError', 'scan: needs an axis to loop over, got a scalar') : dimsOf(x)[0]!
  )
  const length = wanted ?? lengths[0]
  if (length === undefined)
    return fail('ValueError', 'scan: nothing to loop over; give the number of steps as { length }')
  return lengths.every((n) => n === length)
    ? length
    : fail('ShapeError', `scan: the sequences have different lengths: ${showDims([...new Set([length, ...lengths])])}`)
}

const pairOf = (given: unknown): readonly [unknown, unknown] =>
  Array.isArray(given) && given.length === 2
    ? (given as unknown as readonly [unknown, unknown])
    : fail('ValueError', `scan: the step must return a pair, [carry, kept], it returned ${showGiven(given)}`)

const scanning = kinds.settings('scan', {
  reverse: [kinds.yesOrNo, false],
  length: [kinds.index, undefined],
  checkpoint: [kinds.either(kinds.yesOrNo, kinds.size), false]
})

/**
 * A loop as one operation (compare JAX's `lax.scan`): applies the step to the carry and to each element along the first
 * axis of `xs`, in order, and stacks the outputs. The step is traced once, by shape, so a thousand steps take no more
 * space on a tape than one, and `compile` makes a machine loop of them. It is differentiable to any order, in both
 * modes; the backward scan recomputes each step from its carry, which is recorded at each step, or with `checkpoint` at
 * each segment of steps. Tensors that the step closes over count as inputs.
 *
 * The carry and `xs` may be any nesting of tensors, random keys among them.
 *
 * @shape init: any; xs [n, …x] → [last carry, outputs [n, …y]]
 * @throws ShapeError when the lengths differ, or the carry changes its structure or shapes
 * @throws TracedValueError when the step reads a number
 * @throws ValueError when the step does not return a pair
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { add, grad, mul, type Scalar, scalar, scan, tensor, toArray, toNumber } from 'grad-ts'
 *
 * // running sums
 * const sums = scan((sum: Scalar, x: Scalar) => [add(x)(sum), add(x)(sum)] as const)
 * const [total, kept] = sums(scalar(0), tensor([1, 2, 3]))
 * strictEqual(toNumber(total), 6)
 * deepStrictEqual(toArray(kept), [1, 3, 6])
 *
 * const power = (x: Scalar) => scan((y: Scalar, by: Scalar) => [mul(by)(y), []] as const)(x, tensor([2, 3]))[0]
 * strictEqual(toNumber(grad(power)(scalar(1))), 6)
 * @category transform
 * @since 0.1.0
 */
export const scan = <C, X, Y>(f: (carry: C, x: X) => readonly [C, Y], settings: ScanSettings = {}) => {
  kinds.mustBe(kinds.anyFunction, 'scan: f', f)
  const { reverse, length: wanted, checkpoint } = scanning.read(settings)
  return <N extends number>(init: C, xs: Batched<X, N>): readonly [C, Batched<Y, N>] => {
    const start = flattenArguments('scan', init)
    const { leaves: begin, structure } = start
    const along = flattenParams('scan', xs, 'xs')
    const length = lengthOf(along.leaves, wanted)
    const act = token('scan')
    const carries = begin.map((x) => shapeLeaf(act, dimsOf(x)))
    const elements = along.leaves.map((x) => shapeLeaf(act, dimsOf(x).slice(1)))
    const [next, kept] = pairOf(
      during(act, () => f(unflatten(structure)(carries) as C, rebuild<X>(along.structure, elements)))
    )
    const carried = carriedOn('scan', start, next)
    const outputs = flattenParams('scan', kept, 'kept')
    const tape = tapeOf(act, [...carries, ...elements], [...carried, ...outputs.leaves])
    const captured = capturedIn(tape)
    const step = closedOver(captured)(tape)
    const loop = loopOf({ step, length, reverse, carries: carries.length, xs: elements.length, when: null })
    const segment = checkpoint === true ? Math.ceil(Math.sqrt(length)) : checkpoint === false ? 0 : checkpoint
    const inputs = [...begin, ...along.leaves, ...captured]
    const results = segment > 0 && segment < length ? runSegments(loop, inputs, segment) : runLoop(loop, inputs)
    // a carry that no step changes is returned as it was, bit for bit, not as a result of the scan
    const last = carried.map((x, i) => (x === carries[i] ? begin[i]! : results[i]!))
    const all = outputs.leaves.map((y, i) => {
      const at = elements.indexOf(y)
      return at < 0 ? results[carries.length + i]! : along.leaves[at]!
    })
    return [unflatten(structure)(last) as C, rebuild<Batched<Y, N>>(outputs.structure, all)]
  }
}

/**
 * Applies a step `n` times: `scan` without `xs`.
 *
 * @throws ValueError when `n` is not a non-negative integer
 * @throws ShapeError when the step changes the structure or the shapes of its argument
 * @throws TracedValueError when the step reads a number
 * @example
 * import { ok } from 'assert'
 * import { add, div, repeat, scalar, type Scalar, toNumber } from 'grad-ts'
 *
 * // Heron's square root of 2
 * const better = (x: Scalar) => div(scalar(2))(add(div(x)(scalar(2)))(x))
 * ok(Math.abs(toNumber(repeat(6)(better)(scalar(1))) - Math.SQRT2) < 1e-15)
 * @category transform
 * @since 0.1.0
 */
export const repeat =
  (n: number) =>
  <C>(f: (carry: C) => C) => {
    kinds.mustBe(kinds.index, 'repeat: n', n)
    kinds.mustBe(kinds.anyFunction, 'repeat: f', f)
    return (init: C): C => scan((carry: C, _: readonly []) => [f(carry), []] as const, { length: n })(init, [])[0]
  }
