import { frozen } from '../tensor/frozen.ts'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type * as t from 'io-ts'
import type { Fault } from '../train/error.ts'
import { fail } from '../tensor/errors.ts'
import { asArray, asFunction, asRecord, asText, notKnown } from '../tensor/given.ts'
import { asDecoder, type Decoded, decode, listed, showGiven } from './fault.ts'
import { numberOf } from './rows.ts'

/** Command-line flags. The words are handed in; nothing here knows of a process. */

/**
 * What one flag may hold: a number or text that a codec accepts, or nothing but its being there. With a default it may be
 * left out.
 *
 * @category flags
 * @since 0.1.0
 */
export interface Flag<A> {
  readonly kind: 'number' | 'text' | 'switch'
  readonly read: (text: string) => Decoded<A>
  readonly fallback: O.Option<A>
}

type Reader<A> = t.Decoder<unknown, A> & { readonly name: string }

/**
 * A flag whose value is a number, decoded by an io-ts type: `--seed 7` or `--seed=7`.
 *
 * @category flags
 * @since 0.1.0
 */
export const numberFlag = <A>(type: Reader<A>): Flag<A> => {
  const read = decode(asDecoder('numberFlag', type))
  return {
    kind: 'number',
    read: (text) => {
      const x = numberOf(text)
      // what is no number is told as it was written
      return read(Number.isFinite(x) ? x : text)
    },
    fallback: O.none
  }
}

/** A flag whose value is text, decoded by an io-ts type: `--name digits` or `--name=digits`. @category flags @since 0.1.0 */
export const textFlag = <A>(type: Reader<A>): Flag<A> => ({
  kind: 'text',
  read: decode(asDecoder('textFlag', type)),
  fallback: O.none
})

/** A flag without a value: `--quiet` is true, left out it is false. @category flags @since 0.1.0 */
export const switchFlag: Flag<boolean> = frozen({ kind: 'switch', read: () => E.right(true), fallback: O.some(false) })

const asFlag = <A>(what: string, flag: Flag<A>): Flag<A> => {
  const { kind, read, fallback } = asRecord(what, 'a flag such as numberFlag gives', flag)
  if (!['number', 'text', 'switch'].includes(kind))
    fail('ValueError', `${what}: kind of the flag must be number, text or switch, got ${showGiven(kind)}`)
  asFunction(`${what}: read of the flag`, read)
  asRecord(`${what}: fallback of the flag`, 'an Option', fallback)
  return flag
}

/** A flag that may be left out; then it has this value. @category flags @since 0.1.0 */
export const withDefault =
  <B>(value: B) =>
  <A>(flag: Flag<A>): Flag<A | B> => ({ ...asFlag('withDefault', flag), fallback: O.some(value) })

/** What the flags come to. @category flags @since 0.1.0 */
export type Flags<S> = { readonly [K in keyof S]: S[K] extends Flag<infer A> ? A : never }

/** A word that names a flag, with the value after `=` or in the next word. */
interface Given {
  readonly name: string
  readonly value: O.Option<string>
  /** Which words it takes up, from the first to before the last. */
  readonly words: number
}

const dashed = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Reads one flag at the beginning of the words. */
const next = (kindOf: (name: string) => Flag<unknown>['kind'] | undefined, words: readonly string[]): Given => {
  const [first = '', second] = words
  const at = first.indexOf('=')
  if (at >= 0) return { name: first.slice(0, at), value: O.some(first.slice(at + 1)), words: 1 }
  const kind = kindOf(first)
  return kind === undefined || kind === 'switch' || second === undefined || second.startsWith('--')
    ? { name: first, value: O.none, words: 1 }
    : { name: first, value: O.some(second), words: 2 }
}

const takeAll = (
  kindOf: (name: string) => Flag<unknown>['kind'] | undefined,
  words: readonly string[]
): readonly Given[] =>
  words.reduce<{ readonly found: readonly Given[]; readonly skip: number }>(
    ({ found, skip }, _, i) => {
      if (skip > 0) return { found, skip: skip - 1 }
      const given = next(kindOf, words.slice(i))
      return { found: [...found, given], skip: given.words - 1 }
    },
    { found: [], skip: 0 }
  ).found

/**
 * Decodes command-line flags. The keys of the record name them: `batchSize` is `--batch-size`. A flag that is unknown, given
 * twice, without its value, or with one that its codec refuses is a fault; all are reported at once.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { codec } from 'grad-ts'
 *
 * const read = codec.flags({
 *   seed: pipe(codec.numberFlag(codec.Seed), codec.withDefault(0)),
 *   batchSize: pipe(codec.numberFlag(codec.PositiveInteger), codec.withDefault(32)),
 *   quiet: codec.switchFlag
 * })
 * deepStrictEqual(read(['--seed', '-7', '--quiet']), E.right({ seed: -7, batchSize: 32, quiet: true }))
 * deepStrictEqual(
 *   read(['--sed=7', '--batch-size=0']),
 *   E.left([
 *     { path: '--sed', message: 'is not known; there is --seed, --batch-size, --quiet' },
 *     { path: '--batch-size', message: 'needs a whole number of at least 1, got 0' }
 *   ])
 * )
 * @category flags
 * @since 0.1.0
 */
export const flags = <S extends { readonly [K in keyof S]: Flag<unknown> }>(
  spec: S
): ((words: readonly string[]) => Decoded<Flags<S>>) => {
  const known = Object.entries<Flag<unknown>>(asRecord('flags', 'a record of flags', spec)).map(([key, flag]) => ({
    key,
    name: dashed(key),
    flag: asFlag(`flags: ${key}`, flag)
  }))
  const names = known.map(({ name }) => name).join(', ')
  const kindOf = (name: string): Flag<unknown>['kind'] | undefined =>
    known.find((entry) => entry.name === name)?.flag.kind

  const strayFaults = (given: readonly Given[]): readonly Fault[] =>
    given
      .filter(({ name }) => kindOf(name) === undefined)
      .map(({ name }) =>
        name.startsWith('-')
          ? { path: name, message: notKnown([names], 'no flag') }
          : { path: showGiven(name), message: `is no flag; there is ${names || 'no flag'}` }
      )

  const read = (name: string, flag: Flag<unknown>, given: readonly Given[]): Decoded<unknown> => {
    const [first, second] = given.filter((found) => found.name === name)
    const fault = (message: string): Decoded<unknown> => E.left([{ path: name, message }])
    if (first === undefined)
      return O.isSome(flag.fallback) ? E.right(flag.fallback.value) : fault(`is missing; needs a value: ${name} …`)
    if (second !== undefined) return fault('is given more than once')
    if (flag.kind === 'switch')
      return O.isNone(first.value) ? flag.read('') : fault(`takes no value, got ${showGiven(first.value.value)}`)
    return O.isNone(first.value)
      ? fault(`needs a value, got none`)
      : E.mapLeft((faults: readonly Fault[]) => faults.map(({ message }): Fault => ({ path: name, message })))(
          flag.read(first.value.value)
        )
  }

  return (words) => {
    asArray('flags', 'an array of words', words).forEach((word, i) => asText(`flags: word ${i}`, word))
    const given = takeAll(kindOf, words)
    const values = known.map(({ key, name, flag }) => [key, read(name, flag, given)] as const)
    const faults = [...strayFaults(given), ...values.flatMap(([, value]) => (E.isLeft(value) ? value.left : []))]
    return faults.length > 0
      ? E.left(listed('flags', faults))
      : E.right(
          Object.fromEntries(
            values.flatMap(([key, value]) => (E.isRight(value) ? [[key, value.right]] : []))
          ) as Flags<S>
        )
  }
}
