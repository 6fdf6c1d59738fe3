import { tensors as op } from '../tape/algebra.ts'
import type { MultiPrimitive } from '../primitive/primitive.ts'
import { apply, applyMulti } from '../tape/apply.ts'
import { fold, type Tape } from '../tape/tape.ts'
import type { Dims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/** Batched evaluation of a tape: operations with a mapped operand run by their batching rules. */

/** A tensor with a leading batch axis, or one shared by all examples. */
export interface Example {
  readonly x: Tensor
  readonly mapped: boolean
}

/** Evaluates a tape for `size` examples. */
export const batchTape = (tape: Tape, inputs: readonly Example[], size: number): readonly Example[] =>
  fold<Example>({
    onInput: (i) => inputs[i]!,
    onConstant: (x) => ({ x, mapped: false }),
    onEntry: ({ primitive, params, results }, given) => {
      const xs = given.map(({ x }) => x)
      const mapped = given.map((input) => input.mapped)
      if (primitive.multipleResults === true) return batchCall(primitive, params, xs, mapped, size, results.length)
      return mapped.includes(true)
        ? {
            x: primitive.batch({
              op,
              params,
              inputs: xs,
              mapped,
              size,
              again: (changed, ys) => apply(primitive, changed, ys)
            }),
            mapped: true
          }
        : { x: apply(primitive, params, xs), mapped: false }
    }
  })(tape)

/** All results of one batched call. */
const batchCall = (
  primitive: MultiPrimitive,
  params: unknown,
  inputs: readonly Tensor[],
  mapped: readonly boolean[],
  size: number,
  count: number
): readonly Example[] => {
  const again = (changed: unknown, ys: readonly Tensor[]) => applyMulti(primitive, changed, ys)
  if (!mapped.includes(true)) return again(params, inputs).map((x) => ({ x, mapped: false }))
  const results = primitive.batch({ op, params, inputs, mapped, size, again })
  if (results.length !== count)
    fail('ValueError', `${primitive.name}: batch gives ${results.length} results, but the shape rule gives ${count}`)
  const differ = variesOf(primitive, params, mapped)
  return results.map((x, i) => ({ x, mapped: differ?.[i] ?? true }))
}

/** Which results of a call differ between examples, given which inputs do; `null` for all. */
const variesOf = (primitive: MultiPrimitive, params: unknown, mapped: readonly boolean[]): readonly boolean[] | null =>
  primitive.varies?.(params, mapped) ?? null

/** Which outputs differ between examples, given which inputs do. */
export const isMappedIn = (tape: Tape, inputs: readonly boolean[]): readonly boolean[] =>
  fold<boolean>({
    onInput: (i) => inputs[i]!,
    onConstant: () => false,
    onEntry: ({ primitive, params, results }, given) => {
      const any = given.includes(true)
      if (primitive.multipleResults !== true) return any
      const differ = any ? variesOf(primitive, params, given) : null
      return results.map((_, i) => differ?.[i] ?? any)
    }
  })(tape)

/** The shapes of a tape's inputs, the mapped ones with a leading batch axis. */
export const batchedDims = (tape: Tape, mapped: readonly boolean[], size: number): readonly Dims[] =>
  tape.inputs.map((dims, i) => (mapped[i]! ? [size, ...dims] : dims))

/** Runs a tape on batched inputs; outputs for which `full` holds have a batch axis even where no example differs. */
export const examplesOf =
  (tape: Tape, mapped: readonly boolean[], size: number, full: (output: number) => boolean) =>
  (leaves: readonly Tensor[]): readonly Tensor[] =>
    batchTape(
      tape,
      leaves.map((x, i) => ({ x, mapped: mapped[i]! })),
      size
    ).map(({ x, mapped: own }, i) => (own || !full(i) ? x : toAll(x, size)))

/** The same for all examples. */
export const toAll = (x: Tensor, size: number): Tensor => op.broadcastTo(x, [size, ...dimsOf(x)])

/** One number per example, broadcast to the shape of the examples. */
export const alongFirst = (x: Tensor, like: Tensor): Tensor => {
  const [size, ...rest] = dimsOf(like)
  return op.broadcastTo(op.reshape(x, [size!, ...rest.map(() => 1)]), dimsOf(like))
}
