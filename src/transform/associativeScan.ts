import * as kinds from '../kinds/index.ts'
import { flattenParams, matchingLeaves, rebuild } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { during, shapeLeaf, token } from '../tape/tape.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { rowsBetween } from './rows.ts'
import { type Batched, vmap } from './vmap.ts'

/** Options of `associativeScan`. @category transform @since 0.1.0 */
export interface AssociativeScanSettings {
  /** From the last element to the first: the function's first argument is the combination of the later elements (false). */
  readonly reverse?: boolean
}

const scanning = kinds.settings('associativeScan', { reverse: [kinds.yesOrNo, false] })

type Rows = readonly Tensor[]

const lengthOf = (xs: Rows): number => dimsOf(xs[0]!)[0]!

/** The first or the second of each pair of rows; one that is left over counts for nothing. */
const ofPairs = (xs: Rows, second: 0 | 1): Rows =>
  xs.map((x) => {
    const pairs = Math.floor(dimsOf(x)[0]! / 2)
    const rest = dimsOf(x).slice(1)
    const paired = op.reshape(rowsBetween(x, 0, 2 * pairs), [pairs, 2, ...rest])
    const zeros = rest.map(() => 0)
    return op.reshape(op.slice(paired, [0, second, ...zeros], [pairs, second + 1, ...rest]), [pairs, ...rest])
  })

/** Rows of two tensors in turn; the first may have one more. */
const interleaved = (a: Tensor, b: Tensor): Tensor => {
  const [n, ...rest] = dimsOf(b)
  const apart = (x: Tensor): Tensor => op.reshape(rowsBetween(x, 0, n!), [n!, 1, ...rest])
  const both = op.reshape(op.concat([apart(a), apart(b)], 1), [2 * n!, ...rest])
  return (dimsOf(a)[0] ?? 0) === n ? both : op.concat([both, rowsBetween(a, n!, n! + 1)], 0)
}

/** All running combinations: those of pairs, found in the same way, are every second one. */
const combined = (combine: (a: Rows, b: Rows) => Rows, xs: Rows): Rows => {
  const n = lengthOf(xs)
  if (n < 2) return xs
  const odd = combined(combine, combine(ofPairs(xs, 0), ofPairs(xs, 1)))
  // those at even places: the first one as it is, the others from the one before
  const later = ofPairs(
    xs.map((x) => rowsBetween(x, 1, n)),
    1
  )
  const count = lengthOf(later)
  const even =
    count === 0
      ? []
      : combine(
          odd.map((x) => rowsBetween(x, 0, count)),
          later
        )
  return xs.map((x, i) => {
    const first = rowsBetween(x, 0, 1)
    return interleaved(count === 0 ? first : op.concat([first, even[i]!], 0), odd[i]!)
  })
}

const reversed = (x: Tensor): Tensor => {
  const n = dimsOf(x)[0]!
  return op.gather(x, op.sub(op.constant(n - 1), op.range(n, 1)))
}

/**
 * All prefix combinations of a sequence by an associative function (compare JAX's `lax.associative_scan`): x₀, x₀·x₁, x₀·x₁·x₂, …,
 * in about 2 log₂ n batched calls, where `scan` takes n sequential steps. The function must be associative, which is not checked:
 * a different grouping is used than that of `scan`. Its structure and shapes are checked for any n, by a trace where n < 2.
 *
 * @shape xs [n, …x] → [n, …x], for each tensor of a tree
 * @throws ShapeError when the sequences differ in length, or the function changes the shapes of what it combines
 * @throws TreeError when the function changes the structure
 * @throws TracedValueError when the function reads a number
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { add, associativeScan, mul, type Scalar, tensor, toArray } from 'grad-ts'
 *
 * const sums = associativeScan((a: Scalar, b: Scalar) => add(b)(a))
 * deepStrictEqual(toArray(sums(tensor([1, 2, 3, 4, 5]))), [1, 3, 6, 10, 15])
 *
 * // xₜ = aₜ · xₜ₋₁ + bₜ, all at once
 * interface Step {
 *   readonly a: Scalar
 *   readonly b: Scalar
 * }
 * const steps = associativeScan((one: Step, next: Step): Step => ({
 *   a: mul(one.a)(next.a),
 *   b: add(next.b)(mul(one.b)(next.a))
 * }))
 * deepStrictEqual(toArray(steps({ a: tensor([2, 2, 2]), b: tensor([1, 1, 1]) }).b), [1, 3, 7])
 * @see Blelloch, Prefix sums and their applications (1990)
 * @category transform
 * @since 0.1.0
 */
export const associativeScan = <X>(combine: (a: X, b: X) => X, settings: AssociativeScanSettings = {}) => {
  kinds.mustBe(kinds.anyFunction, 'associativeScan: combine', combine)
  const { reverse } = scanning.read(settings)
  return <N extends number>(xs: Batched<X, N>): Batched<X, N> => {
    const { leaves, structure } = flattenParams('associativeScan', xs, 'xs')
    const lengths = leaves.map((x) =>
      dimsOf(x).length === 0
        ? fail('ShapeError', 'associativeScan: needs an axis to go along, got a scalar')
        : dimsOf(x)[0]!
    )
    if (lengths.some((n) => n !== lengths[0]))
      fail('ShapeError', `associativeScan: the sequences have different lengths: ${showDims(lengths)}`)
    if (leaves.length === 0) return xs
    const names = { model: 'what is combined', tree: 'what the function gives', root: 'result' }
    const untyped = combine as unknown as (a: unknown, b: unknown) => unknown
    const one = (a: Rows, b: Rows): Rows =>
      matchingLeaves(
        'associativeScan',
        { leaves: a, structure },
        untyped(rebuild(structure, a), rebuild(structure, b)),
        names
      )
    // with fewer than two elements nothing is combined, and the function is only checked, by shape
    if (lengths[0]! < 2) {
      const act = token('associativeScan')
      const elements = (): Rows => leaves.map((x) => shapeLeaf(act, dimsOf(x).slice(1)))
      during(act, () => one(elements(), elements()))
    }
    const found = combined(vmap(one) as unknown as typeof one, reverse ? leaves.map(reversed) : leaves)
    return rebuild<Batched<X, N>>(structure, reverse ? found.map(reversed) : found)
  }
}
