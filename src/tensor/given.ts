import { fail, showGiven } from './errors.ts'
import { isTensor, type Tensor } from './tensor.ts'

/**
 * Checks of what comes from outside the type system, made where the library is entered: a wrong value is named there
 * rather than failing somewhere inside. They look at nothing but the kind of a value, as hot paths go through them.
 */

/** The tensor, or an error that says what was called and what it got. */
export const asTensor = (what: string, value: unknown): Tensor =>
  isTensor(value) ? value : fail('ValueError', `${what}: needs a tensor, got ${showGiven(value)}${remedy(value)}`)

const remedy = (value: unknown): string =>
  typeof value === 'number' || Array.isArray(value) ? '; make it one with tensor' : ''

/** Checks that a value is a number, of any kind. */
export const asNumber = (what: string, value: number): number =>
  typeof value === 'number' ? value : fail('ValueError', `${what}: needs a number, got ${showGiven(value)}`)

/** The keys of a record that are not among these: a misspelt setting would otherwise count as left out. */
export const unknownKeys = (settings: object, known: readonly string[]): readonly string[] =>
  Object.keys(settings).filter((key) => !known.includes(key))

/** What is wrong with an unknown key, in words. */
export const notKnown = (known: readonly string[], none = 'nothing'): string =>
  `is not known; there is ${known.join(', ') || none}`

/** Checks that a record has no other keys than these. */
export const checkKnown = (what: string, settings: object, known: readonly string[]): void => {
  const [odd] = unknownKeys(settings, known)
  if (odd !== undefined) fail('ValueError', `${what}: ${odd} ${notKnown(known)}`)
}

/** Whether a value is a record of settings: no list, and no tensor. */
export const isSettings = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isTensor(value)

/** Checks that a value is a record of settings, none of which is unknown. */
export const asSettings = <T>(what: string, example: string, settings: T, known: readonly string[]): T => {
  if (!isSettings(settings)) return fail('ValueError', `${what}: needs ${example}, got ${showGiven(settings)}`)
  checkKnown(what, settings, known)
  return settings
}

/** What may be counted: an array holds fewer than 2³² values. */
const isLength = (length: number): boolean => Number.isInteger(length) && length >= 0 && length < 2 ** 32

/** Checks that a value has a length that an array may have. */
export const asList = <T>(what: string, values: ArrayLike<T>): ArrayLike<T> => {
  if (typeof values !== 'object' || (values as unknown) === null)
    return fail('ValueError', `${what}: needs an array of numbers, got ${showGiven(values)}`)
  const { length } = values
  asNumber(`${what}: its length`, length)
  return isLength(length)
    ? values
    : fail('ValueError', `${what}: its length must be a whole number, 0 or more, got ${length}`)
}

/** Checks that a value is an array of numbers, or a typed array, which holds nothing else. */
export const asNumbers = (what: string, given: ArrayLike<number>): ArrayLike<number> => {
  const values = asList(what, given)
  if (ArrayBuffer.isView(values) && typeof values[0] !== 'bigint') return values
  const wrong = Array.from(values).findIndex((value) => typeof value !== 'number')
  return wrong < 0 ? values : fail('ValueError', `${what}: value ${wrong} is ${showGiven(values[wrong])}, not a number`)
}
