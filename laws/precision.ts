import { isWord } from '../src/kernel/key.ts'
import * as kinds from '../src/kinds/index.ts'
import type * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { compile } from '../src/compile/compile.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, isTensor, make, type Tensor } from '../src/tensor/tensor.ts'
import { arbitraryOf } from './given.ts'
import { agreed, type Difference, law, type Suite } from './law.ts'
import { showExact, showTensor } from './show.ts'
import { agreeText, every, indexOf } from './tolerance.ts'

/** A single-precision program agrees with the function in doubles, as far as single precision resolves. */

/** A function, and what it is tried on. @category precision @since 0.1.0 */
export interface SinglePrecision<A extends readonly unknown[]> {
  readonly name: string
  /** From tensors, or trees of them, to the same; random keys among them are not rounded. */
  readonly f: (...args: A) => unknown
  readonly args: fc.Arbitrary<A>
  /** The relative error allowed for rounding (1e-5); a single has seven digits. */
  readonly tolerance?: number
  readonly show?: (args: A) => string
}

/** A multiple of the smallest normal single, below which digits are lost. */
const UNDERFLOW = 2 ** -120
/** Somewhat below the largest single, since the sum of a mean may overflow earlier. */
const OVERFLOW = 2 ** 124
/** A multiple of the smallest subnormal single, the absolute spacing near 0. */
const LEAST = 2 ** -146
/** The relative perturbation of inputs that estimates the effect of rounding: some ulps. */
const MOVED = 2 ** -20

const mapTensors = (f: (x: Tensor, at: number) => Tensor, value: unknown): unknown => {
  const count = { tensors: 0 }
  const visit = (node: unknown): unknown =>
    isTensor(node)
      ? f(node, count.tensors++)
      : Array.isArray(node)
        ? node.map(visit)
        : typeof node === 'object' && node !== null && Object.getPrototypeOf(node) === Object.prototype
          ? Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item)]))
          : node
  return visit(value)
}

const tensorsOf = (value: unknown): readonly Tensor[] => {
  const found: Tensor[] = []
  mapTensors((x) => {
    found.push(x)
    return x
  }, value)
  return found
}

const mapNumbers =
  (f: (x: number, at: number) => number): ((x: Tensor) => Tensor) =>
  (x) =>
    make(dimsOf(x), Float64Array.from(toFlatArray(x), f))

/** Whether a tensor may be random keys, whose words are exact in single precision too. */
const areWords = (x: Tensor): boolean => dimsOf(x)[dimsOf(x).length - 1] === 2 && toFlatArray(x).every(isWord)

/** The directions in which inputs are moved: irregular signs, so that hardly any two terms always move alike. */
const directions: readonly ((tensor: number, at: number) => 1 | -1)[] = Array.from(
  { length: 10 },
  (_, bit) => (tensor, at) =>
    ((Math.imul(Math.imul(tensor + 1, 0x9e3779b1) ^ (at + 1), 0x85ebca6b) >>> (bit + 12)) & 1) === 0 ? 1 : -1
)

const moved = (
  args: unknown,
  direction: (tensor: number, at: number) => 1 | -1,
  wholeToo: (tensor: number) => boolean
): unknown =>
  mapTensors(
    (x, tensor) =>
      mapNumbers((value, at) =>
        value === 0 || (!wholeToo(tensor) && Number.isInteger(value))
          ? value
          : value * (1 + MOVED * direction(tensor, at)) + LEAST * direction(tensor, at)
      )(x),
    args
  )

/**
 * Whether a number of single precision is what a double may have become: `felt` is what moving the inputs did to the
 * double. Where its terms are beyond the largest single, it may be infinite, or NaN when they cancel.
 */
const isRounded = (actual: number, expected: number, felt: number, tolerance: number): boolean =>
  actual === expected ||
  (Number.isNaN(actual) && Number.isNaN(expected)) ||
  (Math.max(Math.abs(expected), felt / MOVED) >= OVERFLOW && !Number.isFinite(actual)) ||
  (Number.isFinite(actual) &&
    Number.isFinite(expected) &&
    Math.abs(actual - expected) <= tolerance * Math.abs(expected) + 2 * felt + UNDERFLOW)

const agreeSingle =
  (what: string, tolerance: number) =>
  (actual: Tensor, expected: Tensor, others: readonly Tensor[]): E.Either<Difference, void> => {
    const [a, e] = [toFlatArray(actual), toFlatArray(expected)]
    const near = others.map(toFlatArray)
    const wrong = a.findIndex((value, i) => {
      const at = e[i] ?? NaN
      const felt = near.reduce((most, values) => {
        const apart = Math.abs((values[i] ?? NaN) - at)
        return Number.isFinite(apart) ? Math.max(most, apart) : most
      }, 0)
      return !isRounded(value, at, felt, tolerance)
    })
    return wrong < 0
      ? agreed
      : E.left({
          what,
          index: indexOf(dimsOf(actual), wrong),
          actual: showExact(a[wrong] ?? NaN),
          expected: showExact(e[wrong] ?? NaN)
        })
  }

const precisionFields = kinds.settings('laws.precision', {
  name: kinds.name,
  f: kinds.anyFunction,
  args: arbitraryOf,
  tolerance: [kinds.anyNumber, 1e-5],
  show: [kinds.anyFunction, undefined]
})

/**
 * That a function compiled in single precision gives what it gives in doubles, for the same numbers: to a relative
 * error of `tolerance`, and what moving its inputs by some units of their last place does to the result; ∞ or NaN where
 * the double or its terms are beyond the largest single; NaN and ∞ where the double has them. So no constant of it may
 * be one that only a double can hold, and nothing on its way overflow or vanish when its result does not.
 *
 * @throws ValueError when it is given something else
 * @example
 * import fc from 'fast-check'
 * import { throws } from 'assert'
 * import { sqrt, square, sum, type Vec } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const args = fc.tuple(laws.arbitrary.tensor([3], { min: 1, max: 1e18, avoid: [] }))
 * laws.assert(laws.precision({ name: 'sum of squares', f: (x: Vec<3>) => sum(square(x)), args }), { numRuns: 20 })
 *
 * // the squares of 1e30 overflow, their root does not
 * const large = fc.tuple(laws.arbitrary.tensor([3], { min: 1e29, max: 1e30, avoid: [] }))
 * const naive = (x: Vec<3>) => sqrt(sum(square(x)))
 * throws(() => laws.assert(laws.precision({ name: 'naive norm', f: naive, args: large })), { name: 'LawError' })
 * @category precision
 * @since 0.1.0
 */
export const precision = <A extends readonly unknown[]>(of: SinglePrecision<A>): Suite => {
  const { name, f, args, tolerance, show } = precisionFields.read(of)
  return [
    law<A>({
      name: `${name}: in single precision, it gives the doubles rounded`,
      given: args,
      show:
        show ??
        ((given) =>
          tensorsOf(given)
            .map((x, i) => `tensor ${i} = ${showTensor(x)}`)
            .join('\n')),
      holds: (given) => {
        const rounded = mapTensors((x) => (areWords(x) ? x : mapNumbers(Math.fround)(x)), given) as A
        const expected = tensorsOf(f(...rounded))
        const at = (args: unknown): readonly Tensor[] => tensorsOf(f(...(args as A)))
        const near = (direction: (typeof directions)[number], wholeToo: (tensor: number) => boolean) =>
          pipe(
            E.tryCatch(() => at(moved(rounded, direction, wholeToo)), E.toError),
            E.fold(
              () => [],
              (results) => (results.length === expected.length ? [results] : [])
            )
          )
        // moved labels or indices may be none that the function takes: of such tensors whole numbers stay
        const [first = () => 1 as const] = directions
        const movable = tensorsOf(rounded).map((_, k) => near(first, (tensor) => tensor === k).length > 0)
        const others = directions.flatMap((direction) => near(direction, (tensor) => movable[tensor] === true))
        const actual = tensorsOf(
          compile(f as (...args: never) => unknown, { precision: 'single' })(...(rounded as never))
        )
        return every([
          () => agreeText('the number of tensors')(String(actual.length), String(expected.length)),
          ...actual.map(
            (x, i) => () =>
              agreeSingle(`tensor ${i} of the result`, tolerance)(
                x,
                expected[i] ?? x,
                others.map((results) => results[i] ?? x)
              )
          )
        ])
      }
    })
  ]
}
