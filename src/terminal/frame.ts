import type * as kinds from '../kinds/index.ts'
import { extent, type Interval } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { readable } from '../tensor/text.ts'

/** What plots in text have in common: their settings, and the axes around them. */

export const textFields = {
  ...plot.titled,
  /** Characters across, axis labels not counted; 60 when left out. */
  width: [plot.integer(2), 60],
  /** Lines of text, titles and axis labels not counted; 15 when left out. */
  height: [plot.integer(2), 15],
  /** Whether to color the text for a terminal with ANSI sequences; it is plain when left out. */
  color: plot.flag(false)
} as const

/** Settings of every plot as text. @category settings @since 0.1.0 */
export interface TextSettings extends kinds.Given<typeof textFields> {}

/** How many characters the longest text has. */
export const longest = (texts: readonly string[]): number => extent([0, ...texts.map((text) => text.length)])[1]

/** Rows inside axes: a label beside each that has one, the ends of the x axis below, and further lines below it. */
export const framed = (
  labels: readonly string[],
  rows: readonly string[],
  width: number,
  [from, to]: Interval,
  below: readonly string[] = []
): readonly string[] => {
  const margin = longest(labels)
  const [left, right] = [readable(from), readable(to)]
  const indent = ' '.repeat(margin)
  return [
    ...rows.map((row, i) => `${labels[i]!.padStart(margin)} ${labels[i] === '' ? '│' : '┤'}${row}`),
    `${indent} └${'─'.repeat(width)}`,
    ...[`${left}${' '.repeat(Math.max(1, width - left.length - right.length))}${right}`, ...below].map(
      (line) => `${indent}  ${line}`
    )
  ]
}
