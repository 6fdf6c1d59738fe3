import { tensors as op } from '../tape/algebra.ts'
import { apply } from '../tape/apply.ts'
import { fold, type Tape } from '../tape/tape.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** A tape run for many examples at once: each operation by its batched form where an operand differs between examples. */

/** A tensor that has an axis of examples in front, or that is the same for all of them. */
export interface Example {
  readonly x: Tensor
  readonly mapped: boolean
}

/** The tape for `size` examples. */
export const batchTape = (tape: Tape, inputs: readonly Example[], size: number): readonly Example[] =>
  fold<Example>({
    onInput: (i) => inputs[i]!,
    onConstant: (x) => ({ x, mapped: false }),
    onEntry: ({ primitive, params }, given) => {
      const xs = given.map(({ x }) => x)
      const mapped = given.map((input) => input.mapped)
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

/** Which outputs differ between examples, when these inputs do. */
export const isMappedIn = (tape: Tape, inputs: readonly boolean[]): readonly boolean[] =>
  fold<boolean>({
    onInput: (i) => inputs[i]!,
    onConstant: () => false,
    onEntry: (_, given) => given.includes(true)
  })(tape)
