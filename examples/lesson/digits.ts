/** Real handwritten digits, 8 by 8 pixels, by 64 hidden units: 64-64-10. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { nn, optim, random, relu, softmax, train } from '../../src/index.ts'
import { confusionHeatmap, digitGrid } from '../../src/report/index.ts'
import { prepared, readDigits } from '../data/digits.ts'
import { final } from '../world/fit.ts'
import { percent } from '../world/text.ts'
import { atLeast } from './frame/check.ts'
import { judged } from './frame/judged.ts'
import { curves, only } from './frame/picture.ts'
import type { Findings, Section } from './frame/section.ts'

const model = nn.sequential(
  nn.dropout({ keepProbability: 0.75 }),
  nn.dense({ inputs: 64, outputs: 64, activation: relu }),
  nn.dense({ inputs: 64, outputs: 10 })
)
const batchSize = 32

export const digits: Section<{ readonly epochs: number; readonly bar: number }> = {
  name: 'digits',
  title: 'handwritten digits with a held-out test set',
  teaches:
    'A fifth of the 1,797 digits is held out, as only unseen examples measure generalisation. Dropout of a quarter of ' +
    'the pixels reduces overfitting. The confusion matrix shows which digits are confused, and the pictures show that ' +
    'some of them are hard to read.',
  settings: { epochs: 80, bar: 0.975 },
  run: ({ epochs, bar, key, watch, read }) =>
    pipe(
      readDigits(read)('digits.csv.gz'),
      TE.flatMapEither((all) => {
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
          train.fit(problem, { epochs, batchSize, validation: heldOut, observers: [watch('digits 64-64-10', epochs)] })(
            learned
          ),
          E.map((state): Findings => {
            const shares = softmax(nn.predict(model)(state.params, state.modelState)<[number]>(heldOut.inputs))
            const { wrong, count, counts, sample } = judged(shares, heldOut.targets)(pictures)
            return {
              text: [`${wrong.length} of ${count} held-out digits are misclassified; the pictures begin with them.`],
              tables: [{ columns: ['digit', 'predicted'], rows: wrong.map(({ truth, found }) => [truth, found]) }],
              pictures: [
                curves({ title: 'Learning digits' })({ digits: state.history }),
                only(confusionHeatmap()(counts)),
                only(digitGrid({ title: 'Held-out digits' })(sample))
              ],
              checks: [
                atLeast({ what: 'accuracy on held-out digits', bar, show: percent })(final(state).validationAccuracy)
              ]
            }
          }),
          E.mapLeft(train.showError)
        )
      })
    )
}
