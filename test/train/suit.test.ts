import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { reshape, stopGradient, sub, sum } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import { fail } from '../../src/tensor/errors.ts'
import type { Scalar, Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import { left, right } from './support.ts'

type Any = Tensor<[number, ...number[]]>
type Loss = (targets: Tensor) => (predictions: Tensor) => Scalar
type Metric = (targets: Tensor) => (predictions: Tensor) => number

const model = nn.dense({ inputs: 2, outputs: 3 })
const optimizer = optim.sgd({ learningRate: 0.1 })

/** A problem of three classes whose types say nothing of its targets. */
const problemOf = (loss: unknown, metrics: Readonly<Record<string, unknown>> = {}) =>
  ({ model, optimizer, loss, metrics }) as unknown as train.Problem<
    nn.DenseParams<2, 3>,
    readonly [],
    [2],
    [3],
    number[]
  >

const fit = (problem: ReturnType<typeof problemOf>, targets: Tensor, more: object = {}) =>
  train.fit(problem, { epochs: 1, batchSize: 2, ...more })({
    inputs: zeros([targets.shape[0]!, 2]),
    targets: targets as Any
  })(train.start(problem)(random.key(0)))

const faults = (...args: Parameters<typeof fit>): readonly string[] => {
  const error = left(fit(...args))
  if (error._tag !== 'InvalidData') throw new Error(train.showError(error))
  return error.faults.map(({ path, message }) => `${path}: ${message}`)
}

const labels = tensor([0, 2, 1, 1]) as unknown as Tensor

describe('targets that do not suit the loss', () => {
  it.each<[string, Tensor, string]>([
    [
      'labels where rows are wanted',
      labels,
      'data.targets: the loss refuses them: softmaxCrossEntropy: predictions [4, 3] and targets [4] must have the same shape; reshape one of them; labels become rows of zeros with a one by oneHot(3)'
    ],
    [
      'a column of labels',
      zeros([4, 1]),
      'data.targets: the loss refuses them: softmaxCrossEntropy: predictions [4, 3] and targets [4, 1] must have the same shape; reshape one of them; labels become rows of zeros with a one by oneHot(3)'
    ],
    [
      'rows for other classes',
      zeros([4, 2]),
      'data.targets: the loss refuses them: softmaxCrossEntropy: predictions [4, 3] and targets [4, 2] must have the same shape; reshape one of them'
    ]
  ])('are told in one sentence with both shapes: %s', (_, targets, sentence) => {
    expect(faults(problemOf(nn.softmaxCrossEntropy), targets, { batchSize: 4 })).toEqual([sentence])
  })

  it('are told with the shapes of a batch, as training would meet them', () => {
    expect(faults(problemOf(nn.softmaxCrossEntropy), labels)[0]).toContain('predictions [2, 3] and targets [2]')
  })

  it('are rows where labels are wanted, and labels that are no class', () => {
    const sparse = problemOf(nn.sparseSoftmaxCrossEntropy)
    expect(right(fit(sparse, labels)).epoch).toBe(1)
    expect(faults(sparse, zeros([4, 3]) as unknown as Tensor)).toEqual([
      'data.targets: the loss refuses them: sparseSoftmaxCrossEntropy: labels must be a vector, got shape [2, 3]; predictions have the shape [2, 3], targets [2, 3]'
    ])
    expect(faults(sparse, tensor([0, 1, 2, 0, 1, 3]) as unknown as Tensor)).toEqual([
      'data.targets: the loss refuses them: oneHot: label 3 at position 1 is not a class; use whole numbers from 0 to 2; predictions have the shape [2, 3], targets [2], in the batch that begins at row 4'
    ])
  })

  it('are told with both shapes where a loss of one’s own names neither', () => {
    const total: Loss = (targets) => (predictions) => sum(sub(sum({ axis: 1 })(targets as never))(sum(predictions)))
    expect(faults(problemOf(total), labels, { batchSize: 4 })[0]).toMatch(
      /^data\.targets: the loss refuses them: .*predictions have the shape \[4, 3\], targets \[4\]/
    )
  })

  it('are found before the first step, and also when no epoch is asked for', () => {
    expect(faults(problemOf(nn.softmaxCrossEntropy), labels, { epochs: 0 })).toHaveLength(1)
    const [only, ...more] = train.epochs(problemOf(nn.softmaxCrossEntropy), { batchSize: 2 })({
      inputs: zeros([4, 2]),
      targets: labels as Any
    })(train.start(problemOf(nn.softmaxCrossEntropy))(random.key(0)))
    expect([left(only!)._tag, more]).toEqual(['InvalidData', []])
  })
})

describe('targets that do not suit a metric', () => {
  it('are told by its name, one fault each, for either set', () => {
    const problem = problemOf(nn.sparseSoftmaxCrossEntropy, {
      hits: nn.sparse(nn.categoricalAccuracy),
      accuracy: nn.categoricalAccuracy,
      binary: nn.binaryAccuracy()
    })
    const validation = { inputs: zeros([2, 2]), targets: tensor([0, 3]) }
    expect(faults(problem, labels, { validation }).map((fault) => fault.replace(/;.*/, ''))).toEqual([
      'data.targets: the metric accuracy refuses them: categoricalAccuracy: predictions [4, 3] and targets [4] must have the same shape',
      'data.targets: the metric binary refuses them: binaryAccuracy: predictions [4, 3] and targets [4] must have the same shape',
      'validation.targets: the loss refuses them: oneHot: label 3 at position 1 is not a class',
      'validation.targets: the metric hits refuses them: sparse: label 3 at position 1 is not a class',
      'validation.targets: the metric accuracy refuses them: categoricalAccuracy: predictions [2, 3] and targets [2] must have the same shape',
      'validation.targets: the metric binary refuses them: binaryAccuracy: predictions [2, 3] and targets [2] must have the same shape'
    ])
  })

  it('may be wrong in their numbers alone', () => {
    const problem = problemOf(nn.meanSquaredError, { binary: nn.binaryAccuracy() })
    const targets = reshape([2, 3])(tensor([0, 1, 0, 0.5, 0, 1])) as unknown as Tensor
    expect(faults(problem, targets)).toEqual([
      'data.targets: the metric binary refuses them: binaryAccuracy: targets must be 0 or 1, got 0.5 at position 3; predictions have the shape [2, 3], targets [2, 3]'
    ])
  })
})

describe('what is no fault of the data', () => {
  const targets = zeros([5, 3]) as unknown as Tensor

  it('is a loss that takes the predictions of the model, but none of zeros', () => {
    const choosy: Loss = (wanted) => (predictions) =>
      toFlatArray(stopGradient(predictions)).every((value) => value === 0) && predictions.shape[0] === 5
        ? fail('ValueError', 'choosy: all predictions are 0')
        : nn.meanSquaredError(wanted)(predictions)
    const other = { ...problemOf(choosy), model: nn.dense({ inputs: 2, outputs: 3, bias: nn.constant(1) }) }
    const result = train.fit(other, { epochs: 1, batchSize: 5 })({ inputs: zeros([5, 2]), targets: targets as Any })(
      train.start(other)(random.key(0))
    )
    expect(right(result).epoch).toBe(1)
  })

  it('is a loss that takes the batches of training, but not all rows at once', () => {
    const pairs: Loss = (wanted) => (predictions) =>
      wanted.shape[0] === 2
        ? nn.meanSquaredError(wanted)(predictions)
        : fail('ShapeError', `pairs: needs two rows, got ${wanted.shape[0]}`)
    expect(right(fit(problemOf(pairs), zeros([6, 3]) as unknown as Tensor)).step).toBe(3)
    expect(faults(problemOf(pairs), targets)).toEqual([
      'data.targets: the loss refuses them: pairs: needs two rows, got 1; predictions have the shape [1, 3], targets [1, 3], in the batch that begins at row 4'
    ])
  })

  it('is an error of another name, reported with the loss or the metric that threw it', () => {
    const broken: Loss = () => () => {
      throw new TypeError('not of the data')
    }
    const strict: Metric = () => () => {
      throw new RangeError('too far')
    }
    const said = (problem: ReturnType<typeof problemOf>) => train.showError(left(fit(problem, targets)))
    expect(said(problemOf(broken))).toBe(
      'training failed in epoch 1, step 1:\n  loss: threw TypeError: not of the data'
    )
    expect(said(problemOf(nn.meanSquaredError, { strict }))).toBe(
      'training failed in epoch 1, step 1:\n  metrics.strict: threw RangeError: too far'
    )
  })

  it('is a metric that is worth nothing at first', () => {
    const untold: Metric = () => () => NaN
    const problem = problemOf(nn.meanSquaredError, { untold })
    expect(right(fit(problem, targets)).history[0]!['untold']).toBeNaN()
  })
})

it('asks a loss of very many outputs a block of rows at a time', () => {
  const asked: number[] = []
  const wide = nn.stateless({
    name: 'wide',
    input: [1],
    output: [2 ** 19],
    init: () => [],
    apply: () => (x) => zeros([x.shape[0], 2 ** 19])
  })
  const problem = {
    model: wide,
    optimizer,
    loss: (wanted: Tensor<[number, 1]>) => (): Scalar => {
      asked.push(wanted.shape[0])
      return scalar(toNumber(sum(wanted)))
    }
  }
  const data = { inputs: zeros([5, 1]), targets: zeros([5, 1]) }
  right(train.fit(problem, { epochs: 0, batchSize: 5 })(data)(train.start(problem)(random.key(0))))
  expect(asked).toEqual([2, 2, 1])
})
