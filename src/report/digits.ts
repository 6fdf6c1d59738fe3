import * as kinds from '../kinds/index.ts'
import { encode } from 'fast-png'
import { fail } from '../tensor/errors.ts'
import { showDims } from '../tensor/dims.ts'
import { asSettings, asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { extent, type Numbers, numbersOf, partOf } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { counted, percent } from '../tensor/text.ts'
import { pixelsOf } from './axis.ts'
import { type Chart, chart, type ChartSettings, textWidth } from './chart.ts'
import type { JsonObject } from './json.ts'
import { okabeIto } from './color.ts'

/** Settings of a grid of pictures. @category settings @since 0.1.0 */
export interface DigitSettings extends ChartSettings {
  /** How many pictures stand in a row; 6 when left out, or as many as have room for what stands below them. */
  readonly columns?: number
  /** What the classes are called; their numbers when left out. */
  readonly classNames?: readonly string[]
}

/** Pictures and what a model takes them for. @category charts @since 0.1.0 */
export interface DigitData {
  /** Square pictures, one a row, such as [n, 64], [n, 784], [n, 28, 28] or [n, 28, 28, 1]. */
  readonly images: Tensor<Shape>
  /** The class predicted for each. */
  readonly predictions: Numbers
  /** The class each belongs to; without it nothing is marked as wrong. */
  readonly labels?: Numbers
  /** How sure each prediction is, from 0 to 1. */
  readonly probabilities?: Numbers
}

/** The side of square pictures and how many there are. */
const sidesOf = (images: Tensor<Shape>): readonly [number, number] => {
  const dims = dimsOf(images)
  const [count = 0, ...rest] = dims
  const pixels = rest.reduce((product, n) => product * n, 1)
  const side = Math.round(Math.sqrt(pixels))
  return rest.length > 0 && count > 0 && side > 0 && side * side === pixels
    ? [count, side]
    : fail(
        'ShapeError',
        `digitGrid: needs square pictures, one a row, such as [n, 64] or [n, 28, 28]; got shape ${showDims(dims)}`
      )
}

const MOST_PICTURES = 200
const MOST_SIDE = 128
const CELL = 46
const GAP = 12

/** A square picture as a PNG within an address. */
const addressOf = (greys: readonly number[], side: number): string => {
  const png = encode({ width: side, height: side, channels: 1, data: Uint8Array.from(greys) })
  return `data:image/png;base64,${btoa(String.fromCharCode(...png))}`
}

const digitSettings = kinds.settings('digitGrid', {
  title: [kinds.text, 'Predictions'],
  columns: [plot.whole(1), undefined],
  classNames: plot.texts
})

/**
 * Pictures of digits, or of anything square and grey, with what was predicted under each. A wrong one has a frame, a cross
 * and both classes: `✗ 1 ≠ 7` was taken for a 1 and is a 7.
 *
 * The darkest pixel of all is black, the lightest white.
 *
 * @shape images [n, side · side] or [n, side, side, …]
 * @throws ShapeError when the pictures are not square, or there are not as many predictions as pictures
 * @throws ValueError when there are more than 200 pictures, and for an argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { tensor } from 'grad-ts'
 * import { digitGrid } from 'grad-ts/report'
 *
 * const images = tensor([[0, 1, 1, 0], [1, 0, 0, 1]])
 * const chart = digitGrid()({ images, predictions: [7, 1], labels: [7, 2] })
 * strictEqual(chart.description, 'Predictions: 2 pictures, 1 of them wrong: number 2 is 2 and was taken for 1.')
 * @category charts
 * @since 0.1.0
 */
export const digitGrid = (given: DigitSettings = {}) => {
  const settings = digitSettings.read(given)
  return (data: DigitData): Chart => {
    const what = 'digitGrid'
    const { images, predictions, labels, probabilities } = asSettings(what, 'data { images, predictions }', data, [
      'images',
      'predictions',
      'labels',
      'probabilities'
    ])
    asTensor(`${what}: images`, images)
    const [count, side] = sidesOf(images)
    const wanted = Math.min(count, settings.columns ?? 6)
    if (count > MOST_PICTURES || side > MOST_SIDE)
      return fail(
        'ValueError',
        `${what}: shows at most ${MOST_PICTURES} pictures of ${MOST_SIDE} pixels a side, got ${count} of ${side}; choose some rows`
      )
    const list = (name: string, values: Numbers): readonly number[] => {
      const read = numbersOf(what, name, values)
      return read.length === count
        ? read
        : fail('ShapeError', `${what}: there are ${counted(count, 'picture')} and ${read.length} ${name}`)
    }
    const nameOf = (label: number): string => settings.classNames?.[label] ?? String(label)
    const got = list('predictions', predictions)
    const truth = labels === undefined ? undefined : list('labels', labels)
    const sure = probabilities === undefined ? undefined : list('probabilities', probabilities)
    const odd = sure?.find((value) => !(value >= 0 && value <= 1))
    if (odd !== undefined) return fail('ValueError', `${what}: a probability is ${odd}; it must be from 0 to 1`)
    const values = numbersOf(what, 'images', valuesOf(what, images))
    const [least, most] = extent(values)
    const greys = values.map((value) => (least < most ? Math.round(255 * partOf(value, least, most)) : 0))
    const isWrong = (i: number): boolean => truth !== undefined && truth[i] !== got[i]
    const captions = got.map((prediction, i) =>
      isWrong(i) ? `✗ ${nameOf(prediction)} ≠ ${nameOf(truth![i]!)}` : nameOf(prediction)
    )
    // captions side by side do not run together
    const widest = captions.reduce((most, caption) => Math.max(most, textWidth(caption, 11)), CELL)
    const step = widest + GAP
    const columns = settings.columns === undefined ? Math.max(1, Math.min(wanted, Math.floor(380 / step))) : wanted
    const rowHeight = CELL + GAP + (sure === undefined ? 14 : 26)
    const cells = captions.map((caption, i) => ({
      x: (i % columns) * step + (widest - CELL) / 2,
      y: Math.floor(i / columns) * rowHeight,
      url: addressOf(greys.slice(i * side * side, (i + 1) * side * side), side),
      wrong: isWrong(i),
      caption,
      ...(sure === undefined ? {} : { sure: percent(sure[i]!) })
    }))
    const errors = got.flatMap((prediction, i) =>
      isWrong(i) ? [`number ${i + 1} is ${nameOf(truth![i]!)} and was taken for ${nameOf(prediction)}`] : []
    )
    const summary =
      truth === undefined
        ? `${counted(count, 'picture')}, predicted ${got.map(nameOf).join(', ')}.`
        : `${counted(count, 'picture')}, ${errors.length === 0 ? 'all of them right.' : `${errors.length} of them wrong: ${errors.join('; ')}.`}`
    const width = columns * step - GAP
    const height = extent(cells.map(({ y }) => y))[1] + CELL + (sure === undefined ? 18 : 30)
    const position = { x: pixelsOf('x', width), y: pixelsOf('y', height, true) }
    const text = (field: string, dy: number, filter: string, more: JsonObject = {}): JsonObject => ({
      transform: [{ filter }],
      mark: { type: 'text', align: 'center', baseline: 'top', dx: CELL / 2, dy: CELL + dy, fontSize: 11, ...more },
      encoding: { ...position, text: { field, type: 'nominal' } }
    })
    return chart(
      {
        title: settings.title,
        subtitle:
          truth === undefined
            ? 'Below: what was predicted'
            : 'Below: what was predicted; ✗ and frame: wrong, as predicted ≠ true',
        summary,
        width: Math.max(220, width)
      },
      {
        width,
        height,
        data: { values: cells },
        layer: [
          {
            mark: {
              type: 'image',
              width: CELL,
              height: CELL,
              align: 'left',
              baseline: 'top',
              smooth: false,
              aspect: false
            },
            encoding: { ...position, url: { field: 'url', type: 'nominal' } }
          },
          {
            transform: [{ filter: 'datum.wrong' }],
            mark: {
              type: 'rect',
              width: CELL + 4,
              height: CELL + 4,
              xOffset: CELL / 2,
              yOffset: CELL / 2,
              filled: false,
              stroke: okabeIto[1]!,
              strokeWidth: 3
            },
            encoding: position
          },
          text('caption', 3, '!datum.wrong'),
          text('caption', 3, 'datum.wrong', { fontWeight: 'bold' }),
          ...(sure === undefined ? [] : [text('sure', 16, 'true')])
        ]
      }
    )
  }
}
