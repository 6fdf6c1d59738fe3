/** Activations: values, derivatives, and where they saturate. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import { check as gradients, tensor, toFlatArray, type Vec, vmap } from '../../src/index.ts'
import { dot, grad, mul, relu, type Scalar, sigmoid, softmax, softplus, sum, tanh } from '../../src/index.ts'
import { rounded } from '../world/text.ts'
import { below, check } from './frame/check.ts'
import { functions } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

type Activation = (x: Vec) => Vec

/** Softmax as a function of one logit, with two other logits fixed at 0. */
const share = vmap((z: Scalar) => pipe(tensor([1, 0, 0]), mul(z), softmax, dot(tensor([1, 0, 0]))))

const activationsByName: Readonly<Record<string, Activation>> = { relu, sigmoid, tanh, softmax: share, softplus }

/** The elementwise derivative, by automatic differentiation. */
const derivative = (f: Activation): Activation => grad((x: Vec) => sum(f(x)))

const steepness = (f: Activation, z: number): number => toFlatArray(derivative(f)(tensor([z])))[0] ?? NaN

const columns = ['function', 'at −10', 'at −2', 'at 0', 'at 2', 'at 10']
const row = (f: Activation) => pipe(tensor([-10, -2, 0, 2, 10]), f, toFlatArray).map(rounded(3))

export const activations: Section<{ readonly samples: number }> = {
  name: 'activations',
  title: 'activation functions, their derivatives and saturation',
  teaches:
    'Without a non-linearity, stacked layers collapse into a single linear map. relu is 0 below 0 and passes ' +
    'gradients unchanged above; sigmoid and tanh are flat far from 0, so gradients vanish there: they saturate. ' +
    'softmax turns scores into probabilities. softplus is a smooth relu, and its derivative is sigmoid.',
  settings: { samples: 201 },
  run: ({ samples }) => {
    const named = Object.entries(activationsByName)
    const errors = named.map(([, f]) => gradients.gradientCheck(flow(f, sum))(tensor([-3, -2, -1, 1, 2])).relativeError)
    return {
      tables: [
        { caption: 'Values', columns, rows: named.map(([name, f]) => [name, ...row(f)]) },
        { caption: 'Derivatives', columns, rows: named.map(([name, f]) => [name, ...row(derivative(f))]) }
      ],
      pictures: named.map(([name, f]) => functions({ title: name, samples })({ [name]: f })),
      checks: [
        check('the derivatives at 0 are ¼ (sigmoid), 1 (tanh) and 0 (relu, by convention at its kink)')(
          steepness(sigmoid, 0) === 0.25 && steepness(tanh, 0) === 1 && steepness(relu, 0) === 0
        ),
        below({ what: 'sigmoid saturates: derivative at 10', bar: 1e-4 })(steepness(sigmoid, 10)),
        below({ what: 'tanh saturates sooner: derivative at 10', bar: 1e-7 })(steepness(tanh, 10)),
        check('relu does not saturate: its derivative at 10 is 1')(steepness(relu, 10) === 1),
        check('softmax of 1000, 0 and −1000 is 1, 0 and 0')(
          toFlatArray(softmax(tensor([1000, 0, -1000]))).join() === '1,0,0'
        ),
        below({ what: 'derivatives against finite differences: relative error', bar: 1e-8 })(Math.max(...errors))
      ]
    }
  }
}
