/** Numbers as JSON, which writes any finite double so that the same bits are read back, but has no −0, NaN and infinities. */

/** The numbers that JSON has no way to write, by the name they have here. */
export const namedNumbers: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['-0', -0],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity]
])

/** The number itself, or its name. */
export const numberToJson = (x: number): number | string =>
  Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : String(x)

/** A tensor as JSON: its shape, and its elements in row-major order. @category JSON @since 0.1.0 */
export interface TensorJson {
  readonly shape: readonly number[]
  readonly data: readonly (number | string)[]
}
