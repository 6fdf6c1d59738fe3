import * as kinds from '../../kinds/index.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { ones, zeros } from '../../tensor/construct.ts'
import { showDims, sizeOf } from '../../tensor/dims.ts'
import { fail } from '../../tensor/errors.ts'
import { dimsOf, type Tensor } from '../../tensor/tensor.ts'
import { batchRank, checkPart } from './checked.ts'
import type { Layer, Mode } from './layer.ts'
import { meanOver, type ScaleAndShift, scaleAndShift, spreadOf, standardized, startNormalized } from './normalize.ts'
import { modeKind } from './subject.ts'

/** Settings of batch normalisation. @category layers @since 0.1.0 */
export interface BatchNormSettings<N extends number> {
  /** The number of features of an example. */
  readonly features: N
  /** The share that a batch has in the running statistics after it, above 0 and at most 1; 0.1 when left out. */
  readonly momentum?: number
  /** Added to the variance, above 0; 1e-5 when left out. */
  readonly epsilon?: number
}

/**
 * What batch normalisation carries along, to be used in `Infer`: moving averages over the batches it was trained with. They
 * start at 0 and 1.
 *
 * @category layers
 * @since 0.1.0
 */
export interface RunningStatistics<N extends number> {
  readonly mean: Tensor<[N]>
  readonly variance: Tensor<[N]>
}

const newShare = kinds.number(
  'a number above 0 and at most 1, the share of the new batch',
  (momentum) => momentum > 0 && momentum <= 1
)
const statistics = kinds.record('a state { mean, variance }', {})

/** @internal */
export const batchNormSettings = kinds.settings('batchNorm', {
  features: kinds.size,
  momentum: [newShare, 0.1],
  epsilon: [kinds.positive, 1e-5]
})

/**
 * Batch normalisation: `scale · (x − mean) / √(variance + epsilon) + shift`, feature by feature. In `Train` mean and
 * variance are those of the batch, over all batch dimensions, and the gradient goes through them; in `Infer` they are
 * running averages, kept in the state, and each example is independent of the others.
 *
 * A batch moves the averages by `(1 − momentum) · average + momentum · new`: momentum counts as in PyTorch, where 0.1 is
 * the default too (Keras' 0.99 is 0.01 here). As there, the batch is normalised by its variance divided by `n`, and the
 * average takes the unbiased one, divided by `n − 1`. The averages are constants: no derivative passes through the state.
 *
 * One example alone would be its own mean, whatever it is, and nothing could be learned: in `Train` that is an error.
 *
 * @shape x [...batch, features] → [...batch, features]; scale, shift, mean and variance [features]
 * @throws ValueError when a setting is out of its range
 * @throws ShapeError at a call in `Train` with fewer than two examples, whose input does not end in `[features]`, or with
 * another layer's parameters or state
 * @see Ioffe, Szegedy, Batch Normalization (2015), algorithms 1 and 2
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, random, tensor, toArray } from 'grad-ts'
 *
 * const layer = nn.batchNorm({ features: 1, momentum: 0.5, epsilon: 1e-12 })
 * const { params, state } = layer.init(random.key(0))
 * const [y, next] = layer.apply(nn.training(random.key(1)))(params, state)(tensor([[1], [5]]))
 * deepStrictEqual(toArray(y).map(([value]) => value?.toFixed(6)), ['-1.000000', '1.000000'])
 * // from 0 halfway to 3, and from 1 halfway to (2² + 2²) / (2 − 1)
 * deepStrictEqual([toArray(next.mean), toArray(next.variance)], [[1.5], [4.5]])
 * @category layers
 * @since 0.1.0
 */
export const batchNorm = <const N extends number>(
  settings: BatchNormSettings<N>
): Layer<ScaleAndShift<N>, RunningStatistics<N>, [N], [N]> => {
  const name = 'batchNorm'
  const { features, momentum, epsilon } = batchNormSettings.read(settings)
  const dims = [features]

  const runningAverage = (old: Tensor, batch: Tensor): Tensor =>
    op.add(op.mul(old, op.constant(1 - momentum)), op.mul(op.stopGradient(batch), op.constant(momentum)))

  const apply = (given: Mode) => {
    const mode = kinds.mustBe(modeKind, `${name}: mode`, given)
    return (params: ScaleAndShift<number>, state: RunningStatistics<number>) => {
      const { scale, shift } = scaleAndShift(name, features, params)
      const running = kinds.mustBe(statistics, `${name}: state`, state) as unknown as Readonly<Record<string, Tensor>>
      const mean = checkPart(name, 'state.mean', dims, running['mean']!)
      const variance = checkPart(name, 'state.variance', dims, running['variance']!)
      const scaled = (above: Tensor, below: Tensor): Tensor => op.add(op.mul(above, op.div(scale, below)), shift)

      return (x: Tensor): readonly [Tensor, unknown] => {
        const rank = batchRank(name, dims, x)
        if (mode._tag === 'Infer') return [scaled(op.sub(x, mean), spreadOf(variance, epsilon)), state]
        const count = sizeOf(dimsOf(x).slice(0, rank))
        if (count < 2)
          fail(
            'ShapeError',
            `batchNorm: needs at least 2 examples to train on, got shape ${showDims(dimsOf(x))}; choose a batch size that ` +
              'leaves no single example over, or use layerNorm'
          )
        const axes = Array.from({ length: rank }, (_, axis) => axis)
        const own = meanOver(x, axes, count, false)
        const { above, below, variance: spread } = standardized(op.sub(x, own), axes, count, epsilon, false)
        const unbiased = op.mul(spread, op.constant(count / (count - 1)))
        return [scaled(above, below), { mean: runningAverage(mean, own), variance: runningAverage(variance, unbiased) }]
      }
    }
  }
  return {
    name,
    input: dims,
    output: dims,
    usesKey: false,
    hasParams: true,
    hasState: true,
    init: () => ({ params: startNormalized(features), state: { mean: zeros([features]), variance: ones([features]) } }),
    apply
  } as unknown as Layer<ScaleAndShift<N>, RunningStatistics<N>, [N], [N]>
}
