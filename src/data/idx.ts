import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as kinds from '../kinds/index.ts'
import { elements, type ElementType, readBigEndian, writeBigEndian } from '../kernel/bigEndian.ts'
import { type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { DataError, Fault } from './error.ts'
import { asBytes, gunzip, type GunzipSettings, isGzip, limits } from './gzip.ts'

/**
 * IDX, the format of MNIST: two zero bytes, a byte for the type of the elements, one for the rank, each dimension in four
 * bytes, and the elements in row-major order. The most significant byte comes first everywhere.
 */

/**
 * What an element of an IDX file is: an integer of 8, 16 or 32 bits, or a floating-point number of 32 or 64.
 *
 * @category reading
 * @since 0.1.0
 */
export type IdxType = ElementType

const codes: Readonly<Record<IdxType, number>> = {
  uint8: 0x08,
  int8: 0x09,
  int16: 0x0b,
  int32: 0x0c,
  float32: 0x0d,
  float64: 0x0e
}
const types = Object.entries(codes) as readonly (readonly [IdxType, number])[]

const readIdxSettings = kinds.settings('readIdx', limits)

const idxType = kinds.oneOf(...types.map(([name]) => name))

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`

const MAGIC = 4
const positionOf = (dimension: number): number => MAGIC + 4 * dimension

const at = (byte: number, message: string): Fault => ({ path: `byte ${byte}`, message })

/** The number of elements; a dimension of 0 leaves none, however large the others are. */
const countOf = (dims: Dims): number => (dims.includes(0) ? 0 : dims.reduce((product, n) => product * n, 1))

/** What is wrong with the first four bytes; of a file that does not begin with two zeros nothing else is looked at. */
const magicFaults = (bytes: Uint8Array): readonly Fault[] => {
  const [type, rank] = [bytes[2], bytes[3]]
  if (bytes.subarray(0, 2).some((byte) => byte !== 0))
    return [at(0, `needs two bytes of 0, got ${Array.from(bytes.subarray(0, 2), hex).join(' ')}`)]
  return [
    ...(type === undefined || types.some(([, code]) => code === type)
      ? []
      : [
          at(
            2,
            `needs a type of elements, one of ${types.map(([name, code]) => `${hex(code)} (${name})`).join(', ')}, got ${hex(type)}`
          )
        ]),
    ...(rank === 0 ? [at(3, 'needs a rank of at least 1, got 0')] : []),
    ...(bytes.length < MAGIC
      ? [
          at(
            bytes.length,
            'the file ends here; it begins with four bytes, of which the last two are the type and the rank'
          )
        ]
      : [])
  ]
}

const dimensionFaults = (bytes: Uint8Array, rank: number): readonly Fault[] => {
  const [needed, left] = [4 * rank, bytes.length - MAGIC]
  return left >= needed
    ? []
    : [at(bytes.length, `the file ends here; the ${rank} dimensions need ${needed} bytes, there are ${left}`)]
}

const lengthFaults = (bytes: Uint8Array, dims: Dims, type: IdxType): readonly Fault[] => {
  const needed = positionOf(dims.length) + countOf(dims) * elements[type].bytes
  const need = `shape ${showDims(dims)} of ${type} needs ${needed} bytes in all, there are ${bytes.length}`
  return bytes.length < needed
    ? [at(bytes.length, `the file ends here; ${need}`)]
    : bytes.length > needed
      ? [at(needed, `the file should end here; ${need}`)]
      : []
}

/**
 * The tensor that the bytes of an IDX file hold, whatever the type of its elements: all six are doubles here, exactly.
 *
 * @returns the tensor, its shape known at run time; or what is wrong, with the position of the byte, counted from 0
 * @throws ValueError when it is not given a `Uint8Array`
 * @see LeCun, Cortes, Burges, The MNIST Database of handwritten digits
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { data, tensor } from 'grad-ts'
 *
 * const file = Uint8Array.of(0, 0, 0x08, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 0, 255)
 * deepStrictEqual(data.parseIdx(file), E.right(tensor([[7, 0, 255]])))
 * strictEqual(
 *   pipe(data.parseIdx(file.subarray(0, 13)), E.match(data.showError, () => 'read')),
 *   'no IDX file:\n  byte 13: the file ends here; shape [1, 3] of uint8 needs 15 bytes in all, there are 13'
 * )
 * @category reading
 * @since 0.1.0
 */
export const parseIdx = (bytes: Uint8Array): E.Either<DataError, Tensor> => {
  const file = asBytes('parseIdx', bytes)
  const invalid = (faults: readonly Fault[]): E.Either<DataError, Tensor> => E.left({ _tag: 'InvalidIdx', faults })
  if (isGzip(file)) return invalid([at(0, 'this is a gzip file; unpack it with gunzip, or take readIdx')])
  const magic = magicFaults(file)
  const type = types.find(([, code]) => code === file[2])?.[0]
  if (magic.length > 0 || type === undefined) return invalid(magic)
  const rank = file[3]!
  const cut = dimensionFaults(file, rank)
  if (cut.length > 0) return invalid(cut)
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(positionOf(i)))
  const faults = lengthFaults(file, dims, type)
  return faults.length > 0
    ? invalid(faults)
    : E.right(make(dims, readBigEndian(type, file, positionOf(rank), countOf(dims))))
}

/**
 * The tensor of an IDX file, plain or compressed by gzip, which its first bytes tell.
 *
 * @throws ValueError when it is not given a `Uint8Array`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { gzipSync } from 'zlib'
 * import { data, tensor } from 'grad-ts'
 *
 * const labels = data.formatIdx('uint8')(tensor([3, 1, 4]))
 * deepStrictEqual(await data.readIdx(labels)(), E.right(tensor([3, 1, 4])))
 * deepStrictEqual(await data.readIdx(gzipSync(labels))(), E.right(tensor([3, 1, 4])))
 * @category reading
 * @since 0.1.0
 */
export const readIdx = (bytes: Uint8Array, settings: GunzipSettings = {}): TE.TaskEither<DataError, Tensor> => {
  const file = asBytes('readIdx', bytes)
  const limit = readIdxSettings.read(settings)
  return isGzip(file) ? TE.chainEitherK(parseIdx)(gunzip(file, limit)) : TE.fromEither(parseIdx(file))
}

const wholeIn =
  (least: number, most: number) =>
  (value: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most

const holds: Readonly<Record<IdxType, (value: number) => boolean>> = {
  uint8: wholeIn(0, 255),
  int8: wholeIn(-128, 127),
  int16: wholeIn(-(2 ** 15), 2 ** 15 - 1),
  int32: wholeIn(-(2 ** 31), 2 ** 31 - 1),
  float32: (value) => !Number.isFinite(value) || Number.isFinite(Math.fround(value)),
  float64: () => true
}

/**
 * The bytes of an IDX file of a tensor, its elements written as a type: what `parseIdx` reads back, exactly but for
 * `float32`, which rounds, and the sign of zero, which integers have not got.
 *
 * @throws ValueError when the type does not hold an element, naming the first: 300 is not a `uint8`, 0.5 not an integer
 * @throws ShapeError when the tensor is a scalar, or has more than 255 dimensions
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { data, tensor } from 'grad-ts'
 *
 * const x = tensor([[0.1, -2], [Infinity, 1e300]])
 * deepStrictEqual(data.parseIdx(data.formatIdx('float64')(x)), E.right(x))
 * deepStrictEqual(Array.from(data.formatIdx('int16')(tensor([-2]))), [0, 0, 0x0b, 1, 0, 0, 0, 1, 255, 254])
 * @category reading
 * @since 0.1.0
 */
export const formatIdx = (type: IdxType): ((x: Tensor<Shape>) => Uint8Array) => {
  kinds.mustBe(idxType, 'formatIdx: the type', type)
  return (x) => {
    const dims = dimsOf(asTensor('formatIdx', x))
    const values = valuesOf('formatIdx', x)
    if (dims.length === 0 || dims.length > 255)
      return fail('ShapeError', `formatIdx: needs a rank from 1 to 255, got ${dims.length}; reshape to [1] first`)
    const wrong = values.findIndex((value) => !holds[type](value))
    if (wrong >= 0)
      return fail('ValueError', `formatIdx: element ${wrong} is ${values[wrong]}, which ${type} does not hold`)
    const header = writeBigEndian('int32', Uint8Array.of(0, 0, codes[type], dims.length), Float64Array.from(dims))
    return writeBigEndian(type, header, values)
  }
}
