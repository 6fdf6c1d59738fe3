import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as kinds from '../kinds/index.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import type { DataError } from './error.ts'
import { invalid, messageOf, unpackMembers } from './members.ts'

/** Gzip by what the platform brings: zlib in Node, its streams elsewhere. Nothing to install. */

/** How much may come out of a compressed file. @category settings @since 0.1.0 */
export interface GunzipSettings {
  /** The most bytes that are unpacked: 1 GiB when left out, twenty times MNIST. A megabyte may hold a gigabyte of zeros. */
  readonly maxBytes?: number
}

/** How much may be unpacked. @internal */
export const limits = { maxBytes: [kinds.index, 2 ** 30] } as const

const gunzipSettings = kinds.settings('gunzip', limits)

/** The bytes of a file, or an error that says what was given instead. @internal */
export const asBytes = (what: string, bytes: unknown): Uint8Array =>
  bytes instanceof Uint8Array
    ? bytes
    : fail('ValueError', `${what}: needs the bytes of a file as a Uint8Array, got ${showGiven(bytes)}`)

/** Whether bytes begin as gzip does. @internal */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** As much of Node's zlib as is used here. */
interface Zlib {
  readonly gunzip: (
    bytes: Uint8Array,
    options: { readonly info: true; readonly maxOutputLength: number },
    done: (
      error: (Error & { readonly code?: string }) | null,
      result: { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } }
    ) => void
  ) => void
}

interface Runtime {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown }
}

/** Node's zlib, asked for at run time, so that the package loads in a browser and no bundler looks for it. */
const zlib = (): Zlib | undefined =>
  (globalThis as Runtime).process?.getBuiltinModule?.('node:zlib') as Zlib | undefined

/** The most that zlib takes as a limit. */
const MOST_BYTES = 2 ** 32

/** Bytes of an array of their own, not of the pool that small buffers share. */
const copyOf = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array =>
  buffer.byteLength === length ? new Uint8Array(buffer) : new Uint8Array(buffer, byteOffset, length).slice()

/** Unpacks all members; zlib passes over whatever stands behind a zero, and only zeros may. */
const unpackByZlib =
  ({ gunzip: unpack }: Zlib) =>
  (bytes: Uint8Array, maxBytes: number): Promise<E.Either<DataError, Uint8Array>> =>
    new Promise((resolve) => {
      const tooLarge = E.left<DataError>({ _tag: 'TooLarge', maxBytes })
      const maxOutputLength = Math.min(Math.max(maxBytes, 1), MOST_BYTES)
      unpack(bytes, { info: true, maxOutputLength }, (error, result) => {
        if (error !== null) {
          resolve(error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : invalid(messageOf(error)))
          return
        }
        const { buffer, engine } = result
        const behind = bytes.subarray(engine.bytesWritten).findIndex((byte) => byte !== 0)
        resolve(
          behind >= 0
            ? invalid(`its data end at byte ${engine.bytesWritten}, and byte ${engine.bytesWritten + behind} is not 0`)
            : buffer.length > maxBytes
              ? tooLarge
              : E.right(copyOf(buffer))
        )
      })
    })

/**
 * Unpacks a gzip file, all its members (as `cat a.gz b.gz` and bgzip make them) and whatever zeros pad it. It stops, and gives an error, as soon as more comes out than is allowed, so that a small file cannot fill
 * the memory.
 *
 * @returns what was packed; or `InvalidGzip` for bytes that are not gzip file, are damaged or cut short, and `TooLarge`
 * @throws ValueError when it is not given a `Uint8Array`, or the limit is not a whole number of at least 0
 * @see Deutsch, RFC 1952: GZIP file format specification (1996), §2.2
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { gzipSync } from 'zlib'
 * import { data } from 'grad-ts'
 *
 * const zeros = new Uint8Array(1e6)
 * deepStrictEqual(await data.gunzip(gzipSync(zeros))(), E.right(zeros))
 * const two = Buffer.concat([gzipSync(Uint8Array.of(1, 2)), gzipSync(Uint8Array.of(3))])
 * deepStrictEqual(await data.gunzip(two)(), E.right(Uint8Array.of(1, 2, 3)))
 * deepStrictEqual(await data.gunzip(gzipSync(zeros), { maxBytes: 1000 })(), E.left({ _tag: 'TooLarge', maxBytes: 1000 }))
 * @category reading
 * @since 0.1.0
 */
export const gunzip = (bytes: Uint8Array, settings: GunzipSettings = {}): TE.TaskEither<DataError, Uint8Array> => {
  const { maxBytes } = gunzipSettings.read(settings)
  const file = asBytes('gunzip', bytes)
  return () => {
    const node = zlib()
    return node === undefined ? unpackMembers(file, maxBytes) : unpackByZlib(node)(file, maxBytes)
  }
}
