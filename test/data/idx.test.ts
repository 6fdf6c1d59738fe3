import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type DataError, formatIdx, type IdxType, parseIdx, readIdx, showError } from '../../src/data/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyTensor, fullDims } from '../support/arbitraries.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'
import { thrown } from './support.ts'
import { reshape } from '../../src/ops/index.ts'

const types = ['uint8', 'int8', 'int16', 'int32', 'float32', 'float64'] as const

/** The numbers that a type holds. */
const numbers: Readonly<Record<IdxType, fc.Arbitrary<number>>> = {
  uint8: fc.integer({ min: 0, max: 255 }),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  float32: fc.float(),
  float64: fc.double()
}

const right = <A>(result: E.Either<DataError, A>): A => {
  if (E.isRight(result)) return result.right
  throw new Error(showError(result.left))
}

/** The faults, one a line. */
const faults = (result: E.Either<DataError, unknown>): readonly string[] =>
  E.isRight(result) || result.left._tag !== 'InvalidIdx'
    ? ['not an invalid file']
    : result.left.faults.map(({ path, message }) => `${path}: ${message}`)

describe('an IDX file', () => {
  it.each<[string, readonly number[], Tensor]>([
    ['uint8', [0, 0, 0x08, 1, 0, 0, 0, 3, 0, 128, 255], tensor([0, 128, 255])],
    ['int8', [0, 0, 0x09, 1, 0, 0, 0, 3, 0, 127, 255], tensor([0, 127, -1])],
    ['int16', [0, 0, 0x0b, 1, 0, 0, 0, 2, 1, 2, 0xff, 0xfe], tensor([258, -2])],
    ['int32', [0, 0, 0x0c, 1, 0, 0, 0, 2, 0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff], tensor([65538, -1])],
    ['float32', [0, 0, 0x0d, 1, 0, 0, 0, 1, 0xbf, 0xc0, 0, 0], tensor([-1.5])],
    ['float64', [0, 0, 0x0e, 1, 0, 0, 0, 1, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], tensor([0.1])],
    [
      'of several dimensions',
      [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4],
      tensor([[[1, 2]], [[3, 4]]])
    ],
    ['without elements', [0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 28], zeros([0, 28])],
    [
      'without elements, whatever the other dimensions',
      [0, 0, 0x0e, 2, 0, 0, 0, 0, 255, 255, 255, 255],
      zeros([0, 2 ** 32 - 1])
    ]
  ] as never)('of %s is read most significant byte first', (_, bytes, expected) => {
    expect(right(parseIdx(Uint8Array.from(bytes)))).toBeTensor(expected)
  })

  it('may lie anywhere in a buffer', () => {
    const file = formatIdx('int16')(tensor([1, -2, 3]))
    const inside = new Uint8Array(file.length + 7)
    inside.set(file, 3)
    expect(right(parseIdx(inside.subarray(3, 3 + file.length)))).toBeTensor(tensor([1, -2, 3]))
    expect(right(parseIdx(Buffer.from(file)))).toBeTensor(tensor([1, -2, 3]))
  })

  it('is copied: the file may be written over', () => {
    const file = formatIdx('uint8')(tensor([1, 2]))
    const x = right(parseIdx(file))
    file.fill(9)
    expect(x).toBeTensor(tensor([1, 2]))
  })

  describe.each(types)('of %s', (type) => {
    test.prop([anyTensor(fullDims({ min: 1 }), numbers[type])])('comes back from its bytes', (x) => {
      // integers have one zero
      const same = type.startsWith('float')
        ? x
        : reshape([...x.shape])(tensor(toFlatArray(x).map((value) => value + 0)))
      expect(right(parseIdx(formatIdx(type)(x)))).toBeTensor(same)
    })

    test.prop([anyTensor(fullDims({ min: 1 }), numbers[type]), fc.nat(), fc.integer({ min: 0, max: 255 })])(
      'with a byte changed or cut off is read or refused, and nothing is thrown',
      (x, place, byte) => {
        const file = formatIdx(type)(x)
        const at = place % file.length
        expect(['Left', 'Right']).toContain(parseIdx(file.with(at, byte))._tag)
        const [fault, ...more] = faults(parseIdx(file.subarray(0, at)))
        expect([fault, ...more].length).toBeLessThanOrEqual(21)
        expect(fault).toMatch(/^byte \d+: /)
      }
    )
  })
})

describe('the faults of an IDX file', () => {
  const parse = (...bytes: readonly number[]) => faults(parseIdx(Uint8Array.from(bytes)))

  it.each<[string, readonly number[], readonly string[]]>([
    [
      'no bytes',
      [],
      ['byte 0: the file ends here; it begins with four bytes, of which the last two are the type and the rank']
    ],
    [
      'two bytes',
      [0, 0],
      ['byte 2: the file ends here; it begins with four bytes, of which the last two are the type and the rank']
    ],
    ['two bytes, of which one is wrong', [0, 7], ['byte 0: needs two bytes of 0, got 0x00 0x07']],
    ['another file', [0x50, 0x4b, 0x03, 0], ['byte 0: needs two bytes of 0, got 0x50 0x4b']],
    [
      'no type and no rank',
      [0, 0, 3, 0],
      [
        'byte 2: needs a type of elements, one of 0x08 (uint8), 0x09 (int8), 0x0b (int16), 0x0c (int32), 0x0d (float32), 0x0e (float64), got 0x03',
        'byte 3: needs a rank of at least 1, got 0'
      ]
    ],
    ['a gzip file', [0x1f, 0x8b, 8, 0], ['byte 0: this is a gzip file; unpack it with gunzip, or take readIdx']],
    ['no rank', [0, 0, 8, 0, 1], ['byte 3: needs a rank of at least 1, got 0']],
    [
      'dimensions that are cut off',
      [0, 0, 8, 3, 0, 0, 0, 2, 0],
      ['byte 9: the file ends here; the 3 dimensions need 12 bytes, there are 5']
    ],
    [
      'too few elements',
      [0, 0, 0x0b, 1, 0, 0, 0, 2, 0, 1, 0],
      ['byte 11: the file ends here; shape [2] of int16 needs 12 bytes in all, there are 11']
    ],
    [
      'too many',
      [0, 0, 8, 1, 0, 0, 0, 2, 0, 1, 0],
      ['byte 10: the file should end here; shape [2] of uint8 needs 10 bytes in all, there are 11']
    ],
    [
      'dimensions larger than any memory',
      [0, 0, 0x0e, 2, 255, 255, 255, 255, 255, 255, 255, 255],
      [
        'byte 12: the file ends here; shape [4294967295, 4294967295] of float64 needs 147573952520956940000 bytes in all, there are 12'
      ]
    ]
  ])('are told with their places: %s', (_, bytes, expected) => {
    expect(parse(...bytes)).toEqual(expected)
  })

  test.prop([fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.nat(11), fc.nat(255)])(
    'take three lines at most, whichever byte of a file is another',
    (values, place, byte) => {
      const file = formatIdx('uint8')(tensor(Array.from(values)))
      const result = parseIdx(file.map((value, i) => (i === place ? byte : value)))
      if (E.isLeft(result)) expect(showError(result.left).split('\n').length).toBeLessThanOrEqual(3)
    }
  )

  test.prop([fc.uint8Array({ maxLength: 60 })])('are data, for any bytes at all', (bytes) => {
    const result = parseIdx(bytes)
    if (E.isLeft(result)) expect(showError(result.left)).toMatch(/^no IDX file:\n {2}byte \d+: /)
    else expect(result.right.shape.reduce((a, b) => a * b, 1)).toBeLessThanOrEqual(bytes.length)
  })

  test.prop([
    fc.constantFrom(8, 9, 11, 12, 13, 14, 15),
    fc.array(fc.oneof(fc.nat(3), fc.nat(2 ** 32 - 1)), { maxLength: 6 }),
    fc.uint8Array({ maxLength: 40 })
  ])('are data, for any header', (type, dims, rest) => {
    const header = [
      0,
      0,
      type,
      dims.length,
      ...dims.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255])
    ]
    expect(['Left', 'Right']).toContain(parseIdx(Uint8Array.from([...header, ...rest]))._tag)
  })

  it('are no matter of data when there are no bytes to read', () => {
    expect(thrown(() => parseIdx([0, 0, 8, 1] as never))).toBe(
      'ValueError: parseIdx: needs the bytes of a file as a Uint8Array, got an array'
    )
    expect(thrown(() => readIdx('train.idx' as never))).toMatch(/^ValueError: readIdx: .* got "train.idx"$/)
  })
})

describe('readIdx', () => {
  test.prop([anyTensor(fullDims({ min: 1 }), numbers.uint8), fc.integer({ min: 0, max: 9 })], { numRuns: 30 })(
    'reads plain and compressed files alike',
    async (x, level) => {
      const file = formatIdx('uint8')(x)
      expect(right(await readIdx(file)())).toBeTensor(right(parseIdx(file)))
      expect(right(await readIdx(gzipSync(file, { level }))())).toBeTensor(right(parseIdx(file)))
    }
  )

  it('tells the faults of what was compressed, and of the compression', async () => {
    expect(faults(await readIdx(gzipSync(Uint8Array.of(0, 0, 8, 0)))())).toEqual([
      'byte 3: needs a rank of at least 1, got 0'
    ])
    const cut = await readIdx(gzipSync(formatIdx('uint8')(tensor([1, 2, 3]))).subarray(0, -9))()
    expect(E.isLeft(cut) && cut.left._tag).toBe('InvalidGzip')
    const large = await readIdx(gzipSync(formatIdx('uint8')(zeros([1000]))), { maxBytes: 500 })()
    expect(large).toEqual(E.left({ _tag: 'TooLarge', maxBytes: 500 }))
  })

  test.prop([fc.uint8Array({ maxLength: 60 }), fc.boolean()], { numRuns: 60 })(
    'answers for any bytes at all, compressed or like it',
    async (bytes, packed) => {
      const given = packed ? Uint8Array.from([0x1f, 0x8b, ...bytes]) : bytes
      expect(['Left', 'Right']).toContain((await readIdx(given)())._tag)
    }
  )
})

describe('formatIdx', () => {
  it.each<[IdxType, number, string]>([
    ['uint8', 256, '256'],
    ['uint8', -1, '-1'],
    ['uint8', 0.5, '0.5'],
    ['int8', 128, '128'],
    ['int16', -32769, '-32769'],
    ['int32', 2 ** 31, '2147483648'],
    ['int32', NaN, 'NaN'],
    ['int32', Infinity, 'Infinity'],
    ['float32', 1e300, '1e+300']
  ])('as %s refuses %d', (type, value, text) => {
    expect(thrown(() => formatIdx(type)(tensor([0, value])))).toBe(
      `ValueError: formatIdx: element 1 is ${text}, which ${type} does not hold`
    )
  })

  it('rounds to single precision, and keeps NaN and the infinities', () => {
    const x = tensor([0.1, NaN, -Infinity, -0])
    expect(right(parseIdx(formatIdx('float32')(x)))).toBeTensor(tensor([Math.fround(0.1), NaN, -Infinity, -0]))
  })

  it('refuses a scalar, and a type that there is not', () => {
    expect(thrown(() => formatIdx('uint8')(scalar(1)))).toBe(
      'ShapeError: formatIdx: needs a rank from 1 to 255, got 0; reshape to [1] first'
    )
    expect(thrown(() => formatIdx('int64' as never))).toBe(
      'ValueError: formatIdx: the type must be one of uint8, int8, int16, int32, float32, float64, got "int64"'
    )
    expect(thrown(() => formatIdx('uint8')([1] as never))).toMatch(/^ValueError: formatIdx: needs a tensor/)
  })
})
