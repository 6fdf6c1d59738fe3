import { expOfNegative } from './exponential.ts'
import { polynomial } from './polynomial.ts'
import type { Lanes } from './lanes.ts'
import type { Expr, Value } from './wasm.ts'

interface Constants {
  /** `erf(x) / x − 1` in powers of `x²`, up to 1. */
  readonly near: readonly number[]
  /** `erfc(x) · exp(x²)` in powers of `(x − 3) / (x + 3)`, from 1 to 6. */
  readonly far: readonly number[]
}

const constants: Readonly<Record<Lanes['precision'], Constants>> = {
  double: {
    near: [
      0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145,
      -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-5, 1.6461000484121368e-6,
      -1.6350312701054695e-7, 1.4659775274047436e-8, -1.1372848856791674e-9, 5.957176147748911e-11
    ],
    far: [
      0.17900115118138996, -0.32623356004303716, 0.24560380171233195, -0.15011593650078744, 0.07166583719774874,
      -0.024392499318273194, 0.004269136347508256, 0.0007077464443901538, -0.0005970623517093284, 4.525472635483354e-5,
      6.406182073530546e-5, -1.284889451252353e-5, -8.008021319412685e-6, 2.023603179641757e-6, 1.2801900862962662e-6
    ]
  },
  single: {
    near: [
      0.12837916584835093, -0.37612626666720334, 0.11283594715160218, -0.026854212010626412, 0.005189087423433974,
      -0.000801686428716587, 7.875875062685488e-5
    ],
    far: [
      0.17900115101468306, -0.32623364153267814, 0.2456038130956809, -0.15011078746520026, 0.07166871523267872,
      -0.024475881392722634, 0.00417900462030857, 0.0011079989561569232
    ]
  }
}

/** Beyond this the error function is ±1 to the last bit. */
const ONE = 6

/**
 * The error function: a polynomial up to 1, and 1 less the tail beyond, a polynomial too once `exp(−x²)` is taken out.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1
 */
export const erf = (l: Lanes, x: Value): Expr => {
  const { near, far } = constants[l.precision]
  const size = l.pmin(l.abs(x), l.constant(ONE))
  const square = l.mul(size, size)
  const inner = l.madd(size, polynomial(l, near, square), size)
  const position = l.div(l.sub(size, l.constant(3)), l.add(size, l.constant(3)))
  const tail = l.mul(expOfNegative(l, l.neg(square)), polynomial(l, far, position))
  const outer = l.sub(l.constant(1), tail)
  const value = l.select(l.lt(size, l.constant(1)), inner, outer)
  const signed = l.or(value, l.and(x, l.constant(-0)))
  return l.select(l.eq(x, x), signed, x)
}
