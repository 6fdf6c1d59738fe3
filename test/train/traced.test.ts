/** Training that somebody else traces: it answers with numbers, so a loss must not close over what is differentiated. */
import { describe, expect, it } from 'vitest'
import {
  compile,
  grad,
  jvp,
  mul,
  nn,
  optim,
  random,
  type Scalar,
  scalar,
  tensor,
  train,
  vmap
} from '../../src/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import type { ProgramOptions } from '../../src/compile/compile.ts'
import { right } from './support.ts'

type Column = Tensor<[number, 1]>

const data = { inputs: tensor([[1], [2], [3]]), targets: tensor([[2], [3], [5]]) }

/** The loss of the last epoch of a training whose loss is scaled by a tensor. */
const trained =
  (settings: { readonly batchSize: number; readonly compile: boolean | ProgramOptions }) =>
  (weight: Scalar): Scalar => {
    const problem = {
      model: nn.dense({ inputs: 1, outputs: 1 }),
      loss:
        (y: Column) =>
        (x: Column): Scalar =>
          mul(weight)(nn.meanSquaredError(y)(x)),
      optimizer: optim.sgd({ learningRate: 0.01 })
    }
    const state = right(train.fit(problem, { epochs: 2, ...settings })(data)(train.start(problem)(random.key(1))))
    return scalar(state.history.at(-1)!.loss)
  }

describe('fit of a loss that closes over a tensor that is being traced', () => {
  const ways = [
    ['an epoch in one program', { batchSize: 2, compile: true }],
    ['a program for each size of a batch', { batchSize: 2, compile: { memoryLimit: 40 } }],
    ['the reference', { batchSize: 2, compile: false }]
  ] as const
  it.each(ways)('is a TracedValueError by name, whatever traces it, by %s', (_, settings) => {
    const run = trained(settings)
    const named = expect.objectContaining({ name: 'TracedValueError' })
    expect(() => grad(run)(scalar(2))).toThrow(named)
    expect(() => jvp(run)(scalar(2))(scalar(1))).toThrow(named)
    expect(() => vmap(run)(tensor([1, 2]))).toThrow(named)
    expect(() => compile(run)(scalar(2))).toThrow(named)
  })

  it.each(ways)('trains all the same where nothing is traced, by %s', (_, settings) => {
    expect(trained(settings)(scalar(2)).shape).toEqual([])
  })
})
