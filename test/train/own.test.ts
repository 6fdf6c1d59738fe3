/** An epoch of one's own, of public names: ten lines, and what `train.fit` comes to, bit for bit. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  data,
  take,
  nn,
  optim,
  type Params,
  random,
  relu,
  reshape,
  type Scalar,
  scalar,
  scan,
  tanh,
  type Tensor,
  toArray,
  toNumber,
  train,
  valueAndGrad
} from '../../src/index.ts'

const layers = <const N extends number>(outputs: N) =>
  nn.sequential(nn.dense({ inputs: 2, outputs: 8, activation: tanh }), nn.dense({ inputs: 8, outputs }))
const withState = nn.sequential(
  nn.dense({ inputs: 2, outputs: 8, activation: relu }),
  nn.batchNorm({ features: 8 }),
  nn.dropout({ keepProbability: 0.8 }),
  nn.dense({ inputs: 8, outputs: 2 })
)
const spirals = data.spirals({ arms: 2, perArm: 20 })(random.key(9))
const loss = nn.softmaxCrossEntropy
const problems: Readonly<Record<string, train.Problem<never, never, [2], number[], number[]>>> = {
  'of descent': { model: layers(2), loss, optimizer: optim.sgd({ learningRate: 0.1 }) } as never,
  'of Adam': { model: layers(2), loss, optimizer: optim.adam({ learningRate: 0.01 }) } as never,
  'of a schedule': {
    model: layers(2),
    loss,
    optimizer: optim.sgd({
      learningRate: optim.exponentialDecay({ initial: 0.1, factor: 0.5, every: 7, staircase: true }),
      momentum: 0.9,
      dampening: 0.9
    })
  } as never,
  'with a penalty': {
    model: layers(2),
    loss,
    penalty: nn.l2({ strength: 0.01 }),
    optimizer: optim.rmsProp({ learningRate: 0.01 })
  } as never,
  'with a state of the model and with keys': {
    model: withState,
    loss,
    optimizer: optim.adam({ learningRate: 0.01 })
  } as never
}

describe('an epoch of one’s own, compiled, its state handed on in memory', () => {
  it.each(Object.entries(problems))('trains a problem %s as train.fit does, to the bit', (_, problem) => {
    const { inputs, targets } = spirals
    const begin = train.start(problem)(random.key(3))
    const stepKey = random.foldIn(2)(begin.key)

    // from here on it is what a user would write
    type Moving = readonly [params: Params, modelState: Params, optimizerState: optim.OptimizerState, step: Scalar]
    const step = ([params, modelState, state, at]: Moving, rows: Tensor<[number]>): readonly [Moving, Scalar] => {
      const batch = { inputs: take({ axis: 0 })(rows)(inputs), targets: take({ axis: 0 })(rows)(targets) }
      const lossOf = train.objective(problem)(nn.training(random.foldIn(at)(stepKey)))
      const { value, grad, aux } = valueAndGrad(lossOf(modelState as never, batch as never) as never, { aux: true })(
        params
      )
      const [next, nextState] = optim.step(problem.optimizer)(params, grad as never, state)
      return [[next, aux, nextState, add(1)(at)], value]
    }
    const epoch = compile(
      (moving: Moving, order: Tensor<[number, number]>) => scan(step as never)(moving, order as never),
      {
        donate: [0]
      }
    )

    let moving: Moving = [begin.params, begin.modelState, begin.optimizerState, scalar(0)]
    const losses: number[] = []
    for (let i = 0; i < 6; i++) {
      const order = random.permutation(40)(random.foldIn(i)(random.foldIn(1)(begin.key)))
      const [after, found] = epoch(moving, reshape([5, 8])(order)) as unknown as readonly [Moving, Tensor<[number]>]
      moving = after
      losses.push(toArray(found).reduce((sum, one) => sum + one, 0) / 5)
    }
    // until here

    const fitted = pipe(begin, train.fit(problem, { epochs: 6, batchSize: 8 })(spirals as never))
    if (E.isLeft(fitted)) throw new Error(train.showError(fitted.left))
    const { params, modelState, optimizerState, history, step: steps } = fitted.right
    expect(fitted.right.notCompiled).toBeUndefined()
    expect(JSON.stringify(moving.slice(0, 3))).toBe(JSON.stringify([params, modelState, optimizerState]))
    expect(toNumber(moving[3])).toBe(steps)
    history.forEach((record, i) => expect(losses[i]).toBeCloseTo(record.loss, 12))
  })
})
