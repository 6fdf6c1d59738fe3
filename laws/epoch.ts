import type * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { inference, training } from '../src/nn/layers/layer.ts'
import { scale } from '../src/optim/scale.ts'
import * as params from '../src/params/index.ts'
import type { Shape } from '../src/tensor/shape.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import {
  type Dataset,
  type fit,
  objective,
  type Problem,
  showError,
  start,
  type TrainState
} from '../src/train/index.ts'
import { grad } from '../src/transform/grad.ts'
import { key as anyKey } from './draw.ts'
import { type Difference, law, type Suite } from './law.ts'
import { rowsAt } from './rows.ts'
import { agree, every } from './tolerance.ts'
import { type Key } from '../src/random/key.ts'
import * as fastCheck from 'fast-check'
import { fail } from '../src/tensor/errors.ts'
import { showKey } from './show.ts'

/** What an epoch must come to, by the gradient of the objective and the optimiser alone. */

type Tree = params.Params

/** What an epoch is tried on. */
interface Trained<P, St, I extends Shape, O extends Shape, T extends Shape> {
  readonly name: string
  readonly problem: Problem<P, St, I, O, T>
  readonly data: Dataset<I, T>
  readonly rows: number
  readonly runs: number
}

const close = { atol: 1e-9, rtol: 1e-7 }

/** The laws of one epoch of a model that draws nothing; `train` is what is tried. */
export const epochLaws = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { name, problem, data, rows, runs }: Trained<P, St, I, O, T>,
  train: typeof fit
): Suite => {
  interface Sample {
    readonly key: Key
    readonly batchSize: number
  }
  const given: fc.Arbitrary<Sample> = fastCheck.record({
    key: anyKey,
    batchSize: fastCheck.integer({ min: 1, max: rows })
  })
  const says = (statement: string, holds: (sample: Sample) => E.Either<Difference, void>) =>
    law<Sample>({
      name: `${name}: ${statement}`,
      given,
      runs,
      show: ({ key, batchSize }) => `key = ${showKey(key)}\nbatchSize = ${batchSize}`,
      holds
    })
  type Numbers = Parameters<typeof fit<P, St, I, O, T>>[1]
  /** A state after training, where it does not diverge. */
  const ending = (
    of: Problem<P, St, I, O, T>,
    numbers: Omit<Numbers, 'compile' | 'epochs'>,
    from: TrainState<P, St>,
    check: (state: TrainState<P, St>) => E.Either<Difference, void>
  ): E.Either<Difference, void> => {
    const result = train(of, { ...numbers, epochs: 1, compile: false })(data)(from)
    return E.isRight(result)
      ? check(result.right)
      : result.left._tag === 'Diverged'
        ? E.right(undefined)
        : fail('ValueError', showError(result.left))
  }
  const lossOf = (state: TrainState<P, St>, batch: Dataset<I, T>): readonly [Tensor, St] =>
    objective(problem)(training(state.key))(state.modelState, batch)(state.params)
  const pick = (places: readonly number[]): Dataset<I, T> =>
    ({
      inputs: rowsAt(places)(data.inputs),
      targets: rowsAt(places)(data.targets)
    }) as unknown as Dataset<I, T>
  const treesOf = (state: TrainState<P, St>): Tree =>
    ({ params: state.params, modelState: state.modelState }) as unknown as Tree

  return [
    says('an epoch of one batch is one step of the optimizer along the gradient of the objective', ({ key }) => {
      const from = start(problem)(key)
      const gradient = grad((p: Tree) => lossOf({ ...from, params: p as unknown as P }, data)[0] as never)(
        from.params as unknown as Tree
      )
      const [updates, state] = problem.optimizer.update(from.params as Tree)(gradient)(from.optimizerState)
      return ending(problem, { batchSize: rows, shuffle: false }, from, (after) =>
        every([
          () =>
            agree('the parameters', close)(
              after.params as unknown as Tree,
              params.add(updates as never)(from.params as never)
            ),
          () => agree('the state of the optimizer', close)(after.optimizerState, state),
          () => agree('the loss', close)(after.history[0]?.loss ?? NaN, toFlatArray(lossOf(from, data)[0])[0] ?? NaN)
        ])
      )
    }),
    says('an epoch of one batch takes no notice of the order of the examples', ({ key }) => {
      const from = start(problem)(key)
      return ending(problem, { batchSize: rows, shuffle: true }, from, (shuffled) =>
        ending(problem, { batchSize: rows, shuffle: false }, from, (plain) =>
          every([
            () => agree('the state', close)(treesOf(shuffled), treesOf(plain)),
            () => agree('the loss', close)(shuffled.history[0]?.loss ?? NaN, plain.history[0]?.loss ?? NaN)
          ])
        )
      )
    }),
    says('the loss of an epoch is the mean of its batches, by their sizes', ({ key, batchSize }) => {
      const still = { ...problem, optimizer: scale(0) }
      const from = start(still)(key)
      interface Walk {
        readonly state: TrainState<P, St>
        readonly total: number
      }
      const size = dimsOf(data.inputs)[0] ?? 0
      const starts = Array.from({ length: Math.ceil(size / batchSize) }, (_, i) => i * batchSize)
      const least = size - (starts[starts.length - 1] ?? 0)
      // statistics of a batch need two examples
      if (problem.model.hasState && Math.min(least, batchSize) < 2) return E.right(undefined)
      const { total } = starts.reduce<Walk>(
        ({ state, total: before }, first) => {
          const places = Array.from({ length: Math.min(batchSize, size - first) }, (_, i) => first + i)
          const [value, modelState] = lossOf(state, pick(places))
          return {
            state: { ...state, modelState },
            total: before + places.length * (toFlatArray(value)[0] ?? NaN)
          }
        },
        { state: from, total: 0 }
      )
      return ending(still, { batchSize, shuffle: false }, from, (after) =>
        agree('the loss', close)(after.history[0]?.loss ?? NaN, total / size)
      )
    }),
    says('validation uses the model as it is used, not as it is trained', ({ key }) => {
      const from = start(problem)(key)
      if (problem.penalty !== undefined) return E.right(undefined)
      return ending(problem, { batchSize: rows, shuffle: false, validation: data }, from, (after) => {
        const value = objective(problem)(inference)(after.modelState, data)(after.params)[0] as unknown as Tensor
        return agree('the loss of the validation data', close)(
          after.history[0]?.validationLoss ?? NaN,
          toFlatArray(value)[0] ?? NaN
        )
      })
    })
  ]
}
