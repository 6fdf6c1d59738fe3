/**
 * What charts and plots in text have in common: grids of values to draw, the numbers they are given, read and checked, and
 * numbers as text.
 */
export { type BoundaryData, type LabelledPoints } from './boundary.ts'
export { type Grid, type GridSettings, probabilityGrid, rangesAround, surfaceGrid } from './grid.ts'
export type { Interval, Named, Numbers, Points, ScaleType } from './numbers.ts'
export type { Series } from './series.ts'
