import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { square, sum } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import * as random from '../../src/random/index.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'
import { toNumber } from '../../src/tensor/read.ts'
import { isTensor, originOf, type Scalar, type Tensor } from '../../src/tensor/tensor.ts'
import { valueAndGrad } from '../../src/transform/grad.ts'
import * as train from '../../src/train/index.ts'
import { predictRows } from '../../src/train/step.ts'
import { anyKey, anyRows, centring, dataFor, drawing, expectSame, few, plain, snapshot } from './support.ts'

describe('a step', () => {
  test.prop([anyKey, anyRows], few)('changes neither the state nor the batch', (key, rows) => {
    const batch = dataFor(rows)(key)
    const state = train.start(drawing)(key)
    const before = snapshot({ batch, state })
    train.step(drawing)(batch)(state)
    expectSame({ batch, state }, before)
  })

  test.prop([anyKey, anyRows], few)('gives the same twice, dropout included', (key, rows) => {
    const run = train.step(drawing)(dataFor(rows)(key))
    const state = train.start(drawing)(key)
    const first = run(state)
    run(first.state)
    expectSame(run(state), first)
  })

  test.prop([anyKey, anyRows], few)('goes along the gradient of the loss of its batch', (key, rows) => {
    const { inputs, targets } = dataFor(rows)(key)
    const state = train.start(plain)(key)
    const loss = (p: typeof state.params): Scalar =>
      nn.meanSquaredError(targets)(nn.predict(plain.model)(p, [])<[number]>(inputs))
    const expected = valueAndGrad(loss)(state.params)
    const result = train.step(plain)({ inputs, targets })(state)
    expectSame({ loss: result.loss, grads: result.grads }, { loss: expected.value, grads: expected.grad })
    expectSame(result.state.params, params.addScaled(-0.05)(expected.grad)(state.params))
  })

  it('counts itself, and leaves the epoch, the key and the history alone', () => {
    const state = train.start(plain)(random.key(0))
    const { state: next } = train.step(plain)(dataFor(3)(random.key(1)))(state)
    expect(next.step).toBe(1)
    expect([next.epoch, next.key, next.history]).toEqual([0, state.key, []])
  })

  test.prop([anyKey], few)('draws other elements to drop than the step before, on the same batch', (key) => {
    const model = nn.sequential(nn.dropout({ keepProbability: 0.5 }), nn.dense({ inputs: 40, outputs: 1, bias: false }))
    const problem = { model, loss: nn.meanSquaredError, optimizer: optim.sgd({ learningRate: 0 }) }
    const batch = { inputs: random.normal([1, 40])(key), targets: tensor([[1]]) }
    const first = train.step(problem)(batch)(train.start(problem)(key))
    const second = train.step(problem)(batch)(first.state)
    expect(toNumber(second.loss)).not.toBe(toNumber(first.loss))
  })

  test.prop([anyKey, fc.double({ min: 0, max: 10, noNaN: true })], few)(
    'adds a penalty to the loss, and its gradient to the gradient',
    (key, strength) => {
      const batch = dataFor(6)(key)
      const state = train.start(plain)(key)
      const without = train.step(plain)(batch)(state)
      const penalty = nn.l2({ strength })
      const result = train.step({ ...plain, penalty })(batch)(state)
      const own = valueAndGrad(penalty<typeof state.params>)(state.params)
      expect(toNumber(result.loss)).toBeCloseTo(toNumber(without.loss) + toNumber(own.value), 9)
      expect(params.isClose()(params.add(own.grad)(without.grads))(result.grads)).toBe(true)
      // half the squares of the weights: the gradient is the weights themselves, and the biases have none
      expectSame(own.grad[1].bias, params.zerosLike(own.grad[1].bias))
      expect(own.grad[0].weight).toBeCloseToTensor(params.scale(strength)(state.params[0].weight))
    }
  )

  test.prop([anyKey], few)('takes a penalty of its own making', (key) => {
    const problem = {
      ...plain,
      penalty: ([first]: ReturnType<typeof plain.model.init>['params']) => sum(square(first.bias))
    }
    const state = train.start(problem)(key)
    const shifted = {
      ...state,
      params: [{ ...state.params[0], bias: tensor([1, 2, 0, 0, 0]) }, state.params[1]] as const
    }
    const batch = dataFor(4)(key)
    const difference =
      toNumber(train.step(problem)(batch)(shifted).loss) - toNumber(train.step(plain)(batch)(shifted).loss)
    expect(difference).toBeCloseTo(5, 9)
  })
})

describe('model state', () => {
  const problem = {
    // behind a layer with parameters, so that what it is made of is traced
    model: nn.sequential(nn.dense({ inputs: 2, outputs: 2 }), centring, nn.dense({ inputs: 2, outputs: 1 })),
    loss: nn.meanSquaredError,
    optimizer: optim.sgd({ learningRate: 0.1 })
  }

  test.prop([anyKey], few)('is moved on by every step, from what the step before left', (key) => {
    const batch = dataFor(6)(key)
    const start = train.start(problem)(key)
    const one = train.step(problem)(batch)(start).state
    const two = train.step(problem)(batch)(one).state
    const meanAt = (p: typeof start.params) =>
      problem.model.apply(nn.training(key))(p, start.modelState)<[number]>(batch.inputs)[1][0].mean
    const average = params.scale(0.5)
    expect(one.modelState[0].mean).toBeCloseToTensor(meanAt(start.params))
    expect(two.modelState[0].mean).toBeCloseToTensor(params.add(average(one.modelState[0].mean))(meanAt(one.params)))
    expect([one, two].map(({ modelState }) => toNumber(modelState[0].seen))).toEqual([1, 2])
  })

  test.prop([anyKey], few)('is plain after a step, with no memory of how it was made', (key) => {
    const { state, loss, grads } = train.step(problem)(dataFor(4)(key))(train.start(problem)(key))
    const leavesOf = (tree: unknown): readonly unknown[] =>
      isTensor(tree) ? [tree] : typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(leavesOf) : []
    const leaves = leavesOf({ state, loss, grads })
    // the key of the state is one more
    expect(leaves.length).toBe(5 * 2 + 2 + 1 + 1)
    for (const x of leaves) expect(originOf(x as never)).toBeNull()
  })

  test.prop([anyKey], few)('is not changed by validation or metrics, which use the running one', (key) => {
    const data = dataFor(6)(key)
    const settings = { epochs: 3, batchSize: 4 }
    const metrics = {
      error: (targets: typeof data.targets) => (y: typeof data.targets) => toNumber(nn.meanSquaredError(targets)(y))
    }
    const bare = train.fit(problem, settings)(data)(train.start(problem)(key))
    const watched = train.fit({ ...problem, metrics }, { ...settings, validation: dataFor(5)(key) })(data)(
      train.start(problem)(key)
    )
    if (bare._tag === 'Left' || watched._tag === 'Left') throw new Error('diverged')
    expectSame(watched.right.modelState, bare.right.modelState)
    expect(toNumber(bare.right.modelState[0].seen)).toBe(6)
    const { params: p, modelState } = watched.right
    const used = nn.predict(problem.model)(p, modelState)<[number]>(data.inputs)
    expect(watched.right.history[2]!['error']).toBe(toNumber(nn.meanSquaredError(data.targets)(used)))
  })
})

/** A model in use, as a function of its rows. */
const inUse =
  <P, St, I extends number[], O extends number[]>(model: nn.Layer<P, St, I, O>, p: P, state: St) =>
  (x: Tensor): Tensor =>
    nn.predict(model)(p, state)<[number]>(x as never)

describe('predictions in blocks', () => {
  test.prop([anyKey, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 35 })], few)(
    'are those of the whole, whatever the size of a block',
    (key, rows, block) => {
      const { inputs } = dataFor(rows)(key)
      const { params: p, modelState } = train.start(plain)(key)
      expectSame(
        predictRows(inUse(plain.model, p, modelState), inputs, block),
        nn.predict(plain.model)(p, modelState)<[number]>(inputs)
      )
    }
  )

  it('are made in use, not in training', () => {
    const { params: p, modelState } = train.start(drawing)(random.key(0))
    const { inputs } = dataFor(20)(random.key(1))
    expectSame(
      predictRows(inUse(drawing.model, p, modelState), inputs, 7),
      nn.predict(drawing.model)(p, modelState)<[number]>(inputs)
    )
  })

  it('take examples of any rank', () => {
    const model = nn.flattenLayer([2, 3])
    const inputs = random.normal([5, 2, 3])(random.key(0))
    expect(predictRows(inUse(model, [], []), inputs, 2).shape).toEqual([5, 6])
    expectSame(predictRows(inUse(model, [], []), inputs, 2), predictRows(inUse(model, [], []), inputs))
  })
})

describe('the start of training', () => {
  test.prop([anyKey], few)('is the same for a key, and another for another', (key) => {
    const start = train.start(drawing)
    expectSame(start(random.fromWords(key)), start(key))
    const other = start(random.foldIn(0)(key))
    expect(params.getEq().equals(other.params as never, start(key).params as never)).toBe(false)
  })

  it('has done nothing yet', () => {
    const { epoch, step, history } = train.start(plain)(random.key(0))
    expect([epoch, step, history]).toEqual([0, 0, []])
  })

  it('is of a single tensor too, when that is all there is to learn', () => {
    const problem = {
      model: nn.stateless({
        name: 'shift',
        input: [],
        output: [],
        init: () => scalar(1),
        apply: (p) => (x) => params.add(p)(x as never)
      }),
      loss: nn.meanSquaredError,
      optimizer: optim.sgd({ learningRate: 0.25 })
    }
    expect(train.start(problem)(random.key(0)).params).toBeTensor(1)
  })
})

it.each([NaN, -1, Infinity, '1'])('a step refuses %s for the factor of its updates', (factor) => {
  const batch = dataFor(2)(random.key(0))
  expect(() => train.step(plain)(batch, factor as never)).toThrow(
    /^step: the factor of the updates must be a finite number of at least 0, got /
  )
})
