/** Decision boundaries: where a network decides for what, at some moments of its training. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, nn, oneHot, optim, random, reshape, softmax, tanh, train } from '../../src/index.ts'
import { probabilityGrid, rangesAround } from '../../src/report/index.ts'
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

/** Trains for a number of epochs, and evaluates the plane. The same key gives the same run, only longer. */
const lookAfter = ({ fit, key }: Pick<Lab, 'fit' | 'key'>, name: string, hidden: number, points: Points) => {
  const problem = problemFor(hidden, points.targets.shape[1])
  return (epochs: number) =>
    pipe(
      train.start(problem)(key),
      fit(name, problem, { epochs, batchSize: 10, rate: 0.02 })(points),
      TE.map(({ state }) => {
        const probability = flow(nn.predict(problem.model)(state.params, state.modelState)<[number]>, softmax)
        const grid = probabilityGrid({ ...rangesAround({ margin: 0.2 })(points.inputs), columns: 80 })(probability)
        const title = `${name} after ${epochs} epochs`
        return { accuracy: final(state).accuracy, picture: boundary(title)(grid, points.inputs, points.labels) }
      })
    )
}

export const decisionBoundary: Section<{ readonly epochs: readonly number[]; readonly bar: number }> = {
  name: 'decision-boundary',
  title: 'the plane as a network sees it',
  teaches:
    'A classifier of the plane says for every point how likely each class is: colour it, and the boundary is where two ' +
    'classes tie. It begins as a line or two and bends as the network learns. Dark ground is where the network is sure, ' +
    'and it is sure far away from all points too, where it has seen nothing.',
  settings: { epochs: [10, 40, 200], bar: 0.98 },
  run: ({ epochs, bar, key, fit }) => {
    const [dataKey, startKey] = random.split(2)(key)
    const lab = { fit, key: startKey }
    return pipe(
      TE.Do,
      TE.bind('xor', () => TE.traverseSeqArray(lookAfter(lab, 'Exclusive or', 8, xor))(epochs)),
      TE.bind('spirals', () => TE.traverseSeqArray(lookAfter(lab, 'Spirals', 100, data.spirals()(dataKey)))(epochs)),
      TE.map(({ xor: ofXor, spirals }) => {
        const row = (name: string, looks: typeof ofXor) => [name, ...looks.map(({ accuracy }) => percent(accuracy))]
        const [corner, point] = [ofXor, spirals].map((looks) => looks.at(-1)?.accuracy ?? NaN)
        return {
          tables: [
            {
              caption: 'On the side of their class',
              columns: ['points', ...epochs.map((n) => `${n} epochs`)],
              rows: [row('exclusive or', ofXor), row('spirals', spirals)]
            }
          ],
          pictures: [...ofXor, ...spirals].map(({ picture }) => picture),
          checks: [
            check('at the end all four corners are on their side')(corner === 1),
            atLeast({ what: 'points of the spirals on their side', bar, show: percent })(point ?? NaN)
          ]
        }
      })
    )
  }
}
