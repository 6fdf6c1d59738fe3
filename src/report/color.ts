import { fail } from '../tensor/errors.ts'
import { asNumber } from '../tensor/given.ts'

/** Colours that people with any kind of colour vision tell apart, and that show on white and on black alike. */

/**
 * The palette of Okabe and Ito for categories, its black left out, the strongest first and yellow last. Charts tell
 * categories apart by dashes or shapes as well.
 *
 * @see Okabe and Ito, Color universal design (2008)
 * @example
 * import { strictEqual } from 'assert'
 * import { okabeIto } from 'grad-ts/report'
 *
 * strictEqual(okabeIto.length, 7)
 * @category colors
 * @since 0.1.0
 */
export const okabeIto: readonly string[] = Object.freeze([
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#f0e442'
])

type Rgb = readonly [number, number, number]

const viridisStops: readonly string[] = [
  '#440154',
  '#482475',
  '#414487',
  '#355f8d',
  '#2a788e',
  '#21918c',
  '#22a884',
  '#44bf70',
  '#7ad151',
  '#bddf26',
  '#fde725'
]

const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb

const hexOf = (rgb: Rgb): string =>
  `#${rgb
    .map((value) =>
      Math.round(Math.min(255, Math.max(0, value)))
        .toString(16)
        .padStart(2, '0')
    )
    .join('')}`

/** A colour `part` of the way from one to another. */
export const mix = (from: string, to: string, part: number): string => {
  const [a, b] = [rgbOf(from), rgbOf(to)]
  return hexOf(a.map((value, i) => value + (b[i]! - value) * part) as unknown as Rgb)
}

const along = (stops: readonly string[], part: number): string => {
  const place = Math.min(1, Math.max(0, part)) * (stops.length - 1)
  const below = Math.min(stops.length - 2, Math.floor(place))
  return mix(stops[below]!, stops[below + 1]!, place - below)
}

/**
 * The viridis scale for magnitudes: from 0, dark purple, to 1, yellow, ever lighter.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { strictEqual } from 'assert'
 * import { viridis } from 'grad-ts/report'
 *
 * strictEqual(viridis(0), '#440154')
 * strictEqual(viridis(1), '#fde725')
 * @category colors
 * @since 0.1.0
 */
export const viridis = (part: number): string =>
  Number.isNaN(asNumber('viridis', part))
    ? fail('ValueError', 'viridis: needs a number from 0 to 1, got NaN')
    : along(viridisStops, part)

/** From almost white to a slate grey: a ground on which every colour of the palette shows. */
export const ground = (part: number): string => along(['#f7f7f7', '#d5dbe1', '#a9b4bf', '#7c8996'], part)

/** Colours for a number of categories; past the palette, steps along viridis. */
export const categoryColors = (count: number): readonly string[] =>
  count <= okabeIto.length
    ? okabeIto.slice(0, count)
    : Array.from({ length: count }, (_, i) => viridis((0.95 * i) / (count - 1)))

/** Black or white, whichever reads better on a colour. */
export const inkOn = (background: string): string => {
  const [r, g, b] = rgbOf(background).map((value) => (value / 255) ** 2.2) as unknown as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? '#000000' : '#ffffff'
}

/** Shapes for categories, so that nothing hangs on colour alone. */
export const categoryShapes = (count: number): readonly string[] => {
  const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'triangle-right']
  return Array.from({ length: count }, (_, i) => shapes[i % shapes.length]!)
}

/** Dashes for categories, the first a solid line. */
export const categoryDashes = (count: number): readonly (readonly number[])[] => {
  const dashes = [
    [1, 0],
    [7, 3],
    [2, 2],
    [9, 3, 2, 3],
    [12, 4],
    [5, 2, 2, 2, 2, 2],
    [3, 5]
  ]
  return Array.from({ length: count }, (_, i) => dashes[i % dashes.length]!)
}
