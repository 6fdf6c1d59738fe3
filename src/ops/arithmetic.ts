import { tensors as op } from '../tape/algebra.ts'
import { origin } from '../tape/apply.ts'
import { bufferOf, dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { type Binary, binary } from './binary.ts'
import { pointwise } from './elementwise.ts'

/**
 * Two-operand arithmetic, curried, data last: `sub(b)(a)` is `a − b`, so that `pipe(a, sub(b))` reads in order.
 * Broadcasting is one-sided: the result has the shape of one of the operands.
 */

/**
 * `a + b`.
 *
 * @shape a and b, one of which broadcasts to the other's shape
 * @throws ShapeError when neither does; an outer sum says `broadcastTo` first
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { add, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(pipe(tensor([[1, 2], [3, 4]]), add(tensor([10, 20])), toArray), [[11, 22], [13, 24]])
 * @category arithmetic
 * @since 0.1.0
 */
export const add: Binary = binary('add', op.add)
/** `sub(b)(a)` is `a − b`. @throws ShapeError when neither shape broadcasts to the other @category arithmetic @since 0.1.0 */
export const sub: Binary = binary('sub', op.sub)
/** `a · b`, elementwise. @throws ShapeError when neither shape broadcasts to the other @category arithmetic @since 0.1.0 */
export const mul: Binary = binary('mul', op.mul)
/**
 * `div(b)(a)` is `a / b`. At `b` = 0 its derivatives are infinite, and times a 0 that is a number NaN; in a branch that is not
 * taken they are 0.
 *
 * @throws ShapeError when neither shape broadcasts to the other
 * @category arithmetic
 * @since 0.1.0
 */
export const div: Binary = binary('div', op.div)
/**
 * `xlogy(b)(a)` is `a · log b`, and 0 where `a` is 0, whatever `b` is: a term of an entropy or a cross-entropy. There the
 * derivative by `b` is 0, and the one by `a` is `log b` as everywhere.
 *
 * @throws ShapeError when neither shape broadcasts to the other
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, sum, tensor, toArray, type Vec, xlogy } from 'grad-ts'
 *
 * const entropy = (p: Vec<3>) => sum(xlogy(p)(tensor([0, 1, 0])))
 * deepStrictEqual(toArray(grad(entropy)(tensor([0, 0.5, 0.5]))), [0, 2, 0])
 * @category arithmetic
 * @since 0.1.0
 */
export const xlogy: Binary = binary('xlogy', op.xlogy)
/**
 * `xlog1py(b)(a)` is `a · log(1 + b)`, and 0 where `a` is 0; accurate for small `b`.
 *
 * @throws ShapeError when neither shape broadcasts to the other
 * @category arithmetic
 * @since 0.1.0
 */
export const xlog1py: Binary = binary('xlog1py', op.xlog1py)
/** The larger of `a` and `b`; a tie gives each half of the cotangent. @category arithmetic @since 0.1.0 */
export const maximum: Binary = binary('maximum', op.maximum)
/** The smaller of `a` and `b`; a tie gives each half of the cotangent. @category arithmetic @since 0.1.0 */
export const minimum: Binary = binary('minimum', op.minimum)

const power = binary('pow', op.pow)
/**
 * `pow(b)(a)` is `a` to the power `b`. With a number as the exponent the base may be negative; with a tensor it may not,
 * as the derivative by the exponent is `aᵇ · log a`. At a pole, as of `a⁻¹` or of the derivative of `a⁰·⁵` at 0, the derivative
 * is infinite, and times a 0 that is a number NaN; in a branch that is not taken it is 0.
 *
 * @throws ShapeError when neither shape broadcasts to the other
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { pow, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(pow(3)(tensor([1, -2]))), [1, -8])
 * @category arithmetic
 * @since 0.1.0
 */
export const pow: Binary = (b: Tensor | number) => {
  const exponent = typeof b === 'number' ? b : constantOf(b)
  return exponent === null ? power(b as Tensor<[]>) : pointwise('pow', (x) => op.powNumber(x, exponent))
}

/** The number of a scalar that is a constant: as a setting, it stays a double in programs of single precision too. */
const constantOf = (b: Tensor): number | null =>
  isTensor(b) && dimsOf(b).length === 0 && origin(b) === null ? (bufferOf(b)?.[0] ?? null) : null

const not = (x: Tensor): Tensor => op.sub(op.constant(1), x)

/** `greater(b)(a)`: 1 where `a > b`, else 0; not differentiable. @category comparison @since 0.1.0 */
export const greater: Binary = binary('greater', op.greater)
/** `greaterEqual(b)(a)`: 1 where `a ≥ b`, else 0; not differentiable. @category comparison @since 0.1.0 */
export const greaterEqual: Binary = binary('greaterEqual', op.greaterEqual)
/** `less(b)(a)`: 1 where `a < b`, else 0; not differentiable. @category comparison @since 0.1.0 */
export const less: Binary = binary('less', (a, b) => op.greater(b, a))
/** `lessEqual(b)(a)`: 1 where `a ≤ b`, else 0; not differentiable. @category comparison @since 0.1.0 */
export const lessEqual: Binary = binary('lessEqual', (a, b) => op.greaterEqual(b, a))
/** 1 where the two are the same number, else 0; not differentiable. @category comparison @since 0.1.0 */
export const equal: Binary = binary('equal', op.equal)
/** 1 where the two differ, else 0; not differentiable. @category comparison @since 0.1.0 */
export const notEqual: Binary = binary('notEqual', (a, b) => not(op.equal(a, b)))
