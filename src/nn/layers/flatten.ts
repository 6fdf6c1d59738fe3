import { tensors as op } from '../../tape/algebra.ts'
import { checkDims, sizeOf } from '../../tensor/dims.ts'
import type { Size } from '../../tensor/shape.ts'
import { dimsOf, type Tensor } from '../../tensor/tensor.ts'
import type { Layer } from './layer.ts'
import { lambda } from './stateless.ts'

/**
 * A layer that lays out each example as a vector, in row-major order; the batch dimensions stay.
 *
 * @shape x [...batch, ...shape] → [...batch, product of shape]
 * @throws ShapeError when a dimension is negative or not whole, or at a call whose input does not end in `shape`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, zeros } from 'grad-ts'
 *
 * const layer = nn.flattenLayer([28, 28])
 * deepStrictEqual(nn.predict(layer)([], [])(zeros([32, 28, 28])).shape, [32, 784])
 * @category layers
 * @since 0.1.0
 */
export const flattenLayer = <const S extends number[]>(
  shape: readonly [...S]
): Layer<readonly [], readonly [], S, [Size<S>]> => {
  const size = sizeOf(checkDims('flattenLayer', shape))
  const rank = shape.length
  return lambda({ name: 'flattenLayer', input: shape, output: [size] })((x) => {
    const plain = x as unknown as Tensor
    return op.reshape(plain, [...dimsOf(plain).slice(0, dimsOf(plain).length - rank), size])
  }) as unknown as Layer<readonly [], readonly [], S, [Size<S>]>
}
