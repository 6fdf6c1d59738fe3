/** The other suites: they hold for the library's own, and each law goes red for a fault planted for it. */
import { params as paramsLaws } from '../../laws/params.ts'
import { key as keyLaws } from '../../laws/key.ts'
import { chain as chainLaws } from '../../laws/optimizer.ts'
import { fit as fitLaws } from '../../laws/fit.ts'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { describe, expect, it, test } from 'vitest'
import * as laws from '../../laws/index.ts'
import { dense } from '../../src/nn/layers/dense.ts'
import { type Layer, training } from '../../src/nn/layers/layer.ts'
import { key } from '../../src/random/key.ts'
import { chain } from '../../src/optim/chain.ts'
import { clipByGlobalNorm } from '../../src/optim/clip.ts'
import { adam, sgd } from '../../src/optim/optimizers.ts'
import { scale } from '../../src/optim/scale.ts'
import type { GradientTransformation } from '../../src/optim/transformation.ts'
import * as g from '../../src/index.ts'
import { bufferOf, type Tensor } from '../../src/tensor/tensor.ts'

const identity = chain()
const chaining: Monoid<GradientTransformation> = { concat: (a, b) => chain(a, b), empty: identity }

/** The laws that fail. */
const red = (suite: laws.Suite, options: laws.LawOptions = {}): readonly string[] =>
  laws.run(suite, options).flatMap(({ law, outcome }) => (E.isLeft(outcome) ? [law.slice(law.indexOf(': ') + 2)] : []))

describe('parameters', () => {
  laws.register(test)(paramsLaws(), { numRuns: 30 })
  laws.register(test)(paramsLaws(fc.constant({ layers: [{ weight: g.ones([2, 2]), bias: g.zeros([2]) }] })), {
    numRuns: 10
  })
})

describe('keys', () => {
  laws.register(test)(keyLaws(), { numRuns: 50 })
})

describe('optimizers', () => {
  const step = { learningRate: 0.1 }
  for (const t of [
    sgd(step),
    sgd({ ...step, momentum: 0.9, nesterov: true }),
    adam(step),
    clipByGlobalNorm(1),
    identity
  ])
    laws.register(test)(laws.optimizer(t), { numRuns: 15 })
  laws.register(test)(chainLaws({ Monoid: chaining, transformations: [clipByGlobalNorm(1), adam(step), scale(2)] }), {
    numRuns: 15
  })

  const plain = sgd(step)
  const from = (update: GradientTransformation['update']): GradientTransformation => ({
    name: 'broken',
    init: () => ({ count: g.scalar(0) }),
    update
  })

  it('that drop a parameter are found', () => {
    const broken = from(() => (updates) => (state) => [
      g.params.map(((x: Tensor) => g.sum(x)) as never)(updates as never),
      state
    ])
    expect(red(laws.optimizer(broken, fc.constant([g.ones([2])])))).toContain(
      'updates have the structure and shapes of the parameters'
    )
  })

  it('whose state grows are found', () => {
    const broken = from(() => (updates) => (state) => [updates, { count: [state] }])
    expect(red(laws.optimizer(broken))).toEqual(['the state keeps its structure and shapes'])
  })

  it('that write to the gradients are found', () => {
    const broken = from(() => (updates) => (state) => {
      g.params.tensors(updates as never).forEach((x) => bufferOf(x)!.fill(0.25))
      return [updates, state]
    })
    expect(red(laws.optimizer(broken))).toContain('parameters, gradients and state stay as they are')
  })

  it('that remember outside their state are found', () => {
    const memory = { steps: 0 }
    const broken = from(() => (updates) => (state) => {
      memory.steps++
      return [g.params.scale(memory.steps)(updates as never), state]
    })
    expect(red(laws.optimizer(broken))).toEqual([
      'the same arguments give the same bits',
      'a compiled step gives nearly the same'
    ])
  })

  it('in a chain that is no monoid are found', () => {
    // the second of two is applied twice
    const lossy: Monoid<GradientTransformation> = {
      empty: identity,
      concat: (a, b) => (b === identity ? a : a === identity ? b : chain(a, b, b))
    }
    const broken: Monoid<GradientTransformation> = { ...chaining, empty: scale(2) }
    const transformations = [plain, clipByGlobalNorm(1), scale(3)] as const
    expect(red(chainLaws({ Monoid: lossy, transformations }))).toEqual(['is associative'])
    expect(red(chainLaws({ Monoid: broken, transformations }))).toEqual([
      'the identity first changes nothing',
      'the identity last changes nothing'
    ])
  })
})

interface Running {
  readonly mean: Tensor<[2]>
}
const { vocabulary: op } = g.primitive
const loose = (x: unknown): Tensor => x as Tensor

/** Learns a scale, centres by a running mean, has a kink and noise: all that a layer may have. */
const centring: Layer<{ readonly gain: Tensor<[2]> }, Running, [2], [2]> = {
  name: 'centring',
  input: [2],
  output: [2],
  usesKey: true,
  hasParams: true,
  hasState: true,
  init: (key) => ({ params: { gain: g.random.uniform([2])(key) }, state: { mean: g.zeros([2]) } }),
  apply: (mode) => (params, state) => (input) => {
    const x = loose(input)
    const count = x.shape.slice(0, -1).reduce((a, b) => a * b, 1)
    const rows = op.reshape(x, [count, 2])
    const mean = mode._tag === 'Train' ? op.div(op.sum(rows, [0], false), op.constant(count)) : loose(state.mean)
    const noise = mode._tag === 'Train' ? g.random.normal([2])(mode.key) : g.zeros([2])
    const y = op.add(op.relu(op.mul(op.sub(x, mean), loose(params.gain))), loose(noise))
    return [y, { mean: op.stopGradient(mean) }] as never
  }
}

describe('layers', () => {
  laws.register(test)(laws.layer(dense({ inputs: 3, outputs: 2 })), { numRuns: 15 })
  laws.register(test)(laws.layer(centring), { numRuns: 15 })

  const names = laws.layer(centring).map(({ name }) => name.slice(name.indexOf(': ') + 2))
  const [start, shape, state, bits, pure, keys, order, alone, infers, trains] = names
  const broken = (wrong: Partial<typeof centring>): readonly string[] =>
    red(laws.layer({ ...centring, ...wrong }), { numRuns: 40 })
  const after =
    (f: (x: Tensor) => Tensor): typeof centring.apply =>
    (mode) =>
    (params, own) =>
    (x) => {
      const [y, next] = centring.apply(mode)(params, own)(x)
      return [f(loose(y)) as never, next]
    }

  it('that start at random are found', () => {
    const init: typeof centring.init = (key) => ({
      ...centring.init(key),
      params: { gain: g.random.uniform([2], { max: Math.random() + 1 })(key) }
    })
    expect(broken({ init })).toContain(start)
    expect(broken({ hasState: true, hasParams: false as never })).toContain(start)
  })

  it('with another shape than they claim are found', () => {
    expect(broken({ output: [3] as never })).toContain(shape)
  })

  it('whose state moves when inferring are found', () => {
    const apply: typeof centring.apply = (mode) => (params, own) => (x) => [
      centring.apply(mode)(params, own)(x)[0],
      { mean: g.add(1)(own.mean) }
    ]
    expect(broken({ apply })).toEqual([state])
  })

  it('whose state changes its shape are found', () => {
    const apply: typeof centring.apply = (mode) => (params, own) => (x) => [
      centring.apply(mode)(params, own)(x)[0],
      mode._tag === 'Infer' ? own : ({ mean: g.sum(own.mean) } as never)
    ]
    expect(broken({ apply })).toEqual([state])
  })

  it('that are random when inferring are found', () => {
    expect(broken({ apply: after((y) => g.mul(Math.random())(y)) })).toContain(bits)
  })

  it('that use the key and do not say so are found', () => {
    expect(broken({ usesKey: false })).toEqual([keys])
  })

  it('that mix the examples of a batch are found', () => {
    const mixing = (y: Tensor): Tensor => (y.shape.length !== 2 ? y : op.add(y, op.slice(y, [0, 0], [1, 2])))
    expect(broken({ apply: after(mixing) })).toEqual([order, alone])
  })

  it('that take statistics of a batch when inferring are found', () => {
    const apply: typeof centring.apply = (mode) => (params, own) => (x) => {
      const [y] = centring.apply(training(key(0)))(params, own)(x)
      const [, next] = centring.apply(mode)(params, own)(x)
      return mode._tag === 'Infer' ? [y, own] : [y, next]
    }
    expect(broken({ apply, usesKey: false })).toEqual([alone])
  })

  it('that write to what they are given are found', () => {
    const apply: typeof centring.apply = (mode) => (params, own) => (x) => {
      if (mode._tag === 'Train') bufferOf(loose(own.mean))!.fill(2)
      return centring.apply(mode)(params, own)(x)
    }
    expect(broken({ apply })).toContain(pure)
  })

  it('that lose a part of their gradient are found, in both modes', () => {
    expect(broken({ apply: after((y) => g.mul(g.stopGradient(y))(y)) })).toEqual([infers, trains])
  })

  it('are told apart by the parameter whose gradient is wrong', () => {
    const suite = laws.layer({ ...centring, apply: after((y) => g.mul(g.stopGradient(y))(y)) })
    expect(() => laws.assert(suite)).toThrow(/the derivative \(Infer\) at (params\.gain|x) at \[\d(, \d)?\] is/)
  })
})

describe('training', () => {
  interface State {
    readonly value: number
    readonly epoch: number
  }
  const next = ({ value, epoch }: State): State => ({ value: Math.sin(value + epoch), epoch: epoch + 1 })
  const run =
    (n: number) =>
    (state: State): State =>
      Array.from({ length: n }).reduce<State>((s) => next(s), state)
  const states = fc.record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), epoch: fc.nat() })
  const Eq = { equals: (a: State, b: State) => Object.is(a.value, b.value) && a.epoch === b.epoch }
  const reload = (state: State): State => JSON.parse(JSON.stringify(state)) as State
  const small = fc.record({ value: fc.integer().map((n) => n / 3), epoch: fc.nat() })

  laws.register(test)(fitLaws({ name: 'fold', run, states, Eq }))
  laws.register(test)(fitLaws({ name: 'saved fold', run, states: small, Eq, reload }))

  const repeats = 'the same run gives the same bits'
  const adds = 'a + b epochs are a epochs and then b'

  it('that counts its epochs from the start of a run is found', () => {
    const wrong = (n: number) => (state: State) => run(n)({ ...state, epoch: 0 })
    expect(red(fitLaws({ name: 'wrong', run: wrong, states: small, Eq }))).toContain(adds)
  })

  it('that does something in no epochs is found', () => {
    const wrong = (n: number) => (state: State) => run(n + 1)(state)
    expect(red(fitLaws({ name: 'wrong', run: wrong, states: small, Eq }))).toContain('no epochs change nothing')
  })

  it('that draws from a global generator is found', () => {
    const wrong = (n: number) => (state: State) => (n === 0 ? state : { ...state, value: Math.random() })
    expect(red(fitLaws({ name: 'wrong', run: wrong, states: small, Eq }))).toEqual([repeats, adds])
  })

  it('that loses something when it is saved is found', () => {
    const lossy = (state: State): State => ({ ...state, value: Math.fround(state.value) })
    expect(red(fitLaws({ name: 'wrong', run, states: small, Eq, reload: lossy }))).toEqual([adds])
  })
})

describe('training a problem', () => {
  const problem = {
    model: g.nn.sequential(dense({ inputs: 2, outputs: 2 }), g.tanh, dense({ inputs: 2, outputs: 1 })),
    loss: g.nn.binaryCrossEntropyWithLogits,
    optimizer: adam({ learningRate: 0.1 })
  }
  const repeats = 'the same run gives the same bits'
  const adds = 'a + b epochs are a epochs and then b'
  const walks = 'epochs goes through the same states'
  const agrees = 'compiled, it comes to the same'
  const oneStep = 'an epoch of one batch is one step of the optimizer along the gradient of the objective'
  const anyOrder = 'an epoch of one batch takes no notice of the order of the examples'
  const found = (changes: object, settings: object = {}): readonly string[] =>
    red(laws.training({ ...problem, ...changes }, settings)(g.data.xor), { numRuns: 20 })

  laws.register(test)(laws.training(problem)(g.data.xor), { numRuns: 10 })

  it('with an optimizer that remembers outside its state is found', () => {
    const memory = { steps: 0 }
    const optimizer = chain(
      g.optim.leafwise('memory')((x) => g.mul(1 + 1 / ++memory.steps)(x as Tensor) as never),
      sgd({ learningRate: 0.1 })
    )
    // a step is traced once for a program, which then cannot remember
    expect(found({ optimizer })).toEqual([repeats, adds, walks, agrees, oneStep, anyOrder])
  })

  it('with a loss that changes from call to call is found', () => {
    const memory = { calls: 0 }
    const loss = (targets: Tensor<[number, 1]>) => (y: Tensor<[number, 1]>) =>
      g.mul(1 + (memory.calls++ % 7))(g.nn.meanSquaredError(targets)(y))
    expect(found({ loss })).toContain(repeats)
  })

  it('with a metric that counts its calls is found, though it spoils nothing but the history', () => {
    const memory = { calls: 0 }
    const metrics = { calls: () => () => memory.calls++ }
    expect(found({ metrics })).toEqual([repeats, adds, walks, repeats, adds, walks])
    expect(() => laws.assert(laws.training({ ...problem, metrics })(g.data.xor))).toThrow(
      /the history of the second run is epoch 1, loss [\d.]+, calls \d+, expected epoch 1, loss/
    )
  })

  it('with an optimizer whose state does not survive a file is found', () => {
    const optimizer: GradientTransformation = {
      name: 'early',
      init: () => g.scalar(0),
      update: () => (updates) => (state) => [updates, g.vmap(g.add(state as never))(g.ones([2]))]
    }
    expect(found({ optimizer })).toEqual([adds, adds])
  })

  it('on data that do not suit it fails, and says why', () => {
    const wide = { inputs: g.data.xor.inputs, targets: g.zeros([4, 2]) }
    expect(() => laws.assert(laws.training(problem)(wide as never))).toThrow(
      /ValueError: invalid data:\n\s+data.targets: the loss refuses them/
    )
    expect(() => found({}, { batchSize: 0 })).toThrow(
      /^laws\.training: batchSize must be a whole number of at least 1, got 0$/
    )
  })
})

describe('codecs', () => {
  const Eq = { equals: Object.is }
  const decode = (u: unknown): E.Either<string, number> => (typeof u === 'number' ? E.right(u) : E.left('no number'))
  const number = { name: 'number', encode: (x: number): unknown => x, decode }
  const values = fc.oneof(fc.double(), fc.constantFrom(-0, NaN, Infinity, -Infinity))

  it('that read back what was written hold', () => {
    expect(red(laws.codec(number, { values, Eq }))).toEqual([])
  })

  it('that lose −0, infinities or NaN in JSON are found', () => {
    expect(red(laws.codec(number, { values, Eq, json: true }))).toEqual(['what is written survives JSON'])
  })

  it('that refuse what they wrote are found', () => {
    const wrong = { ...number, encode: (x: number): unknown => String(x) }
    expect(red(laws.codec(wrong, { values, Eq }))).toEqual(['what is written is read back the same'])
  })
})
