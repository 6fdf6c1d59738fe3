import type { Lanes } from './lanes.ts'
import type { Expr, Value } from './wasm.ts'

/**
 * The exponent mask, twice the bits of the exponent of 1, and the largest power of two whose inverse is a normal
 * number.
 */
const formats = {
  double: { mask: 0x7ff0000000000000n, twice: 0x7fe0000000000000n, most: 2 ** 1021 },
  single: { mask: 0x7f800000n, twice: 0x7f000000n, most: 2 ** 125 }
} as const

/**
 * `√(a² + b²)`, scaled by the power of two of the larger operand so that squares neither overflow nor underflow. The
 * inverse of that power is a subtraction of exponents.
 */
export const hypot = (l: Lanes, a: Value, b: Value): Expr => {
  const { mask, twice, most } = formats[l.precision]
  const power = l.and(l.pmax(l.abs(a), l.abs(b)), l.pattern(mask))
  const scale = l.pmax(l.pmin(power, l.constant(most)), l.constant(1 / most))
  const inverse = l.subBits(l.pattern(twice), scale)
  const [x, y] = [l.mul(a, inverse), l.mul(b, inverse)]
  return l.mul(l.sqrt(l.add(l.mul(x, x), l.mul(y, y))), scale)
}
