/** Training by programs: the same as by the reference, but for rounding. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { gelu, mul, relu, stopGradient, swish } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import * as random from '../../src/random/index.ts'
import { spirals, xor } from '../../src/data/index.ts'
import { tensors } from '../../src/tape/algebra.ts'
import { tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import type { ProgramOptions } from '../../src/compile/index.ts'
import * as train from '../../src/train/index.ts'
import { dataFor, drawing, left, plain, right } from './support.ts'

const close = params.isClose({ atol: 1e-10, rtol: 1e-10 })

/** Remembers what it drew in the last nine steps. */
const noting: nn.Layer<{ readonly weight: Tensor }, { readonly drawn: Tensor }, [2], [1]> = {
  name: 'noting',
  input: [2],
  output: [1],
  usesKey: true,
  hasParams: true,
  hasState: true,
  init: () => ({ params: { weight: zeros([2, 1]) }, state: { drawn: zeros([9]) } }),
  apply: (mode) => (params, state) => (x) => {
    const draw = mode._tag === 'Train' ? random.uniform([1])(mode.key) : zeros([1])
    return [
      tensors.matmul(x, params.weight) as never,
      { drawn: tensors.concat([tensors.slice(state.drawn, [1], [9]), draw], 0) }
    ]
  }
}

const normalised = {
  model: nn.sequential(
    nn.dense({ inputs: 2, outputs: 6 }),
    nn.batchNorm({ features: 6 }),
    swish,
    nn.residual(nn.dense({ inputs: 6, outputs: 6 }), relu),
    nn.layerNorm({ features: 6 }),
    nn.dense({ inputs: 6, outputs: 1 })
  ),
  loss: nn.meanSquaredError,
  // not Adam: before a normalisation a bias has the gradient 0, and Adam makes steps of its rounding
  optimizer: optim.chain(optim.clipByGlobalNorm(1), optim.sgd({ learningRate: 0.05, momentum: 0.9, dampening: 0.9 })),
  penalty: nn.l2({ strength: 0.01 }) as never
}

const optimizers = {
  sgd: optim.sgd({ learningRate: 0.05 }),
  momentum: optim.sgd({ learningRate: 0.05, momentum: 0.9, dampening: 0.9 }),
  nesterov: optim.sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true }),
  adagrad: optim.adagrad({ learningRate: 0.05 }),
  rmsProp: optim.rmsProp({ learningRate: 0.01 }),
  adam: optim.adam({ learningRate: optim.warmUp({ steps: 3, then: optim.cosineDecay({ initial: 0.05, steps: 100 }) }) })
}

describe('training by a program', () => {
  const data = dataFor(23)(random.key(0))
  const settings = { epochs: 50, batchSize: 5, validation: dataFor(7)(random.key(1)) }

  /** Both ways, and that they come to the same. */
  const expectSameBothWays = <P, St>(problem: train.Problem<P, St, [2], [1], [1]>, more: object = {}): void => {
    const start = train.start(problem)(random.key(2))
    const run = (compile: boolean) => right(train.fit(problem, { ...settings, ...more, compile })(data)(start))
    const [program, reference] = [run(true), run(false)]
    for (const part of ['params', 'modelState', 'optimizerState'] as const)
      expect(close(reference[part] as params.Params)(program[part] as params.Params), part).toBe(true)
    expect([program.step, program.epoch, program.key]).toEqual([reference.step, reference.epoch, reference.key])
    program.history.forEach((record, i) => {
      expect(Object.keys(record)).toEqual(Object.keys(reference.history[i]!))
      expect(Math.abs(record.loss - reference.history[i]!.loss)).toBeLessThan(1e-10)
    })
  }

  it.each(Object.entries(optimizers))(
    'comes to what the reference comes to after 50 epochs, with %s',
    (_, optimizer) => {
      expectSameBothWays({ ...plain, optimizer })
    }
  )
  it('gives each product the room it takes, whatever follows the product', () => {
    const problem = {
      model: nn.sequential(
        nn.dense({ inputs: 2, outputs: 9, activation: gelu }),
        nn.dense({ inputs: 9, outputs: 14, activation: gelu }),
        nn.dense({ inputs: 14, outputs: 1 })
      ),
      loss: nn.binaryCrossEntropyWithLogits,
      optimizer: optim.adam({ learningRate: 0.05 })
    }
    const lossOf = (compile: boolean): number => {
      const start = train.start(problem)(random.key(0))
      return right(train.fit(problem, { epochs: 20, batchSize: 4, compile })(xor)(start)).history[19]!.loss
    }
    expect(lossOf(true)).toBeCloseTo(lossOf(false), 12)
  })
  it('draws the very same dropout', () => {
    expectSameBothWays(drawing)
  })
  it.each(['double', 'single'] as const)(
    'draws the numbers of each step from that step, in %s precision',
    (precision) => {
      const problem = { model: noting, loss: nn.meanSquaredError, optimizer: optim.sgd({ learningRate: 0.01 }) }
      const start = train.start(problem)(random.key(2))
      const drawn = (compile: boolean | object) =>
        right(train.fit(problem, { epochs: 3, batchSize: 6, compile })(dataFor(18)(random.key(0)))(start)).modelState
      const [program, reference] = [drawn({ precision }), drawn(false)].map(({ drawn }) => toFlatArray(drawn as never))
      expect(new Set(reference).size).toBe(9)
      reference!.forEach((x, i) => expect(program![i]).toBeCloseTo(x, 6))
    }
  )
  it('moves the state of a model, clips, decays and penalises alike', () => {
    expectSameBothWays(normalised, { batchSize: 6 })
  })
  it('takes the factor of each epoch into account', () => {
    expectSameBothWays(plain, { rateFactor: (history: readonly unknown[]) => 1 / (1 + history.length) })
  })
  it('takes the rows as they come when not to shuffle, and one batch larger than all', () => {
    expectSameBothWays(plain, { shuffle: false })
    expectSameBothWays(plain, { batchSize: 100 })
  })

  it('takes metrics of the predictions, of many rows too', () => {
    const many = spirals({ perArm: 800 })(random.key(0))
    const problem = {
      model: nn.sequential(
        nn.dense({ inputs: 2, outputs: 40, activation: relu }),
        nn.dense({ inputs: 40, outputs: 3 })
      ),
      loss: nn.softmaxCrossEntropy,
      optimizer: optim.sgd({ learningRate: 0.1 }),
      metrics: { accuracy: nn.categoricalAccuracy }
    }
    const start = train.start(problem)(random.key(1))
    const run = (compile: boolean) =>
      right(train.fit(problem, { epochs: 2, batchSize: 100, compile })(many)(start)).history
    run(true).forEach(({ accuracy }, i) => {
      expect(Math.abs(accuracy! - run(false)[i]!.accuracy!)).toBeLessThan(0.002)
    })
  })

  it.each([1024, 1025, 2048, 2500])('measures %i rows as the reference does, a loss that is no mean too', (rows) => {
    const most = (y: Tensor) => (x: Tensor) => tensors.max(tensors.abs(tensors.sub(x, y)), [0, 1], false)
    const problem = {
      ...plain,
      loss: most as never,
      metrics: { first: () => (x: Tensor) => toFlatArray(x)[rows - 1]! }
    }
    const [many, others] = [random.key(1), random.key(2)].map(dataFor(rows))
    const start = train.start(problem)(random.key(0))
    const seen: Tensor[] = []
    const history = (compile: boolean | ProgramOptions) =>
      right(
        train.fit(
          { ...problem, metrics: { ...problem.metrics, kept: () => (x: Tensor) => (seen.push(x), 0) } },
          { epochs: 3, batchSize: 500, compile, validation: others!, keepBest: { figure: 'loss' } }
        )(many!)(start)
      ).history
    const [programs, reference, single] = [true, false, { precision: 'single' } as const].map(history)
    programs!.forEach((record, i) =>
      Object.entries(record).forEach(([name, value]) => {
        expect(value).toBeCloseTo(reference![i]![name]!, 9)
        expect(single![i]![name]).toBeCloseTo(value!, 4)
      })
    )
    // predictions that were handed out stay what they were
    expect(new Set(seen.map((x) => toFlatArray(x)[0])).size).toBeGreaterThan(10)
  })

  it('in single precision comes near, and repeats bit for bit', () => {
    const start = train.start(plain)(random.key(2))
    const run = (compile: boolean | ProgramOptions) =>
      right(train.fit(plain, { ...settings, epochs: 5, compile })(data)(start))
    const [single, reference] = [run({ precision: 'single' }), run(false)]
    expect(params.isClose({ atol: 1e-4, rtol: 1e-4 })(reference.params)(single.params)).toBe(true)
    expect(close(reference.params)(single.params)).toBe(false)
    expect(params.getEq<typeof single.params>().equals(single.params, run({ precision: 'single' }).params)).toBe(true)
  })

  it('does not mix two runs of one problem that are taken in turns', () => {
    const [a, b] = [random.key(1), random.key(2)].map((key) =>
      train.epochs(plain, { batchSize: 5 })(data)(train.start(plain)(key))[Symbol.iterator]()
    )
    const inTurns = [a!.next(), b!.next(), a!.next(), b!.next()].map(({ value }) => right(value as never))
    const alone = (seed: number) =>
      right(train.fit(plain, { epochs: 2, batchSize: 5 })(data)(train.start(plain)(random.key(seed))))
    const equals = params.getEq<params.Params>().equals
    expect(equals((inTurns[2] as never as { params: params.Params }).params, alone(1).params as never)).toBe(true)
    expect(equals((inTurns[3] as never as { params: params.Params }).params, alone(2).params as never)).toBe(true)
  })

  it.each([
    ['', plain],
    [', its draws included', drawing]
  ])('may be started again by an observer of the same problem%s', (_, plain) => {
    const start = train.start(plain)(random.key(0))
    const seen: number[] = []
    const nested = right(
      train.fit(plain, {
        epochs: 3,
        batchSize: 5,
        observers: [
          () => {
            seen.push(right(train.fit(plain, { epochs: 2, batchSize: 5 })(data)(start)).history[1]!.loss)
          }
        ]
      })(data)(start)
    )
    const alone = right(train.fit(plain, { epochs: 3, batchSize: 5 })(data)(start))
    expect(nested.history).toEqual(alone.history)
    expect([nested.step, alone.step]).toEqual([15, 15])
    expect(new Set(seen)).toEqual(new Set([alone.history[1]!.loss]))
  })

  it('does not grow over ten thousand steps', () => {
    const problem = { ...plain, optimizer: optim.adam({ learningRate: 0.001 }) }
    const start = train.start(problem)(random.key(0))
    const run = (epochs: number): void => {
      right(train.fit(problem, { epochs, batchSize: 1, shuffle: false })(dataFor(20)(random.key(0)))(start))
    }
    run(5)
    const before = process.memoryUsage()
    run(500)
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 20)
    expect(after.external - before.external).toBeLessThan(2 ** 20)
  })
})

describe('a problem that cannot be traced', () => {
  const warn = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => undefined)
  afterEach(() => {
    expect(warn).not.toHaveBeenCalled()
  })
  const data = dataFor(8)(random.key(0))
  /** The reference can choose by a number, a program cannot. */
  const choosing = {
    ...plain,
    loss: (targets: Tensor<[number, 1]>) => (y: Tensor<[number, 1]>) => {
      const mean = nn.meanSquaredError(targets)(y)
      return toNumber(stopGradient(mean)) > 1 ? mean : nn.meanAbsoluteError(targets)(y)
    }
  }

  it('is trained by the reference, and the state says why', () => {
    const start = train.start(choosing)(random.key(0))
    const [first, second] = [2, 2].map((epochs) => right(train.fit(choosing, { epochs, batchSize: 4 })(data)(start)))
    const reference = right(train.fit(choosing, { epochs: 2, batchSize: 4, compile: false })(data)(start))
    expect([first!.history, second!.history]).toEqual([reference.history, reference.history])
    expect(first!.notCompiled).toMatch(/^toNumber: this tensor of shape \[\]/)
    expect(second!.notCompiled).toBe(first!.notCompiled)
  })

  it('or that single precision cannot hold says so where the reference can go on', () => {
    const problem = {
      model: nn.dense({ inputs: 1, outputs: 1 }),
      loss: (targets: Tensor<[number, 1]>) => (y: Tensor<[number, 1]>) => mul(1e60)(nn.meanSquaredError(targets)(y)),
      optimizer: optim.sgd({ learningRate: 1e-62 })
    }
    const set = { inputs: tensor([[1], [2]]), targets: tensor([[1], [2]]) }
    const start = train.start(problem)(random.key(0))
    const single = { epochs: 3, batchSize: 1, compile: { precision: 'single' } } as const
    const state = right(train.fit(problem, single)(set)(start))
    const said =
      'a number was not finite in single precision in epoch 1, which the reference trained in double precision'
    expect(state.notCompiled).toBe(said)
    expect(right(train.fit(problem, { epochs: 3, batchSize: 1 })(set)(start)).notCompiled).toBe(undefined)
  })

  it('is not spoken of where the reference fails too', () => {
    const failing = { ...plain, optimizer: optim.sgd({ learningRate: (step: number) => (step < 3 ? 0.1 : NaN) }) }
    const settings = { epochs: 5, batchSize: 4, stop: () => false }
    left(train.fit(failing, settings)(data)(train.start(failing)(random.key(0))))
  })

  it('is not spoken of when that is meant', () => {
    const start = train.start(choosing)(random.key(0))
    const state = right(train.fit({ ...choosing }, { epochs: 1, batchSize: 4, compile: false })(data)(start))
    expect(state.notCompiled).toBe(undefined)
  })

  it.each([
    ['yes', 'compile: needs true, false or options such as { precision: "single" }, got "yes"'],
    [{ precision: 'half' }, "compile: precision must be 'double' or 'single', got \"half\""],
    [{ memoryLimit: 0 }, 'compile: memoryLimit must be a whole number of bytes, got 0']
  ])('is not what %o says', (compile, message) => {
    const error = left(
      train.fit(plain, { epochs: 1, batchSize: 4, compile: compile as never })(data)(train.start(plain)(random.key(0)))
    )
    expect(train.showError(error)).toContain(message)
  })
})
