import { fc } from '../support/property.ts'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { reshape } from '../../src/ops/index.ts'

/** Two layers of different make, one of them nested, and a scalar. */
export interface Model {
  readonly layers: readonly [{ readonly weight: Tensor<[2, 3]>; readonly bias: Vec<3> }, readonly [Vec<2>]]
  readonly temperature: Scalar
}

export const modelOf = (numbers: readonly number[]): Model => ({
  layers: [
    { weight: reshape([2, 3])(tensor(numbers.slice(0, 6))), bias: reshape([3])(tensor(numbers.slice(6, 9))) },
    [reshape([2])(tensor(numbers.slice(9, 11)))]
  ],
  temperature: reshape([])(tensor(numbers.slice(11, 12)))
})

export const numbersOf = (model: Model): readonly number[] => params.tensors(model).flatMap(toFlatArray)

/** Gradients with round numbers and zeros among them, which read well, and any others of a moderate size. */
const anyNumber = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true })
)
export const anyModel = fc.array(anyNumber, { minLength: 12, maxLength: 12 }).map(modelOf)

/** One of each, with settings that are not the defaults. */
export const transformations: readonly optim.TypedTransformation[] = [
  optim.chain(),
  optim.scale(-0.5),
  optim.scale((step) => 1 / (1 + step)),
  optim.descend(0.1),
  optim.descend(optim.exponentialDecay({ initial: 1, factor: 0.5, every: 2, staircase: true })),
  optim.velocity({ momentum: 0.5 }),
  optim.velocity({ momentum: 0.5, nesterov: true }),
  optim.velocity({ momentum: 0.5, dampening: 0.5 }),
  optim.scaleByAdam({ beta1: 0.5, beta2: 0.75, epsilon: 1e-3 }),
  optim.scaleByRms({ decay: 0.5, epsilon: 1e-3 }),
  optim.scaleByAdagrad({ initialAccumulator: 0.5 }),
  optim.clipByNorm(2),
  optim.clipByParameterNorm(2),
  optim.clipByGlobalNorm(2),
  optim.clipByValue(1.5),
  optim.addWeightDecay({ rate: 0.25, where: (path) => path.endsWith('.weight') }),
  optim.sgd({ learningRate: 0.1 }),
  optim.sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.9 }),
  optim.sgd({ learningRate: 0.1, momentum: 0.5 }),
  optim.sgd({ learningRate: 0.1, momentum: 0.5, nesterov: true }),
  optim.adagrad({ learningRate: 0.1 }),
  optim.rmsProp({ learningRate: 0.1 }),
  optim.adam({ learningRate: () => 0.1 }),
  optim.adamW({ learningRate: 0.1, weightDecay: 0.5 })
]

/** Seen from outside only: the library has no shortcut through it. */
export const foreign = ({ name, init, update }: optim.TypedTransformation): optim.TypedTransformation => ({
  name,
  init,
  update
})

export const anyTransformation = fc
  .tuple(fc.constantFrom(...transformations), fc.boolean())
  .map(([t, hidden]) => (hidden ? foreign(t) : t))

/** The updates for gradients in turn, with the same parameters throughout, and the last state. */
export const updatesOf = (
  t: optim.TypedTransformation,
  model: Model,
  gradients: readonly Model[]
): { readonly updates: readonly Model[]; readonly state: optim.OptimizerState } => {
  const update = t.update(model)
  return gradients.reduce<{ readonly updates: readonly Model[]; readonly state: optim.OptimizerState }>(
    ({ updates, state }, g) => {
      const [next, after] = update(g)(state)
      return { updates: [...updates, next], state: after }
    },
    { updates: [], state: t.init(model) }
  )
}
