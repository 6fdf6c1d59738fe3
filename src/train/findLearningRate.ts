import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as kinds from '../kinds/index.ts'
import type { GradientTransformation } from '../optim/transformation.ts'
import { isKey, type Key } from '../random/index.ts'
import { powOf } from '../tensor/elementary.ts'
import { valuesOf } from '../tensor/tensor.ts'
import type { Shape } from '../tensor/shape.ts'
import { stuck } from './diverged.ts'
import { failedAfter, type Fault, guarded, refusing, type TrainingError } from './error.ts'
import { evaluatorOf } from './evaluate.ts'
import { foldBatches, growing } from './loop.ts'
import type { Dataset, Problem, Rows, State, Task, TrainState } from './state.ts'
import { stepOf } from './step.ts'
import { startOf, stateFaults } from './stateFaults.ts'
import { asTask } from './subject.ts'
import { setFaults } from './suit.ts'
import { blameOf } from './trial.ts'
import { faultsIn } from './validate.ts'

/** Which learning rate to train with, by a range test: one short run during which the rate rises. */

/**
 * A problem whose optimiser is still to be given its learning rate.
 *
 * @category training
 * @since 0.1.0
 */
export interface RateProblem<P, St, I extends Shape, O extends Shape, T extends Shape> extends Omit<
  Problem<P, St, I, O, T>,
  'optimizer'
> {
  /** Its state must not depend on the rate: true of all of `optim`. */
  readonly optimizer: (learningRate: number) => GradientTransformation
}

/** How the rate rises, and when to stop. @category training @since 0.1.0 */
export interface FindSettings {
  /** The first rate; 1e-7 when left out. */
  readonly from?: number
  /** The last rate; 10 when left out. Each is the same number of times the one before. */
  readonly to?: number
  /** How many steps there are, at least 3; 100 when left out. */
  readonly steps?: number
  /** 32 when left out. */
  readonly batchSize?: number
  /** How much of the moving average of losses is kept from step to step, at least 0 and below 1; 0.9 when left out. */
  readonly smoothing?: number
  /** The run ends once the smoothed loss exceeds this multiple of its least so far; 4 when left out. */
  readonly explode?: number
}

/** One step of a range test. @category training @since 0.1.0 */
export interface RatePoint {
  readonly rate: number
  /** Of the step's batch, penalty included, before the parameters are moved at this rate. */
  readonly loss: number
  /** The exponential moving average of the losses up to here, corrected for its start. */
  readonly smoothed: number
}

/** What a range test found. @category training @since 0.1.0 */
export interface RateCurve {
  readonly points: readonly RatePoint[]
  /**
   * The rate at which the smoothed loss falls most steeply on its way to the least, over the logarithm of the rate: where
   * the line through all points within half a power of ten is steepest. The first `1 / (1 − smoothing)` points, whose
   * average has yet to settle, do not count. None where the loss does not fall.
   */
  readonly suggestion: O.Option<number>
  /** Whether all rates were tried, the smoothed loss grew too large (the last point), or a loss was not finite (no point). */
  readonly ended: 'Finished' | 'Exploded' | 'NotFinite'
}

const find = kinds.settings('findLearningRate', {
  from: [kinds.positive, 1e-7],
  to: [kinds.positive, 10],
  steps: [kinds.number('a whole number of at least 3', (value) => Number.isSafeInteger(value) && value >= 3), 100],
  batchSize: [kinds.size, 32],
  smoothing: [kinds.decay, 0.9],
  explode: [kinds.number('a finite number above 1', (value) => Number.isFinite(value) && value > 1), 4]
})

/** All that is wrong with settings. */
const settingsFaults = (given: FindSettings): readonly Fault[] => {
  const wrong = faultsIn('', find, given)
  if (wrong.length > 0) return wrong
  const { from, to } = find.read(given)
  return to > from ? [] : [{ path: 'to', message: `needs a finite number above from (${from}), got ${to}` }]
}

/** The slope of the least-squares line through numbers that stand at even distances. */
const slopeOf = (values: readonly number[]): number => {
  const middle = (values.length - 1) / 2
  const sum = (f: (value: number, i: number) => number): number =>
    values.reduce((total, value, i) => total + f(value, i), 0)
  return sum((value, i) => (i - middle) * value) / sum((_, i) => (i - middle) ** 2)
}

/**
 * Where the smoothed loss falls most steeply. A slope is that of a line through all points up to `reach` to either side, as
 * a difference of neighbours is little but noise; what comes after the least is left out, and the first `settling` points,
 * whose average is of too few losses.
 */
const steepest = (points: readonly RatePoint[], reach: number, settling: number): O.Option<number> => {
  const smoothed = points.map((point) => point.smoothed)
  const falling = smoothed.slice(0, smoothed.reduce((best, value, i) => (value < smoothed[best]! ? i : best), 0) + 1)
  const slopes = falling.map((_, i) => slopeOf(falling.slice(Math.max(0, i - reach), i + reach + 1)))
  const best = slopes.reduce<number | null>(
    (top, slope, i) => (i >= settling && slope < (top === null ? 0 : slopes[top]!) ? i : top),
    null
  )
  return best === null ? O.none : O.some(points[best]!.rate)
}

interface Sweep {
  readonly state: State
  /** The moving average, not yet corrected. */
  readonly average: number
  readonly least: number
  readonly ended: RateCurve['ended'] | null
}

/**
 * A range test: from a key, or from a state of training, it takes steps at rates that rise from very small to too large,
 * until the loss explodes. It answers the curve of losses and a rate to train with: where the smoothed loss falls most
 * steeply. The key gives the parameters, the order of the examples and what dropout draws, so the same key gives the same
 * curve; the state that went in is as it was.
 *
 * Plot `smoothed` over `rate` on a logarithmic scale before you trust the suggestion. A schedule should begin with it, or
 * have it as its peak.
 *
 * @throws ValueError when the problem has no model, loss or optimiser
 * @returns the curve; or every fault of settings, state or data; or `Failed` when something threw; or `Diverged` when the very
 * first loss is not finite
 * @see Smith, Cyclical Learning Rates for Training Neural Networks (2017), §3.3
 * @example
 * import { ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as O from 'fp-ts/Option'
 * import { pipe } from 'fp-ts/function'
 * import { data, nn, optim, random, tanh, train } from 'grad-ts'
 *
 * const problem = {
 *   model: nn.sequential(nn.dense({ inputs: 2, outputs: 20, activation: tanh }), nn.dense({ inputs: 20, outputs: 2 })),
 *   loss: nn.binaryCrossEntropyWithLogits,
 *   optimizer: (learningRate: number) => optim.sgd({ learningRate })
 * }
 * const moons = data.moons()(random.key(1))
 * const found = train.findLearningRate(problem)(moons)(random.key(0))
 * const rate = pipe(O.fromEither(found), O.flatMap(({ suggestion }) => suggestion), O.toNullable)
 * ok(rate !== null && rate > 0.01 && rate < 10)
 *
 * const chosen = { ...problem, optimizer: problem.optimizer(rate) }
 * const trained = train.fit(chosen, { epochs: 30, batchSize: 32 })(moons)(train.start(chosen)(random.key(0)))
 * ok(E.isRight(trained) && trained.right.history[29]!.loss < 0.3)
 * @category training
 * @since 0.1.0
 */
export const findLearningRate =
  <P, St, I extends Shape, O extends Shape, T extends Shape>(
    problem: RateProblem<P, St, I, O, T>,
    settings: FindSettings = {}
  ) =>
  (data: Dataset<I, T>) =>
  (from: Key | TrainState<P, St>): E.Either<TrainingError, RateCurve> => {
    const wrong = settingsFaults(settings)
    if (wrong.length > 0) return E.left({ _tag: 'InvalidSettings', faults: wrong })
    const numbers = find.read(settings)
    const { steps, batchSize, smoothing, explode } = numbers
    const task = asTask('findLearningRate', problem)
    kinds.mustBe(kinds.anyFunction, 'findLearningRate: problem.optimizer', problem.optimizer)
    const at = (rate: number): Task => ({ ...task, optimizer: problem.optimizer(rate) })
    const rateOf = (i: number): number => numbers.from * powOf(numbers.to / numbers.from, i / (steps - 1))
    const judged = { model: task.model, loss: task.loss }

    const next =
      (begun: Task, push: (point: RatePoint) => void) =>
      (sweep: Sweep, batch: Rows, i: number): E.Either<TrainingError, Sweep> => {
        const { state: before } = sweep
        const taken = E.tryCatch(() => stepOf(at(rateOf(i)))(batch)(before), identity)
        if (E.isLeft(taken)) return failedAfter(before, [blameOf(begun, batch, before, taken.left)])
        const { state, loss: scalar } = taken.right
        const loss = valuesOf('findLearningRate', scalar)[0]!
        if (!Number.isFinite(loss))
          return i === 0
            ? E.left(stuck(task, { before, batch }, loss, null))
            : E.right({ ...sweep, ended: 'NotFinite' })
        const average = smoothing * sweep.average + (1 - smoothing) * loss
        const smoothed = average / (1 - powOf(smoothing, i + 1))
        const least = Math.min(sweep.least, smoothed)
        push({ rate: rateOf(i), loss, smoothed })
        // a loss may be negative: the multiple is then of its size, above the least
        const ended = smoothed > least + (explode - 1) * Math.abs(least) ? 'Exploded' : null
        return E.right({ state, average, least, ended })
      }
    /** The curve, from the state before the first step. */
    const curveFrom = (begun: Task, state: State): E.Either<TrainingError, RateCurve> => {
      // half a power of ten
      const reach = Math.max(1, Math.round(((steps - 1) / Math.log10(numbers.to / numbers.from)) * 0.5))
      const settling = Math.round(1 / (1 - smoothing))
      // one list: a copy for each step would make the test quadratic in their number
      const { items: points, push } = growing<RatePoint>()
      const first: Sweep = { state, average: 0, least: Infinity, ended: null }
      return pipe(
        foldBatches(data, batchSize, steps, first, ({ ended }) => ended === null, next(begun, push)),
        E.map(({ ended }) => ({
          points,
          suggestion: steepest(points, reach, settling),
          ended: ended ?? 'Finished'
        }))
      )
    }
    return pipe(
      guarded('optimizer', () => at(numbers.from)),
      E.bindTo('begun'),
      E.bind('state', ({ begun }) => (isKey(from) ? startOf(begun, from) : E.right(from as State))),
      E.mapLeft((fault): TrainingError => ({ _tag: 'Failed', epoch: 1, step: 1, faults: [fault] })),
      E.chainFirst(({ begun, state }) =>
        isKey(from) ? E.right(null) : refusing('InvalidState', stateFaults(begun, state), state)
      ),
      E.chainFirst(({ state }) =>
        refusing('InvalidData', setFaults(judged, evaluatorOf(judged, null), state, 'data', data, batchSize), state)
      ),
      E.chain(({ begun, state }) => curveFrom(begun, state))
    )
  }
