/** Training runs that may fail. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as R from 'fp-ts/lib/ReadonlyRecord.js'
import { nn, type optim, type random, type Shape, train } from '../../../src/index.ts'
import type { History, Named } from '../../../src/report/index.ts'
import { final } from '../../world/fit.ts'

export type Attempt = E.Either<train.TrainingError, History>

/** The history of a network trained on the squared error, or the training error. */
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

/** The final loss, or the error, as text. */
export const showAttempt: (one: Attempt) => string = E.match(
  train.showError,
  (history) => `loss ${final({ history }).loss.toPrecision(3)}`
)

/** The final loss; NaN after an error. */
export const lossOf: (one: Attempt) => number = E.match(
  () => NaN,
  (history) => final({ history }).loss
)

/** The histories of the runs that did not fail. */
export const histories: (all: Named<Attempt>) => Named<History> = R.filterMap(O.getRight)
