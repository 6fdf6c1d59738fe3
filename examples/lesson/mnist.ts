/** MNIST: 784-128-10 on ten thousand handwritten digits, of which two thousand are held out. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, nn, optim, random, relu, softmax, train } from '../../src/index.ts'
import { confusionMatrix, digitGrid } from '../../src/report/index.ts'
import { mnistFiles, readMnist } from '../data/mnist.ts'
import { final } from '../world/fit.ts'
import { percent } from '../world/text.ts'
import { atLeast } from './frame/check.ts'
import { judged } from './frame/judged.ts'
import { curves, only } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const model = nn.sequential(
  nn.dense({ inputs: 784, outputs: 128, activation: relu }),
  nn.dense({ inputs: 128, outputs: 10 })
)
const batchSize = 32

export const mnist: Section<{ readonly most: number; readonly epochs: number; readonly bar: number }> = {
  name: 'mnist',
  title: 'the digits that everyone begins with',
  teaches:
    'Pictures of 28 by 28 pixels are rows of 784 numbers, and one hidden layer of 128 units reads them: nothing tells it ' +
    'which pixels are neighbours. The files come in a form of their own, IDX, often compressed; a file that is cut short ' +
    'or holds something else is refused, with the byte at which it goes wrong. Numbers of 32 bits are enough here.',
  needs: mnistFiles,
  settings: { most: 10_000, epochs: 10, bar: 0.95 },
  run: ({ most, epochs, bar, key, fit, read }) =>
    pipe(
      readMnist(read),
      TE.flatMap((all) => {
        const [splitKey, startKey] = random.split(2)(key)
        const some = data.take(Math.min(most, all.labels.shape[0]))(all)
        const { train: learned, test: heldOut } = data.split({ testFraction: 0.2, stratify: true })(splitKey)(some)
        const steps = epochs * Math.ceil(learned.inputs.shape[0] / batchSize)
        const rate = optim.cosineDecay({ initial: 0.003, steps })
        const problem = {
          model,
          loss: nn.softmaxCrossEntropy,
          optimizer: optim.adam({ learningRate: rate }),
          metrics: { accuracy: nn.categoricalAccuracy }
        }
        const settings = { epochs, batchSize, rate, validation: heldOut, compile: { precision: 'single' } } as const
        return pipe(
          train.start(problem)(startKey),
          fit('mnist 784-128-10', problem, settings)(learned),
          TE.map(({ state: { params, modelState, history } }) => {
            const shares = softmax(nn.predict(model)(params, modelState)<[number]>(heldOut.inputs))
            const { wrong, count, counts, sample } = judged(shares, heldOut.targets)(heldOut.inputs)
            return {
              text: [
                `${wrong.length} of ${count} digits held out are taken for another; the pictures begin with them.`
              ],
              pictures: [
                curves({ title: 'Learning MNIST' })({ mnist: history }),
                only(confusionMatrix()(counts)),
                only(digitGrid({ title: 'Digits held out' })(sample))
              ],
              checks: [atLeast({ what: 'digits held out', bar, show: percent })(final({ history }).validationAccuracy)]
            }
          })
        )
      })
    )
}
