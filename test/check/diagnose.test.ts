import { describe, expect, it } from 'vitest'
import { diagnose, type Diagnosis, showDiagnosis, type Verdict } from '../../src/check/index.ts'
import * as g from '../../src/index.ts'
import { histograms, layerBoxes, layerSpread } from '../../src/report/index.ts'
import { centring, dataFor, drawing, expectSame, snapshot } from '../train/support.ts'

const { nn, optim, random, tensor, train } = g

const verdicts = ({ parts }: Diagnosis): readonly Verdict[] => parts.map(({ verdict }) => verdict)

/** A network of one hidden layer, and a batch for it. */
const small = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 3, activation: g.tanh }), nn.dense({ inputs: 3, outputs: 1 })),
  loss: nn.meanSquaredError,
  penalty: nn.l2({ strength: 0.1 }),
  optimizer: optim.sgd({ learningRate: 0.1 })
}
const batch = dataFor(5)(random.key(3))
const state = train.start(small)(random.key(1))
const found = diagnose(small)(state)(batch)

describe('a diagnosis', () => {
  it('has a line for each part, in order', () => {
    expect(found.parts.map(({ name, shape }) => [name, shape])).toEqual([
      ['1 dense', [5, 3]],
      ['2 tanh', [5, 3]],
      ['3 dense', [5, 1]]
    ])
    expect(Object.keys(found.activations)).toEqual(['1 dense', '2 tanh', '3 dense'])
    expect(Object.keys(found.gradients)).toEqual(['1 dense', '2 tanh', '3 dense'])
  })

  it('has the activations of the walk, and the loss of the step, penalty included', () => {
    const { visited } = nn.walk(small.model)(nn.training(state.key))(state.params, [])<[number]>(batch.inputs)
    visited.forEach(({ output }, i) => expect(Object.values(found.activations)[i]).toBeTensor(output))
    expect(found.loss).toBe(g.toNumber(train.step(small)(batch)(state).loss))
  })

  it('has the gradients by the activations', () => {
    const [hidden, out] = [found.activations['2 tanh'] as never, state.params[1]]
    const second = nn.dense({ inputs: 3, outputs: 1 })
    const loss = (h: g.Tensor<[5, 3]>) => small.loss(batch.targets)(nn.predict(second)(out, [])(h) as never)
    expect(found.gradients['2 tanh']).toBeCloseToTensor(g.grad(loss)(hidden))
    expect(found.gradients['3 dense']).toBeCloseToTensor(
      g.grad((y: g.Tensor<[5, 1]>) => small.loss(batch.targets)(y as never))(found.activations['3 dense'] as never)
    )
    // through tanh: times 1 − y²
    const slope = g.toFlatArray(found.activations['2 tanh']!).map((y) => 1 - y * y)
    expect(found.gradients['1 dense']).toBeCloseToTensor(
      g.reshape([5, 3])(g.tensor(g.toFlatArray(found.gradients['2 tanh']!).map((ct, i) => ct * slope[i]!)))
    )
  })

  it('has the statistics of both', () => {
    for (const [part, tensors] of [
      ['activations', found.activations],
      ['gradients', found.gradients]
    ] as const)
      found.parts.forEach((diagnosed) => {
        const values = g.toFlatArray(tensors[diagnosed.name]!)
        const mean = values.reduce((a, b) => a + b) / values.length
        const statistics = diagnosed[part]!
        expect(statistics.mean).toBeCloseTo(mean, 12)
        expect(statistics.std).toBeCloseTo(
          Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length),
          12
        )
        expect(statistics.rootMeanSquare).toBeCloseTo(Math.hypot(...values) / Math.sqrt(values.length), 12)
        expect([statistics.least, statistics.largest]).toEqual([Math.min(...values), Math.max(...values)])
        expect(statistics.zeros).toBe(0)
      })
  })

  it('has the norms of the parameters of a part and of their gradient, and how they compare', () => {
    const { grads } = train.step(small)(batch)(state)
    const norms = [0, 1].map((i) => [
      g.toNumber(g.params.norm(state.params[i as 0])),
      g.toNumber(g.params.norm(grads[i as 0]))
    ])
    const [first, none, second] = found.parts.map(({ parameters }) => parameters)
    expect(none).toBeNull()
    for (const [i, parameters] of [first!, second!].entries()) {
      expect(parameters.path).toBe(`params[${i}]`)
      expect(parameters.norm).toBe(norms[i]![0])
      expect(parameters.gradientNorm).toBeCloseTo(norms[i]![1]!, 12)
      expect(parameters.ratio).toBeCloseTo(norms[i]![1]! / norms[i]![0]!, 12)
    }
  })

  it('of a model alone has no gradients and no loss', () => {
    const alone = diagnose(small.model)(state)({ inputs: batch.inputs })
    expect([alone.loss, alone.gradients]).toEqual([null, {}])
    alone.parts.forEach(({ gradients, parameters, activations }, i) => {
      expect(gradients).toBeNull()
      expect(parameters?.gradientNorm ?? null).toBeNull()
      expect(parameters?.ratio ?? null).toBeNull()
      expect(activations).toEqual(found.parts[i]!.activations)
    })
  })

  it('leaves the state as it is, and is the same again', () => {
    const problem = { ...drawing, model: nn.sequential(centring, drawing.model) }
    const start = train.start(problem)(random.key(0))
    const before = snapshot(start)
    const first = diagnose(problem)(start)(batch)
    expectSame(start, before)
    expectSame(diagnose(problem)(start)(batch), first)
  })

  it('is of training, dropout and batch statistics included, or of another mode', () => {
    const model = nn.sequential(nn.dropout({ keepProbability: 0.5 }), centring)
    const { params, state: modelState } = model.init(random.key(0))
    const given = { params, modelState, key: random.key(4) }
    const inputs = g.ones([50, 2])
    const dropped = (at: Diagnosis) => at.parts[0]!.activations.zeros
    expect(dropped(diagnose(model)(given)({ inputs }))).toBeGreaterThan(0.2)
    expect(dropped(diagnose(model, { mode: nn.inference })(given)({ inputs }))).toBe(0)
    expect(dropped(diagnose(model)({ params, modelState })({ inputs }))).toBe(0)
    expect(diagnose(model)(given)({ inputs }).parts[1]!.activations.mean).toBeCloseTo(0, 12)
  })

  it('fits the charts of the report', () => {
    expect(histograms()(found.activations).description).toContain('1 dense: 15 values')
    expect(layerBoxes()(found.gradients).description).toContain('2 tanh')
    expect(layerSpread()({ model: Object.values(found.activations) }).description).toContain('3 layers')
  })
})

/** Ten layers of a hundred, as in the lesson, and what is found on normal inputs. */
const deep = (
  activation: g.Pointwise,
  weight: g.nn.Initializer,
  bias: g.nn.Initializer = nn.constant(0)
): Diagnosis => {
  const layer = () => nn.dense({ inputs: 100, outputs: 100, activation, weight, bias })
  const problem = {
    model: nn.sequential(
      ...([layer(), layer(), layer(), layer(), layer(), layer(), layer(), layer(), layer(), layer()] as const)
    ),
    loss: nn.meanSquaredError,
    optimizer: optim.sgd({ learningRate: 0.1 })
  }
  const inputs = random.normal([40, 100])(random.key(7))
  return diagnose(problem)(train.start(problem)(random.key(8)))({ inputs, targets: g.zeros([40, 100]) })
}
const normal = (standardDeviation: number) => nn.normal({ standardDeviation })
const only = (found: Diagnosis): readonly Verdict[] => [...new Set(verdicts(found))]

describe('the verdict', () => {
  it('is healthy through ten layers that start as they should', () => {
    expect(only(deep(g.relu, nn.heNormal))).toEqual(['healthy'])
    expect(only(deep(g.tanh, nn.lecunNormal))).toEqual(['healthy'])
  })

  it('is vanishing for weights of 0.01', () => {
    for (const activation of [g.relu, g.tanh]) {
      const found = deep(activation, normal(0.01))
      expect(only(found)).toContain('vanishing')
      expect(verdicts(found).slice(-8)).toEqual(Array(8).fill('vanishing'))
      // there the signals are gone; at the beginning it is the gradients
      expect(found.parts.at(-1)!.reason).toMatch(/^activations are .* times the input$/)
      expect(found.parts[0]!.reason).toMatch(/^gradients are .*e-\d+ times that by the output$/)
    }
  })

  it('is exploding for weights of 1 and relu, saturated for weights of 1 and tanh', () => {
    const found = deep(g.relu, normal(1))
    expect(verdicts(found).slice(-8)).toEqual(Array(8).fill('exploding'))
    expect(found.parts.at(-1)!.activations.std).toBeGreaterThan(1e6)
    const flat = deep(g.tanh, normal(1)).parts.filter(({ name }) => name.endsWith('tanh'))
    expect(flat.map(({ verdict }) => verdict)).toEqual(Array(10).fill('saturated'))
    expect(flat[0]!.reason).toMatch(/^\d\d(\.\d)?% of activations are where it is flat$/)
  })

  it('is dead where nothing comes out', () => {
    const found = deep(g.relu, nn.heNormal, nn.constant(-20))
    expect(found.parts[1]).toMatchObject({ verdict: 'dead', reason: '100% of activations are 0' })
    const zeros = deep(g.relu, nn.constant(0))
    expect(verdicts(zeros).every((verdict) => verdict === 'dead')).toBe(true)
  })

  it('is never dead for dropout, whose business zeros are', () => {
    const model = nn.sequential(nn.dropout({ keepProbability: 0.02 }), nn.dense({ inputs: 4, outputs: 2 }))
    const { params, state: modelState } = model.init(random.key(0))
    const { parts } = diagnose(model)({ params, modelState, key: random.key(1) })({ inputs: g.ones([20, 4]) })
    expect(parts[0]!.activations.zeros).toBeGreaterThan(0.9)
    expect(parts[0]!.verdict).toBe('healthy')
  })

  it('is exploding for numbers that are not finite, and says which', () => {
    const [first, second] = state.params
    const spoiled = { ...state, params: [first, { ...second, weight: tensor([[NaN], [1], [1]]) }] as const }
    const { parts } = diagnose(small)(spoiled)(batch)
    expect(parts.at(-1)).toMatchObject({ verdict: 'exploding', reason: 'activations are not finite' })
    const roots = {
      model: nn.sequential(nn.dense({ inputs: 2, outputs: 1, weight: nn.constant(0) }), g.sqrt),
      loss: nn.meanSquaredError
    }
    const { params } = roots.model.init(random.key(0))
    const atKink = diagnose(roots)({ params, modelState: [] })({ ...batch, targets: g.ones([5, 1]) })
    expect(atKink.parts[0]).toMatchObject({ verdict: 'exploding', reason: 'gradients are not finite' })
    expect(atKink.parts[1]).toMatchObject({ verdict: 'dead', reason: '100% of activations are 0' })
  })

  it.each<[string, object, Verdict]>([
    ['dead', { dead: 0.25 }, 'dead'],
    ['saturated', { saturated: 0.2, flat: 0.5 }, 'saturated'],
    ['exploding', { exploding: 1.0001 }, 'exploding'],
    ['vanishing', { vanishing: 0.999 }, 'vanishing']
  ])('moves with the threshold of %s', (_, thresholds, verdict) => {
    const model = nn.sequential(
      nn.dense({ inputs: 2, outputs: 2 }),
      g.relu,
      nn.dense({ inputs: 2, outputs: 2 }),
      g.tanh
    )
    const params = [
      {
        weight: tensor([
          [1, 0],
          [0, -1]
        ]),
        bias: tensor([0, 0])
      },
      {
        weight: tensor([
          [2, 0],
          [0, 0.5]
        ]),
        bias: tensor([0, 0])
      }
    ] as never
    const inputs = tensor([
      [1, 1],
      [0.5, -0.5]
    ])
    const problem = { model, loss: nn.meanSquaredError }
    const run = (settings: object) =>
      diagnose(problem, settings)({ params, modelState: [] })({ inputs, targets: g.zeros([2, 2]) })
    expect(only(run({}))).toEqual(['healthy'])
    expect(only(run({ thresholds }))).toContain(verdict)
  })
})

describe('saturation', () => {
  const shareOf = (f: unknown, values: readonly number[], settings: object = {}): number | null => {
    const model = nn.activation([values.length])(f as g.Pointwise)
    const inputs = g.tensor([values]) as never
    return diagnose(model, settings)({ params: [], modelState: [] })({ inputs }).parts[0]!.saturated
  }

  it.each<[string, unknown, readonly number[], number | null]>([
    ['of a tanh begins at 0.995', g.tanh, [0, 1, 2.99, 3, -2.99, -3, 50, -50], 0.5],
    ['of a sigmoid begins at 0.01 and 0.99', g.sigmoid, [0, 4.58, 4.61, -4.58, -4.61, 100], 0.5],
    ['is no matter of relu, which is 0 there', g.relu, [-1, 1, 2, -3], 0],
    ['is found for an activation of one’s own', (x: g.Tensor) => g.mul(g.sigmoid(x))(x), [-20, 0, 20, 1], 0.25],
    ['is not told of softmax, which is no function of each element', g.softmax, [1, 2, 3, -100], null],
    ['nor of what adds a number to each place', (x: g.Tensor) => g.add(tensor([1, 2]))(x as never), [1, 2], 0]
  ])('%s', (_, f, values, expected) => {
    expect(shareOf(f, values)).toBe(expected)
  })

  it('begins where it is told to', () => {
    expect(shareOf(g.tanh, [0, 1, 2, 3], { thresholds: { flat: 0.5 } })).toBe(0.75)
    expect(shareOf(g.tanh, [0, 1, 2, 300], { thresholds: { flat: 0 } })).toBe(0)
  })
})

describe('a diagnosis as a table', () => {
  it('has a line for each part, its columns in line', () => {
    const lines = showDiagnosis(deep(g.tanh, normal(1))).split('\n')
    expect(lines).toHaveLength(21)
    expect(lines[0]).toMatch(
      /^part +shape +mean +std +least +largest +zeros +saturated +gradient std +params +ratio +verdict$/
    )
    expect(lines[2]).toMatch(/^2 tanh +\[40, 100\] .* saturated: \d+/)
    const place = lines[0]!.indexOf('verdict')
    for (const line of lines.slice(1)) expect(line.slice(place)).toMatch(/^(healthy|saturated|vanishing|exploding)/)
  })

  it('leaves empty what there is not', () => {
    const table = showDiagnosis(diagnose(small.model)(state)(batch))
    expect(table).not.toMatch(/null|undefined|NaN/)
  })
})

describe('what cannot be diagnosed', () => {
  it.each<[string, () => unknown, string, string]>([
    [
      'nothing',
      () => diagnose(undefined as never),
      'ValueError',
      'diagnose: problem must be a problem { model, loss } or a model, got undefined'
    ],
    [
      'a function',
      () => diagnose({} as never),
      'ValueError',
      'diagnose: problem must be a problem { model, loss } or a model, got an object'
    ],
    [
      'a problem without a loss',
      () => diagnose({ model: small.model } as never),
      'ValueError',
      'diagnose: the problem: loss must be a function, got undefined'
    ],
    [
      'a threshold out of its range',
      () => diagnose(small, { thresholds: { dead: 0 } }),
      'ValueError',
      'diagnose: thresholds: dead must be a share above 0 and at most 1, got 0'
    ],
    [
      'another',
      () => diagnose(small, { thresholds: { exploding: 1 } }),
      'ValueError',
      'diagnose: thresholds: exploding must be a factor above 1, got 1'
    ],
    [
      'a batch without inputs',
      () => diagnose(small)(state)({} as never),
      'ValueError',
      'diagnose: inputs: needs a tensor, got undefined'
    ],
    [
      'a batch of other features',
      () => diagnose(small)(state)({ inputs: g.zeros([2, 3]), targets: g.zeros([2, 1]) } as never),
      'ShapeError',
      'matmul'
    ],
    [
      'targets of another width',
      () => diagnose(small)(state)({ inputs: g.zeros([2, 2]), targets: g.zeros([2, 2]) }),
      'ShapeError',
      'meanSquaredError: predictions [2, 1] and targets [2, 2]'
    ]
  ])('is told: %s', (_, f, name, message) => {
    expect(f).toThrow(expect.objectContaining({ name, message: expect.stringContaining(message) as never }))
  })
})
