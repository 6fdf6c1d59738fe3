/** Decision boundaries of a network at several moments of its training. */
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import { data, nn, oneHot, optim, plot, random, reshape, softmax, tanh, train } from '../../src/index.ts'
import { final } from '../world/fit.ts'
import { percent } from '../world/text.ts'
import { atLeast, check } from './frame/check.ts'
import { boundary } from './frame/picture.ts'
import type { Lab, Section } from './frame/section.ts'

type Points = data.Labelled<[2], [number]>

const corners = reshape([4])(data.xor.targets)
const xor: Points = { inputs: data.xor.inputs, labels: corners, targets: oneHot(2)(corners) }

const problemFor = (hidden: number, classes: number) => ({
  model: nn.sequential(
    nn.dense({ inputs: 2, outputs: hidden, activation: tanh }),
    nn.dense({ inputs: hidden, outputs: classes })
  ),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.adam({ learningRate: 0.02 }),
  metrics: { accuracy: nn.categoricalAccuracy }
})

/** Trains for a number of epochs, and evaluates the plane. The same key gives the same run, continued. */
const lookAfter = ({ watch, key }: Pick<Lab, 'watch' | 'key'>, name: string, hidden: number, points: Points) => {
  const problem = problemFor(hidden, points.targets.shape[1])
  return (epochs: number) =>
    pipe(
      train.start(problem)(key),
      train.fit(problem, { epochs, batchSize: 10, observers: [watch(name, epochs)] })(points),
      E.map((state) => {
        const probability = flow(nn.predict(problem.model)(state.params, state.modelState)<[number]>, softmax)
        const grid = plot.probabilityGrid({ ...plot.rangesAround({ margin: 0.2 })(points.inputs), columns: 80 })(
          probability
        )
        const title = `${name} after ${epochs} epochs`
        return { accuracy: final(state).accuracy, picture: boundary(title)(grid, points.inputs, points.labels) }
      })
    )
}

export const decisionBoundary: Section<{ readonly epochs: readonly number[]; readonly bar: number }> = {
  name: 'decision-boundary',
  title: 'decision boundaries during training',
  teaches:
    'A classifier gives class probabilities for every point of the plane; the decision boundary is where two classes ' +
    'tie. It begins almost straight and bends as the network learns. Darker means more certain, and the network is ' +
    'also certain far away from all data.',
  settings: { epochs: [10, 40, 200], bar: 0.98 },
  run: ({ epochs, bar, key, watch }) => {
    const [dataKey, startKey] = random.split(2)(key)
    const lab = { watch, key: startKey }
    return pipe(
      E.Do,
      E.bind('xor', () => E.traverseArray(lookAfter(lab, 'XOR', 8, xor))(epochs)),
      E.bind('spirals', () => E.traverseArray(lookAfter(lab, 'Spirals', 100, data.spirals()(dataKey)))(epochs)),
      E.map(({ xor: ofXor, spirals }) => {
        const row = (name: string, looks: typeof ofXor) => [name, ...looks.map(({ accuracy }) => percent(accuracy))]
        const [corner, point] = [ofXor, spirals].map((looks) => looks.at(-1)?.accuracy ?? NaN)
        return {
          tables: [
            {
              caption: 'Accuracy',
              columns: ['points', ...epochs.map((n) => `${n} epochs`)],
              rows: [row('XOR', ofXor), row('spirals', spirals)]
            }
          ],
          pictures: [...ofXor, ...spirals].map(({ picture }) => picture),
          checks: [
            check('XOR is learned: all four points are right')(corner === 1),
            atLeast({ what: 'accuracy on the spirals', bar, show: percent })(point ?? NaN)
          ]
        }
      })
    )
  }
}
