/**
 * Plots in text for a terminal, which need no other package: lines, histograms, decision boundaries, numbers as one line.
 *
 * @module grad-ts/terminal
 */
export type {
  BoundaryData,
  Grid,
  GridSettings,
  Interval,
  LabelledPoints,
  Named,
  Numbers,
  Points,
  ScaleType,
  Series
} from '../plot/index.ts'
export { plotBoundary, type PlotBoundarySettings } from './boundary.ts'
export { plotHistogram, type PlotHistogramSettings } from './histogram.ts'
export type { TextSettings } from './frame.ts'
export { plotLines, type PlotSettings, sparkline } from './lines.ts'
