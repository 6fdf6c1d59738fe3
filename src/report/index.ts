/**
 * Pictures of training: charts as plain Vega-Lite specifications, drawn as SVG when Vega and Vega-Lite are installed,
 * reports as one HTML file, and plots in text for a terminal, which need nothing.
 *
 * @module grad-ts/report
 */
export { bars } from './bars.ts'
export { type BoundaryData, type BoundarySettings, decisionBoundary, type LabelledPoints } from './boundary.ts'
export type { AxisSettings, Chart, ChartSettings, Json, JsonObject, ScaleType } from './chart.ts'
export { okabeIto, viridis } from './color.ts'
export { confusionMatrix, type ConfusionSettings } from './confusion.ts'
export { type DigitData, digitGrid, type DigitSettings } from './digits.ts'
export { type ReportError, showReportError } from './error.ts'
export { writeFile } from './file.ts'
export { type Curve, functionPlot, type FunctionSettings } from './functions.ts'
export { type Grid, type GridSettings, probabilityGrid, rangesAround, surfaceGrid } from './grid.ts'
export { byPath, histograms, type HistogramSettings } from './histograms.ts'
export { htmlReport, type Report, type ReportSection, type ReportTable } from './html.ts'
export { type BoxSettings, layerBoxes, layerSpread, type SpreadSettings } from './layers.ts'
export { figuresOf, type History, learningCurves, type LearningSettings } from './learning.ts'
export { lines, type LineSettings, schedules, type ScheduleSettings, type Series } from './lines.ts'
export type { Interval, Named, Numbers, Points } from './numbers.ts'
export { toInlineSvg, toSvg } from './render.ts'
export { type SurfaceData, surfacePaths, type SurfaceSettings } from './surface.ts'
export { tapeGraph, type TapeSettings } from './tapeGraph.ts'
export { plotBoundary, type PlotBoundarySettings } from './terminalBoundary.ts'
export { plotHistogram, type PlotHistogramSettings } from './terminalHistogram.ts'
export { plotLines, type PlotSettings, sparkline, type TextSettings } from './terminalLines.ts'
