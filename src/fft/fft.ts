import * as kinds from '../kinds/index.ts'
import { block } from '../ops/block.ts'
import { axisKind, ofTensorOrOptions } from '../ops/reduction.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'

/** Where a transform is divided by the number of its terms, or by the root of that. @category fft @since 0.1.0 */
export type Norm = 'backward' | 'ortho' | 'forward'

/** Settings of a transform. @category fft @since 0.1.0 */
export interface FftOptions {
  /** The axis of the signal, the last one when left out; negative ones are counted from the end, without the axis of pairs. */
  readonly axis?: number
  /**
   * `'backward'` divides the inverse by the number of terms, `'forward'` the transform itself, and `'ortho'` either by its root;
   * `'backward'` when left out.
   */
  readonly norm?: Norm
}

/** Settings of `irfft`. @category fft @since 0.1.0 */
export interface IrfftOptions extends FftOptions {
  /** How many real numbers it gives; twice one less than there are terms when left out. */
  readonly n?: number
}

/** A transform of pairs, at once or by options. @category fft @since 0.1.0 */
export interface Fft {
  (options: FftOptions): <S extends Shape>(x: Tensor<S>) => Tensor<S>
  <S extends Shape>(x: Tensor<S>): Tensor<S>
}

/** From real numbers to pairs. @category fft @since 0.1.0 */
export interface Rfft {
  (options: FftOptions): (x: Tensor<Shape>) => Tensor
  <B extends number[]>(x: Tensor<[...B, number]>): Tensor<[...B, number, 2]>
}

/** From pairs to real numbers. @category fft @since 0.1.0 */
export interface Irfft {
  (options: IrfftOptions): (x: Tensor<Shape>) => Tensor
  <B extends number[]>(x: Tensor<[...B, number, 2]>): Tensor<[...B, number]>
}

const norm = [kinds.oneOf<Norm>('backward', 'ortho', 'forward'), 'backward'] as const
const takes = {
  fft: kinds.settings('fft', { axis: [axisKind, -1], norm }),
  ifft: kinds.settings('ifft', { axis: [axisKind, -1], norm }),
  rfft: kinds.settings('rfft', { axis: [axisKind, -1], norm }),
  irfft: kinds.settings('irfft', { axis: [axisKind, -1], norm, n: [kinds.size, undefined] })
}

/** What a transform of `n` terms is multiplied by. */
const factorOf = (way: Norm, n: number, divided: Norm): number =>
  way === 'ortho' ? 1 / Math.sqrt(n) : way === divided ? 1 / n : 1

const scaled = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : op.mul(x, op.constant(factor)))

/** The shape without the axis of pairs. */
const signalOf = (what: string, dims: Dims): Dims =>
  dims.length > 1 && dims[dims.length - 1] === 2
    ? dims.slice(0, -1)
    : fail(
        'ShapeError',
        `${what}: needs pairs of a real and an imaginary part along the last axis, got shape ${showDims(dims)}`
      )

/** The axis and its length, of which there is at least one. */
const along = (what: string, signal: Dims, axis: number): readonly [axis: number, n: number] => {
  const at = axisOf(what, signal, axis)
  const n = signal[at]!
  return n > 0 ? [at, n] : fail('ShapeError', `${what}: axis ${axis} of ${showDims(signal)} is empty`)
}

const withLength = (dims: Dims, axis: number, n: number): Dims => dims.map((size, i) => (i === axis ? n : size))
const stretched = (x: Tensor, axis: number, n: number): Tensor =>
  op.pad(
    x,
    dimsOf(x).map(() => 0),
    withLength(dimsOf(x), axis, n)
  )

const complex = (what: 'fft' | 'ifft', sign: 1 | -1, divided: Norm) => (options: FftOptions) => {
  const { axis, norm: way } = takes[what].read(options)
  return (data: unknown): Tensor => {
    const x = asTensor(what, data)
    const [at, n] = along(what, signalOf(what, dimsOf(x)), axis)
    return scaled(op.fourier(x, at, sign), factorOf(way, n, divided))
  }
}

const real = (options: FftOptions) => {
  const { axis, norm: way } = takes.rfft.read(options)
  return (data: unknown): Tensor => {
    const x = asTensor('rfft', data)
    const dims = dimsOf(x)
    const [at, n] = along('rfft', dims, axis)
    const pairs = stretched(op.reshape(x, [...dims, 1]), dims.length, 2)
    return scaled(block(op.fourier(pairs, at, -1), at, 0, Math.floor(n / 2) + 1), factorOf(way, n, 'forward'))
  }
}

/** Twice each term that has a mirror image among those left out. */
const weights = (kept: number, n: number, axesBehind: number): Tensor =>
  make(
    [kept, ...Array.from({ length: axesBehind }, () => 1)],
    Float64Array.from({ length: kept }, (_, k) => (k === 0 || 2 * k === n ? 1 : 2))
  )

const inverseReal = (options: IrfftOptions) => {
  const { axis, norm: way, n: wanted } = takes.irfft.read(options)
  return (data: unknown): Tensor => {
    const x = asTensor('irfft', data)
    const signal = signalOf('irfft', dimsOf(x))
    const [at, terms] = along('irfft', signal, axis)
    const n = wanted ?? 2 * (terms - 1)
    if (n === 0) return fail('ShapeError', `irfft: one term leaves the length open; name it by n`)
    const kept = Math.min(terms, Math.floor(n / 2) + 1)
    const weighted = op.mul(block(x, at, 0, kept), weights(kept, n, signal.length - at))
    const whole = op.fourier(stretched(weighted, at, n), at, 1)
    const parts = block(whole, signal.length, 0, 1)
    return scaled(op.reshape(parts, withLength(signal, at, n)), factorOf(way, n, 'backward'))
  }
}

/** A function of a tensor at once, by its defaults, or of options first. */
const either = (what: string, f: (options: never) => (x: unknown) => Tensor): unknown =>
  ofTensorOrOptions(what, "{ axis: 0, norm: 'ortho' }", f({} as never), f)

/**
 * The discrete Fourier transform of complex numbers, `yₖ = Σⱼ xⱼ e^(−2πi jk / n)`, a pair of a real and an imaginary part each along
 * the last axis. Of any length, in O(n log n).
 *
 * @shape x [...batch, n, 2] → [...batch, n, 2]
 * @throws ShapeError when the last axis is not of pairs, or the axis of the signal is empty
 * @throws AxisError when there is no such axis
 * @throws ValueError when a setting is not valid
 * @see Cooley, Tukey, An Algorithm for the Machine Calculation of Complex Fourier Series (1965)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { fft, tensor, toArray } from 'grad-ts'
 *
 * const x = tensor([[0, 0], [1, 0], [0, 0], [0, 0]])
 * deepStrictEqual(toArray(fft.fft(x)), [[1, 0], [0, -1], [-1, 0], [0, 1]])
 * deepStrictEqual(toArray(fft.fft({ norm: 'ortho' })(x)), [[0.5, 0], [0, -0.5], [-0.5, 0], [0, 0.5]])
 * @category fft
 * @since 0.1.0
 */
export const fft = either('fft', complex('fft', -1, 'forward')) as Fft

/**
 * The inverse of `fft`, `xⱼ = Σₖ yₖ e^(2πi jk / n) / n`.
 *
 * @shape y [...batch, n, 2] → [...batch, n, 2]
 * @throws ShapeError when the last axis is not of pairs, or the axis of the signal is empty
 * @throws AxisError when there is no such axis
 * @throws ValueError when a setting is not valid
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { fft, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(fft.ifft(tensor([[1, 0], [0, -1], [-1, 0], [0, 1]]))), [[0, 0], [1, 0], [0, 0], [0, 0]])
 * @category fft
 * @since 0.1.0
 */
export const ifft = either('ifft', complex('ifft', 1, 'backward')) as Fft

/**
 * The first `⌊n / 2⌋ + 1` terms of the Fourier transform of real numbers, as pairs; the others are their mirror images.
 *
 * @shape x [...batch, n] → [...batch, ⌊n / 2⌋ + 1, 2]
 * @throws ShapeError when the axis is empty
 * @throws AxisError when there is no such axis
 * @throws ValueError when a setting is not valid
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { fft, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(fft.rfft(tensor([0, 1, 0, 0]))), [[1, 0], [0, -1], [-1, 0]])
 * @category fft
 * @since 0.1.0
 */
export const rfft = either('rfft', real) as Rfft

/**
 * The real numbers of which `rfft` gives these terms. Of the first term, and of the one of half an even `n`, the imaginary part does
 * not count. Terms that are more than `n` needs are left out, and missing ones are 0, as in NumPy.
 *
 * @shape y [...batch, terms, 2] → [...batch, n]
 * @throws ShapeError when the last axis is not of pairs, the axis of the terms is empty, or a single term leaves `n` open
 * @throws AxisError when there is no such axis
 * @throws ValueError when a setting is not valid
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { fft, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(fft.irfft(tensor([[1, 0], [0, -1], [-1, 0]]))), [0, 1, 0, 0])
 * deepStrictEqual(toArray(fft.irfft({ n: 1 })(tensor([[7, 0]]))), [7])
 * @category fft
 * @since 0.1.0
 */
export const irfft = either('irfft', inverseReal) as Irfft
