/** Training as an effect: it is a pure function, but for showing how far it is. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import type * as IOE from 'fp-ts/lib/IOEither.js'
import { type optim, type Shape, train } from '../../src/index.ts'
import { timed, type World } from './world.ts'

/** What training is told, and the learning rate to show: an optimiser does not tell its own. */
export interface RunSettings<P, St, I extends Shape, T extends Shape> extends Omit<
  train.FitSettings<P, St, I, T>,
  'observers'
> {
  readonly rate: number | optim.Schedule
}

/** What training came to. */
export interface Trained<P, St> {
  readonly state: train.TrainState<P, St>
  readonly seconds: number
}

/** The figures of the last epoch; NaN for those that were not taken, or when there was no epoch. */
export const final = ({ history }: Pick<train.TrainState<unknown, unknown>, 'history'>) => ({
  ...{ loss: NaN, accuracy: NaN, validationLoss: NaN, validationAccuracy: NaN },
  ...history[history.length - 1]
})

/** Trains under a name, with a look at the clock before and after. */
export const fit =
  (world: World) =>
  <P, St, I extends Shape, O extends Shape, T extends Shape>(
    name: string,
    problem: train.Problem<P, St, I, O, T>,
    { rate, ...settings }: RunSettings<P, St, I, T>
  ) =>
  (data: train.Dataset<I, T>) =>
  (from: train.TrainState<P, St>): IOE.IOEither<string, Trained<P, St>> => {
    const rateAt = typeof rate === 'number' ? () => rate : rate
    return pipe(
      world.progress(name, from.epoch + settings.epochs, from.epoch),
      IO.flatMap(({ tick, done }) => {
        const observe = (state: train.TrainState<P, St>): void => {
          const { loss, accuracy } = final(state)
          tick({ epoch: state.epoch, step: state.step, loss, accuracy, rate: rateAt(state.step - 1) })()
        }
        return pipe(
          () => train.fit(problem, { ...settings, observers: [observe] })(data)(from),
          IO.tap(() => done)
        )
      }),
      timed(world.now),
      IO.map(([result, seconds]) =>
        pipe(
          result,
          E.bimap(
            (error) => `${name}: ${train.showError(error)}`,
            (state) => ({ state, seconds })
          )
        )
      )
    )
  }
