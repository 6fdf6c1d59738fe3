import { showGiven } from '../tensor/errors.ts'
import { asSettings, isSettings, notKnown, unknownKeys } from '../tensor/given.ts'
import { anything, type Kind, mustBe, partOf } from './kind.ts'

/** A setting: its kind, with its value when it is left out if it may be. */
export type Field = Kind<unknown> | readonly [kind: Kind<unknown>, value: unknown]

export type Fields = Readonly<Record<string, Field>>

type TypeOf<F> = F extends readonly [Kind<infer T>, unknown] ? T : F extends Kind<infer T> ? T : never

type OptionalKeys<F> = { [K in keyof F]: F[K] extends readonly unknown[] ? K : never }[keyof F]

/** The record that is handed over. */
export type Given<F> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: TypeOf<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: TypeOf<F[K]> | undefined
}

/** The record that is read: what was left out has its value. */
export type Read<F> = {
  readonly [K in keyof F]: F[K] extends readonly [unknown, undefined] ? TypeOf<F[K]> | undefined : TypeOf<F[K]>
}

/** What was given, with its literal types: a size of 3 is read as a 3. */
type Narrow<F, G> = { readonly [K in keyof F & keyof G]: G[K] }

/** One thing wrong with settings: where, and what is needed. */
interface Wrong {
  readonly path: string
  readonly message: string
}

const isOptional = (field: Field): field is readonly [Kind<unknown>, unknown] => Array.isArray(field)

/** `settings { inputs, outputs }`, or `settings such as { slope: 0.01 }` where none is required. */
const exampleOf = (fields: Fields): string => {
  const required = Object.entries(fields).flatMap(([name, field]) => (isOptional(field) ? [] : [name]))
  if (required.length > 0) return `settings { ${required.join(', ')} }`
  const [example = ''] = Object.entries(fields).map(([name, field]) =>
    isOptional(field) && field[1] !== undefined ? `${name}: ${showGiven(field[1])}` : name
  )
  return `settings such as { ${example} }`
}

/**
 * Settings declared once: `settings('stepDecay', { initial: notNegative, factor: positive, every: [size, 1] })` reads the
 * record given to `stepDecay`, and codecs and tests read its fields.
 *
 * @throws ValueError at `read`, when a setting is not known, is missing, or is of another kind
 */
export const settings = <const F extends Fields>(what: string, fields: F) => {
  Object.entries(fields).forEach(([name, field]) => {
    if (isOptional(field) && field[1] !== undefined) mustBe(field[0], `${what}: the default of ${name}`, field[1])
  })
  const [example, known] = [exampleOf(fields), Object.keys(fields)]
  const wrongAt = ([name, field]: readonly [string, Field], value: unknown): readonly Wrong[] => {
    if (isOptional(field) && value === undefined) return []
    const wanted = isOptional(field) ? field[0] : field
    if (wanted.holds(value)) return []
    const { at, kind: needed, value: part } = partOf(wanted, value)
    return [{ path: `${name}${at}`, message: `needs ${needed.needs}, got ${showGiven(part)}` }]
  }
  const parts = Object.entries(fields).map(([name, field]) => {
    const called = `${what}: ${name}`
    const of = isOptional(field)
      ? (value: unknown) => (value === undefined ? field[1] : mustBe(field[0], called, value))
      : (value: unknown) => mustBe(field, called, value)
    return { name, of }
  })
  const recordOf = (found: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(parts.map(({ name, of }) => [name, of(found[name])]))
  // reductions and losses are mostly called without settings
  const usual = Object.values(fields).every(isOptional) ? Object.freeze(recordOf({})) : null
  // a property may be a getter that has much to do
  const judged = Object.entries(fields).filter(([, field]) => (isOptional(field) ? field[0] : field) !== anything)
  return {
    fields,
    /** All that is wrong with settings, as data; `read` throws the first of it. */
    faults: (given: unknown): readonly Wrong[] => {
      if (!isSettings(given)) return [{ path: '', message: `needs ${example}, got ${showGiven(given)}` }]
      const found = given as Readonly<Record<string, unknown>>
      return [
        ...unknownKeys(found, known).map((path) => ({ path, message: notKnown(known) })),
        ...judged.flatMap((entry) => wrongAt(entry, found[entry[0]]))
      ]
    },
    /** The settings as they are used; throws where one is not of its kind. */
    read: <G extends Given<F>>(given: G): Read<F> & Narrow<F, G> => {
      const found = asSettings(what, example, given, known) as Readonly<Record<string, unknown>>
      const isUsual = usual !== null && known.every((name) => found[name] === undefined)
      return (isUsual ? usual : recordOf(found)) as Read<F> & Narrow<F, G>
    }
  }
}
