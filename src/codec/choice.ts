import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import * as RR from 'fp-ts/lib/ReadonlyRecord.js'
import type * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import { attempt, fail } from '../tensor/errors.ts'
import { type Given, ioType } from './fault.ts'
import { exactly, fromKind, type Props } from './kinds.ts'
import { beside, orRecord, refined, struct, tagged, without } from './struct.ts'

/** Things that settings files name: the library's, and those of a user. */

/** A user's entry: the type of the settings that stand beside the name, and what makes the thing of them. */
export interface Entry<A> {
  readonly settings: t.Type<Given, Given>
  readonly make: (settings: Given) => A
  /** The same, or what is wrong with the settings: the message of an error of the library's. */
  readonly attempt: (settings: Given) => E.Either<string, A>
}

export type Entries<A> = Readonly<Record<string, Entry<A>>>

/** The library's things: the types of their settings, and what makes them. */
export type Library<A> = Readonly<Record<string, readonly [...Props, make: (settings: never) => A]>>

const refusals = attempt(['ValueError', 'ShapeError', 'AxisError', 'IndexError'])

const entryFields = {
  settings: [ioType as kinds.Kind<t.Type<Given, Given>>, struct('settings', {}) as t.Type<Given, Given>],
  make: kinds.callable<(settings: Given) => unknown>()
} as const

const someEntries = kinds.record('entries by name', {})

/** A user's entries by name; a name of the library's stays the library's. */
export const readEntries = <A>(
  what: string,
  given: unknown,
  taken: readonly string[],
  wanted: kinds.Kind<A>
): Entries<A> =>
  RR.mapWithIndex((name: string, entry: Entry<A>): Entry<A> => {
    const called = `${what}: ${name}`
    if (name === '' || taken.includes(name))
      fail('ValueError', `${called} is a name that the library has; choose another`)
    const { settings, make } = kinds.settings(called, entryFields).read(entry)
    // what `make` throws is about the settings, what else it gives about itself
    const checked = (made: unknown): A => kinds.mustBe(wanted, `${called}: what make gives`, made)
    return {
      settings,
      make: (found) => checked(make(found)),
      attempt: (found) => E.map(checked)(refusals(() => make(found)))
    }
  })(kinds.mustBe(someEntries, what, given))

/** What makes things of settings, and the type of these. */
export interface Choice<S, A, O = Given> {
  readonly type: t.Type<S, O>
  readonly make: (settings: S) => A
}

/** One of the things of the library or of a user, by the word under a key; `more` stands beside the settings of each. */
export const choice = <A>(
  name: string,
  key: string,
  library: Library<A>,
  entries: Entries<A>,
  more: t.Props = {},
  /** What things are made of, from the settings of the file. */
  prepared: (settings: Given) => Given = identity,
  /** What is wrong with settings whose types are right. */
  attempt: (entry: Entry<A>, settings: Given) => E.Either<string, unknown> = (entry, found) => entry.attempt(found)
): Choice<Given, A> => {
  const ours = RR.mapWithIndex((word: string, [required, optional]: Library<A>[string]) =>
    struct(name, { [key]: exactly(word), ...more, ...required }, optional)
  )(library) as Readonly<Record<string, t.Type<Given, Given>>>
  const theirs = RR.mapWithIndex((word: string, entry: Entry<A>) =>
    refined(beside({ [key]: exactly(word), ...more }, entry.settings), (value) => {
      const made = attempt(entry, prepared(without([key], value)))
      return E.isLeft(made) ? [{ at: [], message: made.left }] : []
    })
  )(entries)
  return {
    type: tagged(name, key, { ...ours, ...theirs }),
    make: (settings) => {
      const word = settings[key] as string
      const rest = prepared(without([key], settings))
      return Object.hasOwn(entries, word) ? entries[word]!.make(rest) : library[word]![2](rest as never)
    }
  }
}

/** What a word alone stands for, or a record with a name and settings; `example` is such a record, for messages. */
export const wordOr = <A>(
  name: string,
  example: string,
  words: Readonly<Record<string, A>>,
  library: Library<A>,
  entries: Entries<A>
): Choice<string | Given, A, string | Given> => {
  const record = choice(name, 'name', library, entries)
  // what needs no settings is told by its name alone
  const bare = Object.keys(entries).filter((word) => E.isRight(record.type.validate({ name: word }, [])))
  const names = [...Object.keys(words), ...bare]
  const word = fromKind(kinds.oneOf(...names), name)
  return {
    type: orRecord(name, word, record.type, `one of ${names.join(', ')}, or a record such as ${example}`),
    make: (settings) =>
      typeof settings !== 'string'
        ? record.make(settings)
        : Object.hasOwn(words, settings)
          ? words[settings]!
          : record.make({ name: settings })
  }
}
