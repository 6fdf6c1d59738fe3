import { fail, showGiven } from '../tensor/errors.ts'

/** What a value has to be. */
export interface Kind<T> {
  /** As it stands behind "must be" or "needs": `a finite number above 0`. */
  readonly needs: string
  readonly holds: (value: unknown) => value is T
  /** The part of a wrong value that makes it wrong, where it is a part. */
  readonly wrongPart?: (value: unknown) => WrongPart | undefined
}

interface WrongPart {
  /** Behind the name of the whole: `[2]`. */
  readonly at: string
  readonly kind: Kind<unknown>
  readonly value: unknown
}

export const kind = <T>(needs: string, holds: (value: unknown) => boolean): Kind<T> => ({
  needs,
  holds: holds as Kind<T>['holds']
})

/** The type of a value that is of a kind: its own, where the caller knows more of it than the kind says. */
type Checked<T, V> = unknown extends V ? T : V extends T ? V : V & T

/**
 * The value, when it is of a kind.
 *
 * @throws ValueError otherwise: `what` must be so, and what it is
 */
export const mustBe = <T, V>(wanted: Kind<T>, what: string, value: V): Checked<T, V> => {
  if (wanted.holds(value)) return value as Checked<T, V>
  const { at, kind: needed, value: given } = partOf(wanted, value)
  return fail('ValueError', `${what}${at} must be ${needed.needs}, got ${showGiven(given)}`)
}

/** What is wrong with a value that is not of a kind: the value itself, or a part of it. */
export const partOf = (wanted: Kind<unknown>, value: unknown): WrongPart => {
  const part = wanted.wrongPart?.(value)
  if (part === undefined) return { at: '', kind: wanted, value }
  const inner = partOf(part.kind, part.value)
  return { ...inner, at: `${part.at}${inner.at}` }
}

export const anything = kind<unknown>('anything', () => true)

export const yesOrNo = kind<boolean>('true or false', (value) => typeof value === 'boolean')

/** What is left out on purpose. */
export const no = kind<false>('false', (value) => value === false)

export const text = kind<string>('text', (value) => typeof value === 'string')

/** What errors call something. */
export const name = kind<string>('text that is not empty', (value) => typeof value === 'string' && value !== '')

/** An array of a type; its items are looked at where they are used. */
export const list = <T>(needs = 'an array'): Kind<readonly T[]> => kind(needs, Array.isArray)

/** An array of values of one kind; a hole is an item that is missing. */
export const listOf = <T>(item: Kind<T>, needs: string): Kind<readonly T[]> => ({
  ...kind(needs, (value) => Array.isArray(value) && Array.from(value).every(item.holds)),
  wrongPart: (value) => {
    const items: readonly unknown[] = Array.isArray(value) ? Array.from(value) : []
    const i = items.findIndex((each) => !item.holds(each))
    return i < 0 ? undefined : { at: `[${i}]`, kind: item, value: items[i] }
  }
})

/** A function of a type. */
export const callable = <F>(needs = 'a function'): Kind<F> => kind(needs, (value) => typeof value === 'function')

/** A function; what it takes and gives is seen where it is called. */
export const anyFunction = callable<(...args: never) => unknown>()

/** Of one kind or of another. */
export const either = <A, B>(a: Kind<A>, b: Kind<B>): Kind<A | B> =>
  kind(`${a.needs} or ${b.needs}`, (value) => a.holds(value) || b.holds(value))

/** One of some words. */
export const oneOf = <const W extends string>(...words: readonly W[]): Kind<W> =>
  kind(`one of ${words.join(', ')}`, (value) => words.some((word) => word === value))
