/** Dropout against overfitting. */
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import { data, Eq, mean, nn, ones, optim, plot, random, relu, softmax, toNumber, train } from '../../src/index.ts'
import { final } from '../world/fit.ts'
import { rounded } from '../world/text.ts'
import { check, falling, rising, within } from './frame/check.ts'
import { boundary, curves } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { named } from './frame/table.ts'

const problemKeeping = (keepProbability: number) => ({
  model: nn.sequential(
    nn.dense({ inputs: 2, outputs: 128, activation: relu }),
    nn.dropout({ keepProbability }),
    nn.dense({ inputs: 128, outputs: 128, activation: relu }),
    nn.dropout({ keepProbability }),
    nn.dense({ inputs: 128, outputs: 2 })
  ),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.adam({ learningRate: 0.01 }),
  metrics: { accuracy: nn.categoricalAccuracy }
})

export const dropout: Section<{ readonly epochs: number }> = {
  name: 'dropout',
  title: 'dropout against overfitting',
  teaches:
    'Seventeen thousand weights overfit forty noisy points: they are certain where they are wrong. Dropout zeroes ' +
    'units at random during training, so no unit can rely on another: the training loss gets worse, the loss on new ' +
    'points better. Kept units are divided by the keep probability, so inference needs no correction.',
  settings: { epochs: 200 },
  run: ({ epochs, key, watch }) => {
    const [seenKey, newKey, startKey, firstKey, secondKey] = random.split(5)(key)
    const [first, second] = [nn.training(firstKey), nn.training(secondKey)]
    const seen = data.moons({ perClass: 20, noise: 0.3 })(seenKey)
    const unseen = data.moons({ perClass: 200, noise: 0.3 })(newKey)
    return pipe(
      [1, 0.5, 0.3],
      E.traverseArray((keep) => {
        const [name, problem] = [`keep ${keep}`, problemKeeping(keep)]
        return pipe(
          train.start(problem)(startKey),
          train.fit(problem, { epochs, batchSize: 20, validation: unseen, observers: [watch(name, epochs)] })(seen),
          E.map(({ params, history }) => {
            const end = final({ history })
            const shares = flow(nn.predict(problem.model)(params, [])<[number]>, softmax)
            const around = plot.rangesAround({ margin: 0.2 })(seen.inputs)
            const grid = plot.probabilityGrid({ ...around, columns: 80 })(shares)
            const run = (mode: nn.Mode) => problem.model.apply(mode)(params, [])(unseen.inputs)[0]
            const same = (one: nn.Mode, other: nn.Mode) => Eq.equals(run(one), run(other))
            const row = [name, ...[end.loss, end.validationLoss, end.validationAccuracy].map(rounded(3))]
            return { name, history, end, same, row, picture: boundary(name)(grid, seen.inputs, seen.labels) }
          })
        )
      }),
      E.map((runs) => {
        const kept = toNumber(mean(nn.dropout({ keepProbability: 0.5 }).apply(first)(ones([100, 100]))))
        const same = runs.at(-1)?.same ?? (() => false)
        return {
          tables: [
            { columns: ['kept', 'training loss', 'validation loss', 'accuracy'], rows: runs.map(({ row }) => row) }
          ],
          pictures: [
            curves({ title: 'Learning with dropout' })(named(runs)(({ history }) => history)),
            ...runs.map(({ picture }) => picture)
          ],
          checks: [
            rising('training loss when keeping 1, 0.5, 0.3 of the units')(runs.map(({ end }) => end.loss)),
            falling('validation loss for the same')(runs.map(({ end }) => end.validationLoss)),
            check('inference is deterministic')(same(nn.inference, nn.inference)),
            check('in training the dropped units depend on the key only')(same(first, first) && !same(first, second)),
            within({ what: 'mean of dropout(½) applied to ones', bounds: [0.95, 1.05] })(kept)
          ]
        }
      })
    )
  }
}
