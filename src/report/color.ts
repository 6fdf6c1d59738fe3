import type { Json, JsonObject } from './json.ts'

/** How categories are told apart: by color, and by shape or dash as well, so that nothing hangs on color alone. */

/**
 * The palette of Okabe and Ito for categories, its black left out, the strongest first and yellow last. People with any
 * kind of color vision tell its colors apart, and they show on white and on black alike.
 *
 * @see Okabe and Ito, Color universal design (2008)
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

/** Colors for names: the palette, and past it steps along viridis. */
export const colorScale = (names: readonly string[]): JsonObject =>
  names.length <= okabeIto.length
    ? { domain: [...names], range: okabeIto.slice(0, names.length) }
    : { domain: [...names], scheme: { name: 'viridis', extent: [0, 0.95], count: names.length } }

/** A range starts again where there are more names. */
const cyclic = (names: readonly string[], range: Json): JsonObject => ({ domain: [...names], range })

/** Shapes for names. */
export const shapeScale = (names: readonly string[]): JsonObject =>
  cyclic(names, ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'triangle-right'])

const dashes = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [12, 4],
  [5, 2, 2, 2, 2, 2],
  [3, 5]
] as const

/** Dashes for names, the first a solid line. */
export const dashScale = (names: readonly string[]): JsonObject => cyclic(names, dashes)
