import * as E from 'fp-ts/lib/Either.js'
import { type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { AnyPrimitive } from './primitive.ts'

/** Shapes and values of all results of a primitive, whether it has one or several. */

/** Throws when the length of an evaluated result is not that of its shape. */
export const checkLength = ({ name }: AnyPrimitive, values: Float64Array, dims: Dims): void => {
  if (values.length !== sizeOf(dims))
    fail('ValueError', `${name}: evaluate gives ${values.length} numbers for the shape ${showDims(dims)}`)
}

/** The shape of each result, or an error message. */
export const shapesOf = (
  primitive: AnyPrimitive,
  params: unknown,
  inputs: readonly Dims[]
): E.Either<string, readonly Dims[]> =>
  primitive.multipleResults === true
    ? primitive.shape(params, inputs)
    : E.map((dims: Dims) => [dims])(primitive.shape(params, inputs))

/** The values of each result, of untraced inputs. */
export const evaluated = (
  primitive: AnyPrimitive,
  params: unknown,
  inputs: readonly Tensor[],
  results: readonly Dims[]
): readonly Float64Array[] => {
  const values =
    primitive.multipleResults === true
      ? primitive.evaluate(params, inputs, results)
      : [primitive.evaluate(params, inputs, results[0]!)]
  if (values.length !== results.length)
    fail(
      'ValueError',
      `${primitive.name}: evaluate gives ${values.length} results, but the shape rule gives ${results.length}`
    )
  results.forEach((dims, i) => {
    checkLength(primitive, values[i]!, dims)
  })
  return values
}

/** Floating-point operations. */
export const flopsOf = (
  primitive: AnyPrimitive,
  params: unknown,
  inputs: readonly Dims[],
  results: readonly Dims[]
): number =>
  primitive.multipleResults === true
    ? primitive.flops(params, inputs, results)
    : primitive.flops(params, inputs, results[0]!)
