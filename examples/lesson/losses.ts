/** Losses: known values, and why the gradient of a mean contains 1/m. */
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { check as gradients, concat, div, grad, isClose, mul, nn, norm, ones } from '../../src/index.ts'
import * as codec from '../../src/codec/index.ts'
import { reshape, type Scalar, sub, type Tensor, toNumber, vmap } from '../../src/index.ts'
import { rounded } from '../world/text.ts'
import { below, check } from './frame/check.ts'
import { functions } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const Printed = codec.struct('loss', { targets: codec.JsonTensor, predictions: codec.JsonTensor, loss: t.number })
const Figures = codec.struct('figures', { binary: Printed, categorical: Printed, mse: Printed })

const byName = { binary: nn.binaryCrossEntropy, categorical: nn.categoricalCrossEntropy, mse: nn.halfMeanSquaredError }
const names = ['binary', 'categorical', 'mse'] as const

/** The loss of one example with target 1, as a function of its prediction. */
const ofTruth = (loss: nn.Loss) => vmap((p: Scalar) => loss(ones([1, 1]))(reshape([1, 1])(p)))

const apart = (a: Tensor, b: Tensor): number => toNumber(norm(sub(b)(a))) / (toNumber(norm(a)) + toNumber(norm(b)))

const examine = (name: keyof typeof byName, { targets, predictions, loss: printed }: t.TypeOf<typeof Printed>) => {
  const [f, m] = [byName[name](targets), targets.shape[0] ?? NaN]
  const [gradient, numeric] = [grad(f)(predictions), gradients.numericGrad(f)(predictions)]
  // each example twice: the mean is the same, and each example's share of the gradient is halved
  const half = div(2)(gradient)
  const halves = grad(byName[name](concat(targets, 0)(targets)))(concat(predictions, 0)(predictions))
  return {
    m,
    printed,
    value: toNumber(f(predictions)),
    error: apart(gradient, numeric),
    errorOfLesson: apart(mul(m)(gradient), numeric),
    halved: isClose()(concat(half, 0)(half))(halves)
  }
}

export const losses: Section<object> = {
  name: 'losses',
  title: 'losses and their gradients: why 1/m matters',
  teaches:
    'Cross-entropy for probabilities, squared error for quantities. Each is a mean over the m examples of a batch, so ' +
    'its gradient contains 1/m. Some courses leave the 1/m to the layers: their training steps are right, but what ' +
    'they call the gradient of the loss is m times too large, as gradient checking shows.',
  settings: {},
  run: ({ read }) =>
    pipe(
      read('losses.json'),
      TE.flatMapEither(flow(String, codec.parse(Figures), E.mapLeft(codec.showFaults))),
      TE.map((figures) => {
        const found = names.map((name) => ({ name, ...examine(name, figures[name]) }))
        const worst = (of: (one: (typeof found)[number]) => number) => Math.max(...found.map(of))
        const curves = { 'cross-entropy': ofTruth(byName.binary), 'half squared error': ofTruth(byName.mse) }
        return {
          tables: [
            {
              columns: ['loss', 'm', 'reference value', 'here', 'error of the gradient', 'error without 1/m'],
              rows: found.map(({ name, m, printed, value, error, errorOfLesson }) => [
                ...[name, m, ...[printed, value].map(rounded(9))],
                ...[error, errorOfLesson].map(rounded(2))
              ])
            }
          ],
          pictures: [functions({ title: 'Loss for a target of 1', xTitle: 'prediction', x: [0.02, 1] })(curves)],
          checks: [
            below({ what: 'largest difference from the reference values', bar: 1e-6 })(
              worst(({ value, printed }) => Math.abs(value - printed))
            ),
            below({ what: 'gradients against differences: relative error', bar: 1e-7 })(worst(({ error }) => error)),
            check('without 1/m the relative error is above ½')(found.every((one) => one.errorOfLesson > 0.5)),
            check('doubling the batch halves the gradient of each example')(found.every((one) => one.halved))
          ]
        }
      })
    )
}
