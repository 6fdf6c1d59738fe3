/** L2 regularisation against overfitting. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { data, grad, isClose, mul, nn, optim, params, random, relu, toNumber, train } from '../../src/index.ts'
import { histograms } from '../../src/report/index.ts'
import { final } from '../world/fit.ts'
import { rounded } from '../world/text.ts'
import { check, falling } from './frame/check.ts'
import { curves, only } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { named } from './frame/table.ts'

const model = nn.sequential(
  nn.dense({ inputs: 2, outputs: 64, activation: relu }),
  nn.dense({ inputs: 64, outputs: 2 })
)
type Params = ReturnType<typeof model.init>['params']

const problemWith = (strength: number) => ({
  model,
  loss: nn.softmaxCrossEntropy,
  penalty: nn.l2({ strength })<Params>,
  optimizer: optim.adam({ learningRate: 0.02 })
})

export const l2: Section<{ readonly epochs: number }> = {
  name: 'l2',
  title: 'L2 regularisation (weight decay) against overfitting',
  teaches:
    'With forty noisy points and 256 weights the network overfits: its loss on new points rises while the training ' +
    'loss falls. A penalty of λ/2 · Σw² keeps weights small: the training loss gets worse, the loss on new points ' +
    'better. Its gradient is λ · w, so each step also shrinks every weight.',
  settings: { epochs: 300 },
  run: ({ epochs, key, watch }) => {
    const [seenKey, newKey, startKey] = random.split(3)(key)
    const seen = data.moons({ perClass: 20, noise: 0.3 })(seenKey)
    const unseen = data.moons({ perClass: 200, noise: 0.3 })(newKey)
    return pipe(
      [0, 0.001, 0.01],
      E.traverseArray((strength) => {
        const [name, problem] = [`λ = ${strength}`, problemWith(strength)]
        return pipe(
          train.start(problem)(startKey),
          train.fit(problem, { epochs, batchSize: 40, validation: unseen, observers: [watch(name, epochs)] })(seen),
          E.map((state) => {
            const [{ weight: first }, { weight: output }] = state.params
            const size = toNumber(params.norm({ first, output }))
            return { name, state, end: final(state), output, size }
          })
        )
      }),
      E.map((runs) => {
        const weight = random.normal([3, 2])(key)
        const gradient = grad(nn.l2({ strength: 0.01 })<{ weight: typeof weight }>)({ weight })
        return {
          tables: [
            {
              columns: ['penalty', 'norm of weights', 'training loss', 'validation loss'],
              rows: runs.map(({ name, size, end }) => [name, ...[size, end.loss, end.validationLoss].map(rounded(3))])
            }
          ],
          pictures: [
            curves({ title: 'Learning with an L2 penalty', figures: ['loss'], scale: 'log' })(
              named(runs)(({ state }) => state.history)
            ),
            only(histograms({ title: 'Weights of the output layer', bins: 70 })(named(runs)(({ output }) => output)))
          ],
          checks: [
            falling('norm of the weights, by rising penalty')(runs.map(({ size }) => size)),
            falling('validation loss, by rising penalty')(runs.map(({ end }) => end.validationLoss)),
            check('the gradient of the penalty is λ · w')(isClose()(mul(0.01)(weight))(gradient.weight))
          ]
        }
      })
    )
  }
}
