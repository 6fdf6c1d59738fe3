/** Sections and their findings, as text and as a report. */
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import type { Report, ReportSection, ReportTable } from '../../../src/report/index.ts'
import { numeral, table } from '../../world/text.ts'
import { type Check, showCheck } from './check.ts'
import type { Findings, Ready } from './section.ts'

const WIDTH = 100

/** Text wrapped at the width of a terminal. */
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
    checks.map((one) => `${mark(one)} ${name}: ${showCheck(one)}`).join('\n')

/** Why a section has no findings: it was skipped, or it failed. */
export interface Nothing {
  readonly _tag: 'LeftOut' | 'Failed'
  readonly reason: string
}

export const showNothing = ({ _tag, reason }: Nothing): string =>
  `${_tag === 'LeftOut' ? 'Skipped' : 'Failed'}: ${reason}`

/** A section and its findings. */
export interface Done {
  readonly section: Ready
  readonly found: E.Either<Nothing, Findings>
}

/** Every check that fails, and every section that failed. */
export const shortfalls = (done: readonly Done[]): readonly string[] =>
  done.flatMap(({ section, found }) =>
    pipe(
      found,
      E.match(
        ({ _tag, reason }) => (_tag === 'LeftOut' ? [] : [`${section.name}: ${reason}`]),
        ({ checks }) => checks.filter(({ holds }) => !holds).map((one) => `${section.name}: ${showCheck(one)}`)
      )
    )
  )

const sectionOf = ({ section: { title, teaches }, found }: Done): ReportSection => {
  const heading = `${title.charAt(0).toUpperCase()}${title.slice(1)}`
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
          {
            caption: 'Checks',
            columns: ['', 'check', 'value', 'required'],
            rows: checks.map((one) => [mark(one), one.claim, one.value ?? '', one.required ?? ''])
          }
        ],
        ...(code === undefined ? {} : { code })
      })
    )
  )
}

export const reportOf =
  (seed: number) =>
  (done: readonly Done[]): Report => ({
    title: 'Neural networks in pure functions',
    intro:
      'A course on neural networks with pure functions and immutable data: each section introduces a topic, shows it, and ' +
      `ends with assertions. All random numbers come from seed ${seed}.`,
    sections: done.map(sectionOf)
  })
