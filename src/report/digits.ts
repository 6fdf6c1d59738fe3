import { encode } from 'fast-png'
import * as kinds from '../kinds/index.ts'
import * as numbers from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { counted, percent } from '../tensor/text.ts'
import { type Chart, chart, textWidth } from './chart.ts'
import { okabeIto } from './color.ts'

/** Pictures and what a model takes them for. @category charts @since 0.1.0 */
export interface DigitData {
  /** Square pictures, one a row, such as [n, 64], [n, 784], [n, 28, 28] or [n, 28, 28, 1]. */
  readonly images: Tensor<Shape>
  /** The class predicted for each. */
  readonly predictions: numbers.Numbers
  /** The class each belongs to; without it nothing is marked as wrong. */
  readonly labels?: numbers.Numbers
  /** How sure each prediction is, from 0 to 1. */
  readonly probabilities?: numbers.Numbers
}

const dataFields = {
  images: kinds.anything as kinds.Kind<Tensor<Shape>>,
  predictions: kinds.anything as kinds.Kind<numbers.Numbers>,
  labels: [kinds.anything as kinds.Kind<numbers.Numbers>, undefined],
  probabilities: [kinds.anything as kinds.Kind<numbers.Numbers>, undefined]
} as const

const WHAT = 'digitGrid'

/** How many square pictures there are, and their side. */
const sizesOf = (images: Tensor<Shape>): readonly [number, number] => {
  const dims = dimsOf(asTensor(`${WHAT}: images`, images))
  const [count = 0, ...rest] = dims
  const side = Math.round(Math.sqrt(rest.reduce((product, n) => product * n, 1)))
  return rest.length > 0 && count > 0 && side > 0 && side * side * count === dims.reduce((product, n) => product * n, 1)
    ? [count, side]
    : fail(
        'ShapeError',
        `${WHAT}: needs square pictures, one a row, such as [n, 64] or [n, 28, 28]; got shape ${showDims(dims)}`
      )
}

const MOST_PICTURES = 200
const MOST_SIDE = 128
const CELL = 46
const GAP = 12

/** Square pictures as PNGs, each within an address: the least of all values is black, the largest white. */
const addressesOf = (images: Tensor<Shape>, count: number, side: number): readonly string[] => {
  const values = numbers.numbersOf(WHAT, 'images', valuesOf(WHAT, images))
  const [least, most] = numbers.extent(values)
  const grays = values.map((value) => (least < most ? Math.round(255 * numbers.fractionOf(value, least, most)) : 0))
  return Array.from({ length: count }, (_, i) => {
    const data = Uint8Array.from(grays.slice(i * side * side, (i + 1) * side * side))
    const png = encode({ width: side, height: side, channels: 1, data })
    return `data:image/png;base64,${btoa(String.fromCharCode(...png))}`
  })
}

const digitSettings = kinds.settings(WHAT, {
  title: [kinds.text, 'Predictions'],
  /** How many pictures stand in a row; 6 when left out, or as many as have room for what stands below them. */
  columns: [plot.integer(1), undefined],
  /** What the classes are called; their numbers when left out. */
  classNames: plot.texts
})

/** Settings of a grid of pictures. @category settings @since 0.1.0 */
export interface DigitSettings extends kinds.Given<typeof digitSettings.fields> {}

/**
 * Pictures of digits, or of anything square and gray, with what was predicted under each. A wrong one has a frame, a cross
 * and both classes: `✗ 7 → 1` is a 7 and was taken for a 1.
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
  const { title, classNames, ...settings } = digitSettings.read(given)
  return (data: DigitData): Chart => {
    const { images, predictions, labels, probabilities = [] } = kinds.settings(WHAT, dataFields, 'data').read(data)
    const [count, side] = sizesOf(images)
    if (count > MOST_PICTURES || side > MOST_SIDE)
      return fail(
        'ValueError',
        `${WHAT}: shows at most ${MOST_PICTURES} pictures of ${MOST_SIDE} pixels a side, got ${count} of ${side}; choose some rows`
      )
    const listOf = (name: string, values: numbers.Numbers): readonly number[] => {
      const list = numbers.numbersOf(WHAT, name, values)
      return list.length === count
        ? list
        : fail('ShapeError', `${WHAT}: there are ${counted(count, 'picture')} and ${list.length} ${name}`)
    }
    const predicted = listOf('predictions', predictions)
    const truth = labels === undefined ? predicted : listOf('labels', labels)
    const certainties = data.probabilities === undefined ? [] : listOf('probabilities', probabilities)
    const odd = certainties.find((value) => !(value >= 0 && value <= 1))
    if (odd !== undefined) return fail('ValueError', `${WHAT}: a probability is ${odd}; it must be from 0 to 1`)
    const nameOf = (label: number): string => classNames?.[label] ?? String(label)
    const isWrong = (i: number): boolean => truth[i] !== predicted[i]
    const captions = predicted.map((prediction, i) => [
      isWrong(i) ? `✗ ${nameOf(truth[i]!)} → ${nameOf(prediction)}` : nameOf(prediction),
      ...(certainties.length === 0 ? [] : [percent(certainties[i]!)])
    ])
    const [, widest] = numbers.extent(captions.map(([caption]) => Math.max(CELL, textWidth(caption!, 11))))
    const columns = settings.columns ?? Math.max(1, Math.min(6, Math.floor(380 / (widest + GAP))))
    const errors = predicted.flatMap((prediction, i) =>
      isWrong(i) ? [`number ${i + 1} is ${nameOf(truth[i]!)} and was taken for ${nameOf(prediction)}`] : []
    )
    const judged = errors.length === 0 ? 'all of them right' : `${errors.length} of them wrong: ${errors.join('; ')}`
    const center = { x: { value: CELL / 2 }, y: { value: CELL / 2 } }
    const image = { type: 'image', width: CELL, height: CELL, smooth: false, aspect: false }
    const frame = {
      type: 'rect',
      width: CELL,
      height: CELL,
      filled: false,
      stroke: okabeIto[1]!,
      strokeWidth: 3
    }
    return chart(
      {
        title,
        subtitle: `Below: the predicted class${labels === undefined ? '' : '; ✗ and frame: wrong, true → predicted'}`,
        summary: [
          `${counted(count, 'picture')}, ${labels === undefined ? `predicted ${predicted.map(nameOf).join(', ')}` : judged}`
        ],
        width: Math.max(220, Math.min(columns, count) * (widest + GAP))
      },
      {
        data: { values: addressesOf(images, count, side).map((url, i) => ({ number: i, url, wrong: isWrong(i) })) },
        facet: {
          field: 'number',
          type: 'nominal',
          header: {
            title: null,
            labelExpr: `${JSON.stringify(captions)}[datum.value]`,
            labelOrient: 'bottom',
            labelPadding: 4,
            labelFontSize: 11
          }
        },
        columns,
        spacing: GAP,
        spec: {
          width: CELL,
          height: CELL,
          layer: [
            { mark: image, encoding: { ...center, url: { field: 'url', type: 'nominal' } } },
            { transform: [{ filter: 'datum.wrong' }], mark: frame, encoding: center }
          ]
        }
      }
    )
  }
}
