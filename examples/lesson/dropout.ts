/** Dropout: units left out at random while a network learns, against learning by heart. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, Eq, mean, nn, ones, optim, random, relu, softmax, toNumber, train } from '../../src/index.ts'
import { probabilityGrid, rangesAround } from '../../src/report/index.ts'
import { final } from '../world/fit.ts'
import { rounded } from '../world/text.ts'
import { check, falling, rising, within } from './frame/check.ts'
import { boundary, curves } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { named } from './frame/table.ts'

const rate = 0.01
const problemKeeping = (keepProbability: number) => ({
  model: nn.sequential(
    nn.dense({ inputs: 2, outputs: 128, activation: relu }),
    nn.dropout({ keepProbability }),
    nn.dense({ inputs: 128, outputs: 128, activation: relu }),
    nn.dropout({ keepProbability }),
    nn.dense({ inputs: 128, outputs: 2 })
  ),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.adam({ learningRate: rate }),
  metrics: { accuracy: nn.categoricalAccuracy }
})

export const dropout: Section<{ readonly epochs: number }> = {
  name: 'dropout',
  title: 'units that are missing now and then',
  teaches:
    'Seventeen thousand weights learn forty noisy points by heart, and are sure of themselves where they are wrong. When ' +
    'each unit is kept by chance alone, none can rely on another: the points learned from are fitted worse, new ones ' +
    'better. What is kept is divided by the chance, so that a model in use drops nothing and needs no correction.',
  settings: { epochs: 200 },
  run: ({ epochs, key, fit }) => {
    const [seenKey, newKey, startKey, firstKey, secondKey] = random.split(5)(key)
    const [first, second] = [nn.train(firstKey), nn.train(secondKey)]
    const seen = data.moons({ perClass: 20, noise: 0.3 })(seenKey)
    const unseen = data.moons({ perClass: 200, noise: 0.3 })(newKey)
    return pipe(
      [1, 0.5, 0.3],
      TE.traverseSeqArray((keep) => {
        const problem = problemKeeping(keep)
        return pipe(
          train.start(problem)(startKey),
          fit(`keep ${keep}`, problem, { epochs, batchSize: 20, rate, validation: unseen })(seen),
          TE.map(({ state: { params, history } }) => {
            const [name, end, predict] = [`keep ${keep}`, final({ history }), nn.forward(problem.model)]
            const shares = flow(predict(nn.infer)(params)<[number]>, softmax)
            const grid = probabilityGrid({ ...rangesAround({ margin: 0.2 })(seen.inputs), columns: 80 })(shares)
            const run = (mode: nn.Mode) => predict(mode)(params)(unseen.inputs)
            const same = (one: nn.Mode, other: nn.Mode) => Eq.equals(run(one), run(other))
            const row = [name, ...[end.loss, end.validationLoss, end.validationAccuracy].map(rounded(3))]
            return { name, history, end, same, row, picture: boundary(name)(grid, seen.inputs, seen.labels) }
          })
        )
      }),
      TE.map((runs) => {
        const kept = toNumber(mean(nn.dropout({ keepProbability: 0.5 }).apply(first)(ones([100, 100]))))
        const same = runs.at(-1)?.same ?? (() => false)
        return {
          tables: [{ columns: ['kept', 'loss', 'on new points', 'accuracy there'], rows: runs.map(({ row }) => row) }],
          pictures: [
            curves({ title: 'Learning with units missing' })(named(runs)(({ history }) => history)),
            ...runs.map(({ picture }) => picture)
          ],
          checks: [
            rising('the fewer are kept, the higher the loss on points learned from')(runs.map(({ end }) => end.loss)),
            falling('and the lower that on new points')(runs.map(({ end }) => end.validationLoss)),
            check('a model in use gives the same bits each time')(same(nn.infer, nn.infer)),
            check('one that learns drops by its key alone')(same(first, first) && !same(first, second)),
            within({ what: 'ones of which half are kept, their mean', bounds: [0.95, 1.05] })(kept)
          ]
        }
      })
    )
  }
}
