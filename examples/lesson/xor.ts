/** XOR, learned by two inputs, eight hidden units and one output: 2-8-1, the network of the README and of `npm start`. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import type { Pointwise } from '../../src/index.ts'
import { data, nn, optim, plot, random, relu, sigmoid, tanh, toFlatArray, train } from '../../src/index.ts'
import { final } from '../world/fit.ts'
import { percent, rounded } from '../world/text.ts'
import { atLeast, below, check } from './frame/check.ts'
import { boundary, curves } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const problemWith = (activation: Pointwise) => ({
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 8, activation }), nn.dense({ inputs: 8, outputs: 1 })),
  loss: nn.binaryCrossEntropyWithLogits,
  optimizer: optim.adam({ learningRate: 0.05 }),
  metrics: { accuracy: nn.binaryAccuracy({ threshold: 0 }) }
})

/** The share of starts from which all four points are learned. */
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
  title: 'XOR: the smallest problem that needs a hidden layer',
  teaches:
    'XOR is not linearly separable, so a single layer cannot learn it. A hidden layer can. A relu unit that is 0 for ' +
    'all four inputs gets no gradient and stays dead, so relu fails from some starts; tanh has no dead units.',
  settings: { epochs: 200, starts: 20, bar: 0.05 },
  run: ({ epochs, starts, bar, key, watch }) => {
    const problem = problemWith(tanh)
    return pipe(
      train.start(problem)(key),
      train.fit(problem, { epochs, batchSize: 4, observers: [watch('xor 2-8-1', epochs)] })(data.xor),
      E.map(({ params, modelState, history }) => {
        const probability = flow(nn.predict(problem.model)(params, modelState)<[number]>, sigmoid)
        const [inputs, wanted] = [data.xor.inputs, toFlatArray(data.xor.targets)]
        const found = toFlatArray(probability(inputs))
        const share = { tanh: learned(tanh, starts, epochs, key), relu: learned(relu, starts, epochs, key) }
        return {
          text: [
            `From ${starts} random starts, tanh learns XOR in ${percent(share.tanh)} of the cases, relu in ${percent(share.relu)}.`
          ],
          tables: [
            {
              columns: ['input', 'target', 'probability of 1'],
              rows: ['0, 0', '0, 1', '1, 0', '1, 1'].map((x, i) => [x, wanted[i] ?? NaN, rounded(3)(found[i] ?? NaN)])
            }
          ],
          pictures: [
            curves({ title: 'Learning XOR' })({ xor: history }),
            boundary('XOR')(plot.probabilityGrid({ x: [-0.5, 1.5], y: [-0.5, 1.5] })(probability), inputs, wanted)
          ],
          checks: [
            check('all four points are right')(found.every((p, i) => Math.round(p) === wanted[i])),
            below({ what: 'final loss', bar })(final({ history }).loss),
            atLeast({ what: 'starts from which tanh learns XOR', bar: 0.9, show: percent })(share.tanh)
          ]
        }
      })
    )
  }
}
