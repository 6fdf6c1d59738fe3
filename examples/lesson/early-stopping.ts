/** Early stopping: training ends when it no longer helps, and the best state is given, not the last. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, nn, optim, params, random, relu, softmax, toNumber, train } from '../../src/index.ts'
import { probabilityGrid, rangesAround } from '../../src/report/index.ts'
import { short } from '../world/text.ts'
import { check, falling } from './frame/check.ts'
import { boundary, curves } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const rate = 0.02
const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 64, activation: relu }), nn.dense({ inputs: 64, outputs: 2 })),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.adam({ learningRate: rate })
}
type Params = ReturnType<typeof problem.model.init>['params']

/** What is to get better. */
const best: train.BestSettings = { figure: 'validationLoss' }

/** How long, and what of it. */
interface Plan {
  readonly epochs: number
  readonly stop?: train.StoppingRule
  readonly keepBest?: train.BestSettings
}

export const earlyStopping: Section<{ readonly epochs: number; readonly patience: number }> = {
  name: 'early-stopping',
  title: 'when to stop, and what to keep',
  teaches:
    'The loss on points held out falls, comes to rest, and rises again while the other falls on. With some patience for ' +
    'epochs that are worse, training stops soon after the lowest, and what it gives is the state from there: states do ' +
    'not change, so the best need only be remembered. Points that decide when to stop are new no longer; others judge.',
  settings: { epochs: 300, patience: 30 },
  run: ({ epochs, patience, key, fit }) => {
    const [seenKey, heldKey, newKey, startKey] = random.split(4)(key)
    const moons = (perClass: number, at: random.Key) => data.moons({ perClass, noise: 0.3 })(at)
    const [seen, validation, unseen] = [moons(20, seenKey), moons(50, heldKey), moons(200, newKey)]
    const trained = (name: string, plan: Plan) =>
      pipe(
        train.start(problem)(startKey),
        fit(name, problem, { batchSize: 40, rate, validation, ...plan })(seen),
        TE.map(({ state }) => {
          const predict = nn.predict(problem.model)(state.params, state.modelState)<[number]>
          const shares = flow(predict, softmax)
          const grid = probabilityGrid({ ...rangesAround({ margin: 0.2 })(seen.inputs), columns: 80 })(shares)
          const loss = toNumber(problem.loss(unseen.targets)(predict(unseen.inputs)))
          return { ...state, loss, picture: boundary(name)(grid, seen.inputs, seen.labels) }
        })
      )
    const stop = train.patience({ ...best, patience })
    return pipe(
      TE.Do,
      TE.bind('kept', () => trained('The state that is kept', { epochs, stop, keepBest: best })),
      TE.bind('last', () => trained('Trained to the end', { epochs })),
      TE.bind('again', ({ kept: { epoch } }) => trained('Trained as far as that', { epochs: epoch })),
      TE.map(({ kept, last, again }) => {
        const stopped = kept.epoch + patience
        const marks = { kept: kept.epoch, stopped: Math.min(stopped, epochs) }
        return {
          text: [
            `Training stopped after ${stopped} epochs and gave the state after ${kept.epoch}: on new points its loss is ` +
              `${short(kept.loss)}. After all ${epochs} epochs it is ${short(last.loss)}.`
          ],
          pictures: [curves({ title: 'Where to stop', marks })({ '': last.history }), kept.picture, last.picture],
          checks: [
            check('the loss on points held out was lowest long before the end')(stopped < epochs),
            check('the state kept is the one of training as far as that, to the last bit')(
              params.getEq<Params>().equals(kept.params, again.params)
            ),
            falling('loss on new points, of the last state and of the one kept')([last.loss, kept.loss])
          ]
        }
      })
    )
  }
}
