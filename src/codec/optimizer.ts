import type * as t from 'io-ts'
import * as optim from '../optim/index.ts'
import { asDecoded, type Decoded, decode } from './fault.ts'
import { Decay, NonNegative, Rate } from './number.ts'
import { LearningRate, toRate } from './schedule.ts'
import { tagged, without } from './struct.ts'

/** Optimisers as data: the name of an optimiser, with the settings it has in `optim`. */

const rate = { learningRate: LearningRate } as const
const momentum = [rate, { decay: Decay }] as const
const adam = { beta1: Decay, beta2: Decay, epsilon: Rate } as const

/**
 * An optimiser, as it stands in a settings file: `{ name: 'adam', learningRate: 0.001 }`. The names and the settings are
 * those of `optim`; a learning rate is a number above 0, or a schedule.
 *
 * @category settings
 * @since 0.1.0
 */
export const OptimizerSettings = tagged('optimizerSettings', 'name', {
  sgd: [rate, {}],
  momentum,
  classicMomentum: momentum,
  nesterov: momentum,
  adagrad: [rate, { initialAccumulator: NonNegative, epsilon: Rate }],
  rmsProp: [rate, { decay: Decay, epsilon: Rate }],
  adam: [rate, adam],
  adamW: [rate, { ...adam, weightDecay: NonNegative }]
} as const)
/** @category settings @since 0.1.0 */
export type OptimizerSettings = t.TypeOf<typeof OptimizerSettings>

/**
 * Decodes an optimiser.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * ok(E.isRight(codec.optimizerSettings({ name: 'adam', learningRate: 0.001, beta1: 0.9 })))
 * deepStrictEqual(
 *   codec.optimizerSettings({ name: 'momentum', learningRate: { name: 'cosineDecay', initial: 0.1 }, decay: 1 }),
 *   E.left([
 *     { path: 'learningRate.steps', message: 'is missing; needs a whole number of at least 1' },
 *     { path: 'decay', message: 'needs a number of at least 0 and below 1, got 1' }
 *   ])
 * )
 * @category settings
 * @since 0.1.0
 */
export const optimizerSettings: (value: unknown) => Decoded<OptimizerSettings> = decode(OptimizerSettings)

/**
 * The optimiser that decoded settings describe.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import * as codec from 'grad-ts/codec'
 *
 * const optimizer = pipe(codec.optimizerSettings({ name: 'sgd', learningRate: 0.1 }), E.map(codec.toOptimizer))
 * strictEqual(E.isRight(optimizer) && optimizer.right.name, 'sgd')
 * @category settings
 * @since 0.1.0
 */
export const toOptimizer = (given: OptimizerSettings): optim.TypedTransformation => {
  const settings = asDecoded('toOptimizer', OptimizerSettings, given)
  const learningRate = toRate(settings.learningRate)
  switch (settings.name) {
    case 'sgd':
      return optim.sgd({ learningRate })
    case 'momentum':
      return optim.momentum({ ...without('name', settings), learningRate })
    case 'classicMomentum':
      return optim.classicMomentum({ ...without('name', settings), learningRate })
    case 'nesterov':
      return optim.nesterov({ ...without('name', settings), learningRate })
    case 'adagrad':
      return optim.adagrad({ ...without('name', settings), learningRate })
    case 'rmsProp':
      return optim.rmsProp({ ...without('name', settings), learningRate })
    case 'adam':
      return optim.adam({ ...without('name', settings), learningRate })
    case 'adamW':
      return optim.adamW({ ...without('name', settings), learningRate })
  }
}
