import * as kinds from '../kinds/index.ts'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { type Dims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { asTensor } from '../tensor/given.ts'
import { namedNumbers, numberToJson, type TensorJson } from '../tensor/json.ts'
import { dimsOf, isTensor, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { bounded, MOST_LISTED, refuse } from './fault.ts'
import { NonNegativeInteger } from './number.ts'
import { isGiven, list, struct } from './struct.ts'

/** Tensors as JSON, as `JSON.stringify` writes them too. */

const encodeNumber = (x: number): number | string =>
  numberToJson(kinds.mustBe(kinds.anyNumber, 'codec.JsonNumber: the value', x))

const isNumber = (value: unknown): value is number => typeof value === 'number'

/** The number that an entry of JSON stands for; nothing when it is not one. */
const numberOf = (value: unknown): number | undefined => (isNumber(value) ? value : namedNumbers.get(value))

/**
 * A number in JSON, bit for bit: itself, or the text `-0`, `NaN`, `Infinity` or `-Infinity`.
 *
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * strictEqual(codec.print(codec.JsonNumber)(-Infinity), '"-Infinity"')
 * deepStrictEqual(codec.parse(codec.JsonNumber)('"-0"'), E.right(-0))
 * @category JSON
 * @since 0.1.0
 */
export const JsonNumber: t.Type<number, number | string> = new t.Type<number, number | string>(
  'number',
  isNumber,
  (value, context) => {
    const found = numberOf(value)
    return found === undefined
      ? refuse('a number, or one of "-0", "NaN", "Infinity", "-Infinity"', value, context)
      : t.success(found)
  },
  encodeNumber
)

export type { TensorJson }

/** The elements at once: the place of an entry that is not a number, a hole in the list included, is in the fault. */
const Data: t.Type<Float64Array> = new t.Type<Float64Array>(
  'data',
  (value): value is Float64Array => value instanceof Float64Array,
  (value, context) => {
    if (!Array.isArray(value)) return refuse('a list', value, context)
    const given: readonly unknown[] = Array.from(value)
    const places = given.flatMap((x, i) => (numberOf(x) === undefined ? [i] : []))
    // only the errors that are told are made
    const told = places.slice(0, MOST_LISTED)
    const errors = told.flatMap((i) => {
      const read = JsonNumber.validate(given[i], t.appendContext(context, String(i), JsonNumber, given[i]))
      return E.isLeft(read) ? read.left : []
    })
    return places.length === 0
      ? t.success(Float64Array.from(given, (x) => numberOf(x) ?? NaN))
      : t.failures(bounded(errors, context, places.length - told.length))
  },
  t.identity
)

const Parts = struct('tensor', { shape: list('shape', NonNegativeInteger), data: Data })

const encodeTensor = (x: Tensor): TensorJson => ({
  shape: [...dimsOf(asTensor('codec.JsonTensor', x))],
  data: Array.from(valuesOf('codec.JsonTensor', x), numberToJson)
})

const tensorType = (
  name: string,
  is: (value: unknown) => value is Tensor,
  shapeFault: (dims: Dims) => string | undefined
): t.Type<Tensor, TensorJson> =>
  new t.Type<Tensor, TensorJson>(
    name,
    is,
    (value, context) => {
      if (!isGiven(value)) return refuse('a tensor as { shape, data }', value, context)
      const parts = Parts.validate(value, context)
      if (E.isLeft(parts)) return parts
      const { shape, data } = parts.right
      const message =
        sizeOf(shape) === data.length
          ? shapeFault(shape)
          : `needs the ${sizeOf(shape)} numbers of shape ${showDims(shape)}, got ${data.length}`
      return message === undefined
        ? t.success(
            make(
              // a −0 is the dimension 0
              shape.map((n) => n + 0),
              data
            )
          )
        : t.failure(value, context, message)
    },
    encodeTensor
  )

/**
 * A tensor as JSON, `{ shape, data }`, bit for bit.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { tensor } from 'grad-ts'
 * import * as codec from 'grad-ts/codec'
 *
 * const json = codec.JsonTensor.encode(tensor([[1, 0.1], [NaN, -0]]))
 * deepStrictEqual(json, { shape: [2, 2], data: [1, 0.1, 'NaN', '-0'] })
 * deepStrictEqual(
 *   codec.decode(codec.JsonTensor)({ shape: [2, 2], data: [1, 2, 3] }),
 *   E.left([{ path: 'tensor', message: 'needs the 4 numbers of shape [2, 2], got 3' }])
 * )
 * @category JSON
 * @since 0.1.0
 */
export const JsonTensor: t.Type<Tensor, TensorJson> = tensorType('tensor', isTensor, () => undefined)

/** A tensor of one shape. @internal */
export const tensorOf = (dims: Dims): t.Type<Tensor, TensorJson> =>
  tensorType(
    'tensor',
    (value): value is Tensor => isTensor(value) && sameDims(dimsOf(value), dims),
    (found) => (sameDims(found, dims) ? undefined : `needs shape ${showDims(dims)}, got shape ${showDims(found)}`)
  )
