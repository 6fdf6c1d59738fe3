import { sequenceT } from 'fp-ts/lib/Apply.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as kinds from '../kinds/index.ts'
import { type Chart, FONT } from './chart.ts'
import { reasonOf, type ReportError } from './error.ts'
import type { JsonObject } from './json.ts'

/** Drawing charts with Vega, which is loaded when the first is drawn and not before. */

interface Missing {
  readonly name: string
  readonly reason: string
}

const load = <A>(name: string, module: () => Promise<A>): TE.TaskEither<readonly Missing[], A> =>
  TE.tryCatch(module, (error) => [{ name, reason: reasonOf(error) }])

/** Both packages, or which of them are missing. */
const renderer = pipe(
  sequenceT(TE.getApplicativeTaskValidation(T.ApplyPar, RA.getSemigroup<Missing>()))(
    load('vega', () => import('vega')),
    load('vega-lite', () => import('vega-lite'))
  ),
  TE.mapLeft((missing): ReportError => ({
    _tag: 'MissingPackage',
    packages: missing.map(({ name }) => name),
    reason: missing.map(({ reason }) => reason).join('; ')
  }))
)

/** Ink and paper. */
interface Theme {
  readonly ink: string
  readonly background: string | null
}

/** Black on white, for a file of its own. */
const paper: Theme = { ink: '#1c1c21', background: '#ffffff' }

/** In the color of the text around it, on whatever is behind. */
const inline: Theme = { ink: 'currentColor', background: null }

const themed = ({ ink, background }: Theme): JsonObject => ({
  background,
  axis: {
    labelColor: ink,
    titleColor: ink,
    domainColor: ink,
    tickColor: ink,
    gridColor: ink,
    gridOpacity: 0.14,
    domainOpacity: 0.6,
    tickOpacity: 0.6
  },
  // several legends stand under each other; the schema of charts does not know this setting, Vega does
  legend: { labelColor: ink, titleColor: ink, layout: { top: { direction: 'vertical', anchor: 'start', margin: 4 } } },
  title: { color: ink, subtitleColor: ink },
  header: { labelColor: ink, titleColor: ink },
  text: { color: ink },
  rule: { color: ink },
  style: { ink: { color: ink } }
})

/** Nothing is fetched: only addresses that hold their data are let through, and asking for another spoils the picture. */
const offline = (spoil: (error: Error) => void) => {
  const refuse = (uri: string): Promise<never> => {
    const error = new Error(`charts hold their data and fetch nothing, and this one asks for ${uri}`)
    spoil(error)
    return Promise.reject(error)
  }
  const sanitize = (uri: string) => (uri.startsWith('data:') ? Promise.resolve({ href: uri }) : refuse(uri))
  return { load: refuse, sanitize, http: refuse, file: refuse }
}

/** Vega logs what goes wrong while drawing; an error there is an error here. */
const refuseErrors = (_method: string, _level: string, message: readonly unknown[]): never => {
  // eslint-disable-next-line functional/no-throw-statements -- caught below, where it becomes a value
  throw new Error(message.map(reasonOf).join(' '))
}

/** Text as it stands in XML or HTML, in quotes too. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** Identifiers counted from 0 within the picture and marked as its own, so that several may stand in one document. */
const ownIds = (svg: string, prefix: string): string => {
  const ids = [...new Set([...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!))]
  const nameOf = new Map(ids.map((id, i) => [id, `${prefix}${i}`] as const))
  return svg
    .replace(/ id="([^"]+)"/g, (_, id: string) => ` id="${nameOf.get(id)!}"`)
    .replace(/url\((?:&quot;|["'])?#([^"')&]+)(?:&quot;|["'])?\)/g, (whole, id: string) =>
      nameOf.has(id) ? `url(#${nameOf.get(id)!})` : whole
    )
}

/** What every element repeats and the whole can say once, or what is so anyway. */
const slim = (svg: string): string =>
  svg.replace(/<[a-zA-Z][^>]*>/g, (tag) =>
    tag.replace(/ (?:font-family|role|aria-[a-z]+|pointer-events)="[^"]*"| opacity="1"/g, '')
  )

/** One opening tag that scales, is an image to readers of screens and says what it shows. */
const dressed = (svg: string, chart: Chart): string => {
  const [, width = '0', height = '0'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
  return slim(svg).replace(
    /<svg\b[^>]*>/,
    () =>
      `<svg xmlns="http://www.w3.org/2000/svg"${svg.includes('xlink:') ? ' xmlns:xlink="http://www.w3.org/1999/xlink"' : ''} ` +
      `role="img" aria-label="${escaped(chart.description)}" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" font-family="${escaped(FONT)}">`
  )
}

/** What Vega makes of a chart is seen when it is drawn. */
export const chartKind = kinds.kind<Chart>(
  'a chart, which has a description',
  (value) => typeof (value as Chart | undefined)?.description === 'string'
)

const draw = (what: string, theme: Theme, prefix: string) => (given: Chart) => {
  const chart = kinds.mustBe(chartKind, `${what}: the chart`, given)
  return pipe(
    renderer,
    TE.flatMap(([vega, vegaLite]) =>
      TE.tryCatch(
        async () => {
          const logger = vega.logger(vega.Error, 'error', refuseErrors)
          const { spec } = vegaLite.compile(chart as never, { config: themed(theme), logger })
          const svg = await new Promise<string>((resolve, reject) => {
            const view = new vega.View(vega.parse(spec), { renderer: 'none', loader: offline(reject), logger })
            view
              .toSVG()
              .then(resolve, reject)
              .finally(() => view.finalize())
          })
          return dressed(ownIds(svg, prefix), chart)
        },
        (error): ReportError => ({ _tag: 'InvalidChart', chart: chart.description, message: reasonOf(error) })
      )
    )
  )
}

/**
 * A chart as an SVG picture, dark ink on white, ready to be a file. Vega and Vega-Lite are loaded by the first call;
 * without them the answer says what to install. Nothing is fetched.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { ok } from 'assert'
 * import { isRight } from 'fp-ts/Either'
 * import { bars, toSvg } from 'grad-ts/report'
 *
 * const svg = await toSvg(bars({ title: 'Time per epoch', xTitle: 'time (ms)' })({ small: 120, large: 8 }))()
 * ok(isRight(svg) && svg.right.startsWith('<svg') && svg.right.includes('time (ms)'))
 * @category rendering
 * @since 0.1.0
 */
export const toSvg: (chart: Chart) => TE.TaskEither<ReportError, string> = draw('toSvg', paper, 'part-')

/**
 * A chart as an SVG element for a page: it takes the color of the text around it and leaves the ground as it is, so that
 * it shows on light and dark pages. `prefix` keeps the identifiers of several pictures on one page apart.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { ok } from 'assert'
 * import { isRight } from 'fp-ts/Either'
 * import { lines, toInlineSvg } from 'grad-ts/report'
 *
 * const svg = await toInlineSvg('first-')(lines()({ squares: [0, 1, 4, 9] }))()
 * ok(isRight(svg) && svg.right.includes('currentColor'))
 * @category rendering
 * @since 0.1.0
 */
export const toInlineSvg = (prefix: string): ((chart: Chart) => TE.TaskEither<ReportError, string>) =>
  draw('toInlineSvg', inline, kinds.mustBe(kinds.text, 'toInlineSvg: prefix', prefix))
