/** Where there is no program, the reference trains, and the answer says why. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { mul, relu, stopGradient } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import * as random from '../../src/random/index.ts'
import { spirals } from '../../src/data/index.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'
import { toNumber } from '../../src/tensor/read.ts'
import type { Scalar, Tensor } from '../../src/tensor/tensor.ts'
import type { ProgramOptions } from '../../src/compile/index.ts'
import * as train from '../../src/train/index.ts'
import { dataFor, drawing, expectSame, lossesOf, plain, right } from './support.ts'

type Column = Tensor<[number, 1]>

/** Of a platform whose types the project does without. */
const host = (
  globalThis as unknown as { readonly WebAssembly: { Module: unknown; readonly CompileError: ErrorConstructor } }
).WebAssembly

const data = dataFor(9)(random.key(1))
const metric = () => (x: Column) => x.shape[0]
const run = (compile: boolean | ProgramOptions) => {
  // a problem of its own, since programs are kept for a problem
  const problem = { ...drawing, metrics: { metric } }
  const settings = { epochs: 3, batchSize: 4, validation: dataFor(5)(random.key(2)), compile }
  return right(train.fit(problem, settings)(data)(train.start(problem)(random.key(0))))
}

describe('without WebAssembly', () => {
  const { Module } = host
  afterEach(() => {
    host.Module = Module
    vi.restoreAllMocks()
  })
  const forbidden = () => {
    host.Module = function (): never {
      throw new host.CompileError(
        "WebAssembly.Module(): Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive"
      )
    }
  }

  it('as under a content-security policy, fit comes to what the reference comes to, and says so', () => {
    const reference = run(false)
    forbidden()
    const { notCompiled, ...state } = run(true)
    expect(notCompiled).toMatch(/^compile: this machine .*; a content-security policy must say 'wasm-unsafe-eval'$/)
    expectSame(state, reference)
    expect('notCompiled' in reference).toBe(false)
  })

  it('as under such a policy, epochs says so in each state', () => {
    forbidden()
    const problem = { ...plain }
    const states = train.epochs(problem, { batchSize: 4 })(data)(train.start(problem)(random.key(0)))
    for (const state of states) {
      expect(right(state).notCompiled).toContain('wasm-unsafe-eval')
      if (right(state).epoch === 2) break
    }
  })

  it('is not said of what was compiled before', () => {
    const problem = { ...plain }
    const fit = () => right(train.fit(problem, { epochs: 1, batchSize: 4 })(data)(train.start(problem)(random.key(0))))
    expect(fit().notCompiled).toBeUndefined()
    forbidden()
    expect(fit().notCompiled).toBeUndefined()
  })

  it('as in a JavaScript that has none, fit trains', async () => {
    vi.stubGlobal('WebAssembly', undefined)
    vi.resetModules()
    const fresh = await import('../../src/train/index.ts')
    const problem = { ...drawing, metrics: { metric } }
    const settings = { epochs: 2, batchSize: 4, validation: data }
    const state = right(fresh.fit(problem, settings)(data)(fresh.start(problem)(random.key(0))))
    vi.unstubAllGlobals()
    expect(state.notCompiled).toContain('WebAssembly is not available')
    expect(state.history).toHaveLength(2)
  })
})

describe('a program that is too large', () => {
  it('is not made: the reference trains, and the answer says so', () => {
    const { notCompiled, ...state } = run({ memoryLimit: 64 })
    expect(notCompiled).toMatch(/^compile: the program needs \d+ bytes of memory, and the limit is 64;/)
    expectSame(state, run(false))
  })
})

describe('data that a program does not hold, and is handed batch by batch', () => {
  it.each([true, false])('trains as the reference, inputs and targets and a short batch, shuffled: %s', (shuffle) => {
    const settings = { epochs: 3, batchSize: 30, shuffle }
    for (const problem of [plain, drawing]) {
      const many = dataFor(400)(random.key(1))
      const run = (compile: boolean | { readonly memoryLimit: number }) =>
        right(train.fit(problem, { ...settings, compile })(many)(train.start(problem)(random.key(0))))
      const [program, reference] = [run({ memoryLimit: 18000 }), run(false)]
      expect(program.notCompiled).toBeUndefined()
      expect(program.step).toBe(reference.step)
      lossesOf(program).forEach((loss, i) => expect(loss).toBeCloseTo(lossesOf(reference)[i]!, 10))
      expect(params.isClose({ atol: 1e-9, rtol: 1e-9 })(reference.params as never)(program.params as never)).toBe(true)
    }
  })

  it('leave observers the states of all epochs, and are gone on from by the reference', () => {
    const many = dataFor(400)(random.key(1))
    const fit = (problem: typeof plain, observers: readonly ((state: train.TrainState<never, never>) => void)[]) =>
      right(
        train.fit(problem, {
          epochs: 3,
          batchSize: 10,
          compile: { memoryLimit: 16000 },
          observers: observers as never
        })(many)(train.start(problem)(random.key(0)))
      )
    const states: unknown[] = []
    const seen: string[] = []
    const end = fit({ ...plain }, [(state) => states.push(state.params)])
    expect(end.notCompiled).toBeUndefined()
    fit({ ...plain }, [(state) => seen.push(JSON.stringify(state.params))])
    expect(states.map((params) => JSON.stringify(params))).toEqual(seen)

    let armed = false
    const optimizer = optim.sgd({
      learningRate: (step) => {
        if (armed && step === 85) throw new Error('once')
        return 0.05
      }
    })
    const failed = pipe(
      train.start({ ...plain, optimizer })(random.key(0)),
      train.fit(
        { ...plain, optimizer },
        {
          epochs: 3,
          batchSize: 10,
          compile: { memoryLimit: 16000 },
          observers: [
            ({ epoch }) => {
              armed = epoch === 2
            }
          ]
        }
      )(many)
    )
    expect(E.isLeft(failed) && train.showError(failed.left)).toContain('once')
  })
})

describe('a step that reads numbers', () => {
  it('is taken by the reference, which the answer says', () => {
    const loss = (y: Column) => (x: Column) => {
      const value = nn.meanSquaredError(y)(x)
      return toNumber(stopGradient(value)) > 1 ? value : mul(2)(value)
    }
    const problem = { ...plain, loss }
    const state = right(train.fit(problem, { epochs: 1, batchSize: 4 })(data)(train.start(problem)(random.key(0))))
    expect(state.notCompiled).toContain('toNumber')
    vi.restoreAllMocks()
  })
})

describe('a loss that closes over a number that changes', () => {
  const one = { inputs: tensor([[1]]), targets: tensor([[3]]) }
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const weighted = () => {
    const factor = { now: 1 }
    const problem = {
      model: nn.dense({ inputs: 1, outputs: 1 }),
      loss:
        (y: Column) =>
        (x: Column): Scalar =>
          mul(factor.now)(nn.meanSquaredError(y)(x)),
      optimizer: optim.sgd({ learningRate: 0 })
    }
    return { factor, problem, start: train.start(problem)(random.key(0)) }
  }
  const losses = <P, St>({ history }: train.TrainState<P, St>) => history.map(({ loss }) => loss)

  it('is followed within a run, by the reference from there on, and said', () => {
    const both = [true, false].map((compile) => {
      const { factor, problem, start } = weighted()
      const observers = [() => void (factor.now *= 10)]
      return right(train.fit(problem, { epochs: 3, batchSize: 1, compile, observers, validation: one })(one)(start))
    })
    const validated = both.map(({ history }) => history.map(({ validationLoss }) => validationLoss!.toPrecision(12)))
    expect(validated[0]).toEqual(validated[1])
    expect(losses(both[0]!).map((loss) => loss.toPrecision(12))).toEqual(losses(both[1]!).map((loss) => loss.toPrecision(12))) // prettier-ignore
    expect(losses(both[0]!)[2]! / losses(both[0]!)[0]!).toBeCloseTo(100, 9)
    expect(both[0]!.notCompiled).toBe('the loss or the penalty gives other numbers than before, from epoch 2 on')
  })

  it('is followed from run to run of the same problem, by new programs', () => {
    const { factor, problem, start } = weighted()
    const loss = () => {
      const state = right(train.fit(problem, { epochs: 1, batchSize: 1, validation: one })(one)(start))
      expect(state.notCompiled).toBeUndefined()
      return [state.history[0]!.loss, state.history[0]!.validationLoss!]
    }
    const before = loss()
    factor.now = 10
    loss().forEach((now, i) => {
      expect(now / before[i]!).toBeCloseTo(10, 9)
    })
  })

  const changing = <P, St>(
    problem: (factor: { now: number }) => train.Problem<P, St, [1], [1], [1]>,
    set: train.Dataset<[1], [1]>
  ) =>
    [true, false].map((compile) => {
      const factor = { now: 1 }
      const given = problem(factor)
      const observers = [() => void (factor.now *= 10)]
      const settings = { epochs: 2, batchSize: 100, compile, observers }
      return right(train.fit(given, settings)(set)(train.start(given)(random.key(0))))
    })
  const seenByTheReference = <P, St>([program, reference]: readonly train.TrainState<P, St>[]) => {
    expect(program!.notCompiled).toBe('the loss or the penalty gives other numbers than before, from epoch 2 on')
    expect(losses(program!)[1]).toBeCloseTo(losses(reference!)[1]!, 9)
  }

  it.each([
    ['in the middle', 20, 23],
    ['at the end', 39, 40]
  ])('is followed where only the targets %s show it', (_, first, end) => {
    const rows = Array.from({ length: 40 }, (__, i) => i)
    const set = {
      inputs: tensor(rows.map((i): [number] => [i / 40])),
      targets: tensor(rows.map((i): [number] => [i >= first && i < end ? 3 : 0]))
    }
    const problem = (factor: { now: number }) => ({
      ...weighted().problem,
      loss:
        (y: Column) =>
        (x: Column): Scalar =>
          nn.meanSquaredError(mul(factor.now)(y))(x)
    })
    seenByTheReference(changing(problem, set))
  })

  it('is followed in a penalty on many parameters', () => {
    const problem = (factor: { now: number }) => ({
      ...weighted().problem,
      model: nn.sequential(nn.dense({ inputs: 1, outputs: 3000 }), nn.dense({ inputs: 3000, outputs: 1 })),
      penalty: (params: object): Scalar => nn.l2({ strength: factor.now })(params as never)
    })
    seenByTheReference(changing(problem, one))
  })

  it('from call to call is not compiled', () => {
    let calls = 0
    const problem = {
      ...plain,
      loss:
        (y: Column) =>
        (x: Column): Scalar =>
          mul(++calls)(nn.meanSquaredError(y)(x))
    }
    const state = right(train.fit(problem, { epochs: 1, batchSize: 4 })(data)(train.start(problem)(random.key(0))))
    expect(state.notCompiled).toBe('the model, the loss or the penalty gives other numbers from call to call')
  })

  it('is followed in a model from run to run, and in a schedule from step to step', () => {
    const both = [true, false].map((compile) => {
      const factor = { now: 1 }
      const scaled = nn.stateless({
        name: 'scaled',
        input: [1],
        output: [1],
        init: () => ({}),
        apply: () => (x) => mul(factor.now)(x)
      })
      const problem = {
        model: nn.sequential(nn.dense({ inputs: 1, outputs: 1 }), scaled),
        loss: nn.meanSquaredError,
        optimizer: optim.sgd({ learningRate: () => 1e-3 * factor.now })
      }
      const run = train.fit(problem, { epochs: 3, batchSize: 1, compile })(one)
      const first = right(run(train.start(problem)(random.key(0))))
      factor.now = 5
      return losses(right(run(first)))
    })
    both[0]!.forEach((loss, i) => expect(loss).toBeCloseTo(both[1]![i]!, 12))
    expect(both[0]![3]).not.toBeCloseTo(both[0]![2]!, 1)
  })

  it('is one problem for each stage when it is pure', () => {
    const stage = (factor: number) => ({
      ...plain,
      loss:
        (y: Column) =>
        (x: Column): Scalar =>
          mul(factor)(nn.meanSquaredError(y)(x))
    })
    const [gentle, strict] = [stage(0.1), stage(1)]
    const first = right(train.fit(gentle, { epochs: 2, batchSize: 4 })(data)(train.start(gentle)(random.key(0))))
    const second = right(train.fit(strict, { epochs: 2, batchSize: 4 })(data)(first))
    expect([second.epoch, second.notCompiled]).toEqual([4, undefined])
  })

  it('is seen in the penalty too', () => {
    let strength = 1
    const problem = { ...plain, penalty: (): Scalar => scalar(strength) }
    const start = train.start(problem)(random.key(0))
    const observers = [() => void (strength = 1000)]
    const state = right(train.fit(problem, { epochs: 2, batchSize: 4, observers })(data)(start))
    expect(state.history[1]!.loss).toBeGreaterThan(900)
  })
})

describe('validation and metrics', () => {
  it('of an epoch take no longer than the epoch itself', () => {
    const problem = {
      model: nn.sequential(
        nn.dense({ inputs: 2, outputs: 100, activation: relu }),
        nn.dense({ inputs: 100, outputs: 3 })
      ),
      loss: nn.softmaxCrossEntropy,
      optimizer: optim.sgd({ learningRate: 0.1 })
    }
    const [set, validation] = [random.key(0), random.key(1)].map((key) => spirals({ perArm: 100 })(key))
    const epochTimes = (task: typeof problem, more: object): readonly number[] => {
      const ends: number[] = []
      const settings = { epochs: 100, batchSize: 10, observers: [() => ends.push(performance.now())], ...more }
      right(train.fit(task, settings)(set!)(train.start(task)(random.key(0))))
      return ends.slice(1).map((end, i) => end - ends[i]!)
    }
    const rounds = Array.from({ length: 8 }, () => ({
      without: epochTimes(problem, {}),
      both: epochTimes({ ...problem, metrics: { accuracy: nn.categoricalAccuracy } } as typeof problem, { validation })
    }))
    // the lower quartile: other work on the machine adds to some epochs
    const quartile = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 2]!
    const ratio = quartile(rounds.flatMap(({ both }) => both)) / quartile(rounds.flatMap(({ without }) => without))
    // about 1.85; predictions that are not compiled make it 5 and more
    expect(ratio).toBeLessThan(3)
  })
})
