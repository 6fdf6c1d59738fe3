import * as E from 'fp-ts/lib/Either.js'
import { sameDims, showDims, sizeOf } from '../src/tensor/dims.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { agreed, type Difference } from './law.ts'
import { showExact } from './show.ts'
import { along, indexOf, nothing, stepFor } from './tolerance.ts'

/**
 * Derivatives by finite differences, each with what they resolve: the rounding of the function's own values, divided by
 * the step, and what the extrapolation has left. Small derivatives are compared relatively, as nothing absolute is added
 * that the numbers do not need.
 */

/** Some derivatives by numbers, element by element. */
export interface Measured {
  readonly slope: Tensor
  /** How far each element may be from the true one. */
  readonly error: readonly number[]
  /** By how much each magnifies a relative rounding error of the function and its inputs. */
  readonly condition: readonly number[]
  /** How far rounding in the function may move any of them, where its terms are larger than what is known of it. */
  readonly scatter: () => number
}

/** A default for an index that is always present, which agrees with nothing. */
export const unmeasured: Measured = { slope: nothing, error: [], condition: [], scatter: () => 0 }

/** The relative difference allowed of a derivative against numbers. */
const RELATIVE = 1e-6
/** What is allowed beside it at most: one that needs more is not smooth within a step. */
const ABSOLUTE = 1e-7
/** The rounding errors of a function, of its three differences and of their extrapolation, in units of 2⁻⁵². */
const ROUNDING = 64 * 2 ** -52
/** How far estimates of different steps are apart, in units of the error: a margin for errors that happen to agree. */
const DRIFT = 8
/** The relative change of inputs that tells how a function magnifies rounding. */
const NUDGE = 2 ** -20

/** Irregular signs, so that hardly any two terms always move alike. */
export const signOf = (round: number, input: number, at: number): 1 | -1 =>
  ((Math.imul(Math.imul(input + 1, 0x9e3779b1) ^ (at + 1), 0x85ebca6b) >>> (round + 12)) & 1) === 0 ? 1 : -1

const nudged = (xs: readonly Tensor[], round: number): readonly Tensor[] =>
  xs.map((x, i) =>
    make(
      dimsOf(x),
      Float64Array.from(toFlatArray(x), (value, k) => value * (1 + NUDGE * signOf(round, i, k)))
    )
  )

/** Steps so short that a smooth function is a line along them, to rounding, and long enough to round anew each time. */
const SHORT = 2 ** -30
/** A margin for the largest of few third differences, each of which adds up to 8 rounding errors. */
const SCATTER = 4

/**
 * How far rounding in a function of one number may move its slopes at 0, of steps as long as `step`: third differences of
 * close values are rounding errors (Moré and Wild, Estimating computational noise, 2011).
 */
export const scatterOf = (at: (t: number) => readonly number[], step: number): number => {
  const [own = [], first = [], second = [], third = []] = [0, 1, 2, 3].map((i) => at(i * SHORT * step))
  const differences = own.map((value, i) => (third[i] ?? NaN) - 3 * (second[i] ?? NaN) + 3 * (first[i] ?? NaN) - value)
  return (SCATTER * largest(differences)) / Math.abs(step)
}

/** The largest absolute value. */
export const largest = (values: readonly number[]): number => values.reduce((top, x) => Math.max(top, Math.abs(x)), 0)

/**
 * The derivatives of some functions of `xs` along `tangents`, by central differences extrapolated to a step of 0
 * (Romberg), so the error falls with the sixth power of the step. `scale` is how large the terms may be of which a value
 * is made, where they may cancel: as large as the value when left out.
 */
export const measure = (
  f: (xs: readonly Tensor[]) => readonly Tensor[],
  xs: readonly Tensor[],
  tangents: readonly Tensor[],
  scale = 0
): readonly Measured[] => {
  const step = stepFor(xs, tangents)
  const at = (t: number): readonly (readonly number[])[] => f(along(xs, tangents, t)).map(toFlatArray)
  const centre = f(xs)
  const sides = [step, step / 2, step / 4].map((h) => ({ h, right: at(h), left: at(-h) }))
  const moves = [0, 1].map((round) => f(nudged(xs, round)).map(toFlatArray))
  return centre.map((y, k) => {
    const own = toFlatArray(y)
    const values = sides.flatMap(({ right, left }) => [...(right[k] ?? []), ...(left[k] ?? [])])
    const magnified = moves.flatMap((moved) => own.map((value, i) => ((moved[k]?.[i] ?? NaN) - value) / NUDGE))
    // of the whole tensor: an element may be a sum in which numbers as large as the others cancel
    const noise = (Math.max(largest([...own, ...values]), scale) + largest(magnified)) / step
    const elements = own.map((_, i) => {
      const [wide = NaN, middle = NaN, narrow = NaN] = sides.map(
        ({ h, right, left }) => ((right[k]?.[i] ?? NaN) - (left[k]?.[i] ?? NaN)) / (2 * h)
      )
      const [first, second] = [(4 * middle - wide) / 3, (4 * narrow - middle) / 3]
      const slope = (16 * second - first) / 15
      const drift = Math.abs(slope - second)
      return { slope, error: DRIFT * drift + ROUNDING * noise, condition: noise / Math.abs(slope) }
    })
    return {
      slope: make(
        dimsOf(y),
        Float64Array.from(elements, (element) => element.slope)
      ),
      error: elements.map(({ error }) => error),
      condition: elements.map(({ condition }) => condition),
      scatter: () => scatterOf((t) => at(t)[k] ?? [], step)
    }
  })
}

/** How far two numbers are apart in units of what is allowed. */
const excessOf = (a: number, b: number, error: number, size: number): number => {
  if (a === b) return 0
  const allowed = RELATIVE * Math.max(Math.abs(a), Math.abs(b)) + Math.min(error, ABSOLUTE * size)
  const ratio = Math.abs(a - b) / allowed
  return Number.isNaN(ratio) ? Infinity : ratio
}

/** Whether a derivative agrees with the one by numbers as far as these resolve it; if not, the worst element. */
export const agreeMeasured =
  (what: string) =>
  (
    actual: Tensor = nothing,
    { slope, error, condition, scatter }: Measured = unmeasured
  ): E.Either<Difference, void> => {
    const dims = dimsOf(actual)
    if (!sameDims(dims, dimsOf(slope)))
      return E.left({ what: `the shape of ${what}`, actual: showDims(dims), expected: showDims(dimsOf(slope)) })
    if (sizeOf(dims) === 0) return agreed
    const expected = toFlatArray(slope)
    const size = Math.max(1, largest(expected.filter(Number.isFinite)))
    const worstWith = (more: number) =>
      toFlatArray(actual).reduce(
        (found, a, i) => {
          const far = excessOf(a, expected[i] ?? NaN, (error[i] ?? NaN) + more, size)
          return far > found.far ? { far, i, a } : found
        },
        { far: 1, i: -1, a: 0 }
      )
    const first = worstWith(0)
    const worst = first.i < 0 ? first : worstWith(scatter())
    return worst.i < 0
      ? agreed
      : E.left({
          what,
          index: indexOf(dims, worst.i),
          actual: showExact(worst.a),
          expected: showExact(expected[worst.i] ?? NaN),
          condition: condition[worst.i] ?? NaN
        })
  }
