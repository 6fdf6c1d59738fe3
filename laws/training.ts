import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ProgramOptions } from '../src/compile/compile.ts'
import * as params from '../src/params/index.ts'
import { fail } from '../src/tensor/errors.ts'
import type { Shape } from '../src/tensor/shape.ts'
import { dimsOf, make, valuesOf } from '../src/tensor/tensor.ts'
import {
  type Dataset,
  type EpochRecord,
  epochs as epochsOf,
  fit as train,
  type FitSettings,
  type Problem,
  showError,
  start,
  type TrainingError,
  type TrainState
} from '../src/train/index.ts'
import { key as anyKey } from './draw.ts'
import { epochLaws } from './epoch.ts'
import { fit } from './fit.ts'
import { type Difference, law, type Suite } from './law.ts'
import { showKey, showExact } from './show.ts'
import { agreeText, agree, every, identical } from './tolerance.ts'
import { asTensor } from '../src/tensor/given.ts'
import * as kinds from '../src/kinds/index.ts'
import { asProblem } from '../src/train/subject.ts'

/** Training as the library does it, for the laws of a fold. */

/**
 * What stays the same in all runs. A size of the batches, and whether to shuffle, are drawn when they are left out.
 *
 * @category fit
 * @since 0.1.0
 */
export interface TrainingSettings<P, St, I extends Shape, T extends Shape> extends Partial<
  Pick<FitSettings<P, St, I, T>, 'batchSize' | 'shuffle' | 'validation' | 'rateFactor'>
> {
  /** What the laws call it; `training` when left out. */
  readonly name?: string
  /** The most epochs of one run; 3 when left out. */
  readonly maxEpochs?: number
  /**
   * Saves a state and loads it again, such as `flow(print(State), parse(State), …)` with `trainState` of
   * `grad-ts/codec`. When left out, every tensor of the state is copied.
   */
  readonly reload?: (state: TrainState<P, St>) => TrainState<P, St>
  /** A way to train of your own, called as `train.fit` is; that when left out. */
  readonly fit?: typeof train
}

const someData = kinds.record('a data set { inputs, targets }', {})

const trainingFields = kinds.settings('laws.training', {
  name: [kinds.name, 'training'],
  maxEpochs: [kinds.count, 3],
  batchSize: [kinds.size, undefined],
  shuffle: [kinds.yesOrNo, undefined],
  rateFactor: [kinds.anything, undefined],
  validation: [kinds.anything, undefined],
  reload: [kinds.anyFunction, undefined],
  fit: [kinds.callable<typeof train>(), train]
})

/** A state of a run, or the error it ended with, and the numbers of the run. */
interface Running<P, St> {
  readonly batchSize: number
  readonly shuffle: boolean
  /** Whether it is trained by a program, and how, or by the reference. */
  readonly compile: boolean | ProgramOptions
  readonly state: E.Either<TrainingError, TrainState<P, St>>
}

const figures = (history: readonly EpochRecord[]): string =>
  history
    .map((record) =>
      Object.entries(record)
        .map(([figure, value]) => `${figure} ${value === undefined ? 'none' : showExact(value)}`)
        .join(', ')
    )
    .join('; ')

const treesOf = <P, St>({ params: p, modelState, optimizerState }: TrainState<P, St>): params.Params =>
  ({ params: p, modelState, optimizerState }) as unknown as params.Params

/** The first place at which two runs are not the same, bit for bit. */
const compare =
  (what: string) =>
  <P, St>({ state: actual }: Running<P, St>, { state: expected }: Running<P, St>): E.Either<Difference, void> =>
    E.isLeft(actual) || E.isLeft(expected)
      ? agreeText(`how ${what} ends`)(
          pipe(actual, E.match(showError, ending)),
          pipe(expected, E.match(showError, ending))
        )
      : every([
          () => agreeText(`where ${what} is`)(ending(actual.right), ending(expected.right)),
          () => agreeText(`the history of ${what}`)(figures(actual.right.history), figures(expected.right.history)),
          () => identical(what)(treesOf(actual.right), treesOf(expected.right))
        ])

/** A state whose tensors are new ones of the same numbers. */
const copied = <P, St>(state: TrainState<P, St>): TrainState<P, St> => ({
  ...state,
  ...(params.map((x) => make(dimsOf(x), valuesOf('laws.training', x).slice()))(treesOf(state)) as object)
})

/** That two runs come to nearly the same: rounding is all that engines may differ by. */
const near = <P, St>(
  { state: actual }: Running<P, St>,
  { state: expected }: Running<P, St>
): E.Either<Difference, void> =>
  E.isLeft(actual) || E.isLeft(expected)
    ? agreeText('how it ends')(actual._tag, expected._tag)
    : agree('the state', { atol: 1e-9, rtol: 1e-7 })(treesOf(actual.right), treesOf(expected.right))

const ending = <P, St>({ epoch, step, key }: TrainState<P, St>): string =>
  `in epoch ${epoch}, step ${step}, with the key ${showKey(key)}`

/**
 * The laws of training for a problem of one's own, on data of its own: the numbers of epochs add up, bit for bit,
 * whether the state is saved between or not, and `epochs` goes through the same states. They hold for every problem
 * whose parts are pure, and find a layer, a loss or an optimiser that remembers something outside its state. A program
 * must keep them too, and come to the same. A run that diverges must do so in the same way each time; data or settings
 * that do not suit are a failure.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { throws } from 'assert'
 * import { data, mul, nn, optim, type Tensor } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const problem = {
 *   model: nn.sequential(nn.dense({ inputs: 2, outputs: 3 }), nn.dropout({ keepProbability: 0.5 }), nn.dense({ inputs: 3, outputs: 1 })),
 *   loss: nn.binaryCrossEntropyWithLogits,
 *   optimizer: optim.adam({ learningRate: 0.1 })
 * }
 * laws.assert(laws.training(problem)(data.xor), { numRuns: 5 })
 *
 * const calls = { count: 0 }
 * const forgetful = optim.leafwise('forgetful')((x) => mul(++calls.count)(x as Tensor) as never)
 * throws(() => laws.assert(laws.training({ ...problem, optimizer: forgetful })(data.xor)), /the second run/)
 * @category fit
 * @since 0.1.0
 */
export const training = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  settings: TrainingSettings<P, St, I, T> = {}
) => {
  asProblem('laws.training', problem)
  const {
    name,
    maxEpochs,
    batchSize,
    shuffle,
    reload: saved = copied,
    fit: trainBy,
    ...others
  } = trainingFields.read(settings)
  const fixed = {
    ...(others.validation === undefined ? {} : { validation: others.validation }),
    ...(others.rateFactor === undefined ? {} : { rateFactor: others.rateFactor })
  }
  return (data: Dataset<I, T>): Suite => {
    const { inputs } = kinds.mustBe(someData, 'laws.training: data', data)
    const rows = dimsOf(asTensor('laws.training: inputs', inputs))[0] ?? 0
    const numbers = (running: Running<P, St>) => ({
      ...fixed,
      batchSize: running.batchSize,
      shuffle: running.shuffle,
      compile: running.compile
    })
    /** A run may diverge; that it cannot begin is no state of a run. */
    const begun = (result: E.Either<TrainingError, TrainState<P, St>>): E.Either<TrainingError, TrainState<P, St>> =>
      E.isLeft(result) && result.left._tag !== 'Diverged' ? fail('ValueError', showError(result.left)) : result
    const run =
      (epochs: number) =>
      (running: Running<P, St>): Running<P, St> => ({
        ...running,
        state: pipe(
          running.state,
          E.chain((state) => begun(trainBy(problem, { ...numbers(running), epochs })(data)(state)))
        )
      })
    /** The last of the first `n` states of `epochs`. */
    const walk =
      (epochs: number) =>
      (running: Running<P, St>): Running<P, St> => {
        if (E.isLeft(running.state)) return running
        const each = epochsOf(problem, numbers(running))(data)(running.state.right)[Symbol.iterator]()
        return Array.from({ length: epochs }).reduce<Running<P, St>>((before) => {
          const next = each.next()
          return next.done === true ? before : { ...before, state: begun(next.value) }
        }, running)
      }
    const reload = (running: Running<P, St>): Running<P, St> => ({
      ...running,
      state: pipe(running.state, E.map(saved))
    })
    const statesOf = (compile: boolean): fc.Arbitrary<Running<P, St>> =>
      fc
        .record({
          key: anyKey,
          batchSize: batchSize === undefined ? fc.integer({ min: 1, max: rows + 1 }) : fc.constant(batchSize),
          shuffle: shuffle === undefined ? fc.boolean() : fc.constant(shuffle)
        })
        .map(({ key, ...drawn }) => ({ ...drawn, compile, state: E.right(start(problem)(key)) }))
    const show = ({ batchSize: size, shuffle: shuffled, state }: Running<P, St>): string =>
      `${pipe(state, E.match(showError, ending))} (batchSize ${size}, shuffle ${String(shuffled)})`
    const equals = (a: Running<P, St>, b: Running<P, St>): boolean => E.isRight(compare('the state')(a, b))
    const runs = 20
    const fold = (what: string, states: fc.Arbitrary<Running<P, St>>): Suite => [
      ...fit({ name: what, run, states, Eq: { equals }, reload, show, compare, maxEpochs, runs }),
      law({
        name: `${what}: epochs goes through the same states`,
        given: fc.record({ running: states, n: fc.nat({ max: maxEpochs }) }),
        runs,
        show: ({ running, n }) => `state = ${show(running)}\nn = ${n}`,
        holds: ({ running, n }) => compare('the state after n of epochs')(walk(n)(running), run(n)(running))
      })
    ]
    return [
      // a step is traced once for a program, so that what is not pure shows by the reference only
      ...fold(name, statesOf(false)),
      ...fold(`${name}, compiled`, statesOf(true)),
      law({
        name: `${name}: compiled, it comes to the same`,
        given: statesOf(false),
        runs,
        show,
        holds: (running) => near(run(1)({ ...running, compile: { checked: true } }), run(1)(running))
      }),
      ...(problem.model.usesKey ? [] : epochLaws({ name, problem, data, rows, runs }, trainBy))
    ]
  }
}
