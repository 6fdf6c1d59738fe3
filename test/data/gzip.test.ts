import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type DataError, gunzip, showError } from '../../src/data/index.ts'
import { unpackMembers } from '../../src/data/members.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'
import { thrown } from './support.ts'

const tag = (result: E.Either<DataError, unknown>): string => (E.isLeft(result) ? result.left._tag : 'read')

/** A file is unpacked by zlib in Node, and by the platform's streams elsewhere: both are tried here. */
const ways: readonly (readonly [string, typeof gunzip])[] = [
  ['gunzip', gunzip],
  ['gunzip by streams', (bytes, settings) => () => unpackMembers(bytes, settings?.maxBytes ?? 2 ** 30)]
]

/** Random bytes, which cannot be packed. */
const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Math.floor(256 * ((Math.sin(i * 12.9898) * 43758.5453) % 1) + 256))

describe.each(ways)('%s', (_way, gunzip) => {
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

  test.prop(
    [
      fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 40 })
    ],
    { numRuns: 60 }
  )('reads a file of several members, and with zeros behind', async (parts, level, zeros) => {
    const file = Buffer.concat([...parts.map((part) => gzipSync(part, { level })), new Uint8Array(zeros)])
    const result = await gunzip(file)()
    expect(E.isRight(result) ? Array.from(result.right) : result.left).toEqual(
      parts.flatMap((part) => Array.from(part))
    )
  })

  it('reads blocks of 64 KB with an empty one at the end, as bgzip writes them', async () => {
    const whole = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i * 31) % 253)
    const blocks = [0, 1, 2, 3, 4].map((k) => whole.subarray(k * 65_280, (k + 1) * 65_280))
    // the extra field of bgzip stands behind the ten bytes of the header, and a bit of the flags announces it
    const bgzip = (block: Uint8Array): Buffer => {
      const packed = gzipSync(block)
      const extra = Buffer.from([6, 0, 0x42, 0x43, 2, 0, (packed.length + 7) & 255, (packed.length + 7) >> 8])
      const header = Uint8Array.from(packed.subarray(0, 10), (byte, i) => (i === 3 ? byte | 4 : byte))
      return Buffer.concat([header, extra, packed.subarray(10)])
    }
    const result = await gunzip(Buffer.concat(blocks.map(bgzip)))()
    if (E.isLeft(result)) throw new Error(showError(result.left))
    expect(result.right).toBeNumbers(whole)
  })

  it('is not taken in by a header inside a member', async () => {
    const inner = gzipSync(Uint8Array.of(1, 2, 3))
    const outer = Buffer.concat([inner, inner, noise(50), inner])
    const file = Buffer.concat([gzipSync(outer, { level: 0 }), gzipSync(inner, { level: 0 })])
    const result = await gunzip(file)()
    expect(E.isRight(result) && Array.from(result.right)).toEqual([...outer, ...inner])
  })

  it('counts the bytes of all members against the limit', async () => {
    const member = gzipSync(new Uint8Array(600))
    const two = Buffer.concat([member, member])
    expect(tag(await gunzip(two, { maxBytes: 1200 })())).toBe('read')
    expect(await gunzip(two, { maxBytes: 1199 })()).toEqual(E.left({ _tag: 'TooLarge', maxBytes: 1199 }))
  })

  it('may be run again', async () => {
    const task = gunzip(gzipSync(Uint8Array.of(1, 2)))
    expect(await task()).toEqual(await task())
  })

  const packed = gzipSync(new Uint8Array(1000).fill(7))
  const wrongSum = Uint8Array.from(packed, (byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte))

  it.each<[string, Uint8Array]>([
    ['nothing at all', new Uint8Array(0)],
    ['bytes that are not gzip', Uint8Array.of(1, 2, 3, 4)],
    ['a beginning without an end', packed.subarray(0, 12)],
    ['all but the end', packed.subarray(0, -1)],
    ['a wrong sum', wrongSum],
    ['a wrong length', Uint8Array.from(packed, (byte, i) => (i === packed.length - 2 ? byte ^ 1 : byte))],
    ['what is no gzip behind it', Uint8Array.from([...packed, 1, 2, 3])],
    ['what is no gzip behind a zero', Uint8Array.from([...packed, 0, 1, 2, 3])],
    ['a member behind a zero', Uint8Array.from([...packed, 0, ...gzipSync(Uint8Array.of(1, 2))])],
    ['a member that is cut short behind another', Uint8Array.from([...packed, ...packed.subarray(0, -1)])],
    ['a member with a wrong sum before another', Uint8Array.from([...wrongSum, ...packed])],
    ['a member with a wrong sum behind another', Uint8Array.from([...packed, ...wrongSum])]
  ])('reports %s', async (_, bytes) => {
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
})

describe('gunzip', () => {
  it('refuses what is not a Uint8Array, and a limit that is not an integer', () => {
    expect(thrown(() => gunzip('file.gz' as never))).toBe(
      'ValueError: gunzip: needs the bytes of a file as a Uint8Array, got "file.gz"'
    )
    expect(thrown(() => gunzip(new Uint8Array(0), { maxBytes: -1 }))).toBe(
      'ValueError: gunzip: maxBytes must be a whole number of at least 0, got -1'
    )
    expect(thrown(() => gunzip(new Uint8Array(0), { maxBytes: NaN }))).toMatch(/got NaN$/)
  })
})
