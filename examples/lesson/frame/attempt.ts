/** Training as an attempt, of which it is not known whether it comes to anything. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as R from 'fp-ts/lib/ReadonlyRecord.js'
import { nn, type optim, type random, type Shape, train } from '../../../src/index.ts'
import type { History, Named } from '../../../src/report/index.ts'
import { final } from '../../world/fit.ts'

export type Attempt = E.Either<train.TrainingError, History>

/** The history of a network that learns by the squared error, or why it could not be trained. */
export const attempt =
  (key: random.Key, epochs: number) =>
  <P, St, I extends Shape, O extends Shape>(model: nn.Layer<P, St, I, O>, optimizer: optim.GradientTransformation) =>
  (set: train.Dataset<I, O>): Attempt => {
    const problem = { model, loss: nn.meanSquaredError, optimizer }
    return pipe(
      train.start(problem)(key),
      train.fit(problem, { epochs, batchSize: 20 })(set),
      E.map(({ history }) => history)
    )
  }

/** What became of it: the loss at the end, or the error. */
export const showAttempt: (one: Attempt) => string = E.match(
  train.showError,
  (history) => `loss ${final({ history }).loss.toPrecision(3)}`
)

/** The loss at the end; NaN without one. */
export const lossOf: (one: Attempt) => number = E.match(
  () => NaN,
  (history) => final({ history }).loss
)

/** The histories of those that came to something. */
export const histories: (all: Named<Attempt>) => Named<History> = R.filterMap(O.getRight)
