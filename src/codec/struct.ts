import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { fail } from '../tensor/errors.ts'
import { asArray, asFunction, asName, asRecord, notKnown } from '../tensor/given.ts'
import { asDecoder, bounded, refuse, showGiven } from './fault.ts'

/** Records, lists and choices that report every fault at once, each at its path. */

/** The record that `struct` decodes to. @category decoding @since 0.1.0 */
export type Struct<R extends t.Props, O extends t.Props> = {
  readonly [K in keyof R]: t.TypeOf<R[K]>
} & { readonly [K in keyof O]?: t.TypeOf<O[K]> }

export type Given = Readonly<Record<string, unknown>>

export const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const has = (record: Given, key: string): boolean => Object.hasOwn(record, key) && record[key] !== undefined

/** All that went well, or what did not: the first of it, and how much more. */
const all = <A>(parts: readonly t.Validation<A>[], context: t.Context): t.Validation<readonly A[]> => {
  const errors = parts.flatMap((part) => (E.isLeft(part) ? part.left : []))
  return errors.length > 0
    ? t.failures([...bounded(errors, context)])
    : t.success(parts.flatMap((part) => (E.isRight(part) ? [part.right] : [])))
}

/** The number of entries that are decoded before a list of faults is cut short. */
const BLOCK = 1000

/** The same for things that are looked at one by one, by their place. */
const each = <A>(
  count: number,
  validate: (i: number) => t.Validation<A>,
  context: t.Context
): t.Validation<readonly A[]> => {
  const blocks = Array.from({ length: Math.ceil(count / BLOCK) }, (_, k) =>
    all(
      Array.from({ length: Math.min(BLOCK, count - k * BLOCK) }, (__, i) => validate(k * BLOCK + i)),
      context
    )
  )
  const joined = all(blocks, context)
  return E.isLeft(joined) ? joined : t.success(joined.right.flat())
}

/** A fault for every key that is not known, with those that are. */
const unknownKeys = (
  known: ReadonlySet<string>,
  record: Given,
  type: t.Mixed,
  context: t.Context
): readonly t.Validation<never>[] =>
  Object.keys(record)
    .filter((key) => !known.has(key) && record[key] !== undefined)
    .map((key) =>
      t.failure(record[key], t.appendContext(context, key, type, record[key]), notKnown([...known], 'nothing to set'))
    )

/**
 * A record with keys that must be there and keys that may. A key that is missing, or not known, is a fault like a wrong
 * value; all are reported at once. A key whose value is `undefined` is not there.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * const Experiment = codec.struct('experiment', { model: codec.ModelSettings }, { seed: codec.Seed })
 * deepStrictEqual(
 *   codec.decode(Experiment)({ seed: 0.5, modle: {} }),
 *   E.left([
 *     { path: 'modle', message: 'is not known; there is model, seed' },
 *     { path: 'model', message: 'is missing; needs a record' },
 *     { path: 'seed', message: 'needs a whole number within ±(2^53 − 1), got 0.5' }
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
  asName('struct: name', name)
  const props: t.Props = {
    ...asRecord('struct: required', 'a record of io-ts types', required),
    ...(optional === undefined ? {} : asRecord('struct: optional', 'a record of io-ts types', optional))
  }
  Object.entries(props).forEach(([key, type]) => {
    asDecoder(`struct: ${key}`, type)
    asFunction(`struct: encode of ${key}`, type.encode)
    asFunction(`struct: is of ${key}`, type.is)
  })
  const known = Object.keys(props)
  const isKnown = new Set(known)
  const read = (value: unknown, context: t.Context): t.Validation<Given> => {
    if (!isGiven(value)) return refuse('a record', value, context)
    const unexpected = unknownKeys(isKnown, value, type, context)
    const fields = known.flatMap((key): readonly t.Validation<readonly [string, unknown]>[] => {
      const given = has(value, key)
      const field = props[key]!
      if (!given && !Object.hasOwn(required, key)) return []
      const found = given ? value[key] : undefined
      const decoded = field.validate(found, t.appendContext(context, key, field, found)) as t.Validation<unknown>
      return [E.isLeft(decoded) ? decoded : t.success([key, decoded.right] as const)]
    })
    const entries = all<readonly [string, unknown]>([...unexpected, ...fields], context)
    return E.isLeft(entries) ? entries : t.success(Object.fromEntries(entries.right))
  }
  const is = (value: unknown): value is Given =>
    isGiven(value) &&
    Object.keys(value).every((key) => isKnown.has(key)) &&
    known.every((key) => (has(value, key) ? props[key]!.is(value[key]) : !Object.hasOwn(required, key)))
  const write = (value: Given): Given =>
    Object.fromEntries(
      known
        .filter((key) => has(asRecord(name, 'a record', value), key))
        .map((key) => [key, props[key]!.encode(value[key]) as unknown] as const)
    )
  const type: t.Type<Given, Given> = new t.Type(name, is, read, write)
  return type as unknown as t.Type<Struct<R, O>, Given>
}

/** A list of things of one kind; a number of them may be asked for. */
export const list = <C extends t.Mixed>(
  name: string,
  item: C
): t.Type<readonly t.TypeOf<C>[], readonly t.OutputOf<C>[]> => {
  const member: t.Type<unknown, unknown> = item
  return new t.Type<readonly unknown[], readonly unknown[]>(
    name,
    // a hole in a list is an entry that is missing
    (value): value is readonly unknown[] => Array.isArray(value) && Array.from(value).every(member.is),
    (value, context) =>
      Array.isArray(value)
        ? each(
            value.length,
            (i) => member.validate(value[i], t.appendContext(context, String(i), member, value[i])),
            context
          )
        : refuse('a list', value, context),
    (values) => asArray(name, 'a list', values).map(member.encode)
  )
}

/** A list of fixed length, each place of its own kind. */
export const fixed = (name: string, items: readonly t.Mixed[]): t.Type<readonly unknown[], readonly unknown[]> =>
  new t.Type<readonly unknown[], readonly unknown[]>(
    name,
    (value): value is readonly unknown[] =>
      Array.isArray(value) && value.length === items.length && items.every((item, i) => item.is(value[i])),
    (value, context) =>
      Array.isArray(value) && value.length === items.length
        ? all(
            items.map((item, i) => {
              const given: unknown = value[i]
              return item.validate(given, t.appendContext(context, String(i), item, given)) as t.Validation<unknown>
            }),
            context
          )
        : refuse(`a list of ${items.length}`, value, context),
    (values) => {
      asArray(name, `a list of ${items.length}`, values)
      return items.map((item, i) => item.encode(values[i]) as unknown)
    }
  )

/** One of some words. */
export const oneOf = <const W extends string>(name: string, words: readonly W[]): t.Type<W, W> => {
  const is = (value: unknown): value is W => words.some((word) => word === value)
  return new t.Type(
    name,
    is,
    (value, context) => (is(value) ? t.success(value) : refuse(`one of ${words.join(', ')}`, value, context)),
    (value) => value
  )
}

/** Text with something in it. */
export const word: t.Type<string, string> = new t.Type(
  'word',
  (value): value is string => typeof value === 'string' && value !== '',
  (value, context) => (typeof value === 'string' && value !== '' ? t.success(value) : refuse('a name', value, context)),
  (value) => value
)

/** `true` or `false`. */
export const flag: t.Type<boolean, boolean> = new t.Type(
  'flag',
  (value): value is boolean => typeof value === 'boolean',
  (value, context) => (typeof value === 'boolean' ? t.success(value) : refuse('true or false', value, context)),
  (value) => value
)

/** A name, or a record where the name alone does not tell all. */
export const nameOr = <W extends string, A, O>(
  name: t.Type<W, W>,
  record: t.Type<A, O>,
  need: string
): t.Type<W | A, W | O> =>
  new t.Type<W | A, W | O>(
    name.name,
    (value): value is W | A => name.is(value) || record.is(value),
    (value, context) =>
      name.is(value)
        ? t.success(value)
        : isGiven(value)
          ? record.validate(value, context)
          : refuse(need, value, context),
    (value) => (name.is(value) ? value : record.encode(value))
  )

/** Records told apart by the word under one key. @category decoding @since 0.1.0 */
export type Tagged<K extends string, V extends { readonly [N in keyof V]: readonly [t.Props, t.Props] }> = {
  readonly [W in keyof V]: Readonly<Record<K, W>> & Struct<V[W][0], V[W][1]>
}[keyof V]

/** A type of what stands beside a key, as a record with the key. */
const withTag = (key: string, word: string, { name, is, validate, encode }: t.Type<Given, Given>) =>
  new t.Type<Given, Given>(
    name,
    (value): value is Given => isGiven(value) && value[key] === word && is(without(key, value)),
    (value, context) =>
      pipe(
        validate(without(key, value as Given), context),
        E.map((decoded) =>
          isGiven(decoded)
            ? { ...decoded, [key]: word }
            : fail('ValueError', `the settings of ${word} must decode to a record, got ${showGiven(decoded)}`)
        )
      ),
    (value) => ({ ...encode(without(key, value)), [key]: word })
  )

/**
 * A record of one of several kinds, told by a word under a key: `{ name: 'sgd', … }`. `own` are kinds that the type does not
 * tell, each by the type of what stands beside the key.
 */
export const tagged = <
  const K extends string,
  const V extends Readonly<Record<string, readonly [required: t.Props, optional: t.Props]>>
>(
  name: string,
  key: K,
  variants: V,
  own: Readonly<Record<string, t.Type<Given, Given>>> = {}
): t.Type<Tagged<K, V>, Given> => {
  const kind = oneOf(key, [...Object.keys(variants), ...Object.keys(own)])
  const types = new Map([
    ...Object.entries(variants).map(
      ([word, [required, optional]]) =>
        [
          word,
          struct(name, { [key]: oneOf(key, [word]), ...required }, optional) as unknown as t.Type<Given, Given>
        ] as const
    ),
    ...Object.entries(own).map(([word, type]) => [word, withTag(key, word, type)] as const)
  ])
  const typeOf = (value: Given): t.Type<Given, Given> | undefined => {
    const tag = has(value, key) ? value[key] : undefined
    return typeof tag === 'string' ? types.get(tag) : undefined
  }
  const read = (value: unknown, context: t.Context): t.Validation<Given> => {
    if (!isGiven(value)) return refuse(`a record with ${key}`, value, context)
    const chosen = typeOf(value)
    const tag = has(value, key) ? value[key] : undefined
    return chosen === undefined
      ? (kind.validate(tag, t.appendContext(context, key, kind, tag)) as t.Validation<never>)
      : chosen.validate(value, context)
  }
  return new t.Type<Given, Given>(
    name,
    (value): value is Given => isGiven(value) && typeOf(value)?.is(value) === true,
    read,
    (value) => typeOf(asRecord(name, `a record with ${key}`, value))?.encode(value) ?? value
  ) as unknown as t.Type<Tagged<K, V>, Given>
}

/** A record of required fields, and of what another type reads of the rest; the faults of both are told. */
export const beside = (fields: t.Props, rest: t.Type<Given, Given>): t.Type<Given, Given> => {
  const own = struct('settings', fields) as unknown as t.Type<Given, Given>
  const parted = (value: Given): readonly [Given, Given] => {
    const entries = Object.entries(value)
    const isOwn = ([key]: readonly [string, unknown]): boolean => Object.hasOwn(fields, key)
    return [Object.fromEntries(entries.filter(isOwn)), Object.fromEntries(entries.filter((entry) => !isOwn(entry)))]
  }
  return new t.Type<Given, Given>(
    rest.name,
    (value): value is Given => isGiven(value) && own.is(parted(value)[0]) && rest.is(parted(value)[1]),
    (value, context) => {
      if (!isGiven(value)) return refuse('a record', value, context)
      const [mine, theirs] = parted(value)
      const both = all([own.validate(mine, context), rest.validate(theirs, context)], context)
      return E.isLeft(both) ? both : t.success({ ...both.right[1], ...both.right[0] })
    },
    (value) => {
      const [mine, theirs] = parted(value)
      return { ...rest.encode(theirs), ...own.encode(mine) }
    }
  )
}

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

/** A record without one of its keys, such as the name that says which settings they are. */
export const without = <K extends string, T extends Readonly<Record<K, unknown>>>(key: K, record: T): Omit<T, K> =>
  Object.fromEntries(Object.entries(record).filter(([each]) => each !== key)) as unknown as Omit<T, K>
