import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import type { Chart } from './chart.ts'
import type { ReportError } from './error.ts'
import { chartKind, escaped, toInlineSvg } from './render.ts'
import { stylesheet } from './stylesheet.ts'

const text = [kinds.text, undefined] as const

const tableFields = {
  caption: text,
  columns: kinds.listOf(kinds.text, 'an array of text'),
  rows: kinds.listOf(kinds.listOf(kinds.either(kinds.text, kinds.anyNumber), 'an array of cells'), 'an array of rows')
} as const

/** A table: what the columns are called, then the rows. Numbers are set to the right. @category reports @since 0.1.0 */
export interface ReportTable extends kinds.Given<typeof tableFields> {}

const sectionFields = {
  heading: kinds.text,
  /** Paragraphs, with an empty line between two; what stands between backticks is set as code. */
  text,
  charts: [kinds.listOf(chartKind, 'an array of charts'), []],
  tables: [kinds.list<ReportTable>('an array of tables'), []],
  code: text
} as const

/** One section of a report. @category reports @since 0.1.0 */
export interface ReportSection extends kinds.Given<typeof sectionFields> {}

const reportSettings = kinds.settings(
  'htmlReport',
  {
    title: kinds.text,
    /** Paragraphs, as the text of a section. */
    intro: text,
    sections: kinds.list<ReportSection>('an array of sections'),
    /** The language of the texts; English, `en`, when left out. */
    language: [kinds.text, 'en']
  },
  'a report'
)

/** What a report is made of. @category reports @since 0.1.0 */
export interface Report extends kinds.Given<typeof reportSettings.fields> {}

/** A report whose parts are all of their kinds. */
const readReport = (report: Report) => {
  const { sections, ...rest } = reportSettings.read(report)
  const readTable = (what: string, given: ReportTable) => {
    const table = kinds.settings(what, tableFields, 'a table').read(given)
    const wrong = table.rows.findIndex((row) => row.length !== table.columns.length)
    return wrong < 0
      ? table
      : fail(
          'ValueError',
          `${what}: a table has ${table.columns.length} columns, and its row ${wrong} has ${table.rows[wrong]!.length} cells`
        )
  }
  const readSection = (given: ReportSection, i: number) => {
    const what = `htmlReport: sections[${i}]`
    const section = kinds.settings(what, sectionFields, 'a section').read(given)
    return { ...section, tables: Array.from(section.tables, (table, k) => readTable(`${what}: tables[${k}]`, table)) }
  }
  return { ...rest, sections: Array.from(sections, readSection) }
}

type Section = ReturnType<typeof readReport>['sections'][number]

/** Parts that are there, one a line. */
const lines = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n')

/** An element around what is in it; nothing around nothing. */
const element = (open: string, content: string): string =>
  content === '' ? '' : `<${open}>${content}</${open.split(' ')[0]!}>`

const paragraphs = (text = ''): string =>
  text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => `<p>${escaped(part).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`)
    .join('\n')

/** A number in full, but very large and very small ones with an exponent; a true minus sign. */
const numeral = (value: number): string =>
  (value !== 0 && Number.isFinite(value) && (Math.abs(value) >= 1e9 || Math.abs(value) < 1e-4)
    ? value.toExponential().replace('e+', 'e')
    : String(value)
  ).replaceAll('-', '−')

const cell = (value: string | number): string =>
  typeof value === 'number' ? `<td class="number">${escaped(numeral(value))}</td>` : `<td>${escaped(value)}</td>`

const tableOf = ({ caption = '', columns, rows }: Section['tables'][number]): string => {
  const heads = columns.map((name, i) => {
    const isNumeric = rows.length > 0 && rows.every((row) => typeof row[i] === 'number')
    return `<th scope="col"${isNumeric ? ' class="number"' : ''}>${escaped(name)}</th>`
  })
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`)
  return lines(
    '<div class="scroll" tabindex="0" role="region" aria-label="table"><table>',
    element('caption', escaped(caption)),
    `<thead><tr>${heads.join('')}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody>`,
    '</table></div>'
  )
}

/** What a chart shows, in words, without the title that stands in the picture. */
const captionOf = ({ description, title }: Chart): string => {
  const words = (title as { readonly text?: readonly string[] } | undefined)?.text
  const heading = `${Array.isArray(words) ? words.join(' ') : String(words)}: `
  return description.startsWith(heading) ? description.slice(heading.length) : description
}

/** A chart in its frame; one that is wider than a phone scrolls inside it rather than shrink until it cannot be read. */
const figureOf = (svg: string, chart: Chart): string => {
  const width = Number(/ width="([\d.]+)"/.exec(svg)?.[1] ?? 0)
  const isWide = width > 420
  const style = `max-width:${Math.round(width * 1.15)}px;min-width:${isWide ? Math.round(width * 0.8) : 0}px`
  return lines(
    `<figure${isWide ? ' class="wide"' : ''}>`,
    `<div class="picture"${isWide ? ' tabindex="0" role="region" aria-label="chart, scrolls sideways"' : ''}>`,
    svg.replace('<svg ', `<svg style="${style}" `),
    '</div>',
    `<figcaption>${escaped(captionOf(chart))}</figcaption>`,
    '</figure>'
  )
}

const sectionOf = ({ heading, text, tables, code }: Section, number: number, figures: readonly string[]): string =>
  lines(
    `<section id="section-${number}" aria-labelledby="heading-${number}">`,
    `<h2 id="heading-${number}">${escaped(heading)}</h2>`,
    paragraphs(text),
    element('div class="charts"', lines(...figures)),
    element('div class="tables"', lines(...tables.map(tableOf))),
    code === undefined ? '' : `<pre tabindex="0"><code>${escaped(code)}</code></pre>`,
    '</section>'
  )

/**
 * A report as one HTML document that needs nothing else: style and pictures are inside, there are no scripts, and opening
 * it fetches nothing. It reads on a phone, by day and by night, and by ear: every chart carries its description.
 *
 * @throws ValueError for a report, or a part of one, that is not of its kind
 * @example
 * import { ok } from 'assert'
 * import { isRight } from 'fp-ts/Either'
 * import { bars, htmlReport } from 'grad-ts/report'
 *
 * const report = await htmlReport({
 *   title: 'XOR & friends',
 *   intro: 'How long an epoch takes.',
 *   sections: [{ heading: 'Times', charts: [bars({ xTitle: 'time (ms)' })({ small: 120, large: 8 })] }]
 * })()
 * ok(isRight(report) && report.right.includes('<h1>XOR &amp; friends</h1>'))
 * @category reports
 * @since 0.1.0
 */
export const htmlReport = (report: Report): TE.TaskEither<ReportError, string> => {
  const { title, intro, sections, language } = readReport(report)
  const figuresOf = ({ charts }: Section, i: number) =>
    charts.map((chart, k) =>
      pipe(
        toInlineSvg(`s${i + 1}c${k + 1}-`)(chart),
        TE.map((svg) => figureOf(svg, chart))
      )
    )
  const contents = sections.map(({ heading }, i) => `<li><a href="#section-${i + 1}">${escaped(heading)}</a></li>`)
  return pipe(
    sections,
    TE.traverseSeqArrayWithIndex((i, section) => TE.sequenceSeqArray(figuresOf(section, i))),
    TE.map((figures) =>
      lines(
        '<!doctype html>',
        `<html lang="${escaped(language)}">`,
        '<head>',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
        `<title>${escaped(title)}</title>`,
        `<style>\n${stylesheet}\n</style>`,
        '</head>',
        '<body>',
        '<main>',
        `<header>\n<h1>${escaped(title)}</h1>\n${paragraphs(intro)}\n</header>`,
        sections.length > 3 ? `<nav aria-label="Contents"><ol>\n${lines(...contents)}\n</ol></nav>` : '',
        ...sections.map((section, i) => sectionOf(section, i + 1, figures[i]!)),
        '</main>',
        '</body>',
        '</html>',
        '\n'
      )
    )
  )
}
