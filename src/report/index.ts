/**
 * Pictures of training: charts as plain Vega-Lite specifications, drawn as SVG by Vega, and reports as one HTML file.
 *
 * @module grad-ts/report
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
export type { Json, JsonObject } from './json.ts'
export { bars, type BarSettings } from './bars.ts'
export { type BoundarySettings, decisionBoundary } from './boundary.ts'
export type { Chart } from './chart.ts'
export { confusionHeatmap, type ConfusionSettings } from './confusion.ts'
export { type DigitData, digitGrid, type DigitSettings } from './digits.ts'
export { type ReportError, showError } from './error.ts'
export { type Curve, functionPlot, type FunctionSettings } from './functions.ts'
export { byPath, histograms, type HistogramSettings } from './histograms.ts'
export { htmlReport, type Report, type ReportSection, type ReportTable } from './html.ts'
export { type BoxSettings, layerBoxes, layerSpread, type SpreadSettings } from './layers.ts'
export { type History, learningCurves, type LearningSettings } from './learning.ts'
export { lines, type LineSettings } from './lines.ts'
export { toInlineSvg, toSvg } from './render.ts'
export { type SurfaceData, surfacePaths, type SurfaceSettings } from './surface.ts'
export { tapeGraph, type TapeSettings } from './tapeGraph.ts'
