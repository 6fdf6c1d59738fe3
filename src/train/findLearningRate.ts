import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as kinds from '../kinds/index.ts'
import type { GradientTransformation } from '../optim/transformation.ts'
import { isKey, type Key } from '../random/index.ts'
import { powOf } from '../tensor/elementary.ts'
import { valuesOf } from '../tensor/tensor.ts'
import type { Shape } from '../tensor/shape.ts'
import { stuck } from './diverged.ts'
import { type Fault, guarded, type TrainingError } from './error.ts'
import { evaluatorOf } from './evaluate.ts'
import { foldBatches, growing } from './loop.ts'
import { type Dataset, type Problem, type TrainState } from './state.ts'
import { step } from './step.ts'
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

/** The settings as they are used, or all that is wrong with them. */
const settingsOf = (given: FindSettings): E.Either<readonly Fault[], Numbers> => {
  const wrong = faultsIn('', find, given)
  if (wrong.length > 0) return E.left(wrong)
  const numbers = find.read(given)
  const { from, to } = numbers
  return to > from
    ? E.right(numbers)
    : E.left([{ path: 'to', message: `needs a finite number above from (${from}), got ${to}` }])
}

type Numbers = kinds.Read<(typeof find)['fields']>

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

/** That something threw at the step after a state. */
const failure = (
  { epoch, step: done }: { readonly epoch: number; readonly step: number },
  ...faults: readonly Fault[]
): TrainingError => ({
  _tag: 'Failed',
  epoch: epoch + 1,
  step: done + 1,
  faults
})
const failed = (...args: Parameters<typeof failure>): E.Either<TrainingError, never> => E.left(failure(...args))

interface Sweep<P, St> {
  readonly state: TrainState<P, St>
  /** The moving average, not yet corrected. */
  readonly average: number
  readonly least: number
  readonly ended: RateCurve['ended'] | null
  readonly error: TrainingError | null
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
    const read = settingsOf(settings)
    if (E.isLeft(read)) return E.left({ _tag: 'InvalidSettings', faults: read.left })
    const numbers = read.right
    const { steps, batchSize, smoothing, explode } = numbers
    const { model, loss: lossOf } = asTask('findLearningRate', problem)
    kinds.mustBe(kinds.anyFunction, 'findLearningRate: problem.optimizer', problem.optimizer)
    const at = (rate: number): Problem<P, St, I, O, T> => ({ ...problem, optimizer: problem.optimizer(rate) })
    const made = guarded('optimizer', () => at(numbers.from))
    if (E.isLeft(made)) return failed({ epoch: 0, step: 0 }, made.left)
    const begun = isKey(from) ? startOf(made.right, from) : E.right(from)
    if (E.isLeft(begun)) return failed({ epoch: 0, step: 0 }, begun.left)
    const first: TrainState<P, St> = begun.right
    const ofState = isKey(from) ? E.right([]) : stateFaults(made.right, from)
    if (E.isLeft(ofState)) return failed(first, ofState.left)
    if (ofState.right.length > 0) return E.left({ _tag: 'InvalidState', faults: ofState.right })
    const task = { model, loss: lossOf }
    const faults = setFaults(task, evaluatorOf(task, null), first, 'data', data, batchSize)
    if (E.isLeft(faults)) return failed(first, ...faults.left)
    if (faults.right.length > 0) return E.left({ _tag: 'InvalidData', faults: faults.right })

    // one list: a copy for each step would make the test quadratic in their number
    const { items: points, push } = growing<RatePoint>()
    const rateOf = (i: number): number => numbers.from * powOf(numbers.to / numbers.from, i / (steps - 1))
    const next = (sweep: Sweep<P, St>, batch: Dataset<I, T>, i: number): Sweep<P, St> => {
      const { state: before } = sweep
      const taken = E.tryCatch(() => step(at(rateOf(i)))(batch)(before), identity)
      if (E.isLeft(taken)) {
        const fault = blameOf(made.right, batch, before, taken.left)
        return { ...sweep, ended: 'NotFinite', error: failure(before, fault) }
      }
      const result = taken.right
      const loss = valuesOf('findLearningRate', result.loss)[0]!
      if (!Number.isFinite(loss))
        return {
          ...sweep,
          ended: 'NotFinite',
          error: i === 0 ? stuck(problem, { before, batch }, loss, null) : null
        }
      const average = smoothing * sweep.average + (1 - smoothing) * loss
      const smoothed = average / (1 - powOf(smoothing, i + 1))
      const least = Math.min(sweep.least, smoothed)
      push({ rate: rateOf(i), loss, smoothed })
      return {
        state: result.state,
        average,
        least,
        // a loss may be negative: the multiple is then of its size, above the least
        ended: smoothed > least + (explode - 1) * Math.abs(least) ? 'Exploded' : null,
        error: null
      }
    }
    const { ended, error } = foldBatches<Sweep<P, St>, I, T>(
      data,
      batchSize,
      steps,
      first,
      { state: first, average: 0, least: Infinity, ended: null, error: null },
      (sweep) => sweep.ended === null,
      next
    )
    // half a power of ten
    const reach = Math.max(1, Math.round(((steps - 1) / Math.log10(numbers.to / numbers.from)) * 0.5))
    const settling = Math.round(1 / (1 - smoothing))
    return error === null
      ? E.right({ points, suggestion: steepest(points, reach, settling), ended: ended ?? 'Finished' })
      : E.left(error)
  }
