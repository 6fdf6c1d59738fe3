/** Activations: values, derivatives, and where they saturate. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { check as gradients, tensor, toFlatArray, type Vec, vmap } from '../../src/index.ts'
import { dot, grad, mul, relu, type Scalar, sigmoid, softmax, softplus, sum, tanh } from '../../src/index.ts'
import { rounded } from '../world/text.ts'
import { below, check } from './frame/check.ts'
import { functions } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

type Activation = (x: Vec) => Vec

/** Softmax is a function of several numbers: here of one logit, beside two that stay at 0. */
const share = vmap((z: Scalar) => pipe(tensor([1, 0, 0]), mul(z), softmax, dot(tensor([1, 0, 0]))))

/** Those of the lesson first. */
const activationsByName: Readonly<Record<string, Activation>> = { relu, sigmoid, tanh, softmax: share, softplus }

/** The derivative for each element. It is taken of the function itself: no formula of it is written anywhere. */
const derivative = (f: Activation): Activation => grad((x: Vec) => sum(f(x)))

const steepness = (f: Activation, z: number): number => toFlatArray(derivative(f)(tensor([z])))[0] ?? NaN

const columns = ['function', 'at −10', 'at −2', 'at 0', 'at 2', 'at 10']
const row = (f: Activation) => pipe(tensor([-10, -2, 0, 2, 10]), f, toFlatArray).map(rounded(3))

export const activations: Section<{ readonly samples: number }> = {
  name: 'activations',
  title: 'what a unit does with its sum',
  teaches:
    'Without a bend between its layers a network is one matrix. relu bends at 0, and above it hands gradients on whole; ' +
    'sigmoid and tanh are flat far from 0, so that no gradient comes through: they saturate. softmax makes shares of ' +
    'scores. softplus is a relu without the corner, and its derivative is sigmoid.',
  settings: { samples: 201 },
  run: ({ samples }) =>
    TE.fromIO(() => {
      const named = Object.entries(activationsByName)
      const errors = named.map(
        ([, f]) => gradients.gradientCheck(flow(f, sum))(tensor([-3, -2, -1, 1, 2])).relativeError
      )
      return {
        tables: [
          { caption: 'Values', columns, rows: named.map(([name, f]) => [name, ...row(f)]) },
          { caption: 'Derivatives', columns, rows: named.map(([name, f]) => [name, ...row(derivative(f))]) }
        ],
        pictures: named.map(([name, f]) => functions({ title: name, samples })({ [name]: f })),
        checks: [
          check('the derivatives at 0 are ¼ for sigmoid, 1 for tanh, and 0 for relu, which has a corner there')(
            steepness(sigmoid, 0) === 0.25 && steepness(tanh, 0) === 1 && steepness(relu, 0) === 0
          ),
          below({ what: 'sigmoid saturates: its derivative at 10', bar: 1e-4 })(steepness(sigmoid, 10)),
          below({ what: 'tanh saturates sooner: its derivative at 10', bar: 1e-7 })(steepness(tanh, 10)),
          check('relu does not saturate: its derivative at 10 is 1')(steepness(relu, 10) === 1),
          check('softmax of 1000, 0 and −1000 is 1, 0 and 0')(
            toFlatArray(softmax(tensor([1000, 0, -1000]))).join() === '1,0,0'
          ),
          below({ what: 'all derivatives agree with differences, relative error', bar: 1e-8 })(Math.max(...errors))
        ]
      }
    })
}
