/** The command line of the lesson. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { codec, type train } from '../../../src/index.ts'
import type { Ready } from './section.ts'

export const usage = `Runs a section of the lesson, or all of them. Ends with 0 when all that is claimed holds, with 1 when not.

  npm run lesson -- [NAME | all] [--quiet] [--seed N] [--data FOLDER] [--out FILE] [--help]

  NAME           a section; without a name, all sections are listed
  all            every section, and a report of them in one HTML file; without --data, those that need it are left out
  --quiet        print what is claimed, and whether it holds, alone
  --seed N       a whole number, from which everything random is drawn (0)
  --data FOLDER  where data are looked for first, before examples/data; mnist needs it
  --out FILE     where to write the report; of all sections to lesson.html when left out`

interface PathBrand {
  readonly 'a path': unique symbol
}
const Path = t.brand(t.string, (text): text is t.Branded<string, PathBrand> => text !== '', 'a path')

const readFlags = codec.flags({
  quiet: codec.switchFlag,
  seed: pipe(codec.numberFlag(codec.Seed), codec.withDefault(0)),
  data: pipe(codec.textFlag(Path), codec.withDefault(undefined)),
  out: pipe(codec.textFlag(Path), codec.withDefault(undefined)),
  help: codec.switchFlag
})

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
  (name: string): codec.Decoded<readonly Ready[]> => {
    const sections = name === ALL ? all : all.filter((section) => section.name === name)
    const names = [...all.map((section) => section.name), ALL].join(', ')
    return sections.length > 0
      ? E.right(sections)
      : E.left([{ path: JSON.stringify(name), message: `is no section; there is ${names}` }])
  }

/** What a section cannot do without, when no folder is given to look for it. */
const lacking = (sections: readonly Ready[], data: string | undefined): readonly train.Fault[] =>
  data === undefined
    ? sections.flatMap(({ name, needs }) =>
        needs === undefined ? [] : [{ path: '--data', message: `${name} needs the folder that holds ${needs}` }]
      )
    : []

/** A name in the first place, then flags: what they ask for, or every fault of them, one a line. */
export const readWords =
  (all: readonly Ready[]) =>
  (words: readonly string[]): E.Either<string, Wish> => {
    const [first] = words
    const named = first !== undefined && !first.startsWith('-')
    const name = named ? chosen(all)(first) : E.right([])
    const flags = readFlags(named ? words.slice(1) : words)
    const missing = E.isRight(name) && E.isRight(flags) && first !== ALL ? lacking(name.right, flags.right.data) : []
    return E.isRight(name) && E.isRight(flags) && missing.length === 0
      ? E.right({
          ...flags.right,
          sections: name.right,
          data: O.fromNullable(flags.right.data),
          out: O.fromNullable(flags.right.out ?? (first === ALL ? 'lesson.html' : undefined))
        })
      : E.left(
          codec.showFaults([...(E.isLeft(name) ? name.left : []), ...(E.isLeft(flags) ? flags.left : []), ...missing])
        )
  }
