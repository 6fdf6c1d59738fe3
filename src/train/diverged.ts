import { flattenParams } from '../params/tree.ts'
import { apply } from '../tape/apply.ts'
import { fold } from '../tape/tape.ts'
import { showDims } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { bufferOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { trace } from '../transform/trace.ts'
import { pathsOf, showPath } from '../tree/tree.ts'
import type { TrainingError } from './error.ts'
import type { EpochOutcome } from './loop.ts'
import type { Problem } from './state.ts'
import { modeOf, objective } from './step.ts'

/** What to tell of a training run that met a number that is not finite. */

const finite = (x: Tensor): boolean => bufferOf(x)?.every(Number.isFinite) ?? true

/** The path of the first parameter that holds a number that is not finite. */
export const firstBadPath = (params: unknown): string | null => {
  const { leaves, structure } = flattenParams('fit', params)
  const at = leaves.findIndex((x) => !finite(x))
  return at < 0 ? null : showPath('params', pathsOf(structure)[at]!)
}

interface Checked {
  readonly value: Tensor
  /** The first operation that spoiled what this was made of, or this itself. */
  readonly bad: string | null
}

/** The first operation of a loss whose inputs were all finite and whose result is not. */
const firstBadOperation = (params: unknown, loss: (params: never) => Tensor<Shape> | Scalar): string | null => {
  const tape = (trace as unknown as (f: unknown) => (p: unknown) => ReturnType<ReturnType<typeof trace>>)(loss)(params)
  const { leaves } = flattenParams('fit', params)
  const [output] = fold<Checked>({
    onInput: (i) => ({ value: leaves[i]!, bad: null }),
    onConstant: (value) => ({ value, bad: null }),
    onEntry: ({ primitive, params: settings, dims }, inputs) => {
      const value = apply(
        primitive,
        settings,
        inputs.map((input) => input.value)
      )
      const own = !finite(value) && inputs.every((input) => finite(input.value))
      // a tape lists what an operation needs from its first input to its last
      const earlier = inputs.find((input) => input.bad !== null)
      return { value, bad: earlier?.bad ?? (own ? `${primitive.name} ${showDims(dims)}` : null) }
    }
  })(tape)
  return output!.bad
}

/** Why there is no step from a state on a batch: its loss is not a number. */
export const diverged = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Pick<Problem<P, St, I, O, T>, 'model' | 'loss' | 'penalty'>,
  { before, batch, loss }: Extract<EpochOutcome<P, St, I, T>, { _tag: 'Stuck' }>
): TrainingError => {
  const f = objective(problem)(modeOf(problem.model, before))(before.modelState, batch)
  return {
    _tag: 'Diverged',
    epoch: before.epoch + 1,
    step: before.step + 1,
    loss,
    path: firstBadPath(before.params),
    operation: firstBadOperation(before.params, (params: P) => f(params)[0])
  }
}
