import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import type { Tree } from '../params/tree.ts'
import { showDims } from '../tensor/dims.ts'
import { fail, showGiven as showValue } from '../tensor/errors.ts'
import { dimsOf, isTensor } from '../tensor/tensor.ts'
import type { Fault } from '../train/error.ts'
import { type PathStep, showPath } from '../tree/tree.ts'

/** What went wrong in decoding, for people: where, what was given, and what is needed. */

/** What decoding comes to: the value, or every fault there is. @category decoding @since 0.1.0 */
export type Decoded<A> = E.Either<readonly Fault[], A>

const LONGEST = 40

const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** A value as it is named in a message. */
export const showGiven = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(shorten(value))
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isTensor(value)) return `a tensor of shape ${showDims(dimsOf(value))}`
  return typeof value === 'object' && value !== null
    ? shorten(`a record of ${Object.keys(value).join(', ') || 'nothing'}`)
    : Object.is(value, -0)
      ? '-0'
      : showValue(value)
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

/** A line that stands for the faults that are not listed. */
export const moreFaults = (count: number): string => `${count} more faults`

/** A validation error that stands for others, which are not told one by one. */
interface Rest extends t.ValidationError {
  readonly count: number
}

const countOf = (error: t.ValidationError): number => ('count' in error ? (error as Rest).count : 0)

/** The first errors and one that counts the rest: a file of a million wrong numbers has no million errors. */
export const bounded = (errors: t.Errors, context: t.Context, more = 0): t.Errors => {
  const told = errors.filter((error) => countOf(error) === 0)
  const count = errors.reduce((total, error) => total + countOf(error), more + Math.max(0, told.length - MOST_LISTED))
  const rest: Rest = { value: undefined, context, message: moreFaults(count), count }
  return count === 0 ? told : [...told.slice(0, MOST_LISTED), rest]
}

/** Something with these methods. */
const typeWith = <T>(...methods: readonly string[]): kinds.Kind<T> =>
  kinds.kind('an io-ts type such as codec.struct gives', (value) => {
    const found = value as Readonly<Record<string, unknown>> | null | undefined
    return typeof found === 'object' && methods.every((method) => typeof found?.[method] === 'function')
  })

const decoder = typeWith<t.Decoder<unknown, unknown>>('validate')
const encoder = typeWith<TreeEncoder>('encode')

/** A type that decodes, encodes and is a guard. */
export const ioType = typeWith<t.Mixed>('validate', 'encode', 'is')

/**
 * Decodes outside data by an io-ts type: the value, or every fault with its path and what is needed. At most 20 faults are
 * listed; the last line counts the rest.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * const decode = codec.decode(codec.JsonFitSettings)
 * deepStrictEqual(
 *   decode({ epochs: 10, batchSize: 0 }),
 *   E.left([{ path: 'batchSize', message: 'needs a whole number of at least 1, got 0' }])
 * )
 * @category decoding
 * @since 0.1.0
 */
export const decode = <A>(type: t.Decoder<unknown, A> & { readonly name: string }) => {
  kinds.mustBe(decoder, 'decode: the type', type)
  return (value: unknown): Decoded<A> => {
    const context: t.Context = [{ key: '', type, actual: value }]
    const rest = (error: t.ValidationError): Fault => ({ path: type.name, message: moreFaults(countOf(error)) })
    return pipe(
      type.validate(value, context),
      E.mapLeft((errors) =>
        bounded(errors, context).map((error) => (countOf(error) > 0 ? rest(error) : faultOf(error)))
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
  kinds.mustBe(decoder, 'parse: the type', type)
  return (text: string): Decoded<A> => {
    kinds.mustBe(kinds.text, 'parse: the argument', text)
    return pipe(
      E.tryCatch(
        () => JSON.parse(text) as unknown,
        (error): readonly Fault[] => [{ path: type.name, message: `is not JSON: ${E.toError(error).message}` }]
      ),
      E.flatMap(decode(type))
    )
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
  kinds.mustBe(encoder, 'print: the type', type)
  return (value: A): string => {
    const encoded = type.encode(value)
    return pipe(
      E.tryCatch(() => JSON.stringify(encoded) as string | undefined, String),
      E.match(
        (reason) => fail('ValueError', `print: this cannot be written as JSON: ${reason}`),
        (text) => text ?? fail('ValueError', `print: JSON has no way to write ${showGiven(encoded)}`)
      )
    )
  }
}

const faultSettings = kinds.settings('showFaults: a fault', { path: kinds.text, message: kinds.text }, 'a fault')
const faultList = kinds.list<Fault>('an array of faults')

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
  Array.from(kinds.mustBe(faultList, 'showFaults: the faults', faults), faultSettings.read)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('\n')

/** What makes something of settings: of decoded ones, or of such as decoding gives. @internal */
export const madeOf =
  <S, A>(what: string, { type, make }: { readonly type: t.Type<S, Given>; readonly make: (settings: S) => A }) =>
  (settings: S): A => {
    if (type.is(settings)) return make(settings)
    const faults = decode(type)(settings)
    return fail(
      'ValueError',
      `${what}: needs settings as decoding gives them; ${E.isLeft(faults) ? showFaults(faults.left) : showGiven(settings)}`
    )
  }

/** A record from outside. */
export type Given = Readonly<Record<string, unknown>>
