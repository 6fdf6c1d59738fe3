/** Initialization: the variance of activations through ten layers, and why weights must not start equal. */
import { identity, pipe } from 'fp-ts/lib/function.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import * as R from 'fp-ts/lib/ReadonlyRecord.js'
import { data, type Mat, matmul, nn, optim, type Pointwise, random, relu } from '../../src/index.ts'
import { tanh, toArray, toNumber, train, transpose, variance } from '../../src/index.ts'
import { check, within } from './frame/check.ts'
import { drawn } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { tabled } from './frame/table.ts'

/** The variance of the activations of each of ten layers of 100 units, for normal inputs. */
const variances = (examples: number, key: random.Key) => (activation: Pointwise, weight: nn.Initializer) => {
  const [dataKey, ...keys] = random.split(11)(key)
  const layer = (x: Mat, layerKey: random.Key): Mat => pipe(x, matmul(weight([100, 100])(layerKey)), activation)
  const [, ...layers] = pipe(keys, A.scanLeft<random.Key, Mat>(random.normal([examples, 100])(dataKey), layer))
  return { x: layers.map((_, i) => i + 1), y: layers.map((x) => toNumber(variance(x))) }
}

/** The number of distinct hidden units, of four, of an XOR network after a hundred steps. */
const differing = (key: random.Key) => (weight: nn.Initializer) => {
  const hidden = nn.dense({ inputs: 2, outputs: 4, activation: tanh, weight })
  const model = nn.sequential(hidden, nn.dense({ inputs: 4, outputs: 1, weight }))
  const problem = { model, loss: nn.binaryCrossEntropyWithLogits, optimizer: optim.sgd({ learningRate: 0.5 }) }
  const steps = A.replicate(100, train.step(problem)(data.xor))
  const { params } = steps.reduce((state, step) => step(state).state, train.start(problem)(key))
  return new Set(toArray(transpose(params[0].weight)).map(String)).size
}

const spread = (standardDeviation: number) => nn.normal({ standardDeviation })

export const initialization: Section<{ readonly examples: number }> = {
  name: 'initialization',
  title: 'weight initialisation over ten layers',
  teaches:
    'A layer multiplies the size of its input by √units times the standard deviation of its weights, and ten layers ' +
    'do so ten times: with 0.01 activations vanish, with 1 they explode, or saturate if the activation is bounded. He ' +
    'initialisation for relu and Xavier for tanh keep the variance. Weights that start equal stay equal.',
  settings: { examples: 1000 },
  run: ({ examples, key }) => {
    const of = variances(examples, key)
    const networks = {
      relu: { '0.01': of(relu, spread(0.01)), '1.0': of(relu, spread(1)), He: of(relu, nn.heNormal) },
      tanh: { '0.01': of(tanh, spread(0.01)), '1.0': of(tanh, spread(1)), Xavier: of(tanh, nn.lecunNormal) },
      none: { '0.01': of(identity, spread(0.01)), '1.0': of(identity, spread(1)) }
    }
    const last = ({ y }: ReturnType<typeof of>) => y[9] ?? NaN
    const units = pipe({ zeros: nn.constant(0), ones: nn.constant(1), Xavier: nn.lecunNormal }, R.map(differing(key)))
    const axes = { xTitle: 'layer', yTitle: 'variance', yScale: 'log', height: 10 } as const
    return {
      tables: [
        ...Object.entries(networks).map(([name, starts]) =>
          tabled({ caption: `Variance by layer, activation: ${name}`, xTitle: 'layer' })(starts)
        ),
        { caption: 'Distinct hidden units, of four', columns: ['start', 'units'], rows: Object.entries(units) }
      ],
      pictures: Object.entries(networks).map(([name, starts]) =>
        drawn({ title: `Activation: ${name}`, ...axes })(starts)
      ),
      checks: [
        within({ what: 'tanh, weights of 0.01: variance at layer ten', bounds: [1e-21, 1e-19] })(
          last(networks.tanh['0.01'])
        ),
        within({ what: 'no activation, weights of 1: standard deviation at layer ten', bounds: [1e9, 1e11] })(
          last(networks.none['1.0']) ** 0.5
        ),
        within({ what: 'relu, He: variance at layer ten', bounds: [0.1, 4] })(last(networks.relu.He)),
        within({ what: 'tanh, Xavier: variance at layer ten', bounds: [0.02, 0.2] })(last(networks.tanh.Xavier)),
        check('hidden units that start equal (zeros, ones) stay equal; with Xavier they stay distinct')(
          units.zeros === 1 && units.ones === 1 && units.Xavier === 4
        )
      ]
    }
  }
}
