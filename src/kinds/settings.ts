import { showGiven } from '../tensor/errors.ts'
import { asSettings, isSettings, notKnown, unknownKeys } from '../tensor/given.ts'
import { anything, type Kind, mustBe, partOf } from './kind.ts'

/** A setting: its kind, with its value when it is left out if it may be. */
export type Field = Kind<unknown> | readonly [kind: Kind<unknown>, value: unknown]

export type Fields = Readonly<Record<string, Field>>

type TypeOf<F> = F extends readonly [Kind<infer T>, unknown] ? T : F extends Kind<infer T> ? T : never

/** The record that is handed over; its keys keep the comments of the fields. */
export type Given<F> = { readonly [K in keyof F as F[K] extends readonly unknown[] ? never : K]: TypeOf<F[K]> } & {
  readonly [K in keyof F as F[K] extends readonly unknown[] ? K : never]?: TypeOf<F[K]> | undefined
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

/** Settings that are declared. */
export interface Settings<F> {
  readonly fields: F
  /** All that is wrong with settings, as data; `read` throws the first of it. */
  readonly faults: (given: unknown) => readonly Wrong[]
  /** The settings as they are used; throws where one is not of its kind. */
  readonly read: <G extends Given<F>>(given: G) => Read<F> & Narrow<F, G>
}

export const isOptional = (field: Field): field is readonly [Kind<unknown>, unknown] => Array.isArray(field)

/** `settings { inputs, outputs }`, or `settings such as { slope: 0.01 }` where none is required. */
const exampleOf = (noun: string, fields: Fields): string => {
  const required = Object.entries(fields).flatMap(([name, field]) => (isOptional(field) ? [] : [name]))
  if (required.length > 0) return `${noun} { ${required.join(', ')} }`
  const [example = ''] = Object.entries(fields).map(([name, field]) =>
    isOptional(field) && field[1] !== undefined ? `${name}: ${showGiven(field[1])}` : name
  )
  return `${noun} such as { ${example} }`
}

/**
 * Settings declared once: `settings('cosineDecay', { initial: notNegative, final: [notNegative, 0], steps: size })` reads the
 * record given to `cosineDecay`, and codecs and tests read its fields. `noun` is what messages call the record.
 *
 * @throws ValueError at `read`, when a setting is not known, is missing, or is of another kind
 */
export const settings = <const F extends Fields>(what: string, fields: F, noun = 'settings'): Settings<F> => {
  const [example, known] = [exampleOf(noun, fields), Object.keys(fields)]
  const parts = Object.entries(fields).map(([name, field]) => ({
    name,
    called: `${what}: ${name}`,
    ...(isOptional(field)
      ? { wanted: field[0], isOptional: true, usual: field[1] }
      : { wanted: field, isOptional: false, usual: undefined })
  }))
  type Part = (typeof parts)[number]
  const isLeftOut = (part: Part, value: unknown): boolean => part.isOptional && value === undefined
  const wrongAt = (part: Part, value: unknown): readonly Wrong[] => {
    if (isLeftOut(part, value) || part.wanted.holds(value)) return []
    const { at, kind: needed, value: given } = partOf(part.wanted, value)
    return [{ path: `${part.name}${at}`, message: `needs ${needed.needs}, got ${showGiven(given)}` }]
  }
  const valueOf = (part: Part, value: unknown): unknown =>
    isLeftOut(part, value) ? part.usual : mustBe(part.wanted, part.called, value)
  const recordOf = (found: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(parts.map((part) => [part.name, valueOf(part, found[part.name])]))
  parts.forEach(({ name, wanted, usual }) => {
    if (usual !== undefined) mustBe(wanted, `${what}: the default of ${name}`, usual)
  })
  // reductions and losses are mostly called without settings
  const usual = parts.every((part) => part.isOptional) ? Object.freeze(recordOf({})) : null
  // a property may be a getter that has much to do
  const judged = parts.filter(({ wanted }) => wanted !== anything)
  return {
    fields,
    faults: (given) => {
      if (!isSettings(given)) return [{ path: '', message: `needs ${example}, got ${showGiven(given)}` }]
      return [
        ...unknownKeys(given, known).map((path) => ({ path, message: notKnown(known) })),
        ...judged.flatMap((part) => wrongAt(part, given[part.name]))
      ]
    },
    read: <G extends Given<F>>(given: G) => {
      const found = asSettings(what, example, given, known) as Readonly<Record<string, unknown>>
      const isUsual = usual !== null && known.every((name) => found[name] === undefined)
      return (isUsual ? usual : recordOf(found)) as Read<F> & Narrow<F, G>
    }
  }
}
