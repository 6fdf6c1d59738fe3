import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { notKnown } from '../tensor/given.ts'
import { bounded, type Given, ioType, refuse, showGiven } from './fault.ts'
import { fromKind } from './kinds.ts'

/** Records, lists and choices that report every fault at once, each at its path. */

/** The record that `struct` decodes to. @category decoding @since 0.1.0 */
export type Struct<R extends t.Props, O extends t.Props> = {
  readonly [K in keyof R]: t.TypeOf<R[K]>
} & { readonly [K in keyof O]?: t.TypeOf<O[K]> }

export const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const has = (record: Given, key: string): boolean => Object.hasOwn(record, key) && record[key] !== undefined

/** What a value at a key of a context decodes to. */
const at = (context: t.Context, key: string, type: t.Mixed, value: unknown): t.Validation<unknown> =>
  type.validate(value, t.appendContext(context, key, type, value)) as t.Validation<unknown>

/** All parts, or the faults of all that are wrong. */
const all = <A>(parts: readonly t.Validation<A>[], context: t.Context): t.Validation<readonly A[]> => {
  const errors = bounded(
    parts.flatMap((part) => (E.isLeft(part) ? part.left : [])),
    context
  )
  return errors.length > 0
    ? t.failures([...errors])
    : t.success(parts.flatMap((part) => (E.isRight(part) ? [part.right] : [])))
}

const someRecord = kinds.record('a record', {})
const ioTypes = kinds.recordOf(ioType, 'a record of io-ts types')

/**
 * A record with keys that must be there and keys that may. A key that is missing, or not known, is a fault like a wrong
 * value; all are reported at once. A key whose value is `undefined` is not there.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * const Experiment = codec.struct('experiment', { model: codec.JsonModelSettings }, { repeats: codec.PositiveInteger })
 * deepStrictEqual(
 *   codec.decode(Experiment)({ repeats: 0.5, modle: {} }),
 *   E.left([
 *     { path: 'modle', message: 'is not known; there is model, repeats' },
 *     { path: 'model', message: 'is missing; needs a record' },
 *     { path: 'repeats', message: 'needs a whole number of at least 1, got 0.5' }
 *   ])
 * )
 * @category decoding
 * @since 0.1.0
 */
export const struct = <R extends t.Props, O extends t.Props = {}>(
  name: string,
  required: R,
  optional?: O
): t.Type<Struct<R, O>, Given> => {
  kinds.mustBe(kinds.name, 'struct: the name', name)
  const props: t.Props = {
    ...kinds.mustBe(ioTypes, 'struct: required', required),
    ...(optional === undefined ? {} : kinds.mustBe(ioTypes, 'struct: optional', optional))
  }
  const known = Object.keys(props)
  const isKnown = new Set(known)
  const isThere = (value: Given, key: string): boolean => Object.hasOwn(required, key) || has(value, key)
  const fieldOf = (value: Given, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined)
  const unknown = (value: Given, context: t.Context): readonly t.Validation<never>[] =>
    Object.keys(value)
      .filter((key) => !isKnown.has(key) && value[key] !== undefined)
      .map((key) => {
        const place = t.appendContext(context, key, type, value[key])
        return t.failure(value[key], place, notKnown(known, 'nothing to set'))
      })
  const type = new t.Type<Given, Given>(
    name,
    (value): value is Given =>
      isGiven(value) &&
      Object.keys(value).every((key) => isKnown.has(key)) &&
      known.every((key) => !isThere(value, key) || props[key]!.is(fieldOf(value, key))),
    (value, context) => {
      if (!isGiven(value)) return refuse('a record', value, context)
      const fields = known
        .filter((key) => isThere(value, key))
        .map((key) => E.map((x) => [key, x] as const)(at(context, key, props[key]!, fieldOf(value, key))))
      return E.map(Object.fromEntries<unknown>)(all([...unknown(value, context), ...fields], context))
    },
    (value) => {
      kinds.mustBe(someRecord, `${name}: the value`, value)
      return Object.fromEntries(
        known.filter((key) => has(value, key)).map((key) => [key, props[key]!.encode(value[key]) as unknown] as const)
      )
    }
  )
  return type as unknown as t.Type<Struct<R, O>, Given>
}

/** A list whose items are each of a type. */
const items = (name: string, needs: string, isLong: (length: number) => boolean, typeAt: (i: number) => t.Mixed) => {
  const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && isLong(value.length)
  return new t.Type<readonly unknown[], readonly unknown[]>(
    name,
    // a hole in a list is an item that is missing
    (value): value is readonly unknown[] => isList(value) && Array.from(value).every((x, i) => typeAt(i).is(x)),
    (value, context) =>
      isList(value)
        ? all(
            Array.from(value, (x: unknown, i) => at(context, String(i), typeAt(i), x)),
            context
          )
        : refuse(needs, value, context),
    (values) =>
      Array.from(
        kinds.mustBe(kinds.kind<readonly unknown[]>(needs, isList), `${name}: the value`, values),
        (x, i) => typeAt(i).encode(x) as unknown
      )
  )
}

/** A list of things of one kind. */
export const list = <C extends t.Mixed>(
  name: string,
  item: C
): t.Type<readonly t.TypeOf<C>[], readonly t.OutputOf<C>[]> =>
  items(
    name,
    'a list',
    () => true,
    () => item
  )

/** A list of fixed length, each place of its own kind. */
export const fixed = (name: string, types: readonly t.Mixed[]): t.Type<readonly unknown[], readonly unknown[]> =>
  items(
    name,
    `a list of ${types.length}`,
    (length) => length === types.length,
    (i) => types[i]!
  )

/** Something simple, or a record where that does not tell all. */
export const orRecord = <S, A>(
  name: string,
  simple: t.Type<S, S>,
  record: t.Type<A, Given>,
  needs: string
): t.Type<S | A, S | Given> =>
  new t.Type<S | A, S | Given>(
    name,
    (value): value is S | A => simple.is(value) || record.is(value),
    (value, context) =>
      simple.is(value)
        ? t.success(value)
        : isGiven(value)
          ? record.validate(value, context)
          : refuse(needs, value, context),
    (value) => (simple.is(value) ? value : record.encode(value))
  )

/** A record of one of several types, told by the word under a key: `{ name: 'sgd', … }`. */
export const tagged = (
  name: string,
  key: string,
  types: Readonly<Record<string, t.Type<Given, Given>>>
): t.Type<Given, Given> => {
  const word = fromKind(kinds.oneOf(...Object.keys(types)), key)
  const tagOf = (value: Given): unknown => (Object.hasOwn(value, key) ? value[key] : undefined)
  const typeOf = (value: Given): t.Type<Given, Given> | undefined => {
    const tag = tagOf(value)
    return word.is(tag) ? types[tag] : undefined
  }
  return new t.Type<Given, Given>(
    name,
    (value): value is Given => isGiven(value) && typeOf(value)?.is(value) === true,
    (value, context) =>
      isGiven(value)
        ? (typeOf(value)?.validate(value, context) ?? (at(context, key, word, tagOf(value)) as t.Validation<never>))
        : refuse(`a record with ${key}`, value, context),
    (value) => typeOf(kinds.mustBe(someRecord, `${name}: the value`, value))?.encode(value) ?? value
  )
}

/** A record of required fields, and of what another type reads of the rest; the faults of both are told. */
export const beside = (fields: t.Props, rest: t.Type<Given, Given>): t.Type<Given, Given> => {
  const own = struct('settings', fields) as unknown as t.Type<Given, Given>
  const split = (value: Given): readonly [Given, Given] => [
    Object.fromEntries(Object.entries(value).filter(([key]) => Object.hasOwn(fields, key))),
    without(Object.keys(fields), value)
  ]
  return new t.Type<Given, Given>(
    rest.name,
    (value): value is Given => isGiven(value) && own.is(split(value)[0]) && rest.is(split(value)[1]),
    (value, context) => {
      if (!isGiven(value)) return refuse('a record', value, context)
      const [mine, theirs] = split(value)
      return E.map(([one, other]: readonly Given[]) =>
        isGiven(other)
          ? { ...other, ...one }
          : fail('ValueError', `${rest.name}: settings must decode to a record, got ${showGiven(other)}`)
      )(all([own.validate(mine, context), rest.validate(theirs, context)], context))
    },
    (value) => {
      const [mine, theirs] = split(value)
      return { ...own.encode(mine), ...rest.encode(theirs) }
    }
  )
}

/** The same type, down to a number of steps of a path: a file can nest without end, and the stack is not endless. */
export const nestedAtMost = <A, O>(steps: number, levels: number, type: t.Type<A, O>): t.Type<A, O> =>
  new t.Type<A, O>(
    type.name,
    type.is,
    (value, context) =>
      context.length > steps
        ? t.failure(value, context, `is nested too deeply; needs at most ${levels} levels`)
        : type.validate(value, context),
    type.encode
  )

/** The same type with a further condition, told by the faults it answers, each with the steps from here. */
export const refined = <A, O>(
  type: t.Type<A, O>,
  faultsOf: (value: A) => readonly { readonly at: readonly (string | number)[]; readonly message: string }[]
): t.Type<A, O> =>
  new t.Type<A, O>(
    type.name,
    (value): value is A => type.is(value) && faultsOf(value).length === 0,
    (value, context) => {
      const decoded = type.validate(value, context)
      if (E.isLeft(decoded)) return decoded
      const faults = faultsOf(decoded.right)
      return faults.length === 0
        ? decoded
        : t.failures(
            faults.map(({ at, message }) => ({
              value,
              // what stands between is a list where the next step is a number
              context: at.reduce<t.Context>(
                (steps, step, i) => t.appendContext(steps, String(step), type, typeof at[i + 1] === 'number' ? [] : {}),
                context
              ),
              message
            }))
          )
    },
    type.encode
  )

/** A record without some of its keys. */
export const without = (keys: readonly string[], record: Given): Given =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)))
