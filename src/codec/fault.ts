import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asArray, asFunction, asRecord, asText } from '../tensor/given.ts'
import { dimsOf, isTensor } from '../tensor/tensor.ts'
import type { Tree } from '../params/tree.ts'
import type { Fault } from '../train/error.ts'
import { type PathStep, showPath } from '../tree/tree.ts'

/** What went wrong in decoding, for people: where, what was given, and what is needed. */

/** What decoding comes to: the value, or every fault there is. @category decoding @since 0.1.0 */
export type Decoded<A> = E.Either<readonly Fault[], A>

const longest = 40

const shorten = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)

/** A value as it is named in a message. */
export const showGiven = (value: unknown): string => {
  switch (typeof value) {
    case 'undefined':
      return 'nothing'
    case 'string':
      return JSON.stringify(shorten(value))
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'boolean':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'object':
      return value === null
        ? 'null'
        : Array.isArray(value)
          ? `a list of ${value.length}`
          : isTensor(value)
            ? `a tensor of shape ${showDims(dimsOf(value))}`
            : shorten(`a record of ${Object.keys(value).join(', ') || 'nothing'}`)
    case 'function':
    case 'symbol':
      return `a ${typeof value}`
  }
}

/** The message for a value that is not what is needed; nothing at all is missing. */
const needing = (need: string, value: unknown): string =>
  value === undefined ? `is missing; needs ${need}` : `needs ${need}, got ${showGiven(value)}`

/** A failure with a sentence of ours. */
export const refuse = <A>(need: string, value: unknown, context: t.Context): t.Validation<A> =>
  t.failure(value, context, needing(need, value))

/** io-ts puts the number of a member of a union, or of an intersection, between the steps of a path. */
const isCombined = (type: unknown): boolean =>
  typeof type === 'object' &&
  type !== null &&
  '_tag' in type &&
  (type._tag === 'UnionType' || type._tag === 'IntersectionType')

const pathOf = (context: t.Context): string => {
  const steps = context.slice(1).flatMap(({ key }, i): readonly PathStep[] => {
    const parent = context[i]!
    return isCombined(parent.type) ? [] : [Array.isArray(parent.actual) ? Number(key) : key]
  })
  return steps.length === 0 ? (context[0]?.type.name ?? 'value') : showPath('', steps).replace(/^\./, '')
}

const faultOf = ({ value, context, message }: t.ValidationError): Fault => ({
  path: pathOf(context),
  message: message ?? needing(context[context.length - 1]?.type.name ?? 'another value', value)
})

/** How many faults are listed one by one. */
export const MOST_LISTED = 20

/** The first faults, and how many more there are; `count` is how many there are in all, of which the first are given. */
export const listed = (path: string, faults: readonly Fault[], count: number = faults.length): readonly Fault[] =>
  count > MOST_LISTED
    ? [...faults.slice(0, MOST_LISTED), { path, message: `${count - MOST_LISTED} more faults` }]
    : faults

/** A validation error that stands for others, which are not told one by one. */
interface Rest extends t.ValidationError {
  readonly count: number
}

const countOf = (error: t.ValidationError): number => ('count' in error ? (error as Rest).count : 0)

/** The first errors and one that counts the rest: a file of a million wrong numbers has no million errors. */
export const bounded = (errors: t.Errors, context: t.Context, more = 0): t.Errors => {
  const told = errors.filter((error) => countOf(error) === 0)
  const count = errors.reduce((total, error) => total + countOf(error), more + Math.max(0, told.length - MOST_LISTED))
  const rest: Rest = { value: undefined, context, message: `${count} more faults`, count }
  return count === 0 ? told : [...told.slice(0, MOST_LISTED), rest]
}

/** The faults of the entries of a list at some places, each made by its place; only those that are told are made. */
export const faultsAt = (
  places: readonly number[],
  errorsAt: (place: number) => t.Validation<unknown>,
  context: t.Context
): t.Errors =>
  bounded(
    places.slice(0, MOST_LISTED).flatMap((place) => {
      const error = errorsAt(place)
      return E.isLeft(error) ? error.left : []
    }),
    context,
    Math.max(0, places.length - MOST_LISTED)
  )

/**
 * Decodes outside data by an io-ts type: the value, or every fault with its path and what is needed. At most 20 faults are
 * listed; the last line counts the rest.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * const decode = codec.decode(codec.FitSettings)
 * deepStrictEqual(
 *   decode({ epochs: 10, batchSize: 0 }),
 *   E.left([{ path: 'batchSize', message: 'needs a whole number of at least 1, got 0' }])
 * )
 * @category decoding
 * @since 0.1.0
 */
export const decode = <A>(type: t.Decoder<unknown, A> & { readonly name: string }) => {
  asDecoder('decode', type)
  return (value: unknown): Decoded<A> => {
    const context: t.Context = [{ key: '', type, actual: value }]
    const validated = type.validate(value, context)
    if (E.isRight(validated)) return validated
    const errors = bounded(validated.left, context)
    return E.left(
      errors.map((error) =>
        countOf(error) > 0 ? { path: type.name, message: `${countOf(error)} more faults` } : faultOf(error)
      )
    )
  }
}

/**
 * Decodes JSON text by an io-ts type.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * deepStrictEqual(codec.parse(codec.Rate)('0.1'), E.right(0.1))
 * ok(E.isLeft(codec.parse(codec.Rate)('0.1,')))
 * @category decoding
 * @since 0.1.0
 */
export const parse = <A>(type: t.Decoder<unknown, A> & { readonly name: string }) => {
  asDecoder('parse', type)
  return (text: string): Decoded<A> => {
    asText('parse', text)
    const read = E.tryCatch(
      () => JSON.parse(text) as unknown,
      (error): readonly Fault[] => [
        { path: type.name, message: `is not JSON: ${error instanceof Error ? error.message : String(error)}` }
      ]
    )
    return E.isLeft(read) ? read : decode(type)(read.right)
  }
}

/** What writes any tree of tensors: of a record type, of interfaces, of tuples. @category encoding @since 0.1.0 */
export interface TreeEncoder {
  readonly encode: <P extends Tree<P>>(tree: P) => unknown
}

/**
 * JSON text of a value; `parse` with the same type gives the very same value back, every bit of its numbers included.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { tensor } from 'grad-ts'
 * import * as codec from 'grad-ts/codec'
 *
 * const text = codec.print(codec.JsonTensor)(tensor([0.1, -0, NaN]))
 * deepStrictEqual(text, '{"shape":[3],"data":[0.1,"-0","NaN"]}')
 * deepStrictEqual(codec.parse(codec.JsonTensor)(text), E.right(tensor([0.1, -0, NaN])))
 * @category encoding
 * @since 0.1.0
 */
export function print(type: TreeEncoder): <P extends Tree<P>>(tree: P) => string
export function print<A, O>(type: t.Encoder<A, O>): (value: A) => string
export function print<A, O>(type: t.Encoder<A, O>): (value: A) => string {
  const { encode } = asRecord('print', 'an io-ts type', type)
  asFunction('print: encode of the type', encode)
  return (value: A): string => written(encode(value))
}

/** JSON has no word for some values, and none for what holds itself. */
const written = (value: unknown): string =>
  pipe(
    E.tryCatch(() => JSON.stringify(value) as string | undefined, String),
    E.match(
      (reason) => fail('ValueError', `print: this cannot be written as JSON: ${reason}`),
      (text) => text ?? fail('ValueError', `print: JSON has no way to write ${showGiven(value)}`)
    )
  )

/**
 * Faults as text, one a line.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import * as codec from 'grad-ts/codec'
 *
 * strictEqual(codec.showFaults([{ path: 'epochs', message: 'is missing' }]), 'epochs: is missing')
 * @category decoding
 * @since 0.1.0
 */
export const showFaults = (faults: readonly Fault[]): string =>
  Array.from(asArray('showFaults', 'an array of faults', faults), (fault) => {
    const { path, message } = asRecord('showFaults: a fault', '{ path, message }', fault)
    return `${asText('showFaults: path', path)}: ${asText('showFaults: message', message)}`
  }).join('\n')

/** The value of a type, as decoding gives it; for what is made of settings. @internal */
export const asDecoded = <A>(what: string, type: t.Type<A, unknown>, value: A): A => {
  if (type.is(value)) return value
  const faults = decode(type)(value)
  return fail(
    'ValueError',
    `${what}: needs settings as decoding gives them; ${E.isLeft(faults) ? showFaults(faults.left) : showGiven(value)}`
  )
}

/** A type that decodes, or an error that says what was given instead. @internal */
export const asDecoder = <T extends { readonly name: string; readonly validate: unknown }>(
  what: string,
  type: T
): T => {
  const { name, validate } = asRecord(what, 'an io-ts type', type)
  asText(`${what}: name of the type`, name)
  asFunction(`${what}: validate of the type`, validate)
  return type
}
