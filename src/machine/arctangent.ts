import { type Lanes, withSign } from './lanes.ts'
import { polynomial } from './polynomial.ts'
import type { Expr, Value } from './wasm.ts'

/**
 * The inverse tangent and functions built on it, vectorised. The argument is reduced to `|t| ≤ tan(π/8)` by the
 * difference of angles to π/4 or π/2; coefficients of a Chebyshev fit, nearly minimax.
 *
 * @see Muller, Elementary Functions (3rd edition, 2016), chapters 3 and 11
 */

interface Constants {
  /** `(atan t − t) / t³` in powers of `t²`. */
  readonly series: readonly number[]
  /** `π/4` and its rounding error. */
  readonly quarter: readonly [nearest: number, error: number]
}

const constants: Readonly<Record<Lanes['precision'], Constants>> = {
  double: {
    series: [
      -0.3333333333333333, 0.19999999999995513, -0.1428571428466482, 0.11111111015117626, -0.09090904572487347,
      0.07692183059894114, -0.06664509603255386, 0.05858132894427922, -0.05085365922344248, 0.03922923713835943,
      -0.01917392228554793
    ],
    quarter: [0.7853981633974483, 3.061616997868383e-17]
  },
  single: {
    series: [-0.3333333175970025, 0.19999540146206404, -0.14263943907717944, 0.10743605148917443, -0.0645150951864488],
    quarter: [0.7853981852531433, -2.1855695000931213e-8]
  }
}

/** `tan(π/8)` and `tan(3π/8)`. */
const [LOWER, UPPER] = [0.41421356237309503, 2.414213562373095]

/** `atan x` for `x ≥ 0` (or NaN). */
const atanOfPositive = (l: Lanes, x: Value): Expr => {
  const {
    series,
    quarter: [nearest, error]
  } = constants[l.precision]
  const [one, zero] = [l.constant(1), l.constant(0)]
  const [isMiddle, isUpper] = [l.gt(x, l.constant(LOWER)), l.gt(x, l.constant(UPPER))]
  const choose = (upper: Value, middle: Value, lower: Value): Expr =>
    l.select(isUpper, upper, l.select(isMiddle, middle, lower))
  const t = l.div(choose(l.constant(-1), l.sub(x, one), x), choose(x, l.add(x, one), one))
  const square = l.mul(t, t)
  const curved = l.mul(t, l.mul(square, polynomial(l, series, square)))
  const base = choose(l.constant(2 * nearest), l.constant(nearest), zero)
  const rest = choose(l.constant(2 * error), l.constant(error), zero)
  return l.add(base, l.add(t, l.add(curved, rest)))
}

/** The angle of a slope, from −π/2 to π/2. */
export const atan = (l: Lanes, x: Value): Expr => withSign(l, atanOfPositive(l, l.abs(x)), x)

/** `(1 − x)(1 + x)`: `1 − x²` without cancellation. */
const complement = (l: Lanes, x: Value): Expr => {
  const one = l.constant(1)
  return l.mul(l.sub(one, x), l.add(one, x))
}

/** The angle of a sine, from −π/2 to π/2; NaN outside [−1, 1]. */
export const asin = (l: Lanes, x: Value): Expr => {
  const size = l.abs(x)
  return withSign(l, atanOfPositive(l, l.div(size, l.sqrt(complement(l, size)))), x)
}

/** The angle of a cosine, from 0 to π; NaN outside [−1, 1]. */
export const acos = (l: Lanes, x: Value): Expr => {
  const [one, least, most] = [l.constant(1), l.constant(1e-30), l.constant(1e30)]
  const [down, up] = [l.sub(one, x), l.add(one, x)]
  const root = l.sqrt(l.div(down, up))
  // what the rounding of both changes the quotient by
  const lost = l.sub(
    l.div(l.sub(l.sub(one, down), x), l.max(down, least)),
    l.div(l.sub(x, l.sub(up, one)), l.max(up, least))
  )
  const half = atanOfPositive(l, l.add(root, l.mul(l.min(root, most), l.mul(l.constant(0.5), lost))))
  return l.add(half, half)
}

/** The angle of the point `(x, y)`, from −π to π. */
export const atan2 = (l: Lanes, y: Value, x: Value): Expr => {
  const {
    quarter: [nearest, error]
  } = constants[l.precision]
  const zero = l.constant(0)
  const [height, width] = [l.abs(y), l.abs(x)]
  // 0 / 0 and ∞ / ∞ are the angles of an axis and of a diagonal
  const ratio = l.select(
    l.eq(height, zero),
    l.and(x, zero),
    l.select(l.eq(height, width), l.constant(1), l.div(height, width))
  )
  const slope = l.select(l.eq(x, x), ratio, x)
  const angle = atanOfPositive(l, slope)
  const isLeft = l.lt(withSign(l, l.constant(1), x), zero)
  const turned = l.add(l.sub(l.constant(4 * nearest), angle), l.constant(4 * error))
  return withSign(l, l.select(isLeft, turned, angle), y)
}
