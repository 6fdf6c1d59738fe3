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

  readonly add: (a: A, b: A) => A
  readonly sub: (a: A, b: A) => A
  readonly mul: (a: A, b: A) => A
  readonly div: (a: A, b: A) => A
  readonly pow: (base: A, exponent: A) => A
  /** `a · b`, `a · log b`, `a · log(1 + b)` and `a / b`, defined as 0 where `a` is 0. */
  readonly mulNoNan: (a: A, b: A) => A
  readonly xlogy: (a: A, b: A) => A
  readonly xlog1py: (a: A, b: A) => A
  readonly xdivy: (a: A, b: A) => A
  /** `√(a² + b²)`. */
  readonly hypot: (a: A, b: A) => A
  /** `a / √(a² + b²)`, and 0 where `a` is 0. */
  readonly direction: (a: A, b: A) => A
  /** `a − n · b` with the integer `n` nearest to `a / b` on the side of 0. */
  readonly remainder: (a: A, b: A) => A
  /** The angle of the point `(x, y)`. */
  readonly atan2: (y: A, x: A) => A
  readonly maximum: (a: A, b: A) => A
  readonly minimum: (a: A, b: A) => A

  readonly powNumber: (x: A, exponent: number) => A
  readonly clip: (x: A, min: number, max: number) => A
  readonly neg: (x: A) => A
  readonly exp: (x: A) => A
  readonly exp2: (x: A) => A
  readonly expm1: (x: A) => A
  readonly log: (x: A) => A
  readonly log1p: (x: A) => A
  readonly log2: (x: A) => A
  readonly log10: (x: A) => A
  readonly sqrt: (x: A) => A
  readonly cbrt: (x: A) => A
  readonly square: (x: A) => A
  readonly abs: (x: A) => A
  readonly sign: (x: A) => A
  readonly floor: (x: A) => A
  /** To the nearest integer, ties to even. */
  readonly round: (x: A) => A
  readonly sin: (x: A) => A
  readonly cos: (x: A) => A
  readonly asin: (x: A) => A
  readonly acos: (x: A) => A
  readonly atan: (x: A) => A
  readonly sinh: (x: A) => A
  readonly cosh: (x: A) => A
  readonly tanh: (x: A) => A
  readonly asinh: (x: A) => A
  readonly acosh: (x: A) => A
  readonly atanh: (x: A) => A
  /** `1 / cosh²(x)`. */
  readonly sechSquared: (x: A) => A
  readonly sigmoid: (x: A) => A
  /** `sigmoid(x) · sigmoid(−x)`. */
  readonly sigmoidSlope: (x: A) => A
  readonly softplus: (x: A) => A
  /** `e^(−rate · x²)`. */
  readonly gaussian: (x: A, rate: 1 | 0.5) => A
  /** `(1 + tanh u) / 2` with `u = √(2/π) · (x + 0.044715 x³)`: the gate of `gelu({ approximate: 'tanh' })(x) = x · gate(x)`. */
  readonly tanhGate: (x: A) => A
  /** The derivative of `tanhGate` by `2u`: `tanhGate(x) · tanhGate(−x)`. */
  readonly tanhGateSlope: (x: A) => A
  readonly erf: (x: A) => A
  readonly erfc: (x: A) => A
  /** The inverse of `erf`. */
  readonly erfinv: (x: A) => A
  readonly normalCdf: (x: A) => A
  /** `log(erfc(x) · exp(x²))` for `x ≥ −1`, differentiated `order` times. */
  readonly logErfcx: (x: A, order: number) => A
  /** `log |Γ(x)|`, differentiated `order` times. */
  readonly lgamma: (x: A, order: number) => A
  readonly relu: (x: A) => A
  readonly stopGradient: (x: A) => A

  readonly greater: (a: A, b: A) => A
  readonly greaterEqual: (a: A, b: A) => A
  readonly equal: (a: A, b: A) => A
  readonly where: (condition: A, whenTrue: A, whenFalse: A) => A

  readonly matmul: (a: A, b: A) => A
  /** `A⁻¹ B`; `what` is who refuses a singular matrix, and `null` gives NaN. */
  readonly solve: (a: A, b: A, structure: Structure, what: string | null) => A
  /** The exponential of a matrix. */
  readonly expm: (a: A) => A

  readonly reshape: (x: A, dims: Dims) => A
  readonly broadcastTo: (x: A, dims: Dims) => A
  readonly permute: (x: A, axes: readonly number[]) => A
  /** Every `steps[i]`-th element along axis `i`, by default each. */
  readonly slice: (x: A, starts: readonly number[], stops: readonly number[], steps?: readonly number[]) => A
  /** The elements in zeros of shape `dims`, from `starts`, `steps` apart: the transpose of `slice`. */
  readonly pad: (x: A, starts: readonly number[], dims: Dims, steps?: readonly number[]) => A
  readonly flip: (x: A, axes: readonly number[]) => A
  readonly concat: (xs: readonly A[], axis: number) => A
  /** `caller` is who refuses a wrong index, here and in the next two. */
  readonly gather: (x: A, indices: A, caller?: string) => A
  readonly scatterAdd: (x: A, indices: A, rows: number, caller?: string) => A
  /** For each of `rows` rows the position, counted from 1, of the last index that names it; 0 where none does. */
  readonly lastAt: (indices: A, rows: number, caller?: string) => A

  /** `Σⱼ xⱼ e^(sign · 2πi jk / n)` along an axis, of complex numbers that are pairs along the last axis. */
  readonly fourier: (x: A, axis: number, sign: 1 | -1) => A

  readonly sum: (x: A, axes: readonly number[], keepDims: boolean) => A
  readonly max: (x: A, axes: readonly number[], keepDims: boolean) => A
  readonly argmax: (x: A, axis: number) => A
  /** The places of the elements of each line along an axis in sorted order, NaN above all; equal ones in their order. */
  readonly argsort: (x: A, axis: number, descending: boolean) => A
  /** The index of the largest element up to each one along an axis, or from each one on. */
  readonly cumArgmax: (x: A, axis: number, reverse: boolean) => A
  /**
   * `yᵢ = aᵢ · yᵢ₋₁ + bᵢ` along an axis, with `y₀ = b₀`, or from the last element to the first; `lagged`: with `aᵢ₋₁`.
   */
  readonly linearRecurrence: (a: A, b: A, axis: number, reverse: boolean, lagged: boolean) => A
  readonly softmax: (x: A, axis: number) => A
  readonly logSoftmax: (x: A, axis: number) => A
  readonly logSumExp: (x: A, axis: number) => A

  /** A random key is two words along the last axis; leading axes are batches of keys. */
  readonly splitKey: (keys: A, count: number) => A
  readonly foldKey: (keys: A, data: A) => A
  readonly uniform: (keys: A, min: number, max: number, dims: Dims) => A
  readonly normal: (keys: A, mean: number, standardDeviation: number, dims: Dims) => A
  readonly truncatedNormal: (keys: A, mean: number, standardDeviation: number, dims: Dims) => A
  readonly bernoulli: (keys: A, p: number, dims: Dims) => A
  readonly randint: (keys: A, min: number, max: number, dims: Dims) => A
  readonly categorical: (keys: A, probabilities: readonly number[], dims: Dims) => A
  /** Integers of 32 random bits. */
  readonly bits: (keys: A, dims: Dims) => A
  /** The logarithm of the number that a gamma distribution has a share below of, differentiated `order` times by `alpha`. */
  readonly logGammaQuantile: (tails: A, alpha: A, order: number) => A
  readonly poissonQuantile: (tails: A, rate: A) => A
  /** The first `count` elements of a random permutation of 0 to `n − 1`. */
  readonly permutation: (keys: A, n: number, count: number) => A
  /** `count` indices drawn without replacement, in proportion to the probabilities of those left. */
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
