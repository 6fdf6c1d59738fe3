import * as kinds from '../../kinds/index.ts'
import { type Key, normal as normalNumbers, uniform as uniformNumbers } from '../../random/index.ts'
import { asKey } from '../../random/key.ts'
import { checkDims, type Dims, showDims, sizeOf } from '../../tensor/dims.ts'
import { full } from '../../tensor/construct.ts'
import { fail } from '../../tensor/errors.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/**
 * Initialisers of parameters. The named ones keep the variance of activations from layer to layer: they divide by a fan, the
 * number of inputs or outputs of a unit.
 */

/**
 * An initialiser: a function from a shape and a random key to the starting value of a parameter.
 *
 * @category initializers
 * @since 0.1.0
 */
export type Initializer = <const S extends number[]>(shape: readonly [...S]) => (key: Key) => Tensor<S>

/** The settings of the initializers here, by name. @internal */
export const draws = {
  normal: kinds.settings('normal', { standardDeviation: kinds.notNegative, mean: [kinds.finite, 0] }),
  uniform: kinds.settings('uniform', { min: kinds.finite, max: kinds.finite })
}

/**
 * Every element the same: for biases. Weights that start equal stay equal.
 *
 * @throws ValueError when the value is not finite
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, random, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(nn.constant(0.1)([2])(random.key(0))), [0.1, 0.1])
 * @category initializers
 * @since 0.1.0
 */
export const constant = (value: number): Initializer => {
  kinds.mustBe(kinds.finite, 'constant: value', value)
  return (shape) => {
    checkDims('constant', shape)
    const filled = full(shape)
    return () => filled(value)
  }
}

/**
 * Normal numbers of a given spread, whatever the shape.
 *
 * @throws ValueError when the mean is not finite, or the standard deviation is negative or not finite
 * @example
 * import { ok } from 'assert'
 * import { nn, random, std, toNumber } from 'grad-ts'
 *
 * const weight = nn.normal({ standardDeviation: 0.01 })([100, 100])(random.key(0))
 * ok(Math.abs(toNumber(std(weight)) - 0.01) < 0.0005)
 * @category initializers
 * @since 0.1.0
 */
export const normal = (settings: {
  readonly standardDeviation: number
  /** 0 when left out. */
  readonly mean?: number
}): Initializer => {
  const given = draws.normal.read(settings)
  return (shape) => normalNumbers(shape, given)
}

/**
 * Numbers uniform in `[min, max)`, whatever the shape.
 *
 * @throws ValueError when `min` is not below `max`, or one is not finite
 * @example
 * import { ok } from 'assert'
 * import { nn, random, toFlatArray } from 'grad-ts'
 *
 * const weight = nn.uniform({ min: -0.1, max: 0.1 })([10, 10])(random.key(0))
 * ok(toFlatArray(weight).every((value) => Math.abs(value) <= 0.1))
 * @category initializers
 * @since 0.1.0
 */
export const uniform = (settings: { readonly min: number; readonly max: number }): Initializer => {
  const bounds = draws.uniform.read(settings)
  // so that bounds that do not fit are found here, not when a model starts
  uniformNumbers([0], bounds)
  return (shape) => uniformNumbers(shape, bounds)
}

interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/** Axes before the last two are places that share the weights, as in a convolution. */
const fansOf = (name: string, shape: Dims): Fans => {
  const rank = checkDims(name, shape).length
  if (rank < 2)
    return fail(
      'ShapeError',
      `${name}: needs a shape [inputs, outputs] to compute its fans, got ${showDims(shape)}; use constant for a bias`
    )
  const places = sizeOf(shape.slice(0, -2))
  const [fanIn, fanOut] = [places * shape[rank - 2]!, places * shape[rank - 1]!]
  return fanIn > 0 && fanOut > 0
    ? { fanIn, fanOut }
    : fail('ShapeError', `${name}: shape ${showDims(shape)} has no inputs or no outputs; each must be at least 1`)
}

const average = ({ fanIn, fanOut }: Fans): number => (fanIn + fanOut) / 2

const normalOf =
  (name: string, variance: (fans: Fans) => number): Initializer =>
  (shape) => {
    const draw = normalNumbers(shape, { standardDeviation: Math.sqrt(variance(fansOf(name, shape))) })
    return (key) => draw(asKey(name, key))
  }

/** A uniform distribution on [−a, a) has variance a² / 3. */
const uniformOf =
  (name: string, variance: (fans: Fans) => number): Initializer =>
  (shape) => {
    const limit = Math.sqrt(3 * variance(fansOf(name, shape)))
    const draw = uniformNumbers(shape, { min: -limit, max: limit })
    return (key) => draw(asKey(name, key))
  }

/**
 * He: normal with variance `2 / inputs`, for layers before a relu, which loses half of the signal. The tails are not cut.
 *
 * @shape [inputs, outputs], or [...places, inputs, outputs] for a convolution
 * @throws ShapeError when the shape has fewer than two dimensions, or no inputs or outputs
 * @see He, Zhang, Ren, Sun, Delving Deep into Rectifiers (2015), §2.2
 * @example
 * import { ok } from 'assert'
 * import { nn, random, toNumber, variance } from 'grad-ts'
 *
 * const weight = nn.heNormal([200, 100])(random.key(0))
 * ok(Math.abs(toNumber(variance(weight)) - 2 / 200) < 0.0005)
 * @category initializers
 * @since 0.1.0
 */
export const heNormal: Initializer = normalOf('heNormal', ({ fanIn }) => 2 / fanIn)
/**
 * He: uniform within `±√(6 / inputs)`, so of variance `2 / inputs`.
 *
 * @throws ShapeError when the shape has fewer than two dimensions, or no inputs or outputs
 * @see {@link heNormal}
 * @category initializers
 * @since 0.1.0
 */
export const heUniform: Initializer = uniformOf('heUniform', ({ fanIn }) => 2 / fanIn)

/**
 * Glorot: normal with variance `2 / (inputs + outputs)`, which keeps the size of signals forwards and of gradients
 * backwards about even. The tails are not cut.
 *
 * @shape [inputs, outputs], or [...places, inputs, outputs] for a convolution
 * @throws ShapeError when the shape has fewer than two dimensions, or no inputs or outputs
 * @see Glorot, Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks (2010), equation 12
 * @category initializers
 * @since 0.1.0
 */
export const glorotNormal: Initializer = normalOf('glorotNormal', (fans) => 1 / average(fans))
/**
 * Glorot: uniform within `±√(6 / (inputs + outputs))`.
 *
 * @throws ShapeError when the shape has fewer than two dimensions, or no inputs or outputs
 * @see Glorot, Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks (2010), equation 16
 * @example
 * import { ok } from 'assert'
 * import { nn, random, toFlatArray } from 'grad-ts'
 *
 * const weight = nn.glorotUniform([2, 4])(random.key(0))
 * ok(toFlatArray(weight).every((value) => Math.abs(value) <= 1))
 * @category initializers
 * @since 0.1.0
 */
export const glorotUniform: Initializer = uniformOf('glorotUniform', (fans) => 1 / average(fans))

/**
 * LeCun: normal with variance `1 / inputs`, for tanh and sigmoid. The tails are not cut. It is the common simplification of
 * Glorot's rule to the inputs alone, which some texts call Xavier; Glorot's own rule is `glorotNormal`.
 *
 * @shape [inputs, outputs], or [...places, inputs, outputs] for a convolution
 * @throws ShapeError when the shape has fewer than two dimensions, or no inputs or outputs
 * @see LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), §4.6
 * @example
 * import { ok } from 'assert'
 * import { nn, random, toNumber, variance } from 'grad-ts'
 *
 * const weight = nn.lecunNormal([200, 100])(random.key(0))
 * ok(Math.abs(toNumber(variance(weight)) - 1 / 200) < 0.0003)
 * @category initializers
 * @since 0.1.0
 */
export const lecunNormal: Initializer = normalOf('lecunNormal', ({ fanIn }) => 1 / fanIn)
/**
 * LeCun: uniform within `±√(3 / inputs)`, so of variance `1 / inputs`.
 *
 * @throws ShapeError when the shape has fewer than two dimensions, or no inputs or outputs
 * @see {@link lecunNormal}
 * @category initializers
 * @since 0.1.0
 */
export const lecunUniform: Initializer = uniformOf('lecunUniform', ({ fanIn }) => 1 / fanIn)
