/** A custom activation: swish in one line, tested by laws, used in a network. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import * as laws from '../../laws/index.ts'
import { data, mul, nn, optim, plot, type Pointwise, random, relu, sigmoid, softmax } from '../../src/index.ts'
import { stopGradient, toNumber, train } from '../../src/index.ts'
import { final } from '../world/fit.ts'
import { percent } from '../world/text.ts'
import { atLeast, check } from './frame/check.ts'
import { boundary, curves, functions } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const ownSwish: Pointwise = (x) => pipe(x, sigmoid, mul(x))

/** The same values, but half of the derivative is missing. */
const wrong: Pointwise = (x) => pipe(x, sigmoid, stopGradient, mul(x))

const problemWith = (activation: Pointwise) => ({
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 32, activation }), nn.dense({ inputs: 32, outputs: 3 })),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.adam({ learningRate: 0.02 }),
  metrics: { accuracy: nn.categoricalAccuracy }
})

export const swish: Section<{ readonly epochs: number; readonly numRuns: number; readonly bar: number }> = {
  name: 'swish',
  title: 'a custom activation, tested by laws',
  teaches:
    'x · sigmoid(x) is written as a function, and that is all: its derivatives of every order follow, and it is used ' +
    'in a model like relu. Laws (property tests) check them on random inputs of random shapes: the gradient against ' +
    'finite differences, forward mode against reverse mode, second derivatives, batches. A failure is shrunk to a ' +
    'small input.',
  settings: { epochs: 200, numRuns: 100, bar: 0.98 },
  run: ({ epochs, numRuns, bar, key, watch }) => {
    const [dataKey, startKey, lawKey] = random.split(3)(key)
    const seed = toNumber(random.randint([], { min: 0, max: 2 ** 31 })(lawKey))
    const prove = (name: string, f: Pointwise) => laws.operation({ name, f }).map((law) => law.check({ numRuns, seed }))
    const [proved, refuted] = [prove('swish', ownSwish), prove('wrong swish', wrong).find(E.isLeft)]
    const points = data.spirals()(dataKey)
    const trainedWith = (name: string, activation: Pointwise) => () => {
      const problem = problemWith(activation)
      return pipe(
        train.start(problem)(startKey),
        train.fit(problem, { epochs, batchSize: 30, observers: [watch(`spirals by ${name}`, epochs)] })(points),
        E.map((state) => ({ ...state, predict: nn.predict(problem.model)(state.params, []) }))
      )
    }
    return pipe(
      E.Do,
      E.bind('swish', trainedWith('swish', ownSwish)),
      E.bind('relu', trainedWith('relu', relu)),
      E.map((runs) => {
        const probability = flow(runs.swish.predict<[number]>, softmax)
        const grid = plot.probabilityGrid({ ...plot.rangesAround()(points.inputs), columns: 80 })(probability)
        const histories = { swish: runs.swish.history, relu: runs.relu.history }
        const rowOf = E.matchW(
          ({ disagreement }: laws.Failure) => [disagreement.law, 'refuted'],
          ({ law, runs }: laws.Passed) => [law, runs]
        )
        return {
          tables: [{ columns: ['law', 'passed runs'], rows: proved.map(rowOf) }],
          code: refuted === undefined ? '' : laws.showFailure(refuted.left),
          pictures: [
            functions({ title: 'swish' })({ swish: ownSwish }),
            curves({ title: 'Two activations', scale: 'log' })(histories),
            boundary('Three spirals with swish')(grid, points.inputs, points.labels)
          ],
          checks: [
            check(`all ${proved.length} laws hold`)(proved.every(E.isRight)),
            check('the laws refute a derivative with a term missing')(refuted !== undefined),
            atLeast({ what: 'accuracy', bar, show: percent })(final(runs.swish).accuracy)
          ]
        }
      })
    )
  }
}
