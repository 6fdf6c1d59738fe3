import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { fail, showGiven } from '../tensor/errors.ts'
import { asRecord } from '../tensor/given.ts'
import type { DataError } from './error.ts'

/** Gzip by the platform's own streams: nothing to install, in Node and in a browser alike. */

/** How much may come out of a compressed file. @category settings @since 0.1.0 */
export interface GunzipSettings {
  /** The most bytes that are unpacked: 1 GiB when left out, twenty times MNIST. A megabyte may hold a gigabyte of zeros. */
  readonly maxBytes?: number
}

const DEFAULT_MAX_BYTES = 2 ** 30

/** Whether bytes begin as gzip does. @internal */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const joined = (parts: readonly Uint8Array[], length: number): Uint8Array => {
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const unpack = async (bytes: Uint8Array, maxBytes: number): Promise<E.Either<DataError, Uint8Array>> => {
  const { readable, writable } = new DecompressionStream('gzip')
  const writer = writable.getWriter()
  // whatever goes wrong while writing goes wrong while reading too, and is told there
  const ignored = (): void => undefined
  writer.write(bytes).catch(ignored)
  writer.close().catch(ignored)
  const reader = (readable as ReadableStream<Uint8Array>).getReader()
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return E.right(joined(parts, length))
      length += value.length
      if (length > maxBytes) {
        await reader.cancel()
        return E.left({ _tag: 'TooLarge', maxBytes })
      }
      parts.push(value)
    }
  } catch (error) {
    return E.left({ _tag: 'InvalidGzip', message: messageOf(error) })
  }
}

/**
 * Unpacks gzip. It stops, and gives an error, as soon as more comes out than is allowed, so that a small file cannot fill
 * the memory.
 *
 * @returns what was packed; or `InvalidGzip` for bytes that are no gzip file, are damaged or cut short, and `TooLarge`
 * @throws ValueError when it is not given a `Uint8Array`, or the limit is not a whole number of at least 0
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { gzipSync } from 'zlib'
 * import { data } from 'grad-ts'
 *
 * const zeros = new Uint8Array(1e6)
 * deepStrictEqual(await data.gunzip(gzipSync(zeros))(), E.right(zeros))
 * deepStrictEqual(await data.gunzip(gzipSync(zeros), { maxBytes: 1000 })(), E.left({ _tag: 'TooLarge', maxBytes: 1000 }))
 * @category reading
 * @since 0.1.0
 */
export const gunzip = (bytes: Uint8Array, settings: GunzipSettings = {}): TE.TaskEither<DataError, Uint8Array> => {
  const { maxBytes = DEFAULT_MAX_BYTES } = asRecord('gunzip', 'settings such as { maxBytes: 1000 }', settings)
  if (!(bytes instanceof Uint8Array))
    return fail('ValueError', `gunzip: needs the bytes of a file as a Uint8Array, got ${showGiven(bytes)}`)
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
    return fail('ValueError', `gunzip: maxBytes must be a whole number of at least 0, got ${showGiven(maxBytes)}`)
  return () => unpack(bytes, maxBytes)
}
