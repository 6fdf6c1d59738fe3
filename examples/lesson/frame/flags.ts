/** The command line of the lesson. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { common, parsed, seedOf } from '../../world/flags.ts'
import type { Ready } from './section.ts'

export const usage = `Runs a section of the lesson, or all of them. Exits with 0 if all checks pass, else with 1.

  npm run lesson -- [NAME | all] [--quiet] [--seed N] [--data FOLDER] [--out FILE] [--help]

  NAME           a section; without a name, all sections are listed
  all            every section, with a report as one HTML file; without --data, sections that need it are skipped
  --quiet        print the checks only
  --seed N       the seed of all random numbers, an integer (0)
  --data FOLDER  the folder that is searched first for data, before examples/data; mnist needs it
  --out FILE     the file of the report; lesson.html for all sections by default`

const options = { ...common, data: { type: 'string' }, out: { type: 'string' } } as const

/** The name that selects every section. */
const ALL = 'all'

/** The parsed command line. */
export interface Wish {
  /** Empty to list them. */
  readonly sections: readonly Ready[]
  readonly quiet: boolean
  readonly seed: number
  readonly data: O.Option<string>
  readonly out: O.Option<string>
  readonly help: boolean
}

const chosen =
  (all: readonly Ready[]) =>
  (name: string): E.Either<string, readonly Ready[]> => {
    const sections = name === ALL ? all : all.filter((section) => section.name === name)
    const names = [...all.map((section) => section.name), ALL].join(', ')
    return sections.length > 0
      ? E.right(sections)
      : E.left(`${JSON.stringify(name)} is not a section; choose one of ${names}`)
  }

/** The error of a section that needs data when no folder is given. */
const lacking = (sections: readonly Ready[]): string | undefined => {
  const needy = sections.find(({ needs }) => needs !== undefined)
  return needy === undefined ? undefined : `${needy.name} needs --data, the folder that holds ${needy.needs}`
}

/** Parses the name of a section and flags, or returns an error message. */
export const readWords =
  (all: readonly Ready[]) =>
  (words: readonly string[]): E.Either<string, Wish> =>
    pipe(
      E.Do,
      E.bind('found', () => parsed(options, words)),
      E.bind('seed', ({ found }) => seedOf(found.values.seed)),
      E.bind(
        'sections',
        ({
          found: {
            positionals: [name]
          }
        }) => (name === undefined ? E.right([]) : chosen(all)(name))
      ),
      E.flatMap(({ found: { values, positionals }, seed, sections }) => {
        const [name, second] = positionals
        const lack = name === ALL || values.data !== undefined ? undefined : lacking(sections)
        return second !== undefined
          ? E.left(`${JSON.stringify(second)} is a second name; run one section, or all`)
          : lack !== undefined
            ? E.left(lack)
            : E.right({
                quiet: values.quiet,
                help: values.help,
                seed,
                sections,
                data: O.fromNullable(values.data),
                out: O.fromNullable(values.out ?? (name === ALL ? 'lesson.html' : undefined))
              })
      })
    )
