import { extent } from '../plot/numbers.ts'
import { sentences } from '../tensor/text.ts'
import { okabeIto } from './color.ts'
import type { JsonObject } from './json.ts'

/**
 * A chart: a Vega-Lite specification with its data inside, as a plain value. It can be stored as JSON, pasted into any
 * Vega editor, changed by spreading, and drawn with `toSvg`. It holds no colors of ink and paper: who draws it chooses
 * them.
 *
 * @category charts
 * @since 0.1.0
 */
export interface Chart extends JsonObject {
  /** The name of the language, `https://vega.github.io/schema/vega-lite/v6.json`. It is never fetched. */
  readonly $schema: string
  /** The chart in a sentence, for those who do not see it. */
  readonly description: string
}

/** How wide the plot inside the axes is, in pixels: with its labels it still fits a phone. */
export const PLOT_WIDTH = 300

/** The letters of charts: those of the system. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"

/** What all charts share: sizes, fonts, the palette; no color of ink or paper. */
const config: JsonObject = {
  font: FONT,
  padding: 6,
  aria: false,
  title: {
    anchor: 'start',
    frame: 'bounds',
    fontSize: 13,
    fontWeight: 600,
    offset: 8,
    subtitleFontSize: 12,
    subtitlePadding: 3
  },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', titlePadding: 6, labelLimit: 220 },
  legend: {
    orient: 'top',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 0,
    titleLimit: 0,
    offset: 6,
    symbolStrokeWidth: 2,
    symbolSize: 120,
    columnPadding: 12
  },
  header: { labelFontSize: 12, titleFontSize: 12 },
  view: { stroke: null },
  range: { category: [...okabeIto] }
}

/** The width of a text in pixels as Vega reckons it where it cannot measure: with wide letters. */
export const textWidth = (text: string, fontSize: number): number => Math.ceil(text.length * fontSize * 0.8)

/** Words on lines of a width; a longer word has a line of its own. */
const wrap = (text: string, width: number, fontSize: number): string[] =>
  text.split(/\s+/).reduce<string[]>((lines, word) => {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    return lines.length > 0 && textWidth(longer, fontSize) <= width ? [...lines.slice(0, -1), longer] : [...lines, word]
  }, [])

/** The title of a part or of the whole, on as many lines as it needs. */
export const titleOf = (title: string, subtitle = '', width = PLOT_WIDTH + 50): JsonObject => ({
  text: wrap(title, width, 13),
  ...(subtitle === '' ? {} : { subtitle: wrap(subtitle, width, 12) })
})

/** What stands above a chart, and what its description says. */
interface Heading {
  readonly title: string
  readonly subtitle?: string
  /** Sentences that follow the title in the description. */
  readonly summary: readonly string[]
  /** What is not drawn, and why: part of the description, the first two also of the subtitle. */
  readonly gaps?: readonly string[]
  readonly width?: number
}

/** A chart from its heading and its body. */
export const chart = ({ title, subtitle, summary, gaps = [], width }: Heading, body: JsonObject): Chart => {
  const told = [...gaps.slice(0, 2), ...(gaps.length > 2 ? ['…'] : [])].join('; ')
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `${title}: ${sentences([...summary, ...gaps])}`,
    title: titleOf(title, subtitle === undefined ? told : `${subtitle} ${told}`.trim(), width),
    ...body,
    config
  }
}

/** That only the first of many things are drawn; nothing when all are. */
export const firstOf = (shown: number, all: number): readonly string[] =>
  shown === all ? [] : [`the first ${shown} of ${all} are drawn`]

/** A legend without a title, in as many columns as fit the plot. */
export const legendOf = (labels: readonly string[], more: JsonObject = {}): JsonObject => {
  const [, widest] = extent(labels.map((label) => textWidth(label, 12)))
  const columns = Math.max(1, Math.min(labels.length, Math.floor((PLOT_WIDTH + 30) / (widest + 32))))
  return { title: null, columns, ...more }
}

/** The legend of lines. */
export const lineLegend = (labels: readonly string[]): JsonObject =>
  legendOf(labels, { symbolType: 'stroke', symbolSize: 300, values: [...labels] })
