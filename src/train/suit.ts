import * as kinds from '../kinds/index.ts'
import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import { inference } from '../nn/layers/layer.ts'
import { type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { type Fault, faultOf, guarded } from './error.ts'
import { type Evaluator, metricOf, notNumber } from './evaluate.ts'
import { rowsAt, rowsBetween } from './rows.ts'
import type { Dataset, Problem, TrainState } from './state.ts'
import { predictRows } from './step.ts'
import { dataFaults } from './validate.ts'

/** Whether a loss and metrics take the targets of a data set: they are asked before the first step, with predictions of the model. */

/** As much of a problem as its data must suit. */
type Judged<P, St, I extends Shape, O extends Shape, T extends Shape> = Pick<
  Problem<P, St, I, O, T>,
  'model' | 'loss' | 'metrics'
>

/** The most numbers of predictions that the loss is called with at a time. */
const MOST_NUMBERS = 2 ** 20
/** The number of rows whose predictions, repeated, the loss is first called with. */
const SAMPLE = 32

/** Where the rows of a data set are cut: `[from, to]`, the last part perhaps short. */
const cuts = (count: number, rows: number): readonly (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(count / rows) }, (_, i) => [i * rows, Math.min(count, (i + 1) * rows)])

/** The rows of a tensor, over and over. */
const repeated = (x: Tensor, rows: number): Tensor => {
  const [count = 1] = dimsOf(x)
  return rowsAt(
    x,
    Float64Array.from({ length: rows }, (_, i) => i % count)
  )
}

/** What to do about targets that are numbers of classes where rows are wanted. */
const hint = (targets: Dims, [classes = 0, ...further]: Dims): string =>
  classes > 1 && further.length === 0 && (targets.length === 1 || (targets.length === 2 && targets[1] === 1))
    ? `; labels become rows of zeros with a one by oneHot(${classes})`
    : ''

const sentence = (name: string, message: string, targets: Dims, predictions: Dims): string => {
  const [wanted, given] = [showDims(predictions), showDims(targets)]
  // the two may be the same
  const both = message.includes(wanted) && message.replace(wanted, '').includes(given)
  return (
    `the ${name} refuses them: ${message}` +
    (both ? hint(targets, predictions.slice(1)) : `; predictions have the shape ${wanted}, targets ${given}`)
  )
}

/** Faults of the data, or of the problem itself: its model, its loss or a metric failed for another reason. @internal */
export type Suits = E.Either<readonly Fault[], readonly Fault[]>

/** What was thrown for some targets: a fault of theirs when it is a named error, else one of what threw it. */
const blame = (path: string, what: string, name: string, thrown: unknown, of: Dims, predictions: Dims): Suits => {
  const fault = faultOf(path, thrown)
  return fault.cause === undefined
    ? E.right([{ path: `${name}.targets`, message: sentence(what, fault.message, of, predictions) }])
    : E.left([fault])
}

const none: Suits = E.right([])

/**
 * Whether the loss takes the targets. It is first asked with the predictions of a few rows, repeated, which costs little.
 * What throws then is asked again as training would ask it, with the predictions of each row, so that nothing is refused but
 * what would have failed.
 */
const lossSuits = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { model, loss }: Judged<P, St, I, O, T>,
  { params, modelState }: TrainState<P, St>,
  name: string,
  data: Dataset<I, T>,
  batchSize: number
): Suits => {
  const targets = data.targets as unknown as Tensor
  const count = dimsOf(targets)[0]!
  const quick = Math.max(1, Math.floor(MOST_NUMBERS / Math.max(1, sizeOf(model.output))))
  const predict = (from: number, to: number): E.Either<readonly Fault[], Tensor> =>
    pipe(
      guarded('model', () =>
        predictRows(
          (x: Tensor) =>
            asTensor('what it gives for inputs', model.apply(inference)(params, modelState)<[number]>(x as never)[0]),
          rowsBetween(data.inputs, from, to) as never
        )
      ),
      E.mapLeft((fault) => [fault])
    )
  const judge = (some: Tensor, predictions: Tensor): E.Either<unknown, unknown> =>
    E.tryCatch(
      () => kinds.mustBe(kinds.anyFunction, 'what it gives for targets', loss(some as never))(predictions as never),
      identity
    )
  const exact = (): Suits =>
    cuts(count, Math.min(count, batchSize)).reduce<Suits>((found, [from, to]) => {
      if (E.isLeft(found) || found.right.length > 0) return found
      const some = rowsBetween(targets, from, to)
      const predictions = predict(from, to)
      if (E.isLeft(predictions)) return predictions
      const answer = judge(some, predictions.right)
      return E.isRight(answer)
        ? none
        : pipe(
            blame('loss', 'loss', name, answer.left, dimsOf(some), dimsOf(predictions.right)),
            E.map((faults) =>
              from === 0
                ? faults
                : faults.map((fault) => ({
                    ...fault,
                    message: `${fault.message}, in the batch that begins at row ${from}`
                  }))
            )
          )
    }, none)
  return pipe(
    predict(0, Math.min(count, SAMPLE)),
    E.chain((sample) =>
      cuts(count, quick).every(([from, to]) =>
        E.isRight(judge(rowsBetween(targets, from, to), repeated(sample, to - from)))
      )
        ? none
        : exact()
    )
  )
}

/** Whether the metrics take the targets, with the predictions of all rows, and give numbers. */
const metricsSuit = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { metrics = {} }: Judged<P, St, I, O, T>,
  evaluator: Evaluator<P, St>,
  { params, modelState }: TrainState<P, St>,
  name: string,
  data: Dataset<I, T>
): Suits => {
  const entries = Object.entries(metrics)
  if (entries.length === 0) return none
  const targets = data.targets as unknown as Tensor
  const ask = (figure: string, metric: unknown, predictions: Tensor): Suits => {
    const answer = E.tryCatch(() => metricOf(metric, targets, predictions), identity)
    return E.isLeft(answer)
      ? blame(`metrics.${figure}`, `metric ${figure}`, name, answer.left, dimsOf(targets), dimsOf(predictions))
      : typeof answer.right === 'number'
        ? none
        : E.left([notNumber(figure, answer.right)])
  }
  return pipe(
    evaluator.measure(params, modelState, data as unknown as Dataset, { predictions: true, loss: false }),
    E.mapLeft((fault) => [fault]),
    E.chain(({ predictions }) => together(entries.map(([figure, metric]) => ask(figure, metric, predictions!))))
  )
}

/** All faults of the data, or those of the problem where there are some. @internal */
export const together = (answers: readonly Suits[]): Suits => {
  const failed = answers.flatMap((answer) => (E.isLeft(answer) ? answer.left : []))
  return failed.length > 0
    ? E.left(failed)
    : E.right(answers.flatMap((answer) => (E.isRight(answer) ? answer.right : [])))
}

// Tensors never change: what was found to suit a problem once need not be asked again.
const sound = new WeakMap<object, WeakMap<object, WeakSet<object>>>()

const isSound = (problem: object, data: unknown): boolean => {
  if (typeof data !== 'object' || data === null) return false
  const { inputs, targets } = data as Partial<Dataset>
  return isTensor(inputs) && isTensor(targets) && sound.get(problem)?.get(inputs)?.has(targets) === true
}

const remember = (
  problem: object,
  { inputs, targets }: { readonly inputs: object; readonly targets: object }
): void => {
  const ofProblem = sound.get(problem) ?? new WeakMap<object, WeakSet<object>>()
  const ofInputs = ofProblem.get(inputs) ?? new WeakSet<object>()
  sound.set(problem, ofProblem.set(inputs, ofInputs.add(targets)))
}

/**
 * Every fault of a data set for a problem: of its numbers and shapes first; of its targets when those are right.
 *
 * @internal
 */
export const setFaults = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Judged<P, St, I, O, T>,
  evaluator: Evaluator<P, St>,
  from: TrainState<P, St>,
  name: string,
  data: Dataset<I, T>,
  batchSize: number
): Suits => {
  if (isSound(problem, data)) return none
  const faults = dataFaults(name, data, problem.model.input)
  if (faults.length > 0) return E.right(faults)
  const found = together([
    lossSuits(problem, from, name, data, batchSize),
    metricsSuit(problem, evaluator, from, name, data)
  ])
  if (E.isRight(found) && found.right.length === 0) remember(problem, data)
  return found
}
