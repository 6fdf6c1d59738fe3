import * as E from 'fp-ts/lib/Either.js'
import { fourier as transformed } from '../kernel/fft.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import { linear } from './linear.ts'
import type { Primitive } from './primitive.ts'

/** The axis of a transform, and the sign of its exponents. */
export interface FourierParams {
  readonly axis: number
  readonly sign: 1 | -1
}

const family = linear<FourierParams>('fourier')({
  shape: ({ axis }, x) =>
    x.length < 2 || x[x.length - 1] !== 2
      ? E.left(`needs pairs of a real and an imaginary part along the last axis, got shape ${showDims(x)}`)
      : axis < 0 || axis >= x.length - 1
        ? E.left(`${axis} is not an axis of ${showDims(x)} before the pairs`)
        : x[axis] === 0
          ? E.left(`axis ${axis} of ${showDims(x)} is empty`)
          : E.right(x),
  evaluate: ({ axis, sign }, x, dims) =>
    transformed(x, sizeOf(dims.slice(0, axis)), dims[axis]!, sizeOf(dims.slice(axis + 1, -1)), sign),
  forward: (op, { axis, sign }, x) => op.fourier(x, axis, sign),
  // the matrix of complex numbers is symmetric, and the transpose of a pair of parts is the conjugate
  transpose: (op, { axis, sign }, ct) => op.fourier(ct, axis, sign === 1 ? -1 : 1),
  lifted: ({ axis, sign }) => ({ axis: axis + 1, sign })
})

/**
 * `Σⱼ xⱼ e^(±2πi jk / n)` along an axis, of complex numbers that are pairs along the last axis; a primitive for its O(n log n)
 * operations. Linear; its transpose is the one of the other sign.
 */
export const fourier: Primitive<FourierParams> = {
  ...family,
  reach: {
    along: ({ axis }, [x]) => [
      [axis, x!.length - 1],
      [axis, x!.length - 1]
    ]
  },
  flops: ({ axis }, [x]) => 5 * sizeOf(x!) * Math.ceil(Math.log2(x![axis]! + 1))
}
