import type { Tensor } from '../tensor/tensor.ts'
import { apply, applyMulti } from './apply.ts'
import { fold, type Tape } from './tape.ts'

/** Runs a tape on tensors, plain or traced. */
export const runTape = (tape: Tape, inputs: readonly Tensor[]): readonly Tensor[] =>
  fold<Tensor>({
    onInput: (i) => inputs[i]!,
    onConstant: (x) => x,
    onEntry: ({ primitive, params }, xs) =>
      primitive.multipleResults === true ? applyMulti(primitive, params, xs) : apply(primitive, params, xs)
  })(tape)
