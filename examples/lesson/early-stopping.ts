/** Early stopping: training ends when the validation loss no longer falls, and returns the best state. */
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import { data, nn, optim, params, plot, random, relu, softmax, toNumber, train } from '../../src/index.ts'
import { short } from '../world/text.ts'
import { check, falling } from './frame/check.ts'
import { boundary, curves } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 64, activation: relu }), nn.dense({ inputs: 64, outputs: 2 })),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.adam({ learningRate: 0.02 })
}
type Params = ReturnType<typeof problem.model.init>['params']

/** The figure that decides. */
const best: train.BestSettings = { figure: 'validationLoss' }

/** The settings in which the runs differ. */
interface Plan {
  readonly epochs: number
  readonly stop?: train.StoppingRule
  readonly keepBest?: train.BestSettings
}

export const earlyStopping: Section<{ readonly epochs: number; readonly patience: number }> = {
  name: 'early-stopping',
  title: 'early stopping on a validation set',
  teaches:
    'The validation loss falls, levels off, and rises again while the training loss goes on falling: overfitting. ' +
    'With a patience of some epochs, training stops soon after the minimum and returns the state from there: states ' +
    'are immutable, so the best is simply kept. The validation set has then been used to choose, so a separate test ' +
    'set judges.',
  settings: { epochs: 300, patience: 30 },
  run: ({ epochs, patience, key, watch }) => {
    const [seenKey, heldKey, newKey, startKey] = random.split(4)(key)
    const moons = (perClass: number, at: random.Key) => data.moons({ perClass, noise: 0.3 })(at)
    const [seen, validation, unseen] = [moons(20, seenKey), moons(50, heldKey), moons(200, newKey)]
    const trained = (name: string, plan: Plan) =>
      pipe(
        train.start(problem)(startKey),
        train.fit(problem, { batchSize: 40, validation, observers: [watch(name, plan.epochs)], ...plan })(seen),
        E.map((state) => {
          const predict = nn.predict(problem.model)(state.params, state.modelState)<[number]>
          const shares = flow(predict, softmax)
          const grid = plot.probabilityGrid({ ...plot.rangesAround({ margin: 0.2 })(seen.inputs), columns: 80 })(shares)
          const loss = toNumber(problem.loss(unseen.targets)(predict(unseen.inputs)))
          return { ...state, loss, picture: boundary(name)(grid, seen.inputs, seen.labels) }
        })
      )
    const stop = train.patience({ ...best, patience })
    return pipe(
      E.Do,
      E.bind('kept', () => trained('The state that is kept', { epochs, stop, keepBest: best })),
      E.bind('last', () => trained('Trained to the end', { epochs })),
      E.bind('again', ({ kept: { epoch } }) => trained('Trained as far as that', { epochs: epoch })),
      E.map(({ kept, last, again }) => {
        const stopped = kept.epoch + patience
        const marks = { kept: kept.epoch, stopped: Math.min(stopped, epochs) }
        return {
          text: [
            `Training stopped after ${stopped} epochs and returned the state after ${kept.epoch}: its test loss is ` +
              `${short(kept.loss)}. After all ${epochs} epochs it is ${short(last.loss)}.`
          ],
          pictures: [curves({ title: 'Where to stop', marks })({ '': last.history }), kept.picture, last.picture],
          checks: [
            check('the validation loss was lowest long before the end')(stopped < epochs),
            check('the kept state equals that of training exactly so long, bit for bit')(
              params.getEq<Params>().equals(kept.params, again.params)
            ),
            falling('test loss of the last state and of the kept one')([last.loss, kept.loss])
          ]
        }
      })
    )
  }
}
