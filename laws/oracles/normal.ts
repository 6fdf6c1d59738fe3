/** The error function by its series and its continued fraction, for numbers of ordinary size, to some ulps. */

export const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI)

const TERMS = 150

/** All terms are positive: nothing cancels. */
export const erfOf = (x: number): number => {
  const { sum } = Array.from({ length: TERMS }).reduce<{ readonly term: number; readonly sum: number }>(
    ({ term, sum: before }, _, n) => ({ term: (term * 2 * x * x) / (2 * n + 3), sum: before + term }),
    { term: x, sum: 0 }
  )
  return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum
}

/** From where the continued fraction converges fast. */
const FAR = 0.75
const LEVELS = 600

export const erfcOf = (x: number): number =>
  x < FAR
    ? 1 - erfOf(x)
    : Math.exp(-x * x) /
      (Math.sqrt(Math.PI) *
        Array.from({ length: LEVELS }).reduce<number>((rest, _, i) => x + (LEVELS - i) / 2 / rest, x))

/** By halving, where the error function is less than 1 by more than some ulps. */
export const erfinvOf = (y: number): number =>
  y < 0
    ? -erfinvOf(-y)
    : Array.from({ length: 60 }).reduce<readonly [number, number]>(
        ([lo, hi]) => {
          const middle = (lo + hi) / 2
          return erfOf(middle) < y ? [middle, hi] : [lo, middle]
        },
        [0, 4]
      )[0]
