/** Sections and what came out of them, as text and as a report. */
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import type { Report, ReportSection, ReportTable } from '../../../src/report/index.ts'
import { numeral, table } from '../../world/text.ts'
import type { Check } from './check.ts'
import type { Findings, Ready } from './section.ts'

const WIDTH = 100

/** Words in lines that are no longer than a terminal is wide. */
const wrapped = (text: string): string =>
  text
    .split(/\s+/)
    .reduce<readonly string[]>((lines, word) => {
      const last = lines[lines.length - 1]
      return last === undefined || last.length + word.length >= WIDTH
        ? [...lines, word]
        : [...lines.slice(0, -1), `${last} ${word}`]
    }, [])
    .join('\n')

/** The names of sections, each with its title. */
export const showList = (sections: readonly Ready[]): string => {
  const width = Math.max(...sections.map(({ name }) => name.length))
  return sections.map(({ name, title }) => `${name.padEnd(width)}  ${title}`).join('\n')
}

const tableText = ({ caption, columns, rows }: ReportTable): string =>
  [
    ...(caption === undefined ? [] : [`${caption}:`]),
    table([columns, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? numeral(cell) : cell)))])
  ].join('\n')

export const showIntroduction = ({ name, title, teaches }: Ready): string =>
  [`── ${name}: ${title} `.padEnd(WIDTH, '─'), wrapped(teaches)].join('\n')

export const showFindings =
  (color: boolean) =>
  ({ text = [], tables = [], pictures = [], code }: Findings): string =>
    [
      ...text.map(wrapped),
      ...tables.map(tableText),
      ...pictures.flatMap(({ plot }) => (plot === undefined ? [] : [plot({ color })])),
      ...(code === undefined ? [] : [code])
    ].join('\n\n')

const mark = ({ holds }: Check): string => (holds ? '✓' : '✗')

export const showChecks =
  ({ name }: Pick<Ready, 'name'>) =>
  (checks: readonly Check[]): string =>
    checks.map((one) => `${mark(one)} ${name}: ${one.claim}`).join('\n')

/** Why nothing came out of a section: it was left out, or it failed. */
export interface Nothing {
  readonly _tag: 'LeftOut' | 'Failed'
  readonly reason: string
}

export const showNothing = ({ _tag, reason }: Nothing): string =>
  `${_tag === 'LeftOut' ? 'Left out' : 'Nothing came of it'}: ${reason}`

/** A section and what came out of it. */
export interface Done {
  readonly section: Ready
  readonly found: E.Either<Nothing, Findings>
}

/** Every claim that does not hold, and every section that failed. */
export const shortfalls = (done: readonly Done[]): readonly string[] =>
  done.flatMap(({ section, found }) =>
    pipe(
      found,
      E.match(
        ({ _tag, reason }) => (_tag === 'LeftOut' ? [] : [`${section.name}: ${reason}`]),
        ({ checks }) => checks.filter(({ holds }) => !holds).map(({ claim }) => `${section.name}: ${claim}`)
      )
    )
  )

const sectionOf = ({ section: { name, title, teaches }, found }: Done): ReportSection => {
  const heading = `${name}: ${title}`
  return pipe(
    found,
    E.match(
      (nothing): ReportSection => ({ heading, text: `${teaches}\n\n${showNothing(nothing)}` }),
      ({ text = [], tables = [], pictures = [], code, checks }): ReportSection => ({
        heading,
        text: [teaches, ...text].join('\n\n'),
        charts: pictures.map(({ chart }) => chart),
        tables: [
          ...tables,
          { caption: 'Checks', columns: ['holds', 'claim'], rows: checks.map((one) => [mark(one), one.claim]) }
        ],
        ...(code === undefined ? {} : { code })
      })
    )
  )
}

export const reportOf =
  (seed: number) =>
  (done: readonly Done[]): Report => ({
    title: 'The lesson in pure functions',
    intro:
      'What a lesson builds with classes that change themselves, built with functions that change nothing: each section ' +
      `says what is taught, shows it, and ends with what must hold. Everything random comes from seed ${seed}.`,
    sections: done.map(sectionOf)
  })
