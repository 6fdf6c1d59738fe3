import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fail } from '../tensor/errors.ts'
import type { Chart } from './chart.ts'
import type { ReportError } from './error.ts'
import { asChart, escaped, toInlineSvg } from './render.ts'
import { stylesheet } from './stylesheet.ts'
import { asArray, asSettings, asText } from '../tensor/given.ts'

/** A table: what the columns are called, then the rows. Numbers are set to the right. @category reports @since 0.1.0 */
export interface ReportTable {
  readonly caption?: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** One section of a report. @category reports @since 0.1.0 */
export interface ReportSection {
  readonly heading: string
  /** Paragraphs, with an empty line between two; what stands between backticks is set as code. */
  readonly text?: string
  readonly charts?: readonly Chart[]
  readonly tables?: readonly ReportTable[]
  readonly code?: string
}

/** What a report is made of. @category reports @since 0.1.0 */
export interface Report {
  readonly title: string
  /** Paragraphs, as the text of a section. */
  readonly intro?: string
  readonly sections: readonly ReportSection[]
  /** The language of the texts; English, `en`, when left out. */
  readonly language?: string
}

const optionalText = (what: string, value: string | undefined): unknown =>
  value === undefined ? undefined : asText(what, value)

const checkTable = (what: string, table: ReportTable): void => {
  const { caption, columns, rows } = asSettings(what, 'a table { columns, rows }', table, [
    'caption',
    'columns',
    'rows'
  ])
  optionalText(`${what}: caption`, caption)
  Array.from(asArray(`${what}: columns`, 'an array of text', columns), (name) => asText(`${what}: columns`, name))
  Array.from(asArray(`${what}: rows`, 'an array of rows', rows), (row, i) =>
    Array.from(asArray(`${what}: row ${i}`, 'an array of cells', row), (given) =>
      typeof given === 'number' ? given : asText(`${what}: row ${i}`, given)
    )
  )
}

const checkSection = (what: string, section: ReportSection): void => {
  const {
    heading,
    text,
    code,
    charts = [],
    tables = []
  } = asSettings(what, 'a section { heading }', section, ['heading', 'text', 'charts', 'tables', 'code'])
  asText(`${what}: heading`, heading)
  optionalText(`${what}: text`, text)
  optionalText(`${what}: code`, code)
  Array.from(asArray(`${what}: charts`, 'an array of charts', charts), (one) => asChart(what, one))
  Array.from(asArray(`${what}: tables`, 'an array of tables', tables), (table, i) =>
    checkTable(`${what}: table ${i}`, table)
  )
}

/** All texts are texts, all lists are lists. */
const checkReport = (report: Report): Report => {
  const what = 'htmlReport'
  const { title, intro, sections, language } = asSettings(what, 'a report { title, sections }', report, [
    'title',
    'intro',
    'sections',
    'language'
  ])
  asText(`${what}: title`, title)
  optionalText(`${what}: intro`, intro)
  optionalText(`${what}: language`, language)
  Array.from(asArray(`${what}: sections`, 'an array of sections', sections), (section, i) =>
    checkSection(`${what}: section ${i}`, section)
  )
  return report
}

const paragraphs = (text: string | undefined): string =>
  (text ?? '')
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

const tableOf = ({ caption, columns, rows }: ReportTable): string => {
  const wrong = rows.findIndex((row) => row.length !== columns.length)
  if (wrong >= 0)
    return fail(
      'ValueError',
      `htmlReport: a table has ${columns.length} columns, and its row ${wrong} has ${rows[wrong]!.length} cells`
    )
  const numeric = columns.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'))
  return [
    '<div class="scroll" tabindex="0" role="region" aria-label="table"><table>',
    ...(caption === undefined ? [] : [`<caption>${escaped(caption)}</caption>`]),
    `<thead><tr>${columns.map((name, i) => `<th scope="col"${numeric[i] ? ' class="number"' : ''}>${escaped(name)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}</tbody>`,
    '</table></div>'
  ].join('\n')
}

/** What a chart shows, in words, without the title that stands in the picture. */
const captionOf = ({ description, title }: Chart): string => {
  const text = typeof title === 'object' && title !== null && 'text' in title ? title['text'] : title
  const heading = `${Array.isArray(text) ? text.join(' ') : typeof text === 'string' ? text : ''}: `
  return description.startsWith(heading) ? description.slice(heading.length) : description
}

/** A chart in its frame; one that is wider than a phone scrolls inside it rather than shrink until it cannot be read. */
const figureOf = (svg: string, chart: Chart): string => {
  const width = Number(/ width="([\d.]+)"/.exec(svg)?.[1] ?? 0)
  const wide = width > 420
  return [
    `<figure${wide ? ' class="wide"' : ''}>`,
    `<div class="picture"${wide ? ' tabindex="0" role="region" aria-label="chart, scrolls sideways"' : ''}>`,
    svg.replace(
      '<svg ',
      `<svg style="max-width:${Math.round(width * 1.35)}px;min-width:${wide ? Math.round(width * 0.8) : 0}px" `
    ),
    '</div>',
    `<figcaption>${escaped(captionOf(chart))}</figcaption>`,
    '</figure>'
  ].join('\n')
}

const sectionOf = (
  { heading, text, tables = [], code }: ReportSection,
  number: number,
  figures: readonly string[]
): string =>
  [
    `<section id="section-${number}" aria-labelledby="heading-${number}">`,
    `<h2 id="heading-${number}">${escaped(heading)}</h2>`,
    paragraphs(text),
    ...(figures.length === 0 ? [] : [`<div class="charts">\n${figures.join('\n')}\n</div>`]),
    ...(tables.length === 0 ? [] : [`<div class="tables">\n${tables.map(tableOf).join('\n')}\n</div>`]),
    ...(code === undefined ? [] : [`<pre tabindex="0"><code>${escaped(code)}</code></pre>`]),
    '</section>'
  ]
    .filter((part) => part !== '')
    .join('\n')

/**
 * A report as one HTML document that needs nothing else: style and pictures are inside, there are no scripts, and opening
 * it fetches nothing. It reads on a phone, by day and by night, and by ear: every chart carries its description.
 *
 * @throws ValueError when it is given something else
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
  const { title, intro, sections, language = 'en' } = checkReport(report)
  return pipe(
    sections.flatMap(({ charts = [] }, section) =>
      charts.map((chart, i) => ({ chart, section, prefix: `s${section + 1}c${i + 1}-` }))
    ),
    TE.traverseSeqArray(({ chart, section, prefix }) =>
      pipe(
        toInlineSvg(prefix)(chart),
        TE.map((svg) => ({ section, figure: figureOf(svg, chart) }))
      )
    ),
    TE.map((figures) => {
      const contents = sections.map(({ heading }, i) => `<li><a href="#section-${i + 1}">${escaped(heading)}</a></li>`)
      return [
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
        ...(sections.length > 3 ? [`<nav aria-label="Contents"><ol>\n${contents.join('\n')}\n</ol></nav>`] : []),
        ...sections.map((section, i) =>
          sectionOf(
            section,
            i + 1,
            figures.filter((figure) => figure.section === i).map(({ figure }) => figure)
          )
        ),
        '</main>',
        '</body>',
        '</html>',
        ''
      ].join('\n')
    })
  )
}
