import { test } from '../support/property.ts'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { get, log, mul, type Pointwise, sqrt, square, sum, tanh } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import * as random from '../../src/random/index.ts'
import { full, tensor } from '../../src/tensor/construct.ts'
import { toNumber } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import { anyKey, dataFor, divergence, few, plain } from './support.ts'

const noBlame = { operation: null, operands: [], parameter: null }

const regression = {
  model: nn.dense({ inputs: 2, outputs: 1 }),
  loss: nn.meanSquaredError,
  optimizer: optim.sgd({ learningRate: 1e6 })
}

describe('a learning rate of 1e6 on regression', () => {
  test.prop([anyKey], few)('ends in an error that names epoch and step, and none before', (key) => {
    const [data, start] = [dataFor(10)(key), train.start(regression)(key)]
    const settings = { batchSize: 4, shuffle: false }
    const error = divergence(train.fit(regression, { ...settings, epochs: 1000 })(data)(start))
    expect(Number.isFinite(error.loss)).toBe(false)
    expect(error.epoch).toBe(Math.ceil(error.step / 3))
    // the steps up to it, by hand
    const batches = [0, 4, 8].map((from) => ({
      inputs: tensorRows(data.inputs, from),
      targets: tensorRows(data.targets, from)
    }))
    const walk = Array.from({ length: error.step - 1 }, (_, i) => batches[i % 3]!).reduce(
      ({ state, losses }, batch) => {
        const result = train.step(regression)(batch)(state)
        return { state: result.state, losses: [...losses, toNumber(result.loss)] }
      },
      { state: start, losses: [] as readonly number[] }
    )
    expect(walk.losses.every(Number.isFinite)).toBe(true)
    const last = train.step(regression)(batches[(error.step - 1) % 3]!)(walk.state)
    expect(toNumber(last.loss)).toBe(error.loss)
    const bad = params
      .paths(walk.state.params)
      .filter((_, i) => !params.allFinite(params.tensors(walk.state.params)[i]!))
    expect(error.path).toBe(bad[0] ?? null)
    if (error.path === null) expect(error.operation).toMatch(/^(matmul|square|sum) \[/)
  })

  it('is told in a sentence that says what to do', () => {
    const data = { inputs: tensor([[1], [2]]), targets: tensor([[1], [2]]) }
    const problem = { ...regression, model: nn.dense({ inputs: 1, outputs: 1, bias: false }) }
    const start = { ...train.start(problem)(random.key(0)), params: { weight: tensor([[2]]) } }
    const error = divergence(train.fit(problem, { epochs: 100, batchSize: 2 })(data)(start))
    expect(train.showError(error)).toBe(
      'training diverged in epoch 24, step 24: the loss is Infinity; the first operation that gave such a number is square [2, 1] of [2, 1] from params.weight (-2.38417e154 at [1, 0]); lower the learning rate, clip the gradients or normalise the inputs'
    )
  })
})

const tensorRows = <C extends number>(x: Tensor<[number, C]>, from: number): Tensor<[number, C]> => {
  const [rows, columns] = x.shape
  return tensor(
    Array.from({ length: Math.min(4, rows - from) }, (_, i) =>
      Array.from({ length: columns }, (_each, j) => toNumber(get(from + i, j)(x)))
    )
  ) as unknown as Tensor<[number, C]>
}

describe('parameters that the very last step spoiled', () => {
  const data = { inputs: tensor([[1, 1]]), targets: tensor([[3]]) }
  const problem = {
    ...regression,
    model: nn.sequential(nn.dense({ inputs: 2, outputs: 2 }), nn.dense({ inputs: 2, outputs: 1 })),
    optimizer: optim.sgd({ learningRate: 1e308 })
  }
  const start = {
    ...train.start(problem)(random.key(0)),
    params: [
      {
        weight: tensor([
          [1, 0],
          [0, 1]
        ]),
        bias: tensor([0, 0])
      },
      { weight: tensor([[10], [10]]), bias: tensor([0]) }
    ] as const
  }

  it('are an error, although no loss has shown it', () => {
    const error = divergence(train.fit(problem, { epochs: 1, batchSize: 1 })(data)(start))
    expect(error).toEqual({ _tag: 'Diverged', epoch: 1, step: 1, loss: 289, path: 'params[0].weight', ...noBlame })
    expect(train.showError(error)).toContain('the first parameter that is not finite is params[0].weight')
  })

  it('are named by the first of them', () => {
    // the first layer's inputs are 0, so its weight has no gradient
    const still = { ...data, inputs: tensor([[0, 0]]) }
    expect(divergence(train.fit(problem, { epochs: 1, batchSize: 1 })(still)(start)).path).toBe('params[0].bias')
  })

  it('are named at the next step of the epoch, where no operation is to blame', () => {
    const two = {
      inputs: tensor([
        [1, 1],
        [1, 1]
      ]),
      targets: tensor([[3], [3]])
    }
    const error = divergence(train.fit(problem, { epochs: 1, batchSize: 1 })(two)(start))
    expect(error).toEqual({ _tag: 'Diverged', epoch: 1, step: 2, loss: NaN, path: 'params[0].weight', ...noBlame })
  })

  it('are found at the end of an epoch even where the loss stays finite', () => {
    const saturating = { ...problem, model: nn.dense({ inputs: 2, outputs: 1, activation: tanh }) }
    const from = {
      ...train.start(saturating)(random.key(0)),
      params: { weight: tensor([[0.1], [0.1]]), bias: tensor([0]) }
    }
    const large = {
      inputs: tensor([
        [10, 10],
        [10, 10]
      ]),
      targets: tensor([[-9], [-9]])
    }
    const error = divergence(train.fit(saturating, { epochs: 5, batchSize: 1 })(large)(from))
    expect([error.epoch, error.path]).toEqual([1, 'params.weight'])
  })

  it('are told by epochs too', () => {
    const [first] = train.epochs(problem, { batchSize: 1 })(data)(start)
    expect(divergence(first!).path).toBe('params[0].weight')
  })
})

describe('the operation that is named', () => {
  const data = { inputs: tensor([[1], [2]]), targets: tensor([[1], [2]]) }
  const scaling = (start: number, f: Pointwise) => ({
    model: nn.stateless({
      name: 'scaling',
      input: [1],
      output: [1],
      init: () => ({ factor: full([1])(start) }),
      apply:
        ({ factor }) =>
        (x) =>
          f(mul(factor)(x))
    }),
    loss: nn.meanSquaredError,
    optimizer: optim.sgd({ learningRate: 0.1 })
  })
  const errorOf = (problem: ReturnType<typeof scaling>) =>
    divergence(pipe(train.start(problem)(random.key(0)), train.fit(problem, { epochs: 1, batchSize: 2 })(data)))

  it('is the first that made a number that is not finite of numbers that are', () => {
    expect(errorOf(scaling(-1, log))).toMatchObject({
      epoch: 1,
      step: 1,
      loss: NaN,
      path: null,
      operation: 'log [2, 1]',
      operands: ['[2, 1] from params.factor (-1 at [0, 0], -2 at [1, 0])'],
      parameter: 'params.factor'
    })
    expect(errorOf(scaling(1e200, square))).toMatchObject({ loss: Infinity, operation: 'square [2, 1]' })
  })

  it('is one of the gradient when that alone is not finite, at the end of an epoch and within', () => {
    const told = {
      path: 'params.factor',
      operation: 'powNumber [2, 1] in the gradient of the step before',
      parameter: 'params.factor'
    }
    const error = errorOf(scaling(0, sqrt))
    expect(error).toMatchObject({ epoch: 1, step: 1, ...told })
    expect(train.showError(error)).toMatch(
      /the first parameter that is not finite is params.factor; the first operation that gave such a number is powNumber \[2, 1\] in the gradient of the step before of .* \(0 at \[0, 0\], 0 at \[1, 0\]\)/
    )
    const within = divergence(
      pipe(
        train.start(scaling(0, sqrt))(random.key(0)),
        train.fit(scaling(0, sqrt), { epochs: 1, batchSize: 2 })({
          inputs: tensor([[1], [2], [3], [4]]),
          targets: tensor([[1], [2], [3], [4]])
        })
      )
    )
    expect(within).toMatchObject({ epoch: 1, step: 2, ...told })
  })

  it('is left out when the state that training began with was not finite', () => {
    const problem = scaling(NaN, square)
    const error = divergence(
      pipe(train.start(problem)(random.key(0)), train.fit(problem, { epochs: 1, batchSize: 2 })(data))
    )
    expect(error).toEqual({ _tag: 'Diverged', epoch: 1, step: 1, loss: NaN, path: 'params.factor', ...noBlame })
  })

  it('may be in the penalty', () => {
    const problem = { ...plain, penalty: ([{ bias }]: ReturnType<typeof plain.model.init>['params']) => log(sum(bias)) }
    const error = divergence(
      pipe(
        train.start(problem)(random.key(0)),
        train.fit(problem, { epochs: 1, batchSize: 2 })(dataFor(4)(random.key(1)))
      )
    )
    expect(error).toMatchObject({ step: 1, loss: -Infinity, path: null, operation: 'log []' })
  })

  test.prop([anyKey], few)('is found with the same elements dropped as in the step', (key) => {
    // the loss is finite for as long as the first element is dropped
    const model = nn.sequential(nn.dropout({ keepProbability: 0.5 }), nn.dense({ inputs: 2, outputs: 1, bias: false }))
    const problem = { ...regression, model, optimizer: optim.sgd({ learningRate: 0 }) }
    const start = { ...train.start(problem)(key), params: [{ weight: tensor([[1e200], [1]]) }] as const }
    const one = { inputs: tensor([[1, 1]]), targets: tensor([[1]]) }
    const error = divergence(train.fit(problem, { epochs: 100, batchSize: 1 })(one)(start))
    expect(error).toMatchObject({ loss: Infinity, path: null, operation: 'square [1, 1]' })
  })
})
