import type { Eq as FpEq } from 'fp-ts/lib/Eq.js'
import { checkDims, type Dims, sameDims, showDims, stridesOf } from './dims.ts'
import { fail, showGiven } from './errors.ts'
import { asSettings, asTensor } from './given.ts'
import type { Shape } from './shape.ts'
import { describe } from './show.ts'
import { bufferOf, dimsOf, type Scalar, type Tensor, valuesOf } from './tensor.ts'

/** Nested arrays of numbers of the tensor's rank. @category reading */
export type NestedArray<S extends Shape> = S extends readonly []
  ? number
  : S extends readonly [number, ...infer R extends Shape]
    ? NestedArray<R>[]
    : NestedNumbers
/** Nested arrays of unknown depth. @category reading */
export type NestedNumbers = number | NestedNumbers[]

/** The numbers of what should be a tensor. */
const numbersOf = (what: string, x: Tensor<Shape>): Float64Array => valuesOf(what, asTensor(what, x))

const nest = (dims: Dims, values: Float64Array, strides: Dims, axis: number, offset: number): NestedNumbers =>
  axis === dims.length
    ? values[offset]!
    : Array.from({ length: dims[axis]! }, (_, i) => nest(dims, values, strides, axis + 1, offset + i * strides[axis]!))

/**
 * The values as fresh nested arrays (a number for a scalar).
 *
 * @throws TracedValueError when the tensor is being differentiated or traced, unless it went through `stopGradient`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { ones, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(ones([2, 2])), [[1, 1], [1, 1]])
 * @category reading
 * @since 0.1.0
 */
export const toArray = <S extends Shape>(x: Tensor<S>): NestedArray<S> => {
  const values = numbersOf('toArray', x)
  return nest(dimsOf(x), values, stridesOf(dimsOf(x)), 0, 0) as NestedArray<S>
}

/**
 * The values as a fresh flat array in row-major order.
 *
 * @throws TracedValueError when the tensor is being differentiated or traced, unless it went through `stopGradient`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { tensor, toFlatArray } from 'grad-ts'
 *
 * deepStrictEqual(toFlatArray(tensor([[1, 2], [3, 4]])), [1, 2, 3, 4])
 * @category reading
 * @since 0.1.0
 */
export const toFlatArray = (x: Tensor<Shape>): number[] => Array.from(numbersOf('toFlatArray', x))

/**
 * The one number of a scalar, or of any tensor with a single element: `toNumber(get(1, 0)(x))` reads one element of many.
 *
 * @throws ShapeError when there is not exactly one element
 * @throws TracedValueError when the tensor is being differentiated or traced, unless it went through `stopGradient`
 * @example
 * import { strictEqual } from 'assert'
 * import { get, scalar, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(scalar(3)), 3)
 * strictEqual(toNumber(get(-1, 0)(tensor([[1, 2], [3, 4]]))), 3)
 * @category reading
 * @since 0.1.0
 */
export const toNumber = (x: Scalar | Tensor<Shape>): number => {
  const values = numbersOf('toNumber', x)
  return values.length === 1
    ? values[0]!
    : fail('ShapeError', `toNumber: needs exactly one element, got shape ${showDims(dimsOf(x))}; use get or toArray`)
}

/**
 * The checked cast from a shape known at run time to a typed one.
 *
 * @throws ShapeError when the shape is another
 * @example
 * import { throws } from 'assert'
 * import { as, tensor } from 'grad-ts'
 *
 * const x = as([1, 2])(tensor([[1, 2]]))
 * throws(() => as([2, 2])(x))
 * @category reading
 * @since 0.1.0
 */
export const as = <const S extends number[]>(shape: readonly [...S]) => {
  const dims = [...checkDims('as', shape)]
  return (x: Tensor<Shape>): Tensor<S> =>
    sameDims(dims, dimsOf(asTensor('as', x)))
      ? (x as Tensor<S>)
      : fail('ShapeError', `as: needs shape ${showDims(dims)}, got ${showDims(dimsOf(x))}`)
}

/**
 * The tensor as text, as NumPy prints arrays: rows on lines of their own, six significant digits, and only the edges of
 * a tensor of more than 1,000 elements. It is also what the REPL and `console.log` print.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import { show, tensor } from 'grad-ts'
 *
 * strictEqual(show(tensor([1, 2.5])), 'Tensor[2] [1, 2.5]')
 * @category reading
 * @since 0.1.0
 */
export const show = (x: Tensor<Shape>): string => describe(dimsOf(asTensor('show', x)), bufferOf(x))

/**
 * Exact equality: same shape, same numbers. `NaN` equals nothing, not even itself, and `0` equals `-0`.
 *
 * @example
 * import { ok } from 'assert'
 * import { Eq, ones, zeros } from 'grad-ts'
 *
 * ok(Eq.equals(ones([2]), ones([2])) && !Eq.equals(ones([2]), zeros([2])))
 * @category instances
 * @since 0.1.0
 */
export const Eq: FpEq<Tensor<Shape>> = Object.freeze<FpEq<Tensor<Shape>>>({
  // not `fromEquals`, which calls a tensor equal to itself even when it holds NaN
  equals: (a, b) => {
    const [left, right] = [numbersOf('Eq', a), numbersOf('Eq', b)]
    return sameDims(dimsOf(a), dimsOf(b)) && left.every((value, i) => value === right[i])
  }
})

/** How far two numbers may be apart: `|a − b| ≤ atol + rtol · max(|a|, |b|)`. @category instances @since 0.1.0 */
export interface Tolerance {
  readonly atol: number
  readonly rtol: number
}

/** The tolerance used when none is given: 1e-12 absolute, 1e-9 relative. @category instances @since 0.1.0 */
export const defaultTolerance: Tolerance = Object.freeze({ atol: 1e-12, rtol: 1e-9 })

const notNegative = (name: string, value: number): number =>
  typeof value === 'number' && value >= 0
    ? value
    : fail('ValueError', `tolerance: ${name} must be a number of at least 0, got ${showGiven(value)}`)

/** Whether two numbers agree within a tolerance; equal infinities do, `NaN` never does. @category instances @since 0.1.0 */
export const closeNumbers = (tolerance: Tolerance): ((a: number, b: number) => boolean) => {
  const { atol, rtol } = asSettings('tolerance', '{ atol, rtol }', tolerance, ['atol', 'rtol'])
  notNegative('atol', atol)
  notNegative('rtol', rtol)
  return (a, b) =>
    a === b ||
    (Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= atol + rtol * Math.max(Math.abs(a), Math.abs(b)))
}

/**
 * Whether two tensors have the same shape and elements that agree within a tolerance. It is not transitive, so it is no
 * `Eq`.
 *
 * @example
 * import { ok } from 'assert'
 * import { isClose, scalar } from 'grad-ts'
 *
 * ok(isClose()(scalar(1))(scalar(1 + 1e-12)))
 * ok(!isClose({ atol: 0, rtol: 1e-15 })(scalar(1))(scalar(1.1)))
 * @category instances
 * @since 0.1.0
 */
export const isClose = (tolerance: Tolerance = defaultTolerance) => {
  const close = closeNumbers(tolerance)
  return (expected: Tensor<Shape>) =>
    (actual: Tensor<Shape>): boolean => {
      const [a, b] = [numbersOf('isClose', actual), numbersOf('isClose', expected)]
      return sameDims(dimsOf(actual), dimsOf(expected)) && a.every((value, i) => close(value, b[i]!))
    }
}
