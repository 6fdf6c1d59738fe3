const isPlain = (value: object): boolean =>
  Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null

/**
 * The value, frozen with all that it holds: for what the library exports as it is, which every program that uses it shares.
 * Functions, tensors and what else has a prototype of its own stay as they are.
 */
export const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || !isPlain(value) || Object.isFrozen(value)) return value
  Object.freeze(value)
  Reflect.ownKeys(value).forEach((key) => frozen((value as Readonly<Record<PropertyKey, unknown>>)[key]))
  return value
}

/** A frozen copy of a caller's array, whose own may change as it likes afterwards; anything else as it is. */
export const ownArray = <T>(value: T): T =>
  Array.isArray(value) ? (Object.freeze([...(value as readonly unknown[])]) as T) : value
