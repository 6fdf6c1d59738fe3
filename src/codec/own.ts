import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import { attempt, fail } from '../tensor/errors.ts'
import { asRecord } from '../tensor/given.ts'
import { type Given, isGiven, refined, struct } from './struct.ts'

/** What a user's own entries of settings files are: a type of settings, and a function from settings to the thing. */

/** An entry of a user's own, read. */
export interface Own<A> {
  readonly settings: t.Type<Given, Given>
  readonly make: (settings: Given) => A
  /** The same, or what is wrong with the settings: the message of an error of the library's. */
  readonly attempt: (settings: Given) => E.Either<string, A>
}

export type Owns<A> = Readonly<Record<string, Own<A>>>

const ioType = kinds.kind<t.Type<Given, Given>>(
  'an io-ts type such as codec.struct gives',
  (value) => isGiven(value) && [value['validate'], value['is'], value['encode']].every((f) => typeof f === 'function')
)

const empty: t.Type<Given, Given> = struct('settings', {})

const refusals = attempt(['ValueError', 'ShapeError', 'AxisError', 'IndexError'])

const entryFields = { settings: [ioType, empty], make: kinds.callable<(settings: Given) => unknown>() } as const

/** Entries by name; a name of the library's own stays the library's. */
export const readOwns = <A>(what: string, given: unknown, taken: readonly string[], wanted: kinds.Kind<A>): Owns<A> =>
  Object.fromEntries(
    Object.entries(asRecord(what, 'entries by name', given) as object).map(([name, entry]) => {
      const called = `${what}: ${name}`
      if (name === '' || taken.includes(name))
        fail('ValueError', `${called} is a name that the library has; choose another`)
      const { settings, make } = kinds.settings(called, entryFields).read(entry as Own<A>)
      // what `make` throws is about the settings, what else it gives about itself
      const checked = (made: unknown): A => kinds.mustBe(wanted, `${called}: what make gives`, made)
      return [
        name,
        {
          settings,
          make: (found: Given) => checked(make(found)),
          attempt: (found: Given) => E.map(checked)(refusals(() => make(found)))
        }
      ] as const
    })
  )

/** The types of entries, whose settings `make` has to take as well. */
export const typesOf = <A>(owns: Owns<A>): Readonly<Record<string, t.Type<Given, Given>>> =>
  Object.fromEntries(
    Object.entries(owns).map(([name, { settings, attempt: tried }]) => [
      name,
      refined(settings, (value) => {
        const made = tried(value)
        return E.isLeft(made) ? [{ at: [], message: made.left }] : []
      })
    ])
  )
