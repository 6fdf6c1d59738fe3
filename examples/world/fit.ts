/** Training with progress and a clock. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import type * as IOE from 'fp-ts/lib/IOEither.js'
import { type Shape, train } from '../../src/index.ts'
import { timed, type World } from './world.ts'

/** The state after training, and how long it took. */
export interface Trained<P, St> {
  readonly state: train.TrainState<P, St>
  readonly seconds: number
}

/** The figures of the last epoch; NaN for those that were not measured, or without any epoch. */
export const final = ({ history }: Pick<train.TrainState<unknown, unknown>, 'history'>) => ({
  ...{ loss: NaN, accuracy: NaN, validationLoss: NaN, validationAccuracy: NaN },
  ...history[history.length - 1]
})

/** Trains under a name, which progress and errors show. */
export const fit =
  (world: World) =>
  <P, St, I extends Shape, O extends Shape, T extends Shape>(
    name: string,
    problem: train.Problem<P, St, I, O, T>,
    settings: Omit<train.FitSettings<P, St, I, T>, 'observers'>
  ) =>
  (data: train.Dataset<I, T>) =>
  (from: train.TrainState<P, St>): IOE.IOEither<string, Trained<P, St>> => {
    return pipe(
      world.progress(name, from.epoch + settings.epochs, from.epoch),
      IO.flatMap(({ tick, done }) => {
        const observe = (state: train.TrainState<P, St>): void => {
          const { loss, accuracy } = final(state)
          tick({ epoch: state.epoch, loss, accuracy })()
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
