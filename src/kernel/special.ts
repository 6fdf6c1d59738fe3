/** Scalar functions that `Math` lacks, stable over the whole range. */

/** `1 / (1 + e⁻ˣ)`, never overflowing. */
export const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** `log(1 + eˣ)`. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** Beyond this the error function is 1 to the last bit. */
const ERF_ONE = 6
/** Where the continued fraction of the tail takes over from the series. */
const ERF_TAIL = 3

/**
 * The error function `2/√π ∫₀ˣ e^(−t²) dt`. Near 0 by a series whose terms all have one sign, so that nothing cancels;
 * further out as 1 less the tail, a continued fraction.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1.6 and 7.1.14
 */
export const erf = (x: number): number => {
  const size = Math.abs(x)
  if (Number.isNaN(x) || size === 0) return x
  if (size >= ERF_ONE) return Math.sign(x)
  return Math.sign(x) * (size < ERF_TAIL ? erfSeries(size) : 1 - erfTail(size))
}

const erfSeries = (x: number): number => {
  let term = x
  let total = x
  for (let n = 1; term > total * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    total += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total
}

const erfTail = (x: number): number => {
  let fraction = x
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}
