/** MNIST: 784-128-10 on ten thousand handwritten digits, of which two thousand are held out. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, nn, optim, random, relu, softmax, train } from '../../src/index.ts'
import { confusionHeatmap, digitGrid } from '../../src/report/index.ts'
import { mnistFiles, readMnist } from '../data/mnist.ts'
import { final } from '../world/fit.ts'
import { percent } from '../world/text.ts'
import { atLeast } from './frame/check.ts'
import { judged } from './frame/judged.ts'
import { curves, only } from './frame/picture.ts'
import type { Findings, Section } from './frame/section.ts'

const model = nn.sequential(
  nn.dense({ inputs: 784, outputs: 128, activation: relu }),
  nn.dense({ inputs: 128, outputs: 10 })
)
const batchSize = 32

export const mnist: Section<{ readonly most: number; readonly epochs: number; readonly bar: number }> = {
  name: 'mnist',
  title: 'MNIST: 784-128-10',
  teaches:
    'Images of 28 by 28 pixels are rows of 784 numbers, read by one hidden layer of 128 units, which knows nothing of ' +
    'which pixels are neighbours. The files are in the IDX format, often compressed; a truncated or wrong file is ' +
    'refused, with the byte where it goes wrong. Training is in single precision, on 10,000 images at most, a fifth ' +
    'of which are held out.',
  needs: mnistFiles,
  settings: { most: 10_000, epochs: 10, bar: 0.95 },
  run: ({ most, epochs, bar, key, watch, read }) =>
    pipe(
      readMnist(read),
      TE.flatMapEither((all) => {
        const [splitKey, startKey] = random.split(2)(key)
        const some = data.take(Math.min(most, all.labels.shape[0]))(all)
        const { train: learned, test: heldOut } = data.split({ testFraction: 0.2, stratify: true })(splitKey)(some)
        const steps = epochs * Math.ceil(learned.inputs.shape[0] / batchSize)
        const learningRate = optim.cosineDecay({ initial: 0.003, steps })
        const problem = {
          model,
          loss: nn.softmaxCrossEntropy,
          optimizer: optim.adam({ learningRate }),
          metrics: { accuracy: nn.categoricalAccuracy }
        }
        const observers = [watch('mnist 784-128-10', epochs)]
        const settings = {
          epochs,
          batchSize,
          validation: heldOut,
          compile: { precision: 'single' },
          observers
        } as const
        return pipe(
          train.start(problem)(startKey),
          train.fit(problem, settings)(learned),
          E.map(({ params, modelState, history }): Findings => {
            const shares = softmax(nn.predict(model)(params, modelState)<[number]>(heldOut.inputs))
            const { wrong, count, counts, sample } = judged(shares, heldOut.targets)(heldOut.inputs)
            return {
              text: [`${wrong.length} of ${count} held-out digits are misclassified; the pictures begin with them.`],
              pictures: [
                curves({ title: 'Learning MNIST' })({ mnist: history }),
                only(confusionHeatmap()(counts)),
                only(digitGrid({ title: 'Held-out digits' })(sample))
              ],
              checks: [
                atLeast({ what: 'accuracy on held-out digits', bar, show: percent })(
                  final({ history }).validationAccuracy
                )
              ]
            }
          }),
          E.mapLeft(train.showError)
        )
      })
    )
}
