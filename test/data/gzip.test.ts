import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type DataError, gunzip, showError } from '../../src/data/index.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'
import { thrown } from './support.ts'

const tag = (result: E.Either<DataError, unknown>): string => (E.isLeft(result) ? result.left._tag : 'read')

describe('gunzip', () => {
  test.prop([fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 9 })], { numRuns: 50 })(
    'gives back what was packed',
    async (bytes, level) => {
      const result = await gunzip(gzipSync(bytes, { level }))()
      expect(E.isRight(result) && Array.from(result.right)).toEqual(Array.from(bytes))
    }
  )

  it('gives back what takes many pieces', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251)
    const result = await gunzip(gzipSync(bytes))()
    if (E.isLeft(result)) throw new Error(showError(result.left))
    expect(result.right).toBeNumbers(bytes)
  })

  it('may be run again', async () => {
    const task = gunzip(gzipSync(Uint8Array.of(1, 2)))
    expect(await task()).toEqual(await task())
  })

  const packed = gzipSync(new Uint8Array(1000).fill(7))

  it.each<[string, Uint8Array]>([
    ['nothing at all', new Uint8Array(0)],
    ['bytes that are none', Uint8Array.of(1, 2, 3, 4)],
    ['a beginning without an end', packed.subarray(0, 12)],
    ['all but the end', packed.subarray(0, -1)],
    ['a wrong sum', Uint8Array.from(packed, (byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte))],
    ['a wrong length', Uint8Array.from(packed, (byte, i) => (i === packed.length - 2 ? byte ^ 1 : byte))],
    ['what is no gzip behind it', Uint8Array.from([...packed, 1, 2, 3])]
  ])('tells of %s', async (_, bytes) => {
    const result = await gunzip(bytes)()
    expect(tag(result)).toBe('InvalidGzip')
    expect(E.isLeft(result) && showError(result.left)).toMatch(/^no gzip file: \w/)
  })

  it('stops at the limit: a small file of very many zeros is left where it is', async () => {
    const bomb = gzipSync(new Uint8Array(3e7))
    expect(bomb.length).toBeLessThan(50_000)
    const result = await gunzip(bomb, { maxBytes: 1e6 })()
    expect(result).toEqual(E.left({ _tag: 'TooLarge', maxBytes: 1e6 }))
    expect(E.isLeft(result) && showError(result.left)).toBe(
      'unpacks to more than the 1000000 bytes allowed; raise maxBytes if you trust the file'
    )
  })

  it('takes just as much as is allowed', async () => {
    expect(tag(await gunzip(packed, { maxBytes: 1000 })())).toBe('read')
    expect(tag(await gunzip(packed, { maxBytes: 999 })())).toBe('TooLarge')
    expect(tag(await gunzip(gzipSync(new Uint8Array(0)), { maxBytes: 0 })())).toBe('read')
  })

  test.prop([fc.uint8Array({ maxLength: 80 })], { numRuns: 60 })('answers for any bytes at all', async (bytes) => {
    expect(['InvalidGzip', 'read']).toContain(tag(await gunzip(bytes)()))
  })

  it('refuses what are no bytes, and a limit that is none', () => {
    expect(thrown(() => gunzip('file.gz' as never))).toBe(
      'ValueError: gunzip: needs the bytes of a file as a Uint8Array, got "file.gz"'
    )
    expect(thrown(() => gunzip(packed, { maxBytes: -1 }))).toBe(
      'ValueError: gunzip: maxBytes must be a whole number of at least 0, got -1'
    )
    expect(thrown(() => gunzip(packed, { maxBytes: NaN }))).toMatch(/got NaN$/)
  })
})
