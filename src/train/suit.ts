import * as kinds from '../kinds/index.ts'
import * as E from 'fp-ts/lib/Either.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { pipe } from 'fp-ts/lib/function.js'
import { inference } from '../nn/layers/layer.ts'
import { type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import { asTensor } from '../tensor/given.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { rowsBetween } from '../transform/rows.ts'
import { type Fault, guarded } from './error.ts'
import { asFigure, type Evaluator, metricOn } from './evaluate.ts'
import { firstOf } from './loop.ts'
import { cuts, rowsAt } from './rows.ts'
import type { Judged, Rows, State } from './state.ts'
import { predictRows } from './step.ts'
import { dataFaults } from './validate.ts'

/** Whether a loss and metrics take the targets of a data set: they are asked before the first step, with predictions of the model. */

/** The most numbers of predictions that the loss is called with at a time. */
const MOST_NUMBERS = 2 ** 20
/** The number of rows whose predictions, repeated, the loss is first called with. */
const SAMPLE = 32

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
const blame = (what: string, name: string, fault: Fault, targets: Dims, predictions: Dims): Suits =>
  fault.cause === undefined
    ? E.right([{ path: `${name}.targets`, message: sentence(what, fault.message, targets, predictions) }])
    : E.left([fault])

const none: Suits = E.right([])

/**
 * Whether the loss takes the targets. It is first asked with the predictions of a few rows, repeated, which costs little.
 * What throws then is asked again as training would ask it, with the predictions of each row, so that nothing is refused but
 * what would have failed.
 */
const lossSuits = (
  { model, loss }: Judged,
  { params, modelState }: State,
  name: string,
  { inputs, targets }: Rows,
  batchSize: number
): Suits => {
  const [count = 0] = dimsOf(targets)
  const quick = Math.max(1, Math.floor(MOST_NUMBERS / Math.max(1, sizeOf(model.output))))
  const run = (x: Tensor): Tensor =>
    asTensor('what it gives for inputs', model.apply(inference)(params, modelState)(x)[0])
  const predict = (from: number, to: number): E.Either<readonly Fault[], Tensor> =>
    pipe(
      guarded('model', () => predictRows(run, rowsBetween(inputs, from, to))),
      E.mapLeft((fault) => [fault])
    )
  const judge = (some: Tensor, predictions: Tensor): E.Either<Fault, unknown> =>
    guarded('loss', () => kinds.mustBe(kinds.anyFunction, 'what it gives for targets', loss(some))(predictions))
  const onBatch = ([from, to]: readonly [number, number]): Suits =>
    pipe(
      predict(from, to),
      E.chain((predictions) => {
        const some = rowsBetween(targets, from, to)
        const answer = judge(some, predictions)
        return E.isRight(answer) ? none : blame('loss', name, answer.left, dimsOf(some), dimsOf(predictions))
      }),
      E.map(RA.map((fault) => (from === 0 ? fault : inBatchAt(from, fault))))
    )
  const exact = (): Suits => {
    const batches = cuts(count, Math.min(count, batchSize))
    return (
      firstOf(batches.length, (i) => {
        const found = onBatch(batches[i]!)
        return E.isRight(found) && found.right.length === 0 ? null : found
      }) ?? none
    )
  }
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

const inBatchAt = (row: number, { message, ...fault }: Fault): Fault => ({
  ...fault,
  message: `${message}, in the batch that begins at row ${row}`
})

/** Whether the metrics take the targets, with the predictions of all rows, and give numbers. */
const metricsSuit = (
  { metrics = {} }: Judged,
  evaluator: Evaluator,
  { params, modelState }: State,
  name: string,
  data: Rows
): Suits => {
  const entries = Object.entries(metrics)
  if (entries.length === 0) return none
  const { targets } = data
  const ask = (figure: string, metric: NonNullable<typeof metrics>[string], predictions: Tensor): Suits => {
    const answer = metricOn(figure, metric, targets, predictions)
    if (E.isLeft(answer)) return blame(`metric ${figure}`, name, answer.left, dimsOf(targets), dimsOf(predictions))
    const value = asFigure(figure, answer.right)
    return E.isLeft(value) ? E.left([value.left]) : none
  }
  return pipe(
    evaluator.measure(params, modelState, data, { predictions: true, loss: false }),
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

/**
 * Every fault of a data set for a problem: of its numbers and shapes first; of its targets when those are right.
 *
 * @internal
 */
export const setFaults = (
  problem: Judged,
  evaluator: Evaluator,
  from: State,
  name: string,
  data: Rows,
  batchSize: number
): Suits => {
  const ofProblem = sound.get(problem) ?? new WeakMap<object, WeakSet<object>>()
  const { inputs, targets } = Object(data) as Rows
  if (isTensor(inputs) && isTensor(targets) && ofProblem.get(inputs)?.has(targets) === true) return none
  const faults = dataFaults(name, data, problem.model.input)
  if (faults.length > 0) return E.right(faults)
  const found = together([
    lossSuits(problem, from, name, data, batchSize),
    metricsSuit(problem, evaluator, from, name, data)
  ])
  if (E.isRight(found) && found.right.length === 0)
    sound.set(problem, ofProblem.set(inputs, (ofProblem.get(inputs) ?? new WeakSet()).add(targets)))
  return found
}
