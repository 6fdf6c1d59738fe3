import * as kinds from '../kinds/index.ts'
import { flattenParams, rebuild, type Tree } from '../params/tree.ts'
import { fail } from '../tensor/errors.ts'
import { stridesOf } from '../tensor/dims.ts'
import { dimsOf, make, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { grad } from '../transform/grad.ts'
import { pathsOf, showPath } from '../tree/tree.ts'
import { perturbed } from './perturbed.ts'

/** Gradients by numbers: slow, and right whatever the rules say. */

const numericFields = {
  /**
   * How far each number is moved to either side, times its own size where that is above 1. 1e-5 when left out: near the
   * best for doubles, as a larger step errs by its square and a smaller one by rounding.
   */
  step: [kinds.positive, 1e-5]
} as const
const numericSettings = kinds.settings('numericGrad', numericFields)
const checkSettings = kinds.settings('gradientCheck', numericFields)

/** How far apart a numeric gradient looks. @category check @since 0.1.0 */
export interface NumericSettings extends kinds.Given<typeof numericFields> {}

/** `(f(x + h) − f(x − h)) / 2h`, with the distance as it is after rounding. */
const central = (f: (x: number) => number, x: number, h: number): number => {
  const [right, left] = [x + h, x - h]
  return (f(right) - f(left)) / (right - left)
}

/**
 * The gradient of a scalar function by central differences, number by number: two calls of the function for each. To
 * check a gradient, not to train with: it costs as many times the function as there are parameters. From 128 numbers on
 * the function is compiled, if it can be, as {@link compile} does it.
 *
 * @shape the gradient has the structure and shapes of the parameters
 * @throws ShapeError when the function does not return a scalar
 * @throws ValueError when it is given no function, or the step is not positive and finite
 * @example
 * import { ok } from 'assert'
 * import { check, grad, params, pow, sum, tensor, type Vec } from 'grad-ts'
 *
 * const cubes = (x: Vec<2>) => sum(pow(3)(x))
 * const x = tensor([1, 2])
 * ok(params.isClose({ atol: 1e-8, rtol: 1e-8 })(grad(cubes)(x))(check.numericGrad(cubes)(x)))
 * @category check
 * @since 0.1.0
 */
export const numericGrad = <P extends Tree<P>>(f: (params: P) => Scalar, settings: NumericSettings = {}) => {
  kinds.mustBe(kinds.anyFunction, 'numericGrad: f', f)
  const { step } = numericSettings.read(settings)
  const at = perturbed(f as (params: unknown) => Scalar)
  return (params: P): P => {
    const flat = flattenParams('numericGrad', params)
    const valueWith = at(flat)
    return rebuild<P>(
      flat.structure,
      flat.leaves.map((x, leaf) =>
        make(
          dimsOf(x),
          Float64Array.from(valuesOf('numericGrad', x), (value, offset) =>
            central((other) => valueWith(leaf, offset, other), value, step * Math.max(1, Math.abs(value)))
          )
        )
      )
    )
  }
}

/** The number of a tree whose gradient is furthest from the numeric one. @category check @since 0.1.0 */
export interface WorstGradient {
  /** The parameter, as in `params.layers[0].weight`. */
  readonly path: string
  readonly index: readonly number[]
  readonly analytic: number
  readonly numeric: number
}

/** What a gradient check found. @category check @since 0.1.0 */
export interface GradientCheck {
  /**
   * `‖a − n‖ / (‖a‖ + ‖n‖)`, over all numbers of the analytic gradient a and the numeric n: below 1e-7 all is well,
   * above 1e-4 something is wrong; 0 when both are 0, NaN when one holds a NaN.
   */
  readonly relativeError: number
  /** Where the two are furthest apart: the first of equals, but a NaN before all. */
  readonly worst: WorstGradient
}

/** `grad` for parameters of any type: that every leaf is a tensor is checked when it is called. */
const gradientOf = <P>(f: (params: P) => Scalar): ((params: P) => P) =>
  grad(f as unknown as (params: Tensor) => Scalar) as unknown as (params: P) => P

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Scaled by the largest, so that squares neither overflow nor vanish. */
const normOf = (values: readonly number[]): number => {
  const top = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  return top === 0 || top === Infinity ? top : top * Math.sqrt(sumOf(values.map((value) => (value / top) ** 2)))
}

/**
 * Compares the gradient of a scalar function with one taken by numbers, over a whole tree of parameters, and tells the
 * parameter where they differ most. Check a model on a few examples, at a point away from kinks.
 *
 * @throws ShapeError when the function does not return a scalar
 * @throws ValueError when it is given no function, there are no numbers to check, or the step is not positive and finite
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { add, check, mean, mul, scalar, square, stopGradient, sub, tensor, type Scalar } from 'grad-ts'
 *
 * interface Line {
 *   readonly slope: Scalar
 *   readonly offset: Scalar
 * }
 * const [x, y] = [tensor([0, 1, 2]), tensor([1, 3, 5])]
 * const loss = ({ slope, offset }: Line) => pipe(x, mul(slope), add(offset), sub(y), square, mean)
 * const start = { slope: scalar(0.5), offset: scalar(0.25) }
 * ok(check.gradientCheck(loss)(start).relativeError < 1e-7)
 *
 * const wrong = ({ slope, offset }: Line) => loss({ slope, offset: stopGradient(offset) })
 * strictEqual(check.gradientCheck(wrong)(start).worst.path, 'params.offset')
 * @category check
 * @since 0.1.0
 */
export const gradientCheck = <P extends Tree<P>>(f: (params: P) => Scalar, settings: NumericSettings = {}) => {
  kinds.mustBe(kinds.anyFunction, 'gradientCheck: f', f)
  const numericOf = numericGrad(f, checkSettings.read(settings))
  return (params: P): GradientCheck => {
    const { leaves: numericLeaves } = flattenParams('gradientCheck', numericOf(params))
    const { leaves, structure } = flattenParams('gradientCheck', gradientOf(f)(params))
    const paths = pathsOf(structure)
    const all = leaves.flatMap((x, i) => {
      const numeric = valuesOf('gradientCheck', numericLeaves[i]!)
      return Array.from(valuesOf('gradientCheck', x), (analytic, offset) => ({
        leaf: i,
        offset,
        analytic,
        numeric: numeric[offset]!
      }))
    })
    const [first] = all
    if (first === undefined) return fail('ValueError', 'gradientCheck: the parameters hold no numbers to check')
    const apart = ({ analytic, numeric }: typeof first): number => {
      const distance = Math.abs(analytic - numeric)
      return Number.isNaN(distance) ? Infinity : distance
    }
    const worst = all.reduce((found, at) => (apart(at) > apart(found) ? at : found))
    const error = normOf(all.map(({ analytic, numeric }) => analytic - numeric))
    const scale = normOf(all.map(({ analytic }) => analytic)) + normOf(all.map(({ numeric }) => numeric))
    const dims = dimsOf(leaves[worst.leaf]!)
    return {
      relativeError: scale === 0 ? 0 : error / scale,
      worst: {
        path: showPath('params', paths[worst.leaf]!),
        index: stridesOf(dims).map((stride, axis) => Math.floor(worst.offset / stride) % dims[axis]!),
        analytic: worst.analytic,
        numeric: worst.numeric
      }
    }
  }
}
