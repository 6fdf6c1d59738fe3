import { fc } from '../support/property.ts'
import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { mean, mul, relu, sub, tanh } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import type { Key } from '../../src/random/index.ts'
import { ones, zeros } from '../../src/tensor/construct.ts'
import { isTensor, type Scalar, type Tensor, type Vec } from '../../src/tensor/tensor.ts'
import { tensors as op } from '../../src/tape/algebra.ts'
import type { Dataset, TrainingError, TrainState } from '../../src/train/index.ts'
import { showError } from '../../src/train/index.ts'
import '../support/matchers.ts'

export { anyKey } from '../random/support.ts'

/** Training is slow beside other properties. */
export const few = { numRuns: 12 }

export const anyRows = fc.integer({ min: 1, max: 24 })
export const anyBatchSize = fc.integer({ min: 1, max: 30 })

/** Points and a smooth function of them. */
export const dataFor =
  (rows: number) =>
  (key: Key): Dataset<[2], [1]> => {
    const [inputKey, targetKey] = random.split(2)(key)
    return { inputs: random.normal([rows, 2])(inputKey), targets: random.normal([rows, 1])(targetKey) }
  }

/** Everything there is to carry along: dropout draws from the key, and Adam keeps moments and counts steps. */
export const drawing = {
  model: nn.sequential(
    nn.dense({ inputs: 2, outputs: 5, activation: tanh }),
    nn.dropout({ keepProbability: 0.7 }),
    nn.dense({ inputs: 5, outputs: 1 })
  ),
  loss: nn.meanSquaredError,
  optimizer: optim.adam({ learningRate: optim.cosineDecay({ initial: 0.05, steps: 100 }) })
}

/** The same without anything drawn. */
export const plain = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 5, activation: relu }), nn.dense({ inputs: 5, outputs: 1 })),
  loss: nn.meanSquaredError,
  optimizer: optim.sgd({ learningRate: 0.05 })
}

/** What passes on what it is given, and so tells which examples it has met: a loss of 0 when rows stay together. */
export const onlyLooking = {
  model: nn.stateless({
    name: 'looking',
    input: [1],
    output: [1],
    init: () => ({ factor: ones([1]) }),
    apply: ({ factor }) => mul(factor)
  }),
  optimizer: optim.sgd({ learningRate: 0 })
}

/** The state of the layer below. */
export interface Statistics {
  readonly mean: Vec<2>
  readonly seen: Scalar
}

/**
 * Subtracts the mean of a batch in training, and the running mean in use, as batch normalisation does; counts the batches
 * it has seen.
 */
export const centring: nn.Layer<{ readonly factor: Vec<2> }, Statistics, [2], [2]> = {
  name: 'centring',
  input: [2],
  output: [2],
  usesKey: false,
  hasParams: true,
  hasState: true,
  init: () => ({ params: { factor: ones([2]) }, state: { mean: zeros([2]), seen: zeros([]) } }),
  apply: (mode) => (params, state) => (x) => {
    const plainly = x as unknown as Tensor<[number, 2]>
    const batch = mean({ axis: 0 })(plainly)
    const centre = mode._tag === 'Infer' ? state.mean : batch
    const next =
      mode._tag === 'Infer'
        ? state
        : {
            mean: op.add(op.mul(state.mean, op.constant(0.5)), op.mul(batch, op.constant(0.5))) as unknown as Vec<2>,
            seen: op.add(state.seen, op.constant(1)) as unknown as Scalar
          }
    return [mul(params.factor)(sub(centre)(plainly)) as never, next]
  }
}

/** What an Either holds, or a failed test that says what went wrong. */
export const right = <A>(result: E.Either<TrainingError, A>): A => {
  if (E.isRight(result)) return result.right
  throw new Error(showError(result.left))
}

export const left = <A>(result: E.Either<TrainingError, A>): TrainingError => {
  if (E.isLeft(result)) return result.left
  throw new Error('training went well')
}

export const divergence = <A>(result: E.Either<TrainingError, A>): Extract<TrainingError, { _tag: 'Diverged' }> => {
  const error = left(result)
  if (error._tag === 'Diverged') return error
  throw new Error(showError(error))
}

/** Two trees are the same, bit for bit. */
export const expectSame = (actual: unknown, expected: unknown): void => {
  if (isTensor(expected)) return void expect(actual).toBeTensor(expected)
  if (typeof expected !== 'object' || expected === null) return expect(actual).toBe(expected)
  expect(Object.keys(actual as object)).toEqual(Object.keys(expected))
  for (const key of Object.keys(expected))
    expectSame((actual as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key])
}

/** A copy that shares nothing that can be written to, to compare with later. */
export const snapshot = (tree: unknown): unknown =>
  isTensor(tree)
    ? op.add(tree, op.constant(0))
    : Array.isArray(tree)
      ? tree.map(snapshot)
      : typeof tree === 'object' && tree !== null
        ? Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, snapshot(value)]))
        : tree

export const lossesOf = <P, St>({ history }: TrainState<P, St>): readonly number[] => history.map(({ loss }) => loss)
