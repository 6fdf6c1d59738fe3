/** Exclusive or, by two inputs, four hidden units and one output: 2-4-1. */
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, nn, optim, type Pointwise, random, relu, sigmoid, tanh, toFlatArray, train } from '../../src/index.ts'
import { probabilityGrid } from '../../src/report/index.ts'
import { final } from '../world/fit.ts'
import { percent, rounded } from '../world/text.ts'
import { atLeast, below, check } from './frame/check.ts'
import { boundary, curves } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const learningRate = 0.5

const problemWith = (activation: Pointwise) => ({
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 4, activation }), nn.dense({ inputs: 4, outputs: 1 })),
  loss: nn.binaryCrossEntropyWithLogits,
  optimizer: optim.sgd({ learningRate }),
  metrics: { accuracy: nn.binaryAccuracyFromLogits }
})

/** The share of some starts from which all four corners are learned. */
const learned = (activation: Pointwise, starts: number, epochs: number, key: random.Key): number => {
  const problem = problemWith(activation)
  const run = flow(train.start(problem), train.fit(problem, { epochs, batchSize: 4 })(data.xor), E.map(final))
  const ends = random
    .split(starts)(key)
    .map((start) => run(start))
  return ends.filter(E.exists(({ accuracy }) => accuracy === 1)).length / starts
}

export const xor: Section<{ readonly epochs: number; readonly starts: number; readonly bar: number }> = {
  name: 'xor',
  title: 'the smallest problem that needs a hidden layer',
  teaches:
    'No line parts the corners of a square that want a 1 from those that want a 0, so one layer cannot learn them. Four ' +
    'hidden units can. With relu a unit that answers to no corner gets no gradient and stays dead, and from many starts ' +
    'too many of four are; tanh has no such place, and is used here.',
  settings: { epochs: 1000, starts: 20, bar: 0.05 },
  run: ({ epochs, starts, bar, key, fit }) => {
    const problem = problemWith(tanh)
    return pipe(
      train.start(problem)(key),
      fit('xor 2-4-1', problem, { epochs, batchSize: 4, rate: learningRate })(data.xor),
      TE.map(({ state: { params, modelState, history } }) => {
        const probability = flow(nn.predict(problem.model)(params, modelState)<[number]>, sigmoid)
        const [inputs, wanted] = [data.xor.inputs, toFlatArray(data.xor.targets)]
        const found = toFlatArray(probability(inputs))
        const share = { tanh: learned(tanh, starts, epochs, key), relu: learned(relu, starts, epochs, key) }
        return {
          text: [
            `From ${starts} starts tanh learns it ${percent(share.tanh)} of the time, relu ${percent(share.relu)}.`
          ],
          tables: [
            {
              columns: ['input', 'wanted', 'probability of 1'],
              rows: ['0, 0', '0, 1', '1, 0', '1, 1'].map((x, i) => [x, wanted[i] ?? NaN, rounded(3)(found[i] ?? NaN)])
            }
          ],
          pictures: [
            curves({ title: 'Learning exclusive or' })({ xor: history }),
            boundary('Exclusive or')(probabilityGrid({ x: [-0.5, 1.5], y: [-0.5, 1.5] })(probability), inputs, wanted)
          ],
          checks: [
            check('all four corners are right')(found.every((p, i) => Math.round(p) === wanted[i])),
            below({ what: 'loss at the end', bar })(final({ history }).loss),
            atLeast({ what: 'starts from which tanh learns it', bar: 0.9, show: percent })(share.tanh)
          ]
        }
      })
    )
  }
}
