import { frozen } from '../src/tensor/frozen.ts'
import * as E from 'fp-ts/lib/Either.js'
import * as params from '../src/params/index.ts'
import { sameDims, showDims, sizeOf, stridesOf } from '../src/tensor/dims.ts'
import { closeNumbers, type Tolerance, toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, isTensor, type Tensor } from '../src/tensor/tensor.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { agreed, type Difference } from './law.ts'
import { showExact } from './show.ts'
import { asTensor } from '../src/tensor/given.ts'
import * as kinds from '../src/kinds/index.ts'

/**
 * One model of closeness for all laws, `|a − b| ≤ atol + rtol · max(|a|, |b|)`, and one step rule for derivatives by
 * numbers. `NaN` is close to nothing.
 */

/** The tolerance for two ways of computing the same, which differ by rounding. */
const rounding: Tolerance = frozen({ atol: 1e-9, rtol: 1e-9 })

/** The tolerance for a derivative against one taken by finite differences. */
export const numeric: Tolerance = frozen({ atol: 1e-7, rtol: 1e-6 })

/** The indices of an element, from its place in row-major order. */
export const indexOf = (dims: readonly number[], offset: number): readonly number[] =>
  stridesOf(dims).map((stride, axis) => Math.floor(offset / stride) % (dims[axis] ?? 1))

/** How far two numbers are apart, in units of what is allowed: at most 1 is close. */
const excess = (tolerance: Tolerance): ((a: number, b: number) => number) => {
  const close = closeNumbers(tolerance)
  return (a, b) => {
    if (close(a, b)) return 0
    const ratio = Math.abs(a - b) / (tolerance.atol + tolerance.rtol * Math.max(Math.abs(a), Math.abs(b)))
    return Number.isFinite(ratio) ? ratio : Infinity
  }
}

const worstOf = (
  what: string,
  distance: (a: number, b: number) => number,
  actual: Tensor,
  expected: Tensor
): E.Either<Difference, void> => {
  const dims = dimsOf(asTensor(what, actual))
  if (!sameDims(dims, dimsOf(asTensor(what, expected))))
    return E.left({ what: `the shape of ${what}`, actual: showDims(dims), expected: showDims(dimsOf(expected)) })
  const right = toFlatArray(expected)
  const worst = toFlatArray(actual).reduce(
    (found, a, i) => {
      const b = right[i] ?? NaN
      const far = distance(a, b)
      return far > found.far ? { far, at: i, a, b } : found
    },
    { far: 0, at: -1, a: 0, b: 0 }
  )
  return worst.at < 0
    ? agreed
    : E.left({ what, index: indexOf(dims, worst.at), actual: showExact(worst.a), expected: showExact(worst.b) })
}

/** What laws compare: a number, a tensor or a tree of tensors. @category tolerance @since 0.1.0 */
export type Comparable = number | params.Params

type Compare = (actual: Tensor, expected: Tensor) => E.Either<Difference, void>

/** The structures of two trees, then their tensors one by one; a difference names its path. */
const compareTrees = (
  what: string,
  compare: Compare,
  actual: params.Params,
  expected: params.Params
): E.Either<Difference, void> => {
  // throws, naming the place, when one of them is no tree
  const others = params.tensors(expected)
  const paths = params.paths(actual)
  const structure = agreeText(`the structure of ${what}`)(paths.join(', '), params.paths(expected).join(', '))
  return every([
    () => structure,
    ...params.tensors(actual).map((x, i) => () => {
      const other = others[i]
      return other === undefined
        ? agreed
        : E.mapLeft((difference: Difference) => ({ ...difference, path: paths[i] ?? '' }))(compare(x, other))
    })
  ])
}

const numberOf = (what: string, which: string, x: Comparable): number =>
  kinds.mustBe(kinds.anyNumber, `${what}: the ${which} value`, x)

/** Compares by the distance of two numbers, which is 0 where they agree. */
const compareBy =
  (what: string, distance: (a: number, b: number) => number) =>
  (actual: Comparable, expected: Comparable): E.Either<Difference, void> =>
    typeof actual === 'number' || typeof expected === 'number'
      ? distance(numberOf(what, 'actual', actual), numberOf(what, 'expected', expected)) === 0
        ? agreed
        : E.left({ what, actual: showExact(actual as number), expected: showExact(expected as number) })
      : isTensor(actual)
        ? worstOf(what, distance, actual, expected as Tensor)
        : compareTrees(what, (x, y) => worstOf(what, distance, x, y), actual, expected)

/**
 * Whether two numbers, tensors or trees of tensors have the same shapes and close elements; if not, the worst element,
 * and in a tree its path.
 *
 * @throws ValueError when it is given something else
 * @throws TreeError when a leaf of a tree is not a tensor
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { left, right } from 'fp-ts/Either'
 * import { scalar, tensor } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * deepStrictEqual(laws.agree('0.1 + 0.2')(0.1 + 0.2, 0.3), right(undefined))
 * deepStrictEqual(
 *   laws.agree('the sum')(tensor([1, 2]), tensor([1, 3])),
 *   left({ what: 'the sum', index: [1], actual: '2', expected: '3' })
 * )
 * deepStrictEqual(
 *   laws.agree('p')({ bias: scalar(1) }, { bias: scalar(NaN) }),
 *   left({ what: 'p', path: 'params.bias', index: [], actual: '1', expected: 'NaN' })
 * )
 * @category tolerance
 * @since 0.1.0
 */
export const agree = (what: string, tolerance: Tolerance = rounding) => {
  kinds.mustBe(kinds.name, 'laws.agree: what', what)
  return compareBy(what, excess(tolerance))
}

/**
 * As `agree`, for the very same bits: `0` is not `-0`, and `NaN` is `NaN`.
 *
 * @throws ValueError when it is given something else
 * @throws TreeError when a leaf of a tree is not a tensor
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { left, right } from 'fp-ts/Either'
 * import { scalar } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * deepStrictEqual(laws.identical('x')(scalar(NaN), scalar(NaN)), right(undefined))
 * deepStrictEqual(laws.identical('x')(scalar(0), scalar(-0)), left({ what: 'x', index: [], actual: '0', expected: '-0' }))
 * @category tolerance
 * @since 0.1.0
 */
export const identical = (what: string) => {
  kinds.mustBe(kinds.name, 'laws.identical: what', what)
  return compareBy(what, (a, b) => (Object.is(a, b) ? 0 : 1))
}

const someChecks = kinds.listOf(kinds.anyFunction, 'an array of checks')
const outcome = kinds.record('an Either', { _tag: kinds.oneOf('Left', 'Right') })

/**
 * The first disagreement of several checks, each made only when those before it agreed.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { ok } from 'assert'
 * import { isRight } from 'fp-ts/Either'
 * import * as laws from 'grad-ts/laws'
 *
 * ok(isRight(laws.every([() => laws.agree('1 + 1')(1 + 1, 2), () => laws.agree('2 · 2')(2 * 2, 4)])))
 * @category law
 * @since 0.1.0
 */
export const every = (checks: readonly (() => E.Either<Difference, void>)[]): E.Either<Difference, void> =>
  kinds
    .mustBe(someChecks, 'laws.every: checks', checks)
    .reduce<E.Either<Difference, void>>(
      (found, check) => (E.isLeft(found) ? found : kinds.mustBe(outcome, 'laws.every: what a check gives', check())),
      agreed
    )

/** Whether two texts are the same. */
export const agreeText =
  (what: string) =>
  (actual: string, expected: string): E.Either<Difference, void> =>
    actual === expected ? agreed : E.left({ what, actual: actual || 'nothing', expected: expected || 'nothing' })

/** The largest absolute value among some tensors, at least 1. */
const magnitude = (xs: readonly Tensor[]): number =>
  xs.reduce((top, x) => toFlatArray(x).reduce((largest, value) => Math.max(largest, Math.abs(value)), top), 1)

/** The step of a numeric derivative at `xs` along `tangents`: 0.0005, relative where the numbers are large. */
export const stepFor = (xs: readonly Tensor[], tangents: readonly Tensor[]): number =>
  (5e-4 * magnitude(xs)) / magnitude(tangents)

/** A default for an index that is always present. */
export const nothing = op.constant(NaN)

export const scaled = (x: Tensor, k: number): Tensor => op.mul(x, op.constant(k))

const extrapolate = (wide: Tensor, narrow: Tensor): Tensor => scaled(op.sub(scaled(narrow, 4), wide), 1 / 3)

/**
 * The slope at 0 of a function of one number, and how far it is from having one within a step of it: about 0 where it
 * is smooth, the size of the jump in its derivative where there is a kink, beside which finite differences say nothing.
 */
export const probe = (
  f: (t: number) => Tensor,
  step: number
): { readonly slope: Tensor; readonly roughness: number } => {
  const centre = scaled(f(0), 2)
  // central differences of two steps, extrapolated to a step of 0 (Richardson): the error falls with its fourth power
  const at = [step, step / 2, step / 4].map((h) => {
    const [right, left] = [f(h), f(-h)]
    return {
      slope: scaled(op.sub(right, left), 1 / (2 * h)),
      bend: scaled(op.sub(op.add(right, left), centre), 1 / h)
    }
  })
  const [wide, middle, narrow] = at as [(typeof at)[0], (typeof at)[0], (typeof at)[0]]
  const value = extrapolate(wide.slope, middle.slope)
  const drift = op.sub(value, extrapolate(middle.slope, narrow.slope))
  // a smooth function's second difference falls with the step, a kink's does not
  const jump = op.sub(wide.bend, scaled(middle.bend, 2))
  return {
    slope: value,
    roughness: [...toFlatArray(drift), ...toFlatArray(jump)].reduce((top, x) => Math.max(top, Math.abs(x)), 0)
  }
}

/** The roughness below which `probe` is trusted to give a derivative, for slopes of magnitude 1. */
export const trusted = numeric.atol / 20

/** `x + t · tangent`, for each of some tensors. */
export const along = (xs: readonly Tensor[], tangents: readonly Tensor[], t: number): readonly Tensor[] =>
  xs.map((x, i) => {
    const tangent = tangents[i]
    return tangent === undefined || sizeOf(dimsOf(x)) === 0 ? x : op.add(x, op.mul(tangent, op.constant(t)))
  })

/** The sum of all products of two lists of tensors, element by element. */
export const inner = (xs: readonly Tensor[], ys: readonly Tensor[]): number =>
  xs.reduce((total, x, i) => {
    const other = ys[i]
    const values = other === undefined ? [] : toFlatArray(other)
    return toFlatArray(x).reduce((sum, value, k) => sum + value * (values[k] ?? NaN), total)
  }, 0)
