/**
 * Sine and cosine of large arguments, whose reduction modulo π/2 needs many digits of π: done exactly in bigints, with
 * the same bits on every machine. Slow, and rarely called.
 *
 * @see Payne, Hanek, Radian Reduction for Trigonometric Functions (1983)
 */

/** Fraction bits of `2 / π`: enough for the largest double, and 100 more. */
const BITS = 1200n

const twoOverPi = BigInt(
  '0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f' +
    '52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fe' +
    'a2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b'
)

/** Fraction bits kept of the reduced argument, and of `π / 2`. */
const KEPT = 160n

const quarterTurn = (1n << (BITS + KEPT)) / twoOverPi

interface Reduced {
  /** Quarter turns, modulo 4. */
  readonly quarters: number
  /**
   * The reduced argument in `[−π/4, π/4]` as a double and its rounding error: a single double would cost more than half
   * an ulp.
   */
  readonly rest: number
  readonly more: number
}

/** Argument reduction of a finite number ≥ 1 by quarter turns. */
const reduce = (x: number): Reduced => {
  const bits = new BigUint64Array(Float64Array.of(x).buffer)[0]!
  const exponent = (bits >> 52n) - 1075n
  const mantissa = (bits & 0xfffffffffffffn) | 0x10000000000000n
  // quarter turns in fixed point, with BITS − exponent fraction bits
  const product = mantissa * twoOverPi
  const after = BITS - exponent
  const nearest = (product + (1n << (after - 1n))) >> after
  const left = product - (nearest << after)
  // of the largest double 229 fraction bits are left
  const kept = left >> (after - KEPT)
  const angle = kept * quarterTurn
  const rest = Number(angle)
  const scale = 2 ** Number(-2n * KEPT)
  return { quarters: Number(nearest & 3n), rest: rest * scale, more: Number(angle - BigInt(rest)) * scale }
}

const sineOf = (x: number, more: number): number => {
  const z = x * x
  const series = [-1 / 1307674368000, 1 / 6227020800, -1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6]
  return x + (more + x * z * series.reduce((sum, c) => sum * z + c, 1 / 355687428096000))
}

const cosineOf = (x: number, more: number): number => {
  const z = x * x
  const series = [1 / 20922789888000, -1 / 87178291200, 1 / 479001600, -1 / 3628800, 1 / 40320, -1 / 720, 1 / 24]
  return 1 - z / 2 + (z * z * series.reduce((sum, c) => sum * z + c, -1 / 6402373705728000) - x * more)
}

const quarterTurned = ({ rest, more }: Reduced, quarters: number): number => {
  const size = (quarters & 1) === 0 ? sineOf(rest, more) : cosineOf(rest, more)
  return (quarters & 2) === 0 ? size : -size
}

/** The sine for `|x| ≥ 1`; NaN for ±∞ and NaN. */
export const sineOfLarge = (x: number): number => {
  if (!Number.isFinite(x)) return NaN
  const reduced = reduce(Math.abs(x))
  const sine = quarterTurned(reduced, reduced.quarters)
  return x < 0 ? -sine : sine
}

/** The cosine for `|x| ≥ 1`; NaN for ±∞ and NaN. */
export const cosineOfLarge = (x: number): number => {
  if (!Number.isFinite(x)) return NaN
  const reduced = reduce(Math.abs(x))
  return quarterTurned(reduced, reduced.quarters + 1)
}
