/** Real handwritten digits, 8 by 8 pixels, by 64 hidden units: 64-64-10. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { nn, optim, random, relu, softmax, train } from '../../src/index.ts'
import { confusionMatrix, digitGrid } from '../../src/report/index.ts'
import { prepared, readDigits } from '../data/digits.ts'
import { final } from '../world/fit.ts'
import { percent } from '../world/text.ts'
import { atLeast } from './frame/check.ts'
import { judged } from './frame/judged.ts'
import { curves, only } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const model = nn.sequential(
  nn.dropout({ keepProbability: 0.75 }),
  nn.dense({ inputs: 64, outputs: 64, activation: relu }),
  nn.dense({ inputs: 64, outputs: 10 })
)
const batchSize = 32

export const digits: Section<{ readonly epochs: number; readonly bar: number }> = {
  name: 'digits',
  title: 'real handwriting, judged by digits never seen',
  teaches:
    'A fifth of 1,797 digits is held out and never learned from: only there does it show what was learned and what was ' +
    'memorised. Dropping a quarter of the pixels at random keeps single ones from being learned by heart. The confusion ' +
    'matrix says which digits are taken for which, and the pictures show that some of them are hard to read.',
  settings: { epochs: 40, bar: 0.975 },
  run: ({ epochs, bar, key, fit, read }) =>
    pipe(
      readDigits(read)('digits.csv.gz'),
      TE.flatMap((all) => {
        const [splitKey, startKey] = random.split(2)(key)
        const { learned, heldOut, pictures } = prepared(all)(splitKey)
        const steps = epochs * Math.ceil(learned.inputs.shape[0] / batchSize)
        const learningRate = optim.cosineDecay({ initial: 0.01, steps })
        const problem = {
          model,
          loss: nn.softmaxCrossEntropy,
          optimizer: optim.adam({ learningRate }),
          metrics: { accuracy: nn.categoricalAccuracy }
        }
        return pipe(
          train.start(problem)(startKey),
          fit('digits 64-64-10', problem, { epochs, batchSize, rate: learningRate, validation: heldOut })(learned),
          TE.map(({ state }) => {
            const shares = softmax(nn.predict(model)(state.params, state.modelState)<[number]>(heldOut.inputs))
            const { wrong, count, counts, sample } = judged(shares, heldOut.targets)(pictures)
            return {
              text: [
                `${wrong.length} of ${count} digits held out are taken for another; the pictures begin with them.`
              ],
              tables: [{ columns: ['digit', 'taken for'], rows: wrong.map(({ truth, found }) => [truth, found]) }],
              pictures: [
                curves({ title: 'Learning digits' })({ digits: state.history }),
                only(confusionMatrix()(counts)),
                only(digitGrid({ title: 'Digits held out' })(sample))
              ],
              checks: [atLeast({ what: 'digits held out', bar, show: percent })(final(state).validationAccuracy)]
            }
          })
        )
      })
    )
}
