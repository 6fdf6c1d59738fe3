/** One problem to train on, and the outcome. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import type * as IOE from 'fp-ts/lib/IOEither.js'
import * as O from 'fp-ts/lib/Option.js'
import { type Params, params, random, type Shape, train } from '../../src/index.ts'
import { final, fit, type Trained } from '../world/fit.ts'
import { percent, short } from '../world/text.ts'
import type { World } from '../world/world.ts'
import { gradientError } from './gradient.ts'

/** The settings of an exercise. */
export interface Settings {
  readonly epochs: number
  readonly batchSize: number
  /** The accuracy to reach: on held-out examples where there are some. */
  readonly bar: number
}

export interface Exercise<P, St, I extends Shape, Out extends Shape, T extends Shape> {
  readonly name: string
  readonly problem: train.Problem<P, St, I, Out, T>
  readonly data: train.Dataset<I, T>
  readonly heldOut?: train.Dataset<I, T>
  /** A few examples, on which the gradient is checked. */
  readonly few: train.Dataset<I, T>
  readonly settings: Settings
}

export interface Outcome {
  readonly name: string
  readonly gradientError: number
  readonly parameters: number
  readonly epochs: number
  readonly loss: number
  readonly accuracy: number
  readonly heldOut: O.Option<number>
  readonly seconds: number
  readonly bar: number
}

/** The figures of the last epoch. */
const outcome =
  <P extends Params, St, I extends Shape, Out extends Shape, T extends Shape>(
    { name, settings }: Exercise<P, St, I, Out, T>,
    checked: number
  ) =>
  ({ state, seconds }: Trained<P, St>): Outcome => {
    const { loss, accuracy, validationAccuracy } = final(state)
    return {
      name,
      gradientError: checked,
      parameters: params.count<Params>(state.params),
      epochs: state.epoch,
      loss,
      accuracy,
      heldOut: O.fromPredicate((share: number) => !Number.isNaN(share))(validationAccuracy),
      seconds,
      bar: settings.bar
    }
  }

/** Checks the gradient, then trains; all random numbers come from the key. */
export const attempt =
  (world: World) =>
  (key: random.Key) =>
  <P extends Params, St, I extends Shape, Out extends Shape, T extends Shape>(
    exercise: Exercise<P, St, I, Out, T>
  ): IOE.IOEither<string, Outcome> => {
    const [checkKey, trainKey] = random.split(2)(key)
    const { name, problem, data, heldOut, settings } = exercise
    return pipe(
      IO.Do,
      IO.bind('checked', () => () => gradientError(problem, exercise.few)(checkKey)),
      IO.tap(({ checked }) =>
        world.say(`${name}: gradient check over all parameters, relative error ${short(checked)}`)
      ),
      IO.bind('trained', () =>
        pipe(
          train.start(problem)(trainKey),
          fit(world)(name, problem, {
            epochs: settings.epochs,
            batchSize: settings.batchSize,
            ...(heldOut === undefined ? {} : { validation: heldOut })
          })(data)
        )
      ),
      IO.map(({ checked, trained }) => pipe(trained, E.map(outcome(exercise, checked))))
    )
  }

/** The requirements that an outcome misses, in words. */
export const shortfalls = ({ name, gradientError, accuracy, heldOut, bar }: Outcome): readonly string[] => {
  const reached = O.getOrElse(() => accuracy)(heldOut)
  return [
    ...(gradientError < 1e-7
      ? []
      : [`${name}: the relative error of the gradient check is ${short(gradientError)}, required: below 1e-7`]),
    ...(reached >= bar ? [] : [`${name}: accuracy ${percent(reached)}, required: at least ${percent(bar)}`])
  ]
}
