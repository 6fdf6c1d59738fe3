import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Chart, FONT } from './chart.ts'
import type { JsonObject } from './json.ts'
import { reasonOf, type ReportError } from './error.ts'
import { asRecord, asText } from '../tensor/given.ts'

/** Drawing charts with Vega, which is loaded when the first is drawn and not before. */

/** As much of Vega-Lite as is used here. */
interface VegaLite {
  readonly compile: (spec: unknown, options: unknown) => { readonly spec: unknown }
}

interface View {
  readonly toSVG: () => Promise<string>
  readonly finalize: () => unknown
}

/** As much of Vega as is used here. */
interface Vega {
  readonly parse: (spec: unknown) => unknown
  readonly View: new (runtime: unknown, options: unknown) => View
}

interface Renderer {
  readonly vega: Vega
  readonly vegaLite: VegaLite
}

const found = (load: () => Promise<unknown>, name: string): TE.TaskEither<readonly [string, string], unknown> =>
  TE.tryCatch(load, (error) => [name, reasonOf(error)])

/** Both packages, or which of them are missing. */
const renderer: TE.TaskEither<ReportError, Renderer> = async () => {
  const [vega, vegaLite] = await Promise.all([
    found(() => import('vega'), 'vega')(),
    found(() => import('vega-lite'), 'vega-lite')()
  ])
  const missing = [vega, vegaLite].flatMap((package_) => (E.isLeft(package_) ? [package_.left] : []))
  return E.isRight(vega) && E.isRight(vegaLite)
    ? E.right({ vega: vega.right as Vega, vegaLite: vegaLite.right as VegaLite })
    : E.left({
        _tag: 'MissingPackage',
        packages: missing.map(([name]) => name),
        reason: missing.map(([, reason]) => reason).join('; ')
      })
}

/** Ink and paper. */
interface Theme {
  readonly ink: string
  readonly background: string | null
}

/** Black on white, for a file of its own. */
const paper: Theme = { ink: '#1c1c21', background: '#ffffff' }

/** In the colour of the text around it, on whatever is behind. */
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
  return {
    load: refuse,
    sanitize: (uri: string) => (uri.startsWith('data:') ? Promise.resolve({ href: uri }) : refuse(uri))
  }
}

/** Vega logs what goes wrong while drawing; an error there is an error here. A logger is an object with a past. */
const failing = () => {
  const logger = {
    level: () => logger,
    error: (...message: readonly unknown[]): never => {
      // eslint-disable-next-line functional/no-throw-statements -- caught below, where it becomes a value
      throw new Error(message.map(reasonOf).join(' '))
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger
  }
  return logger
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

/** The chart, or an error that says what was given instead; what Vega makes of it is seen when it is drawn. @internal */
export const asChart = (what: string, chart: Chart): Chart => {
  const { description } = asRecord(what, 'a chart', chart)
  asText(`${what}: description of the chart`, description)
  return chart
}

const draw =
  (chart: Chart, theme: Theme, prefix: string) =>
  ({ vega, vegaLite }: Renderer): TE.TaskEither<ReportError, string> =>
    TE.tryCatch(
      async () => {
        const logger = failing()
        const { spec } = vegaLite.compile(chart, { config: themed(theme), logger })
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
export const toSvg = (chart: Chart): TE.TaskEither<ReportError, string> =>
  pipe(renderer, TE.chain(draw(asChart('toSvg', chart), paper, 'part-')))

/**
 * A chart as an SVG element for a page: it takes the colour of the text around it and leaves the ground as it is, so that
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
export const toInlineSvg = (prefix: string) => {
  asText('toInlineSvg: prefix', prefix)
  return (chart: Chart): TE.TaskEither<ReportError, string> =>
    pipe(renderer, TE.chain(draw(asChart('toInlineSvg', chart), inline, prefix)))
}
