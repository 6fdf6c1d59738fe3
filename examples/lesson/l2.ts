/** L2: a penalty on large weights, against learning by heart. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
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
const learningRate = 0.02

const problemWith = (strength: number) => ({
  model,
  loss: nn.softmaxCrossEntropy,
  penalty: nn.l2({ strength })<Params>,
  optimizer: optim.adam({ learningRate })
})

export const l2: Section<{ readonly epochs: number }> = {
  name: 'l2',
  title: 'a price on large weights',
  teaches:
    'Forty noisy points and 256 weights: the network learns the noise by heart, and errs on new points while ' +
    'its loss falls. A penalty of λ/2 · Σw² makes large weights dear. The loss on the points learned from gets worse, ' +
    'and that on new ones better. Its gradient is λ · w: each step also takes a share off every weight.',
  settings: { epochs: 300 },
  run: ({ epochs, key, fit }) => {
    const [seenKey, newKey, startKey] = random.split(3)(key)
    const seen = data.moons({ perClass: 20, noise: 0.3 })(seenKey)
    const unseen = data.moons({ perClass: 200, noise: 0.3 })(newKey)
    return pipe(
      [0, 0.001, 0.01],
      TE.traverseSeqArray((strength) => {
        const problem = problemWith(strength)
        return pipe(
          train.start(problem)(startKey),
          fit(`λ = ${strength}`, problem, { epochs, batchSize: 40, rate: learningRate, validation: unseen })(seen),
          TE.map(({ state }) => {
            const [{ weight: first }, { weight: output }] = state.params
            const size = toNumber(params.norm({ first, output }))
            return { name: `λ = ${strength}`, state, end: final(state), output, size }
          })
        )
      }),
      TE.map((runs) => {
        const weight = random.normal([3, 2])(key)
        const gradient = grad(nn.l2({ strength: 0.01 })<{ weight: typeof weight }>)({ weight })
        return {
          tables: [
            {
              columns: ['penalty', 'size of weights', 'loss', 'loss on new points'],
              rows: runs.map(({ name, size, end }) => [name, ...[size, end.loss, end.validationLoss].map(rounded(3))])
            }
          ],
          pictures: [
            curves({ title: 'Learning at a price', figures: ['loss'], scale: 'log' })(
              named(runs)(({ state }) => state.history)
            ),
            only(histograms({ title: 'Weights of the output', bins: 70 })(named(runs)(({ output }) => output)))
          ],
          checks: [
            falling('the stronger the penalty, the smaller the weights')(runs.map(({ size }) => size)),
            falling('and the loss on new points')(runs.map(({ end }) => end.validationLoss)),
            check('the gradient of the penalty is λ · w')(isClose()(mul(0.01)(weight))(gradient.weight))
          ]
        }
      })
    )
  }
}
