import { checkDims, type Dims, MOST_NUMBERS, showDims, sizeOf } from './dims.ts'
import { fail, showGiven } from './errors.ts'
import { asNumber } from './given.ts'
import type { Check, Nested, NumberArray, Ok, ShapeOf } from './shape.ts'
import { make, type Mat, type Scalar, type Tensor, type Vec } from './tensor.ts'

/** Depth limit; an array that contains itself never ends. */
const DEEPEST = 500

/** The shape of nested arrays; every fault names its path. */
const nestedDims = (value: unknown, path: string, depth = 0): Dims => {
  if (typeof value === 'number') return []
  if (depth > DEEPEST)
    return fail('ShapeError', `tensor: more than ${DEEPEST} arrays within one another; does one hold itself?`)
  if (!Array.isArray(value))
    return fail('ShapeError', `tensor: ${path} is ${showGiven(value)}, not a number or an array`)
  if (value.length === 0) return [0]
  const first = nestedDims(value[0], `${path}[0]`, depth + 1)
  for (let i = 1; i < value.length; i++) {
    const other = nestedDims(value[i], `${path}[${i}]`, depth + 1)
    if (other.length !== first.length || other.some((n, k) => n !== first[k]))
      fail(
        'ShapeError',
        `tensor: a ragged array has no shape: ${path}[0] has shape ${showDims(first)}, ${path}[${i}] ${showDims(other)}`
      )
  }
  return [value.length, ...first]
}

/** The shape that nested arrays have if each is like its first element; deeper ones than the limit are left to `nestedDims`. */
const firstDims = (values: unknown): Dims => {
  const dims: number[] = []
  for (let value = values; Array.isArray(value) && dims.length <= DEEPEST; value = value[0]) dims.push(value.length)
  return dims
}

/** Whether nested arrays have a shape; without a path, and so without a string for each number. */
const fits = (value: unknown, dims: Dims, axis: number): boolean => {
  if (axis === dims.length) return typeof value === 'number'
  if (!Array.isArray(value) || value.length !== dims[axis]) return false
  // by index, as `every` skips the holes of an array
  for (let i = 0; i < value.length; i++) if (!fits(value[i], dims, axis + 1)) return false
  return true
}

const fill = (value: unknown, out: Float64Array, offset: number): number => {
  if (typeof value === 'number') {
    out[offset] = value
    return offset + 1
  }
  let next = offset
  for (const item of value as readonly unknown[]) next = fill(item, out, next)
  return next
}

/** Whether a value is a typed array of numbers: neither of big integers nor a `DataView`. */
const isNumberArray = (value: unknown): value is NumberArray =>
  ArrayBuffer.isView(value) && /^\[object (Int|Uint|Float)/u.test(Object.prototype.toString.call(value))

/**
 * A tensor from a number, from nested arrays of numbers, whose literal lengths become its type, or from a typed array, which
 * is a vector. Values are copied; `reshape` gives flat ones their shape. Without an element to look into, an array is an
 * axis of length 0: `tensor([])` has the shape [0], also where the type says rows.
 *
 * @throws ShapeError when the arrays are ragged or hold anything but numbers
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { reshape, tensor, toArray } from 'grad-ts'
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]])
 * deepStrictEqual(x.shape, [2, 3])
 * const pixels = Uint8Array.of(0, 255, 255, 0)
 * deepStrictEqual(toArray(reshape([2, 2])(tensor(pixels))), [[0, 255], [255, 0]])
 * @category constructors
 * @since 0.1.0
 */
export const tensor = <const T extends Nested | NumberArray>(values: T & Check<ShapeOf<T>>): Tensor<Ok<ShapeOf<T>>> => {
  if (isNumberArray(values)) return make([values.length], new Float64Array(values))
  const first = firstDims(values)
  const dims = fits(values, first, 0) ? first : nestedDims(values, 'values')
  const out = new Float64Array(sizeOf(dims))
  fill(values, out, 0)
  return make(dims, out)
}

/**
 * One number as a tensor of rank 0.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import { scalar, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(scalar(2.5)), 2.5)
 * @category constructors
 * @since 0.1.0
 */
export const scalar = (value: number): Scalar => make<[]>([], Float64Array.of(asNumber('scalar', value)))

/**
 * A tensor filled with one value.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { full, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(full([2])(7)), [7, 7])
 * @category constructors
 * @since 0.1.0
 */
export const full = <const S extends number[]>(shape: readonly [...S]) => {
  const dims = [...checkDims('full', shape)]
  return (value: number): Tensor<S> => make<S>(dims, new Float64Array(sizeOf(dims)).fill(asNumber('full', value)))
}

/** All zeros. @see {@link full} @category constructors @since 0.1.0 */
export const zeros = <const S extends number[]>(shape: readonly [...S]): Tensor<S> =>
  make<S>([...checkDims('zeros', shape)], new Float64Array(sizeOf(shape)))

/** All ones. @see {@link full} @category constructors @since 0.1.0 */
export const ones = <const S extends number[]>(shape: readonly [...S]): Tensor<S> =>
  make<S>([...checkDims('ones', shape)], new Float64Array(sizeOf(shape)).fill(1))

/**
 * The identity matrix of size `n`.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { eye, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(eye(2)), [[1, 0], [0, 1]])
 * @category constructors
 * @since 0.1.0
 */
export const eye = <const N extends number>(n: N): Mat<N, N> => {
  checkDims('eye', [n, n])
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) out[i * n + i] = 1
  return make<[N, N]>([n, n], out)
}

/**
 * The whole numbers `0, 1, … n − 1`, or `start, start + step, …` up to but not including `stop`.
 *
 * @throws ValueError when `n` is not a whole number of at least 0, the step is 0, or a bound is not finite
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { arange, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(arange(3)), [0, 1, 2])
 * deepStrictEqual(toArray(arange(1, 7, 2)), [1, 3, 5])
 * @category constructors
 * @since 0.1.0
 */
export function arange<const N extends number>(n: N): Vec<N>
export function arange(start: number, stop: number, step?: number): Vec
export function arange(first: number, stop?: number, step = 1): Vec {
  if (stop === undefined && !(Number.isInteger(first) && first >= 0))
    return fail(
      'ValueError',
      `arange: needs a whole number, 0 or more, got ${showGiven(first)}; or give start and stop`
    )
  const [from, to] = stop === undefined ? [0, first] : [first, stop]
  if (![from, to, step].every(Number.isFinite) || step === 0)
    return fail(
      'ValueError',
      `arange: start ${showGiven(from)}, stop ${showGiven(to)}, step ${showGiven(step)}: all must be finite and the step not 0`
    )
  const count = Math.max(0, Math.ceil((to - from) / step))
  // the quotient may have been rounded up past a whole number
  const isPast = count > 0 && (from + (count - 1) * step - to) * step >= 0
  const length = isPast ? count - 1 : count
  if (length > MOST_NUMBERS) fail('ValueError', `arange: ${length} numbers are more than ${MOST_NUMBERS}`)
  const out = new Float64Array(length)
  for (let i = 0; i < length; i++) out[i] = from + i * step
  return make<[number]>([length], out)
}

/**
 * `count` evenly spaced numbers from `from` to `to`, both included.
 *
 * @throws ValueError when `count` is not a whole number of at least 1, or an end is not finite
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linspace, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(linspace(0, 1, 5)), [0, 0.25, 0.5, 0.75, 1])
 * @category constructors
 * @since 0.1.0
 */
export const linspace = <const N extends number>(from: number, to: number, count: N): Vec<N> => {
  if (!Number.isInteger(count) || count < 1 || !Number.isFinite(from) || !Number.isFinite(to))
    fail(
      'ValueError',
      `linspace: from ${showGiven(from)} to ${showGiven(to)} in ${showGiven(count)} numbers: needs finite ends and a whole count of at least 1`
    )
  if (count > MOST_NUMBERS) fail('ValueError', `linspace: ${count} numbers are more than ${MOST_NUMBERS}`)
  const out = new Float64Array(count)
  for (let i = 0; i < count; i++)
    out[i] = i === count - 1 && count > 1 ? to : from + ((to - from) * i) / Math.max(1, count - 1)
  return make<[N]>([count], out)
}
