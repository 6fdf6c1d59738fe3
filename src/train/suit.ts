import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { infer } from '../nn/layer.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import { attempt } from '../tensor/errors.ts'
import { asFunction } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import type { Fault } from './error.ts'
import type { Dataset, Problem, TrainState } from './state.ts'
import { predictRows } from './step.ts'
import { dataFaults } from './validate.ts'

/** Whether a loss and metrics take the targets of a data set: they are asked before the first step. */

/** As much of a problem as its data must suit. */
type Judged<P, St, I extends Shape, O extends Shape, T extends Shape> = Pick<
  Problem<P, St, I, O, T>,
  'model' | 'loss' | 'metrics'
>

/** A loss or a metric. */
interface Judge {
  readonly name: string
  readonly judge: (targets: Tensor) => (predictions: Tensor) => unknown
  /** How many rows it is given at a time when training. */
  readonly rows: number
  /** How many rows it is asked about at a time, with predictions made up. */
  readonly quick: number
}

/** So many predictions are made up at a time, at most. */
const MOST_NUMBERS = 2 ** 20

/** The errors by which a loss says that it does not take something. */
const refusing = attempt(['ShapeError', 'AxisError', 'IndexError', 'ValueError'])

const rowsBetween = (x: Tensor, from: number, to: number): Tensor => {
  const [count, ...rest] = dimsOf(x)
  return from === 0 && to === count ? x : op.slice(x, [from, ...rest.map(() => 0)], [to, ...rest])
}

/** Where the rows of a data set are cut: `[from, to]`, the last part perhaps short. */
const cuts = (count: number, rows: number): readonly (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(count / rows) }, (_, i) => [i * rows, Math.min(count, (i + 1) * rows)])

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

/**
 * A fault for the loss, and for each metric, that throws a named error for these targets. They are first asked with
 * predictions of zeros, which costs little. What throws then is asked again as training would ask it, with the predictions
 * of the model, so that nothing is refused but what would have failed; an error of another name passes on.
 */
const suitFaults = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { model, loss, metrics = {} }: Judged<P, St, I, O, T>,
  { params, modelState }: TrainState<P, St>,
  name: string,
  data: Dataset<I, T>,
  batchSize: number
): readonly Fault[] => {
  const targets = data.targets as unknown as Tensor
  const count = dimsOf(targets)[0]!
  const size = sizeOf(model.output)
  const zeros = (rows: number): Tensor => make([rows, ...model.output], new Float64Array(rows * size))
  const judges: readonly Judge[] = [
    {
      name: 'loss',
      judge: loss as unknown as Judge['judge'],
      rows: Math.min(count, batchSize),
      quick: Math.max(1, Math.floor(MOST_NUMBERS / Math.max(1, size)))
    },
    ...Object.entries(metrics).map(([figure, metric]) => ({
      name: `metric ${figure}`,
      judge: metric as unknown as Judge['judge'],
      rows: count,
      quick: count
    }))
  ]
  const takes = ({ judge, quick }: Judge): boolean =>
    cuts(count, quick).every(([from, to]) =>
      E.isRight(E.tryCatch(() => judge(rowsBetween(targets, from, to))(zeros(to - from)), identity))
    )
  const ask = ({ name: what, judge }: Judge, from: number, to: number): Fault | null => {
    const some = rowsBetween(targets, from, to)
    const inputs = rowsBetween(data.inputs, from, to)
    const run = (x: Tensor): Tensor => model.apply(infer)(params, modelState)<[number]>(x as never)[0]
    const predictions = predictRows(run, inputs as never) as unknown as Tensor
    const answer = refusing(() => asFunction('what it gives for targets', judge(some))(predictions))
    return E.isRight(answer)
      ? null
      : {
          path: `${name}.targets`,
          message:
            sentence(what, answer.left, dimsOf(some), dimsOf(predictions)) +
            (from === 0 ? '' : `, in the batch that begins at row ${from}`)
        }
  }
  return judges.flatMap((judge) => {
    const fault = takes(judge)
      ? null
      : cuts(count, judge.rows).reduce<Fault | null>((found, [from, to]) => found ?? ask(judge, from, to), null)
    return fault === null ? [] : [fault]
  })
}

/** Every fault of a data set for a problem: of its numbers and shapes first, and if there is none, of its targets. @internal */
export const setFaults = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Judged<P, St, I, O, T>,
  from: TrainState<P, St>,
  name: string,
  data: Dataset<I, T>,
  batchSize: number
): readonly Fault[] => {
  const faults = dataFaults(name, data, problem.model.input)
  return faults.length > 0 ? faults : suitFaults(problem, from, name, data, batchSize)
}
