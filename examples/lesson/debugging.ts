/** Debugging: what goes wrong in training, how to find it, and how to fix it. */
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { reshape, check as examine, data, log, type Mat, matmul, mean, mul, nn, optim, relu } from '../../src/index.ts'
import { random, tensor, toFlatArray } from '../../src/index.ts'
import { attempt, histories, lossOf, showAttempt } from './frame/attempt.ts'
import { below, check } from './frame/check.ts'
import { diagnosed } from './frame/deep.ts'
import { curves, only } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const hidden = nn.dense({ inputs: 2, outputs: 32, activation: relu })
const network = nn.sequential(hidden, nn.dense({ inputs: 32, outputs: 2 }))
const [gentle, wild] = [optim.sgd({ learningRate: 0.1 }), optim.sgd({ learningRate: 3 })]

export const debugging: Section<{ readonly epochs: number; readonly bar: number }> = {
  name: 'debugging',
  title: 'debugging: NaN, divergence, clipping, dead and saturated layers',
  teaches:
    'A NaN in the data is reported before training, with its row and column. A loss that becomes NaN or infinite is a ' +
    'result, not a crash: it names the epoch, the step, the operation and the parameter. A sound model can overfit ' +
    'ten examples. Activations and gradients, layer by layer, show whether a network is dead, saturated, exploding or ' +
    'healthy.',
  settings: { epochs: 100, bar: 0.15 },
  run: ({ epochs, bar, key }) => {
    const [dataKey, startKey] = random.split(2)(key)
    const { labels: _, ...batch } = data.moons()(dataKey)
    const ten = data.take(10)(batch)
    const holed = { ...ten, inputs: reshape([10, 2])(tensor(toFlatArray(ten.inputs).with(7, NaN))) }
    const wide = { ...batch, inputs: pipe(batch.inputs, mul(tensor([100, 1]))) }
    const level = { ...wide, inputs: pipe(wide.inputs, data.transform(data.standardScaler(wide.inputs))) }
    const learn = attempt(startKey, epochs)
    const broken = [learn(network, gentle)(holed), learn(network, wild)(batch), learn(network, gentle)(wide)]
    const fixed = {
      'gradients clipped': learn(network, optim.chain(optim.clipByGlobalNorm(0.03), wild))(batch),
      'inputs standardized': learn(network, gentle)(level),
      'batch normalisation': learn(nn.sequential(nn.batchNorm({ features: 2 }), network), gentle)(wide)
    }
    const overfitted = attempt(startKey, 10 * epochs)(network, optim.adam({ learningRate: 0.01 }))(ten)
    const entropy = ({ weight }: { readonly weight: Mat<2, 1> }) => pipe(batch.inputs, matmul(weight), log, mean)
    const made = O.match(() => '', examine.showFirstBad)(examine.firstBad(entropy)({ weight: tensor([[1], [-1]]) }))
    const [missing = '', diverged = '', spread = ''] = broken.map(showAttempt)
    const { saturated, verdicts, charts } = diagnosed(startKey)(batch)
    const where = /diverged in epoch \d+, step \d+: .* of .* params\[\d\]/
    return {
      text: [missing, diverged, spread, made],
      tables: [{ columns: ['network', 'verdict', 'why'], rows: verdicts }],
      code: examine.showDiagnosis(saturated),
      pictures: [
        curves({ title: 'Three fixes', scale: 'log' })(histories(fixed)),
        curves({ title: 'Overfitting ten examples', scale: 'log' })(histories({ ten: overfitted })),
        ...charts.map(only)
      ],
      checks: [
        check('a NaN in the data is reported before training')(missing.includes('data.inputs row 3, column 1')),
        check('a divergence names epoch, step and parameter')(where.test(diverged) && where.test(spread)),
        check('the first NaN is traced to its operation and parameter')(
          /= log .* makes NaN .* params\.weight/.test(made)
        ),
        below({ what: 'highest loss after the fixes', bar })(Math.max(...Object.values(fixed).map(lossOf))),
        below({ what: 'loss after overfitting ten examples', bar: bar / 100 })(lossOf(overfitted)),
        check('each deep network gets the expected verdict')(verdicts.every(([name, verdict]) => name === verdict))
      ]
    }
  }
}
