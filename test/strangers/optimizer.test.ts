/** An optimiser with memory of one's own, written with public names alone, stands wherever one of the library's does. */
import { readFileSync } from 'node:fs'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import {
  add,
  compile,
  data,
  div,
  grad,
  mul,
  nn,
  optim,
  type Params,
  params,
  random,
  type Scalar,
  scalar,
  sign,
  sqrt,
  square,
  tanh,
  tensor,
  toFlatArray,
  train,
  vmap,
  type Vec
} from 'grad-ts'
import * as laws from 'grad-ts/laws'
import { describe, expect, expectTypeOf, it } from 'vitest'

interface LionSettings {
  readonly learningRate: number
  readonly beta1?: number
  readonly beta2?: number
}

const lion = ({ learningRate, beta1 = 0.9, beta2 = 0.99 }: LionSettings): optim.GradientTransformation => {
  const mean = (beta: number) => params.zipWith((m, g) => pipe(m, mul(beta), add(mul(1 - beta)(g))))
  return {
    name: 'lion',
    init: params.zerosLike,
    update: () => (g) => (m) => [
      pipe(m, mean(beta1)(g), params.map(sign), params.scale(-learningRate)),
      mean(beta2)(g)(m)
    ]
  }
}

/** Several memories, one of them a counter: a state of a type of its own. */
const fading = (rate: number): optim.GradientTransformation<{ mean: Params; squares: Params; step: Scalar }> => ({
  name: 'fading',
  init: (p) => ({ mean: params.zerosLike(p), squares: params.zerosLike(p), step: scalar(0) }),
  update: (p) => (g) => (before) => {
    const step = add(1)(before.step)
    const mean = params.zipWith((m, x) => pipe(m, mul(0.5), add(mul(0.5)(x))))(g)(before.mean)
    const squares = params.zipWith((s, x) => pipe(x, square, add(s)))(g)(before.squares)
    const scaled = params.zipWith((m, s) => pipe(m, div(pipe(s, sqrt, add(1e-3)))))(squares)(mean)
    return [params.addScaled(-0.01)(p)(params.scale(-rate)(scaled)), { mean, squares, step }]
  }
})

interface Model {
  readonly layers: readonly [{ readonly weight: Vec<2>; readonly bias: Scalar }]
  readonly scale: Scalar
}

const model: Model = { layers: [{ weight: tensor([1, 2]), bias: scalar(3) }], scale: scalar(4) }
const slopes: Model = { layers: [{ weight: tensor([100, -0.5]), bias: scalar(0) }], scale: scalar(-2) }
const numbersOf = (m: Model): readonly number[] => params.tensors(m).flatMap(toFlatArray)

const own = [lion({ learningRate: 0.1 }), fading(0.1)]

describe('an optimiser of a stranger', () => {
  own.forEach((t) => laws.register(it)(laws.optimizer(t), { numRuns: 20 }))
  const chained = optim.chain(optim.clipByGlobalNorm(1), lion({ learningRate: 1 }), fading(1))
  laws.register(it)(laws.optimizer(chained), { numRuns: 20 })

  it('takes the steps of its formula, for parameters whose type is an interface', () => {
    const t = optim.chain(lion({ learningRate: 0.5, beta1: 0.5, beta2: 0.75 }))
    const step = optim.step(t)
    const [first, state] = step(model, slopes, t.init(model))
    expectTypeOf(first).toEqualTypeOf<Model>()
    expect(numbersOf(first)).toEqual([0.5, 2.5, 3, 4.5])
    // the memory, a quarter of the slopes, against slopes of the other sign: half of 25 − 24 is above 0, half of 25 − 26 below
    const back = (k: number): Model => params.scale(-k / 100)(slopes)
    expect(numbersOf(step(first, back(24), state)[0])).toEqual([0, 3, 3, 5])
    expect(numbersOf(step(first, back(26), state)[0])).toEqual([1, 2, 3, 4])
  })

  it('keeps the type of the parameters in a chain', () => {
    const t = optim.chain(optim.clipByNorm(1), lion({ learningRate: 0.1 }), fading(1))
    expectTypeOf(t.update(model)(slopes)(t.init(model))[0]).toEqualTypeOf<Model>()
  })

  it.each(own.map((t) => [t.name, t] as const))('gives the same numbers in a program: %s', (_, t) => {
    const weights: Vec<2> = tensor([1, -2])
    const step = (w: Vec<2>, g: Vec<2>, state: Params) => optim.step(t)(w, g, state)
    const [once, state] = step(weights, tensor([3, -4]), t.init(weights))
    const twice = step(once, tensor([-1, 5]), state)
    const program = compile(step)
    const [first, after] = program(weights, tensor([3, -4]), t.init(weights))
    expect(params.isClose()(twice)(program(first, tensor([-1, 5]), after))).toBe(true)
  })

  it('is differentiated and mapped like any function', () => {
    const t = fading(0.5)
    const moved = (g: Scalar): Scalar => optim.step(t)(scalar(1), g, t.init(scalar(1)))[0]
    const h = 1e-5
    const slope = (toFlatArray(moved(scalar(2 + h)))[0]! - toFlatArray(moved(scalar(2 - h)))[0]!) / (2 * h)
    expect(toFlatArray(grad(moved)(scalar(2)))[0]).toBeCloseTo(slope, 8)
    expect(toFlatArray(vmap(moved)(tensor([2, 3])))).toEqual([2, 3].flatMap((x) => toFlatArray(moved(scalar(x)))))
  })

  it.each(own.map((t) => [t.name, t] as const))('trains a network, on from a saved state bit by bit: %s', (_, t) => {
    const problem = {
      model: nn.sequential(nn.dense({ inputs: 2, outputs: 8, activation: tanh }), nn.dense({ inputs: 8, outputs: 1 })),
      loss: nn.binaryCrossEntropyWithLogits,
      optimizer: optim.chain(optim.clipByGlobalNorm(5), t)
    }
    const start = train.start(problem)(random.key(7))
    const after = (epochs: number, from: typeof start) =>
      pipe(
        train.fit(problem, { epochs, batchSize: 4 })(data.xor)(from),
        E.getOrElseW((error) => expect.fail(train.showError(error)))
      )
    const whole = after(60, start)
    expect(after(25, after(35, start)).params).toEqual(whole.params)
    expect(whole.history.at(-1)!.loss).toBeLessThan(0.5 * whole.history[0]!.loss)
  })

  it('is twelve lines at most, without a cast', () => {
    const source = readFileSync('test/strangers/optimizer.test.ts', 'utf8')
    const [lines = ''] = /^const lion = [^]*?^\}$/m.exec(source) ?? []
    expect(lines.split('\n').length).toBeLessThanOrEqual(12)
    expect(lines).not.toMatch(/ as |never|any|unknown/)
  })
})
