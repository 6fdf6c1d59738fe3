/** The command line of the lesson. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { common, parsed, seedOf } from '../../world/flags.ts'
import type { Ready } from './section.ts'

export const usage = `Runs a section of the lesson, or all of them. Ends with 0 when all that is claimed holds, with 1 when not.

  npm run lesson -- [NAME | all] [--quiet] [--seed N] [--data FOLDER] [--out FILE] [--help]

  NAME           a section; without a name, all sections are listed
  all            every section, and a report of them in one HTML file; without --data, those that need it are left out
  --quiet        print what is claimed, and whether it holds, alone
  --seed N       a whole number, from which everything random is drawn (0)
  --data FOLDER  where data are looked for first, before examples/data; mnist needs it
  --out FILE     where to write the report; of all sections to lesson.html when left out`

const options = { ...common, data: { type: 'string' }, out: { type: 'string' } } as const

/** The word for every section. */
const ALL = 'all'

/** What was asked for. */
export interface Wish {
  /** None to list them. */
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
      : E.left(`${JSON.stringify(name)} is not a section; there is ${names}`)
  }

/** What a section cannot do without, when no folder is given to look for it. */
const lacking = (sections: readonly Ready[]): string | undefined => {
  const needy = sections.find(({ needs }) => needs !== undefined)
  return needy === undefined ? undefined : `${needy.name} needs --data, the folder that holds ${needy.needs}`
}

/** The name of a section and flags: what they ask for, or what is wrong. */
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
