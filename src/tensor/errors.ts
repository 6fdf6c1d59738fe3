import * as E from 'fp-ts/lib/Either.js'

/**
 * Programmer errors: calls that no correct program makes. Each has a name, and says what was called, what it needed,
 * what it got and what to do. Data problems are values (`Either`), never these.
 */
export type ErrorName =
  | 'ShapeError'
  | 'AxisError'
  | 'IndexError'
  | 'ValueError'
  | 'TracedValueError'
  | 'TreeError'
  /** A fault of the library itself, seen before it could give a wrong number. */
  | 'InternalError'

/** Throws an error of that name; the one place in the library that throws. */
export const fail = (name: ErrorName, message: string): never => {
  const error = new Error(message)
  error.name = name
  throw error
}

/** What a call gives, or the message of the error it threw when that has one of these names; any other error passes on. */
export const attempt =
  (names: readonly ErrorName[]) =>
  <A>(call: () => A): E.Either<string, A> => {
    try {
      return E.right(call())
    } catch (thrown) {
      if (thrown instanceof Error && names.some((name) => name === thrown.name)) return E.left(thrown.message)
      throw thrown
    }
  }

/** What a caller handed over, for a message: the value itself when it is short, otherwise its kind. */
export const showGiven = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return kind === 'Array' || kind === 'Object' ? `an ${kind.toLowerCase()}` : `a ${kind}`
}
