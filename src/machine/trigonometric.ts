import { polynomial } from './polynomial.ts'
import type { Lanes } from './lanes.ts'
import { hostCall } from './hostCall.ts'
import { assign, type Func, returnValues, type Import, local, v128, type Value, when } from './wasm.ts'

/**
 * Sine and cosine, vectorised. Cody–Waite argument reduction by π/2 in three parts, accurate up to a limit; larger
 * arguments go to the host, lane by lane.
 *
 * @see Cody, Waite, Software Manual for the Elementary Functions (1980), chapter 8
 */

interface Constants {
  /** `π / 2` in three parts, the first two with few enough bits that their products with integers are exact. */
  readonly quarter: readonly [number, number, number]
  readonly shifter: number
  /** The largest argument that the three parts reduce accurately. */
  readonly limit: number
  /** The index of the highest bit. */
  readonly top: number
  /** `(sin x − x) / x³` in powers of `x²`. */
  readonly sine: readonly number[]
  /** `(cos x − 1 + x² / 2) / x⁴` in powers of `x²`. */
  readonly cosine: readonly number[]
}

const constants: Readonly<Record<Lanes['precision'], Constants>> = {
  double: {
    quarter: [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21],
    shifter: 1.5 * 2 ** 52,
    limit: 2 ** 20,
    top: 63,
    sine: [
      -0.16666666666666666, 0.008333333333330946, -0.0001984126983675497, 2.755731610068303e-6, -2.5051131455427946e-8,
      1.591810123027412e-10
    ],
    cosine: [
      0.041666666666666664, -0.0013888888888887395, 2.4801587298763433e-5, -2.7557317270560326e-7,
      2.0876146024689747e-9, -1.1382614868556325e-11
    ]
  },
  single: {
    quarter: [1.5703125, 0.0004837512969970703, 7.549789954891882e-8],
    shifter: 1.5 * 2 ** 23,
    limit: 2 ** 11,
    top: 31,
    sine: [-0.16666664661114838, 0.008332748037517147, -0.00019587840521305324],
    cosine: [0.04166666465830042, -0.0013888302802309161, 2.454789161981386e-5]
  }
}

/** The sine, or with a quarter turn added the cosine, of arguments up to the limit. */
const codyWaite = (l: Lanes, x: Value, added: 0 | 1): Value => {
  const { quarter, shifter, sine, cosine, top } = constants[l.precision]
  const bits = l.add(l.mul(x, l.constant(2 / Math.PI)), l.constant(shifter))
  const n = l.sub(bits, l.constant(shifter))
  // the products with the first two parts are exact; the rounding errors of the differences are kept
  const [first, second, third] = quarter.map((part) => l.mul(n, l.constant(part)))
  const near = l.sub(x, first!)
  const nearer = l.sub(near, second!)
  const missing = l.sub(third!, l.sub(l.sub(near, nearer), second!))
  const r = l.sub(nearer, missing)
  const more = l.sub(l.sub(nearer, r), missing)
  const turns = added === 0 ? bits : l.addBits(bits, l.pattern(1n))
  const z = l.mul(r, r)
  const s = l.add(r, l.madd(l.mul(r, z), polynomial(l, sine, z), more))
  const high = l.sub(l.constant(1), l.mul(l.constant(0.5), z))
  const c = l.add(high, l.sub(l.mul(l.mul(z, z), polynomial(l, cosine, z)), l.mul(r, more)))
  // the lowest bit selects the function, the next one the sign
  const odd = l.subBits(l.pattern(0n), l.shiftRight(l.shiftLeft(turns, top), top))
  const sign = l.and(l.shiftLeft(turns, top - 1), l.constant(-0))
  return l.xor(l.select(odd, c, s), sign)
}

/** Host functions for arguments beyond the limit. */
export const sineOfLarge: Import = { name: 'sineOfLarge', params: ['f64'], results: ['f64'] }
export const cosineOfLarge: Import = { name: 'cosineOfLarge', params: ['f64'], results: ['f64'] }

/** A WebAssembly function for the sine or cosine of a vector; `host` is the index of the import for large arguments. */
export const trigonometric = (l: Lanes, kind: 'sin' | 'cos', host: number): Func => {
  const x = local('v128')
  const result = local('v128')
  const { limit } = constants[l.precision]
  const large = v128.anyTrue(l.gt(l.abs(x), l.constant(limit)))
  return {
    name: `${kind} ${l.precision}`,
    params: [x],
    results: ['v128'],
    body: [
      assign([result, codyWaite(l, x, kind === 'sin' ? 0 : 1)]),
      when(large, [assign([result, hostCall(l, host, x)])]),
      returnValues(result)
    ],
    exported: false
  }
}
