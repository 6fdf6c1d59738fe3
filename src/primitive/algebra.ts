import type { Dims } from '../tensor/dims.ts'

/**
 * What is known of a matrix. Of a triangular one only that triangle is read, without the diagonal where that is `unit`, ones;
 * of a symmetric or positive definite one `(A + Aᵀ) / 2`.
 *
 * @category primitive
 * @since 0.1.0
 */
export type Structure = 'general' | 'symmetric' | 'positive definite' | 'lower' | 'upper' | 'unit lower' | 'unit upper'

/**
 * The vocabulary: every primitive operation over an abstract carrier `A`, uncurried and in mathematical order. Rules
 * are written in it, never on tensors, so one rule serves plain tensors, traced ones and batches, and a derivative can
 * itself be differentiated.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Algebra<A> {
  readonly dims: (x: A) => Dims
  /** One number, as a scalar. */
  readonly constant: (value: number) => A
  /** The vector `0, step, 2 · step, …` of `count` numbers. */
  readonly range: (count: number, step: number) => A

  /** `a + b`. */
  readonly add: (a: A, b: A) => A
  /** `a − b`. */
  readonly sub: (a: A, b: A) => A
  /** `a · b`. */
  readonly mul: (a: A, b: A) => A
  /** `a / b`. */
  readonly div: (a: A, b: A) => A
  /** `base ^ exponent`, of a base that is not negative, or of any base where the exponent is a whole number. */
  readonly pow: (base: A, exponent: A) => A
  /** `a · b`, and 0 where `a` is 0. */
  readonly mulNoNan: (a: A, b: A) => A
  /** `a · log b`, and 0 where `a` is 0. */
  readonly xlogy: (a: A, b: A) => A
  /** `a · log(1 + b)`, and 0 where `a` is 0. */
  readonly xlog1py: (a: A, b: A) => A
  /** `a / b`, and 0 where `a` is 0. */
  readonly xdivy: (a: A, b: A) => A
  /** `√(a² + b²)`. @kinks both derivatives at (0, 0) are 0 */
  readonly hypot: (a: A, b: A) => A
  /** `a / √(a² + b²)`, and 0 where `a` is 0. */
  readonly direction: (a: A, b: A) => A
  /** `a − n · b` with the integer `n` nearest to `a / b` on the side of 0. */
  readonly remainder: (a: A, b: A) => A
  /** The angle of the point `(x, y)`. @kinks NaN at (0, 0) */
  readonly atan2: (y: A, x: A) => A
  /** The larger of `a` and `b`. @kinks a tie gives half to each */
  readonly maximum: (a: A, b: A) => A
  /** The smaller of `a` and `b`. @kinks a tie gives half to each */
  readonly minimum: (a: A, b: A) => A

  /** `x ^ exponent`. */
  readonly powNumber: (x: A, exponent: number) => A
  /** `x` limited to `[min, max]`. @kinks 0 at a bound */
  readonly clip: (x: A, min: number, max: number) => A
  /** `−x`. */
  readonly neg: (x: A) => A
  /** `eˣ`. */
  readonly exp: (x: A) => A
  /** `2ˣ`. */
  readonly exp2: (x: A) => A
  /** `eˣ − 1`. */
  readonly expm1: (x: A) => A
  /** The natural logarithm: −∞ at 0, NaN below. */
  readonly log: (x: A) => A
  /** `log(1 + x)`: −∞ at −1, NaN below. */
  readonly log1p: (x: A) => A
  /** The logarithm to base 2: −∞ at 0, NaN below. */
  readonly log2: (x: A) => A
  /** The logarithm to base 10: −∞ at 0, NaN below. */
  readonly log10: (x: A) => A
  /** `√x`: NaN below 0. @kinks the slope at 0 is ∞ */
  readonly sqrt: (x: A) => A
  /** `∛x`. */
  readonly cbrt: (x: A) => A
  /** `x²`. */
  readonly square: (x: A) => A
  /** `|x|`. */
  readonly abs: (x: A) => A
  /** −1, 0 or 1. */
  readonly sign: (x: A) => A
  /** The largest integer that is at most `x`. */
  readonly floor: (x: A) => A
  /** The nearest integer, ties to even. */
  readonly round: (x: A) => A
  /** The sine of radians. */
  readonly sin: (x: A) => A
  /** The cosine of radians. */
  readonly cos: (x: A) => A
  /** The angle of a sine: NaN outside [−1, 1]. @kinks the slope at ±1 is ∞ */
  readonly asin: (x: A) => A
  /** The angle of a cosine: NaN outside [−1, 1]. @kinks the slope at ±1 is −∞ */
  readonly acos: (x: A) => A
  /** The angle of a slope. */
  readonly atan: (x: A) => A
  /** `(eˣ − e⁻ˣ) / 2`. */
  readonly sinh: (x: A) => A
  /** `(eˣ + e⁻ˣ) / 2`. */
  readonly cosh: (x: A) => A
  /** `sinh x / cosh x`. */
  readonly tanh: (x: A) => A
  /** `log(x + √(x² + 1))`. */
  readonly asinh: (x: A) => A
  /** `log(x + √(x² − 1))`: NaN below 1. @kinks the slope at 1 is ∞ */
  readonly acosh: (x: A) => A
  /** `log((1 + x) / (1 − x)) / 2`: ±∞ at ±1, NaN beyond. */
  readonly atanh: (x: A) => A
  /** `1 / cosh²(x)`. */
  readonly sechSquared: (x: A) => A
  /** `1 / (1 + e⁻ˣ)`. */
  readonly sigmoid: (x: A) => A
  /** `sigmoid(x) · sigmoid(−x)`. */
  readonly sigmoidSlope: (x: A) => A
  /** `log(1 + eˣ)`. */
  readonly softplus: (x: A) => A
  /** `e^(−rate · x²)`. */
  readonly gaussian: (x: A, rate: 1 | 0.5) => A
  /** `(1 + tanh u) / 2` with `u = √(2/π) · (x + 0.044715 x³)`: the gate of `gelu({ approximate: 'tanh' })(x) = x · gate(x)`. */
  readonly tanhGate: (x: A) => A
  /** The derivative of `tanhGate` by `2u`: `tanhGate(x) · tanhGate(−x)`. */
  readonly tanhGateSlope: (x: A) => A
  /** `2/√π ∫₀ˣ e^(−t²) dt`. */
  readonly erf: (x: A) => A
  /** `1 − erf(x)`. */
  readonly erfc: (x: A) => A
  /** The inverse of `erf`: ±∞ at ±1, NaN outside [−1, 1]. */
  readonly erfinv: (x: A) => A
  /** The probability that a standard normal number is below `x`: `erfc(−x/√2) / 2`. */
  readonly normalCdf: (x: A) => A
  /** `log(erfc(x) · exp(x²))` for `x ≥ −1`, differentiated `order` times. */
  readonly logErfcx: (x: A, order: number) => A
  /** `log |Γ(x)|`, differentiated `order` times; ∞ at 0 and the negative integers. */
  readonly lgamma: (x: A, order: number) => A
  /** `max(x, 0)`. */
  readonly relu: (x: A) => A
  /** `x`, as a constant. @shape of x */
  readonly stopGradient: (x: A) => A

  /** 1 where `a > b`, else 0. */
  readonly greater: (a: A, b: A) => A
  /** 1 where `a ≥ b`, else 0. */
  readonly greaterEqual: (a: A, b: A) => A
  /** 1 where `a = b`, else 0. */
  readonly equal: (a: A, b: A) => A
  /** The second where the condition is not 0, else the third. */
  readonly where: (condition: A, whenTrue: A, whenFalse: A) => A

  /** The matrix product, of each example of the leading axes. @shape [...S, m, k], [...S, k, n] → [...S, m, n] */
  readonly matmul: (a: A, b: A) => A
  /**
   * `A⁻¹ B`; `what` is who refuses a singular matrix, and `null` gives NaN.
   *
   * @shape [...S, n, n], [...S, n, k] → [...S, n, k]
   */
  readonly solve: (a: A, b: A, structure: Structure, what: string | null) => A
  /** The exponential of a matrix. @shape [...S, n, n] → [...S, n, n] */
  readonly expm: (a: A) => A

  /** The same elements in another shape, in row-major order. @shape → dims */
  readonly reshape: (x: A, dims: Dims) => A
  /** Stretches dimensions of 1, and adds dimensions in front. @shape → dims */
  readonly broadcastTo: (x: A, dims: Dims) => A
  /** The axes in a new order: axis `i` of the result is axis `axes[i]`. @shape → the dimensions in that order */
  readonly permute: (x: A, axes: readonly number[]) => A
  /** Every `steps[i]`-th element along axis `i` from `starts` to before `stops`. @shape → (stops − starts) / steps */
  readonly slice: (x: A, starts: readonly number[], stops: readonly number[], steps?: readonly number[]) => A
  /**
   * The elements in zeros of shape `dims`, from `starts`, `steps` apart: the transpose of `slice`.
   *
   * @shape → dims
   */
  readonly pad: (x: A, starts: readonly number[], dims: Dims, steps?: readonly number[]) => A
  /** The elements along some axes from the last to the first. @shape of x */
  readonly flip: (x: A, axes: readonly number[]) => A
  /** Joins along an axis. @shape → the sum of the dimensions along the axis, the others as they are */
  readonly concat: (xs: readonly A[], axis: number) => A
  /**
   * Rows by their indices, for each example of the leading axes; `caller` is who refuses a wrong index, here and in the
   * next two.
   *
   * @shape [...B, n, ...S], [...B, k] → [...B, k, ...S]
   */
  readonly gather: (x: A, indices: A, caller?: string) => A
  /**
   * Adds rows at their indices into zeros: the transpose of `gather`.
   *
   * @shape [...B, k, ...S], [...B, k] → [...B, rows, ...S]
   */
  readonly scatterAdd: (x: A, indices: A, rows: number, caller?: string) => A
  /**
   * For each of `rows` rows the position, counted from 1, of the last index that names it; 0 where none does.
   *
   * @shape [...B, k] → [...B, rows]
   */
  readonly lastAt: (indices: A, rows: number, caller?: string) => A

  /**
   * `Σⱼ xⱼ e^(sign · 2πi jk / n)` along an axis, of complex numbers that are pairs along the last axis.
   *
   * @shape [...S, 2] → [...S, 2]
   */
  readonly fourier: (x: A, axis: number, sign: 1 | -1) => A

  /** The sum over axes. @shape → without the axes, or with 1 for each */
  readonly sum: (x: A, axes: readonly number[], keepDims: boolean) => A
  /** The largest element over axes. @shape → without the axes, or with 1 for each @kinks ties share equally */
  readonly max: (x: A, axes: readonly number[], keepDims: boolean) => A
  /** The index of the largest element along an axis, the first of equals. @shape → without the axis */
  readonly argmax: (x: A, axis: number) => A
  /**
   * The places of the elements of each line along an axis in sorted order, NaN above all; equal ones in their order.
   *
   * @shape of x
   */
  readonly argsort: (x: A, axis: number, descending: boolean) => A
  /** The index of the largest element up to each one along an axis, or from each one on. @shape of x */
  readonly cumArgmax: (x: A, axis: number, reverse: boolean) => A
  /**
   * `yᵢ = aᵢ · yᵢ₋₁ + bᵢ` along an axis, with `y₀ = b₀`, or from the last element to the first; `lagged`: with `aᵢ₋₁`.
   *
   * @shape of a and b
   */
  readonly linearRecurrence: (a: A, b: A, axis: number, reverse: boolean, lagged: boolean) => A
  /** `eˣ / Σ eˣ` along an axis. @shape of x */
  readonly softmax: (x: A, axis: number) => A
  /** `x − log Σ eˣ` along an axis. @shape of x */
  readonly logSoftmax: (x: A, axis: number) => A
  /** `log Σ eˣ` along an axis. @shape → without the axis */
  readonly logSumExp: (x: A, axis: number) => A

  /**
   * `count` new keys of a key. A random key is two words along the last axis; leading axes are batches of keys.
   *
   * @shape [...B, 2] → [...B, count, 2]
   */
  readonly splitKey: (keys: A, count: number) => A
  /** A new key of a key and an integer. @shape [...B, 2], [...B] → [...B, 2] */
  readonly foldKey: (keys: A, data: A) => A
  /** Numbers uniform in `[min, max)`. @shape [...B, 2] → [...B, ...dims] */
  readonly uniform: (keys: A, min: number, max: number, dims: Dims) => A
  /** Normal numbers. @shape [...B, 2] → [...B, ...dims] */
  readonly normal: (keys: A, mean: number, standardDeviation: number, dims: Dims) => A
  /**
   * Normal numbers, truncated at two standard deviations of a wider distribution.
   *
   * @shape [...B, 2] → [...B, ...dims]
   */
  readonly truncatedNormal: (keys: A, mean: number, standardDeviation: number, dims: Dims) => A
  /** 1 with probability `p`, else 0. @shape [...B, 2] → [...B, ...dims] */
  readonly bernoulli: (keys: A, p: number, dims: Dims) => A
  /** Integers in `[min, max)`, all equally likely. @shape [...B, 2] → [...B, ...dims] */
  readonly randint: (keys: A, min: number, max: number, dims: Dims) => A
  /** Indices with the given probabilities. @shape [...B, 2] → [...B, ...dims] */
  readonly categorical: (keys: A, probabilities: readonly number[], dims: Dims) => A
  /** Integers of 32 random bits. @shape [...B, 2] → [...B, ...dims] */
  readonly bits: (keys: A, dims: Dims) => A
  /** The logarithm of the number that a gamma distribution has a share below of, differentiated `order` times by `alpha`. */
  readonly logGammaQuantile: (tails: A, alpha: A, order: number) => A
  /** The least count that a Poisson distribution has a share up to. @shape broadcast */
  readonly poissonQuantile: (tails: A, rate: A) => A
  /** The first `count` elements of a random permutation of 0 to `n − 1`. @shape [...B, 2] → [...B, count] */
  readonly permutation: (keys: A, n: number, count: number) => A
  /**
   * `count` indices drawn without replacement, in proportion to the probabilities of those left.
   *
   * @shape [...B, 2] → [...B, count]
   */
  readonly weightedChoice: (keys: A, probabilities: readonly number[], count: number) => A
}

/**
 * The names of all primitives: the operations of the vocabulary without `dims`, `constant` and `range`, and those that
 * rules do not use.
 *
 * @category primitive
 * @since 0.1.0
 */
export type PrimitiveName =
  | Exclude<keyof Algebra<unknown>, 'dims' | 'constant' | 'range'>
  | 'cholesky'
  | 'lu'
  | 'qr'
  | 'eigh'
  | 'svd'
  | 'pinv'
  | 'scan'
  | 'labels'
  | 'leaf'

/** The primitives that the vocabulary has. */
export type Word = Extract<PrimitiveName, keyof Algebra<unknown>>

const onAxis = (axis: number) => ({ axis })
const directed = (axis: number, reverse: boolean) => ({ axis, reverse })
const onAxes = (axes: readonly number[], keepDims: boolean) => ({ axes, keepDims })
const toDims = (dims: Dims) => ({ dims })
const onRows = (rows: number, caller?: string) => ({ rows, caller })
const onGaussian = (mean: number, standardDeviation: number, dims: Dims) => ({ mean, standardDeviation, dims })

/**
 * The parameter record of each operation from its positional settings: `sum(x, axes, keepDims)` applies `{ axes,
 * keepDims }`.
 */
export const settingsOf = {
  powNumber: (exponent: number) => ({ exponent }),
  clip: (min: number, max: number) => ({ min, max }),
  gaussian: (rate: 1 | 0.5) => ({ rate }),
  logErfcx: (order: number) => ({ order }),
  solve: (structure: Structure, what: string | null) => ({ structure, what }),
  lgamma: (order: number) => ({ order }),
  reshape: toDims,
  broadcastTo: toDims,
  permute: (axes: readonly number[]) => ({ axes }),
  slice: (starts: readonly number[], stops: readonly number[], steps?: readonly number[]) => ({ starts, stops, steps }),
  pad: (starts: readonly number[], dims: Dims, steps?: readonly number[]) => ({ starts, dims, steps }),
  flip: (axes: readonly number[]) => ({ axes }),
  concat: onAxis,
  gather: (caller?: string) => ({ caller }),
  scatterAdd: onRows,
  lastAt: onRows,
  fourier: (axis: number, sign: 1 | -1) => ({ axis, sign }),
  sum: onAxes,
  max: onAxes,
  argmax: onAxis,
  argsort: (axis: number, descending: boolean) => ({ axis, descending }),
  cumArgmax: directed,
  linearRecurrence: (axis: number, reverse: boolean, lagged: boolean) => ({ axis, reverse, lagged }),
  softmax: onAxis,
  logSoftmax: onAxis,
  logSumExp: onAxis,
  splitKey: (count: number) => ({ count }),
  uniform: (min: number, max: number, dims: Dims) => ({ min, max, dims }),
  normal: onGaussian,
  truncatedNormal: onGaussian,
  bernoulli: (p: number, dims: Dims) => ({ p, dims }),
  randint: (min: number, max: number, dims: Dims) => ({ min, max, dims }),
  categorical: (probabilities: readonly number[], dims: Dims) => ({ probabilities, dims }),
  bits: toDims,
  logGammaQuantile: (order: number) => ({ order }),
  permutation: (n: number, count: number) => ({ n, count }),
  weightedChoice: (probabilities: readonly number[], count: number) => ({ probabilities, count })
} satisfies Readonly<Partial<Record<Word, (...given: never) => object>>>
