/** Debugging: what goes wrong when a network learns, how it is found, and what cures it. */
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  check as examine,
  data,
  fromArray,
  log,
  type Mat,
  matmul,
  mean,
  mul,
  nn,
  optim,
  relu
} from '../../src/index.ts'
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
  title: 'what goes wrong, how it is found, what cures it',
  teaches:
    'A number that is missing is told before training, with its row and column. A loss that stops being a number is an ' +
    'answer, not a crash: it names the epoch, the step, the operation and the parameter. A model must be able to learn ' +
    'ten examples by heart. And signals and gradients, layer by layer, say whether a network is dead, saturated or well.',
  settings: { epochs: 100, bar: 0.15 },
  run: ({ epochs, bar, key }) =>
    TE.fromIO(() => {
      const [dataKey, startKey] = random.split(2)(key)
      const { labels: _, ...batch } = data.moons()(dataKey)
      const ten = data.take(10)(batch)
      const holed = { ...ten, inputs: fromArray([10, 2])(toFlatArray(ten.inputs).with(7, NaN)) }
      const wide = { ...batch, inputs: pipe(batch.inputs, mul(tensor([100, 1]))) }
      const level = { ...wide, inputs: pipe(wide.inputs, data.standardize(data.standardizer(wide.inputs))) }
      const learn = attempt(startKey, epochs)
      const ailing = [learn(network, gentle)(holed), learn(network, wild)(batch), learn(network, gentle)(wide)]
      const cured = {
        'gradients clipped': learn(network, optim.chain(optim.clipByGlobalNorm(0.03), wild))(batch),
        'inputs normalised': learn(network, gentle)(level),
        'batches normalised': learn(nn.sequential(nn.batchNorm({ features: 2 }), network), gentle)(wide)
      }
      const byHeart = attempt(startKey, 10 * epochs)(network, optim.adam({ learningRate: 0.01 }))(ten)
      const entropy = ({ weight }: { readonly weight: Mat<2, 1> }) => pipe(batch.inputs, matmul(weight), log, mean)
      const made = O.match(() => '', examine.showFirstBad)(examine.firstBad(entropy)({ weight: tensor([[1], [-1]]) }))
      const [missing = '', diverged = '', spread = ''] = ailing.map(showAttempt)
      const { saturated, verdicts, charts } = diagnosed(startKey)(batch)
      const where = /diverged in epoch \d+, step \d+: .* of .* params\[\d\]/
      return {
        text: [missing, diverged, spread, made],
        tables: [{ columns: ['network', 'verdict', 'why'], rows: verdicts }],
        code: examine.showDiagnosis(saturated),
        pictures: [
          curves({ title: 'Three cures', scale: 'log' })(histories(cured)),
          curves({ title: 'Ten examples by heart', scale: 'log' })(histories({ ten: byHeart })),
          ...charts.map(only)
        ],
        checks: [
          check('a missing number is told before training')(missing.includes('data.inputs row 3, column 1')),
          check('a loss that diverges names epoch, step and parameter')(where.test(diverged) && where.test(spread)),
          check('the first NaN names its operation and parameter')(/= log .* makes NaN .* params\.weight/.test(made)),
          below({ what: 'highest loss of those cured', bar })(Math.max(...Object.values(cured).map(lossOf))),
          below({ what: 'loss of ten examples learned by heart', bar: bar / 100 })(lossOf(byHeart)),
          check('each deep network is found to be what it is')(verdicts.every(([name, verdict]) => name === verdict))
        ]
      }
    })
}
