import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from './error.ts'

/**
 * Gzip by the platform's `DecompressionStream`, where there is no zlib. A gzip file is a series of members (RFC 1952,
 * §2.2), maybe with zeros behind; most platforms refuse more than one, and none tells where the first ends. So every place
 * where a member may end is tried: before the next header, and before the padding.
 */

/** One chunk of input; a burst of output is at most about a thousand times as long. */
const CHUNK = 2 ** 15

/** Deflate packs at most 1032 bytes into one. */
const MOST_PACKED = 1032

/** The shortest member: a header of 10 bytes, 2 of an empty block, a trailer of 8. */
const SHORTEST = 20

/** Tries that fail may read this many times the whole file before the search is given up. */
const MOST_READ = 64

/** Zeros that may belong to the end of a member: those of an empty one. */
const MOST_ZEROS = 9

/** Parts of known length as one array. */
const joined = (parts: readonly Uint8Array[], length: number): Uint8Array => {
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** The platform's reason; in Node it is the `cause`. @internal */
export const messageOf = (error: unknown): string => {
  const { cause, message } = error instanceof Error ? error : { cause: undefined, message: String(error) }
  return cause instanceof Error ? cause.message : message
}

type Unpacked = E.Either<DataError, Uint8Array>

/** @internal */
export const invalid = (message: string): E.Either<DataError, never> => E.left({ _tag: 'InvalidGzip', message })

/** The number of bytes, modulo 2³², that a member says it unpacks to: its last four bytes. */
const statedLength = (bytes: Uint8Array, end: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset + end - 4, 4).getUint32(0, true)

const write = async (writer: WritableStreamDefaultWriter, bytes: Uint8Array): Promise<void> => {
  for (let from = 0; from < bytes.length; from += CHUNK) await writer.write(bytes.subarray(from, from + CHUNK))
  await writer.close()
}

/** Unpacks one member, which must end where the bytes do, after `before` bytes of other members. */
const unpackMember = async (bytes: Uint8Array, before: number, maxBytes: number): Promise<Unpacked> => {
  const { readable, writable } = new DecompressionStream('gzip')
  // an error while writing is also an error while reading, and is handled there
  write(writable.getWriter(), bytes).catch(() => undefined)
  const reader = (readable as ReadableStream<Uint8Array>).getReader()
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.length
      if (before + length > maxBytes) {
        await reader.cancel()
        return E.left({ _tag: 'TooLarge', maxBytes })
      }
      parts.push(value)
    }
  } catch (error) {
    return invalid(messageOf(error))
  }
  // Node 20 reads on into further members and drops what is behind them
  const stated = statedLength(bytes, bytes.length)
  return stated === length % 2 ** 32
    ? E.right(joined(parts, length))
    : invalid(`unpacks to ${length} bytes, and its end says ${stated}`)
}

/** Where a member that begins at `from` may end, nearest first; `filled` is the place behind the last byte that is not 0. */
function* endsOf(bytes: Uint8Array, from: number, filled: number): Generator<number> {
  const plausible = (end: number): boolean =>
    end - from >= SHORTEST && statedLength(bytes, end) <= MOST_PACKED * (end - from)
  for (let at = bytes.indexOf(0x1f, from + SHORTEST); at >= 0; at = bytes.indexOf(0x1f, at + 1)) {
    const header = bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && (bytes[at + 3]! & 0xe0) === 0
    if (header && plausible(at)) yield at
  }
  for (let end = filled; end < Math.min(bytes.length, filled + MOST_ZEROS + 1); end++) if (plausible(end)) yield end
}

/** Unpacks the member that begins at `from`, wherever it ends. */
const unpackFrom = async (
  bytes: Uint8Array,
  from: number,
  filled: number,
  before: number,
  maxBytes: number
): Promise<E.Either<DataError, { readonly end: number; readonly unpacked: Uint8Array }>> => {
  const upTo = (end: number): Promise<Unpacked> => unpackMember(bytes.subarray(from, end), before, maxBytes)
  const settled = (tried: Unpacked): boolean => E.isRight(tried) || tried.left._tag === 'TooLarge'
  const ending = (end: number) => E.map((unpacked: Uint8Array) => ({ end, unpacked }))
  // nearly every file is one member; of several, the next header is nearly always the end
  const first = from === 0 ? await upTo(bytes.length) : undefined
  if (first !== undefined && settled(first)) return ending(bytes.length)(first)
  let read = 0
  for (const end of endsOf(bytes, from, filled)) {
    const tried = await upTo(end)
    if (settled(tried)) return ending(end)(tried)
    read += end - from
    if (read > MOST_READ * bytes.length)
      return invalid('the file has several members, and where they end was not found; pack it again as one')
  }
  return ending(bytes.length)(first ?? (await upTo(bytes.length)))
}

/** Unpacks all members of a gzip file by the platform's streams. @internal */
export const unpackMembers = async (bytes: Uint8Array, maxBytes: number): Promise<Unpacked> => {
  const filled = bytes.findLastIndex((byte) => byte !== 0) + 1
  const parts: Uint8Array[] = []
  let [from, length] = [0, 0]
  do {
    const member = await unpackFrom(bytes, from, filled, length, maxBytes)
    if (E.isLeft(member)) return member
    parts.push(member.right.unpacked)
    length += member.right.unpacked.length
    from = member.right.end
  } while (from < filled)
  return E.right(joined(parts, length))
}
