import * as kinds from '../../kinds/index.ts'
import { bernoulli } from '../../random/index.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { asTensor } from '../../tensor/given.ts'
import { dimsOf, type Tensor } from '../../tensor/tensor.ts'
import type { Mode, PointwiseLayer } from './layer.ts'
import { modeKind } from './subject.ts'

/** Settings of dropout. @category layers @since 0.1.0 */
export interface DropoutSettings {
  /** The probability that an element is kept: above 0, at most 1. */
  readonly keepProbability: number
}

const keptShare = kinds.number(
  'a probability above 0 and at most 1, the share that is kept',
  (kept) => kept > 0 && kept <= 1
)
/** @internal */
export const dropoutSettings = kinds.settings('dropout', { keepProbability: keptShare })

/**
 * Dropout: in training each element is kept with probability `keepProbability` and divided by it, or set to 0; so its
 * expectation stays, and using the model needs no correction ("inverted" dropout). In `Infer` it is the identity. A stage
 * of any shape: a whole batch in one call drops other elements in every example, but under `vmap` all examples share
 * one draw, unless keys are mapped with them: `vmap((x, key) => layer.apply(training(key))(x))(xs, random.keys(n)(key))`.
 *
 * @shape x S → S
 * @throws ValueError when `keepProbability` is not above 0 and at most 1, and when it is applied to no tensor, or in no mode
 * @see Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout (2014)
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { nn, ones, random, toArray } from 'grad-ts'
 *
 * const layer = nn.dropout({ keepProbability: 0.8 })
 * deepStrictEqual(toArray(layer.apply(nn.inference)(ones([3]))), [1, 1, 1])
 * ok(toArray(layer.apply(nn.training(random.key(0)))(ones([100]))).every((value) => value === 0 || value === 1 / 0.8))
 * @category layers
 * @since 0.1.0
 */
export const dropout = (settings: DropoutSettings): PointwiseLayer => {
  const { keepProbability } = dropoutSettings.read(settings)
  const drop = (given: Mode) => {
    const mode = kinds.mustBe(modeKind, 'dropout: mode', given)
    return (x: Tensor): Tensor => {
      asTensor('dropout', x)
      if (mode._tag === 'Infer' || keepProbability === 1) return x
      const kept = bernoulli(keepProbability, dimsOf(x))(mode.key)
      return op.mul(x, op.div(kept, op.constant(keepProbability)))
    }
  }
  return { name: 'dropout', usesKey: keepProbability < 1, apply: drop as PointwiseLayer['apply'] }
}
