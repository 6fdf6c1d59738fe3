import type { LoopRules } from '../primitive/scan.ts'
import type { Token } from '../tape/apply.ts'
import { shapeLeaf, tapeOf } from '../tape/tape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { loopOf, runLoop, zerosLike } from './loop.ts'
import { capturedIn, closedOver } from './step.ts'

/** Loops of one step, which carry their results from zeros: a branch, a checkpoint, a function with a rule of its own. */

/** A function traced by shape: its leaves, and what it made of them. */
export interface TracedStep {
  readonly act: Token
  readonly leaves: readonly Tensor[]
  readonly results: readonly Tensor[]
}

interface Once {
  /** The results where the step is not taken; zeros when left out. */
  readonly begin?: readonly Tensor[]
  /** A scalar: the step is taken where it is not 0. Always when left out. */
  readonly condition?: Tensor
  /** Rules of its own, and the tensors that they and the step close over. */
  readonly own?: { readonly rules: LoopRules; readonly captured: readonly Tensor[] }
}

/** The results of a traced function at tensors. */
export const runOnce = (
  { act, leaves, results }: TracedStep,
  given: readonly Tensor[],
  { begin = results.map(zerosLike), condition, own }: Once = {}
): readonly Tensor[] => {
  const flags = condition === undefined ? [] : [condition]
  const unused = [...begin, ...flags].map((x) => shapeLeaf(act, dimsOf(x)))
  const tape = tapeOf(act, [...unused, ...leaves], results)
  const captured = own?.captured ?? capturedIn(tape)
  const loop = loopOf({
    step: closedOver(captured)(tape),
    length: 1,
    reverse: false,
    carries: begin.length,
    xs: 0,
    when: condition === undefined ? null : begin.length
  })
  const inputs = [...begin, ...flags, ...given, ...captured]
  return runLoop(own === undefined ? loop : { ...loop, inline: true, rules: () => own.rules }, inputs)
}
