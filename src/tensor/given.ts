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

/** Checks that a value can be called. */
export const asFunction = <F>(what: string, value: F): F =>
  typeof value === 'function' ? value : fail('ValueError', `${what}: needs a function, got ${showGiven(value)}`)

/** Checks that a value is a number, of any kind. */
export const asNumber = (what: string, value: number): number =>
  typeof value === 'number' ? value : fail('ValueError', `${what}: needs a number, got ${showGiven(value)}`)

/** Checks that a value is an object, such as `example`. */
export const asRecord = <T>(what: string, example: string, value: T): T =>
  typeof value === 'object' && value !== null
    ? value
    : fail('ValueError', `${what}: needs ${example}, got ${showGiven(value)}`)

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

/** Checks that a value is an array, such as `example`. */
export const asArray = <T extends readonly unknown[]>(what: string, example: string, value: T): T =>
  Array.isArray(value) ? value : fail('ValueError', `${what}: needs ${example}, got ${showGiven(value)}`)

/** Checks that a value is true or false. */
export const asFlag = (what: string, value: boolean): boolean =>
  typeof value === 'boolean' ? value : fail('ValueError', `${what} must be true or false, got ${showGiven(value)}`)

/** Checks that a value is text. */
export const asText = (what: string, value: string): string =>
  typeof value === 'string' ? value : fail('ValueError', `${what}: needs text, got ${showGiven(value)}`)

/** Checks that a value is text with something in it, which errors are to begin with. */
export const asName = (what: string, value: string): string =>
  asText(what, value) === '' ? fail('ValueError', `${what}: needs a name, got ""`) : value

/** What may be counted: an array holds fewer than 2³² values. */
const isLength = (length: number): boolean => Number.isInteger(length) && length >= 0 && length < 2 ** 32

/** Checks that a value has a length that an array may have. */
export const asList = <T>(what: string, values: ArrayLike<T>): ArrayLike<T> => {
  const { length } = asRecord(what, 'an array of numbers', values)
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
