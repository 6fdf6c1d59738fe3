/** Every function that is exported, by the name it is called. */
import * as t from 'io-ts'

export type AnyFunction = (...args: readonly unknown[]) => unknown

const isNamespace = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Array.isArray(value)
}

/** What the library gives to an io-ts type; the rest of it is io-ts's own. */
const ofType = (type: t.Any): Readonly<Record<string, unknown>> => ({
  is: (value: unknown) => type.is(value),
  decode: (value: unknown) => type.decode(value),
  encode: (value: unknown): unknown => type.encode(value)
})

/** What may be called on a value: its functions, by name. */
export const methodsOf = (value: object): readonly (readonly [name: string, f: AnyFunction])[] =>
  Object.entries(value instanceof t.Type ? ofType(value) : value).filter(
    (entry): entry is [string, AnyFunction] => typeof entry[1] === 'function'
  )

/** The functions of a module, and of the records, lists and namespaces that it exports. */
export const functionsOf = (
  module: object,
  prefix: string,
  seen: ReadonlySet<unknown> = new Set()
): readonly (readonly [name: string, f: AnyFunction])[] =>
  Object.entries(module).flatMap(([name, value]: readonly [string, unknown]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    if (typeof value === 'function') return [[path, value as AnyFunction] as const]
    if (value instanceof t.Type) return methodsOf(value).map(([own, f]) => [`${path}.${own}`, f] as const)
    return isNamespace(value) && !seen.has(value) ? functionsOf(value, path, new Set([...seen, value])) : []
  })
