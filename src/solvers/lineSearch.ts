import { tensors as op } from '../tape/algebra.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'
import { whileLoop } from '../transform/cond.ts'
import { valueAndGrad } from '../transform/grad.ts'
import { choose, dot, largest, not, one, plus, zero } from './vector.ts'

/** A line search for the strong Wolfe conditions. */

/** A point with the value and the gradient there. */
export interface Evaluated {
  readonly x: Tensor<[number]>
  readonly value: Scalar
  readonly gradient: Tensor<[number]>
}

export const evaluated =
  (f: (x: Tensor<[number]>) => Scalar) =>
  (x: Tensor): Evaluated => {
    const at = x as Tensor<[number]>
    const { value, grad } = valueAndGrad(f)(at)
    return { x: at, value, gradient: grad }
  }

/** A place on the line. */
type Place = Readonly<Record<keyof Evaluated | 't' | 'slope', Tensor>>

interface Search {
  readonly low: Place
  readonly high: Place
  readonly next: Tensor
  /** 0 until an interval is found that has an acceptable step, 1 while it is narrowed, 2 when a step is accepted. */
  readonly phase: Tensor
  readonly trials: Tensor
}

const [ARMIJO, CURVATURE] = [op.constant(1e-4), op.constant(0.9)]
const MOST_TRIALS = op.constant(40)
/** A change of the value by this share of `max(1, |f|)` may be rounding of terms that cancel: there the slopes tell. */
const SLACK = op.constant(1e-10)

const [two, half, tenth] = [op.constant(2), op.constant(0.5), op.constant(0.1)]

/** The step between two places at which a cubic through them is least, or half-way; not close to either. */
const between = (low: Place, high: Place): Tensor => {
  const width = op.sub(high.t, low.t)
  const chord = op.div(op.mul(op.constant(3), op.sub(high.value, low.value)), width)
  const first = op.sub(op.add(low.slope, high.slope), chord)
  const inside = op.sub(op.square(first), op.mul(low.slope, high.slope))
  const second = op.mul(op.sign(width), op.sqrt(op.maximum(inside, zero)))
  const share = op.div(
    op.sub(op.add(high.slope, second), first),
    op.add(op.sub(high.slope, low.slope), op.mul(two, second))
  )
  const cubic = op.sub(one, share)
  // NaN where a value or a slope is not finite
  const isInside = op.mul(op.greater(cubic, tenth), op.greater(op.sub(one, tenth), cubic))
  return plus(low.t, op.where(isInside, cubic, half), width)
}

/**
 * The step from a point along a direction of descent that meets the strong Wolfe conditions, or where rounding leaves none, the
 * best that was tried; where it ends.
 *
 * @see Nocedal, Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6; Hager, Zhang (2005) for steps within rounding
 */
export const lineSearch = (
  f: (x: Tensor<[number]>) => Scalar,
  from: Evaluated,
  direction: Tensor,
  first: Tensor = one
): Evaluated => {
  const slope = dot(from.gradient, direction)
  const slack = op.mul(SLACK, op.maximum(one, op.abs(from.value)))
  const placeAt = (t: Tensor): Place => {
    const at = evaluated(f)(plus(from.x, t, direction))
    return { ...at, t, slope: dot(at.gradient, direction) }
  }
  const { x, value, gradient } = from
  const begin: Place = { x, value, gradient, t: zero, slope }
  const step = ({ low, high, next, phase, trials }: Search): Search => {
    const trial = placeAt(next)
    const line = op.add(from.value, op.mul(op.mul(ARMIJO, next), slope))
    const falls = op.greaterEqual(line, trial.value)
    // within rounding, the slopes tell
    const isLevel = op.mul(
      op.greaterEqual(op.add(from.value, slack), trial.value),
      op.greaterEqual(op.mul(op.sub(op.mul(two, ARMIJO), one), slope), trial.slope)
    )
    const isNoBetter = op.mul(
      op.greaterEqual(trial.value, op.add(low.value, slack)),
      op.maximum(op.greater(trials, zero), phase)
    )
    const isGood = op.mul(op.maximum(falls, isLevel), not(isNoBetter))
    const isFlat = op.greaterEqual(op.mul(op.neg(CURVATURE), slope), op.abs(trial.slope))
    const isNarrowing = op.greater(phase, zero)
    const rises = op.greaterEqual(op.mul(trial.slope, op.where(isNarrowing, op.sub(high.t, low.t), one)), zero)
    const newLow = choose(isGood, trial, low)
    const newHigh = choose(isGood, choose(rises, low, high), trial)
    const bounded = op.maximum(isNarrowing, op.maximum(not(isGood), rises))
    return {
      low: newLow,
      high: newHigh,
      next: op.where(bounded, between(newLow, newHigh), op.mul(two, next)),
      phase: op.where(op.mul(isGood, isFlat), two, bounded),
      trials: op.add(trials, one)
    }
  }
  const { low } = whileLoop(
    ({ phase, trials }: Search) => op.mul(op.greater(two, phase), op.greater(MOST_TRIALS, trials)) as Scalar,
    step
  )({ low: begin, high: begin, next: first, phase: zero, trials: zero })
  return { x: low.x, value: low.value, gradient: low.gradient } as Evaluated
}

/** The largest slope, relative to the value and the point: how far a point is from a minimum. */
export const errorOf = ({ x, value, gradient }: Evaluated): Scalar =>
  op.div(op.mul(largest(gradient), op.maximum(one, largest(x))), op.maximum(one, op.abs(value))) as Scalar
