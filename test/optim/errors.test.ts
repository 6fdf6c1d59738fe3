import { describe, expect, it } from 'vitest'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'

const fails = (name: string, message: string) => expect.objectContaining({ name, message })
const notNegative = 'must be a finite number of at least 0, got'
const aRate = 'must be a finite number of at least 0 or a schedule, got'
const positive = 'must be a finite number above 0, got'
const below1 = 'must be a number of at least 0 and below 1, got'
const whole = 'must be a whole number of at least 1, got'
const lr = { learningRate: 0.1 }

/** Each wrong setting, and what is said of it when the optimiser is made, not when it is used. */
const settings: readonly (readonly [string, () => unknown])[] = [
  ['scale: k must be a finite number or a schedule, got NaN', () => optim.scale(NaN)],
  [`descend: learningRate ${aRate} -1`, () => optim.descend(-1)],
  [`sgd: learningRate ${aRate} -0.1`, () => optim.sgd({ learningRate: -0.1 })],
  [`sgd: learningRate ${aRate} NaN`, () => optim.sgd({ learningRate: NaN })],
  [`sgd: learningRate ${aRate} "0.1"`, () => optim.sgd({ learningRate: '0.1' as never })],
  [`sgd: learningRate ${aRate} Infinity`, () => optim.sgd({ learningRate: Infinity, momentum: 0.9 })],
  [`sgd: momentum ${below1} 1`, () => optim.sgd({ ...lr, momentum: 1 })],
  [`sgd: dampening ${below1} -0.5`, () => optim.sgd({ ...lr, momentum: 0.5, dampening: -0.5 })],
  [`sgd: momentum ${below1} NaN`, () => optim.sgd({ ...lr, momentum: NaN, nesterov: true })],
  [`velocity: momentum ${below1} null`, () => optim.velocity({ momentum: null as never })],
  [`velocity: dampening ${below1} 2`, () => optim.velocity({ dampening: 2 })],
  [`adam: beta1 ${below1} 1`, () => optim.adam({ ...lr, beta1: 1 })],
  [`adam: beta2 ${below1} -0.1`, () => optim.adam({ ...lr, beta2: -0.1 })],
  [`scaleByAdam: epsilon ${positive} 0`, () => optim.scaleByAdam({ epsilon: 0 })],
  [`adamW: weightDecay ${notNegative} -1`, () => optim.adamW({ ...lr, weightDecay: -1 })],
  [`rmsProp: decay ${below1} 1.5`, () => optim.rmsProp({ ...lr, decay: 1.5 })],
  [`scaleByRms: epsilon ${positive} -1`, () => optim.scaleByRms({ epsilon: -1 })],
  [`adagrad: initialAccumulator ${notNegative} -1`, () => optim.adagrad({ ...lr, initialAccumulator: -1 })],
  [`clipByNorm: maxNorm ${positive} 0`, () => optim.clipByNorm(0)],
  [`clipByParameterNorm: maxNorm ${positive} -1`, () => optim.clipByParameterNorm(-1)],
  [`clipByGlobalNorm: maxNorm ${positive} Infinity`, () => optim.clipByGlobalNorm(Infinity)],
  [`clipByValue: limit ${positive} NaN`, () => optim.clipByValue(NaN)],
  [`addWeightDecay: rate ${notNegative} -1`, () => optim.addWeightDecay({ rate: -1 })],
  [`exponentialDecay: every ${whole} 2.5`, () => optim.exponentialDecay({ initial: 1, factor: 0.5, every: 2.5 })],
  [`exponentialDecay: factor ${positive} 0`, () => optim.exponentialDecay({ initial: 1, factor: 0 })],
  [`inverseTimeDecay: rate ${notNegative} -1`, () => optim.inverseTimeDecay({ initial: 1, rate: -1 })],
  [`polynomialDecay: power ${positive} 0`, () => optim.polynomialDecay({ initial: 1, power: 0, steps: 1 })],
  [`cosineDecay: steps ${whole} 0`, () => optim.cosineDecay({ initial: 1, steps: 0 })],
  [`cosineDecay: initial ${notNegative} -1`, () => optim.cosineDecay({ initial: -1, steps: 1 })],
  [`warmRestarts: growth ${whole} 1.5`, () => optim.warmRestarts({ initial: 1, period: 2, growth: 1.5 })],
  [`warmUp: steps ${whole} Infinity`, () => optim.warmUp({ steps: Infinity, then: 1 })],
  [`warmUp: then ${aRate} -1`, () => optim.warmUp({ steps: 1, then: -1 })],
  [`oneCycle: rise must be a number above 0 and below 1, got 1`, () => optim.oneCycle({ peak: 1, steps: 10, rise: 1 })],
  ['join: needs at least one piece, got none', () => optim.join([])],
  [
    `join: the value of piece 1 ${aRate} -1`,
    () =>
      optim.join([
        [0, 1],
        [2, -1]
      ])
  ],
  [
    'join: the pieces must begin at rising steps, the first at 0, got 1, 2',
    () =>
      optim.join([
        [1, 1],
        [2, 1]
      ])
  ],
  [
    'join: the pieces must begin at rising steps, the first at 0, got 0, 5, 5',
    () =>
      optim.join([
        [0, 1],
        [5, 1],
        [5, 2]
      ])
  ],
  [
    'join: the beginning of piece 1 must be a whole number of at least 0, got 1.5',
    () =>
      optim.join([
        [0, 1],
        [1.5, 1]
      ])
  ]
]

describe('a wrong setting is refused at once:', () => {
  it.each(settings)('%s', (message, make) => {
    expect(make).toThrow(fails('ValueError', message))
  })
})

describe('trees that do not agree', () => {
  const layer = { weight: tensor([1, 2]), bias: scalar(0) }
  const p = { layers: [layer, layer], scale: scalar(1) }
  const without = { layers: [layer, { weight: layer.weight }], scale: scalar(1) }
  const more = { ...p, shift: scalar(1) }
  const wrong: readonly (readonly [string, (q: never) => unknown, string, string])[] = [
    ['optim.step', (q) => optim.step(optim.sgd(lr))(p, q, []), 'the parameters', 'the gradients'],
    [
      'addWeightDecay',
      (q) => optim.addWeightDecay({ rate: 1 }).update<unknown>(q)(p)([]),
      'the gradients',
      'the parameters'
    ],
    ['velocity', (q) => optim.velocity().update(p)(p)({ velocity: q }), 'the gradients', 'velocity of the state'],
    ['params.add', (q) => params.add(q)(p as never), 'p', 'q'],
    ['params.sub', (q) => params.sub(q)(p as never), 'p', 'q'],
    ['params.addScaled', (q) => params.addScaled(2)(q)(p as never), 'p', 'q'],
    ['params.dot', (q) => params.dot(q)(p as never), 'p', 'q'],
    ['params.zipWith', (q) => params.zipWith((x) => x)(q)(p as never), 'p', 'q'],
    ['params.isClose', (q) => params.isClose()(q)(p as never), 'actual', 'expected']
  ]
  const said = (run: () => unknown): string => {
    try {
      return String(run())
    } catch (error) {
      return (error as Error).message
    }
  }

  it.each(wrong)(
    'are told apart by %s: which tree lacks, has too much, or has another shape, and where',
    (_, f, model, tree) => {
      expect(said(() => f(without as never))).toContain(`; params.layers[1].bias is missing from ${tree}`)
      expect(said(() => f(more as never))).toContain(`; params.shift of ${tree} is not in ${model}`)
      const short = { ...p, layers: [layer] }
      expect(said(() => f(short as never))).toContain(
        `differ at params.layers: a list of 2 in ${model}, a list of 1 in ${tree}`
      )
      const other = { ...p, layers: [layer, { ...layer, weight: tensor([1]) }] }
      expect(said(() => f(other as never))).toContain(
        `params.layers[1].weight needs shape [2], got [1]; ${tree} must have the shapes of ${model}`
      )
    }
  )
})

describe('an update is refused', () => {
  const p = { weight: tensor([1, 2]), bias: scalar(0) }
  const adam = optim.adam(lr)

  it('when the schedule gives no rate', () => {
    const t = optim.sgd({ learningRate: (step) => 1 - step })
    const after = [0, 1].reduce((state) => t.update(p)(p)(state)[1], t.init(p))
    expect(() => t.update(p)(p)(after)).toThrow(fails('ValueError', `sgd: the schedule at step 2 ${notNegative} -1`))
    const odd = optim.scale(() => NaN)
    expect(() => odd.update(p)(p)(odd.init(p))).toThrow(
      fails('ValueError', 'scale: the schedule at step 0 must be a finite number, got NaN')
    )
  })

  it('when gradients have another structure or shape, naming the parameter', () => {
    const { weight } = p
    expect(() => optim.step(adam)(p, { weight } as never, adam.init(p))).toThrow(
      fails(
        'TreeError',
        'step: the two trees differ at params: a record of weight, bias in the parameters, a record of weight in the gradients; params.bias is missing from the gradients'
      )
    )
    expect(() => optim.step(adam)(p, { ...p, weight: tensor([1, 2, 3]) } as never, adam.init(p))).toThrow(
      fails(
        'ShapeError',
        'step: params.weight needs shape [2], got [3]; the gradients must have the shapes of the parameters'
      )
    )
    expect(() => adam.update(p)(1 as never)(adam.init(p))).toThrow(expect.objectContaining({ name: 'TreeError' }))
  })

  it('when the state is another optimiser’s, or of other parameters', () => {
    const hint = 'start with the state that init(params) of this optimizer gives'
    expect(() => optim.step(adam)(p, p, [])).toThrow(
      fails('TreeError', `adam: the state must be a list of 2, one for each part; ${hint}`)
    )
    expect(() => optim.step(adam)(p, p, optim.sgd({ ...lr, momentum: 0.9 }).init(p))).toThrow(
      fails('TreeError', `adam: the state holds no meanOfOnes; ${hint}`)
    )
    expect(() => optim.step(adam)(p, p, scalar(0))).toThrow(expect.objectContaining({ name: 'TreeError' }))
    expect(() =>
      optim.step(optim.sgd({ ...lr, momentum: 0.9 }))(
        p,
        p,
        optim.sgd({ ...lr, momentum: 0.9 }).init({ ...p, weight: tensor([1]) })
      )
    ).toThrow(
      fails(
        'ShapeError',
        'sgd: params.weight needs shape [2], got [1]; velocity of the state must have the shapes of the gradients'
      )
    )
    const scheduled = optim.sgd({ learningRate: () => 1 })
    expect(() => optim.step(scheduled)(p, p, { step: [] })).toThrow(
      fails('TreeError', `sgd: step must be a scalar tensor; ${hint}`)
    )
  })

  it('when a transformation made elsewhere does not keep structure and shapes', () => {
    const broken: optim.TypedTransformation = {
      name: 'broken',
      init: () => [],
      update: () => () => (state) => [scalar(1) as never, state]
    }
    expect(() => optim.step(optim.chain(optim.scale(2), broken))(p, p, [[], []])).toThrow(
      fails(
        'TreeError',
        'broken: the two trees differ at params: a record of weight, bias in the gradients it was given, a leaf in the updates it gave'
      )
    )
  })
})

it.each<[string, (settings: never) => unknown]>([
  ['sgd', optim.sgd],
  ['adagrad', optim.adagrad],
  ['rmsProp', optim.rmsProp],
  ['adam', optim.adam],
  ['adamW', optim.adamW],
  ['scaleByAdam', optim.scaleByAdam],
  ['velocity', optim.velocity],
  ['exponentialDecay', optim.exponentialDecay],
  ['inverseTimeDecay', optim.inverseTimeDecay],
  ['polynomialDecay', optim.polynomialDecay],
  ['cosineDecay', optim.cosineDecay],
  ['warmUp', optim.warmUp],
  ['warmRestarts', optim.warmRestarts],
  ['oneCycle', optim.oneCycle]
])('%s refuses a setting that is not known', (name, make) => {
  expect(() => make({ learningRat: 1 } as never)).toThrow(`${name}: learningRat is not known; there is `)
})

it('a step refuses a factor that is not one number, which would be one for each column', () => {
  const sgd = optim.sgd(lr)
  const w = tensor([
    [1, 2],
    [3, 4]
  ])
  expect(() => optim.step(sgd)(w, w, sgd.init(w), tensor([1, 0]) as never)).toThrow(
    fails('ShapeError', 'step: the factor must be a scalar, it has the shape [2]')
  )
})
