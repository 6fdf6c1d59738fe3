/** What a wrong argument gets to read: charts, plots in text, reports and files. */
import { describe } from 'vitest'
import * as report from '../../src/report/index.ts'
import * as terminal from '../../src/terminal/index.ts'
import { saysOf, wrong } from './says.ts'
import { plot } from 'grad-ts'

const x = [0, 1] as const
const grid = plot.surfaceGrid({ x: [0, 1], y: [0, 1], columns: 2 })(() => 1)

describe('settings of a chart', () => {
  saysOf({
    'bars(null)': [
      () => report.bars(wrong(null)),
      'ValueError: bars: needs settings such as { xTitle: "value" }, got null'
    ],
    'lines({ title: 3 })': [() => report.lines(wrong({ title: 3 })), 'ValueError: lines: title must be text, got 3'],
    "lines({ yScale: 'square' })": [
      () => report.lines(wrong({ yScale: 'square' })),
      'ValueError: lines: yScale must be one of linear, log, got "square"'
    ],
    "plotLines({ color: 'red' })": [
      () => terminal.plotLines(wrong({ color: 'red' })),
      'ValueError: plotLines: color must be true or false, got "red"'
    ],
    'plotLines({ width: 2 ** 40 })': [
      () => terminal.plotLines({ width: 2 ** 40 })([1, 2]),
      'ValueError: plotLines: width must be a whole number from 2 to 1048576, got 1099511627776'
    ],
    'confusionHeatmap({ classNames: [1] })': [
      () => report.confusionHeatmap(wrong({ classNames: [1] })),
      'ValueError: confusionHeatmap: classNames[0] must be text, got 1'
    ],
    "layerSpread({ statistic: 'median' })": [
      () => report.layerSpread(wrong({ statistic: 'median' }))({}),
      'ValueError: layerSpread: statistic must be one of std, variance, mean, meanSize, got "median"'
    ],
    'probabilityGrid()': [
      () => plot.probabilityGrid(wrong(undefined)),
      'ValueError: probabilityGrid: needs settings { x, y }, got undefined'
    ],
    'surfaceGrid({ x: 3 })': [
      () => plot.surfaceGrid(wrong({ x: 3, y: x })),
      'ValueError: surfaceGrid: x must be an interval [from, to], got 3'
    ],
    'surfaceGrid({ …, columns: 2 ** 20, rows: 2 ** 20 })': [
      () => plot.surfaceGrid({ x, y: x, columns: 2 ** 20, rows: 2 ** 20 }),
      'ValueError: surfaceGrid: rows must be a whole number from 2 to 16, got 1048576'
    ],
    "plot.rangesAround({ margin: 'wide' })": [
      () => plot.rangesAround(wrong({ margin: 'wide' })),
      'ValueError: rangesAround: margin must be a finite number, got "wide"'
    ]
  })
})

describe('data of a chart', () => {
  saysOf({
    'bars()()': [
      () => report.bars()(wrong(undefined)),
      'ValueError: bars: what is shown must be a record of things by name, got undefined'
    ],
    "bars()({ a: Symbol('s') })": [
      () => report.bars()(wrong({ a: Symbol('s') })),
      'ValueError: bars: a is Symbol(s); a bar needs a number of at least 0'
    ],
    'lines()({ a: null })': [
      () => report.lines()(wrong({ a: null })),
      'ValueError: lines: a must be numbers, or { x, y }, got null'
    ],
    "lines()({ a: { …, as: 'dots' } })": [
      () => report.lines()(wrong({ a: { x, y: x, as: 'dots' } })),
      'ValueError: lines: a: as must be one of line, points, got "dots"'
    ],
    'sparkline()': [
      () => terminal.sparkline(wrong(undefined)),
      'ValueError: sparkline: the list: needs an array of numbers, got undefined'
    ],
    'plotHistogram()({ length: -1 })': [
      () => terminal.plotHistogram()({ length: -1 }),
      'ValueError: plotHistogram: the list: its length must be a whole number, 0 or more, got -1'
    ],
    'confusionHeatmap()(3)': [
      () => report.confusionHeatmap()(wrong(3)),
      'ValueError: confusionHeatmap: the counts must be a matrix or an array of rows, got 3'
    ],
    'decisionBoundary()()': [
      () => report.decisionBoundary()(wrong(undefined)),
      'ValueError: decisionBoundary: needs data { grid }, got undefined'
    ],
    'decisionBoundary()({})': [
      () => report.decisionBoundary()(wrong({})),
      'ValueError: decisionBoundary: grid must be a grid such as probabilityGrid gives, got undefined'
    ],
    'surfacePaths()({ grid, paths: 3 })': [
      () => report.surfacePaths()(wrong({ grid, paths: 3 })),
      'ValueError: surfacePaths: paths must be a record of points, got 3'
    ],
    'surfaceGrid(…)()': [
      () => plot.surfaceGrid({ x, y: x })(wrong(undefined)),
      'ValueError: surfaceGrid: f must be a function, got undefined'
    ],
    'probabilityGrid(…)(() => 1)': [
      () => plot.probabilityGrid({ x, y: x })(wrong(() => 1)),
      'ValueError: probabilityGrid: what the model gives: needs a tensor, got 1; make it one with tensor'
    ],
    'functionPlot()({ f: 1 })': [
      () => report.functionPlot()(wrong({ f: 1 })),
      'ValueError: functionPlot: f must be a function, got 1'
    ],
    'digitGrid()()': [
      () => report.digitGrid()(wrong(undefined)),
      'ValueError: digitGrid: needs data { images, predictions }, got undefined'
    ],
    'learningCurves()({ run: 3 })': [
      () => report.learningCurves()(wrong({ run: 3 })),
      'ValueError: learningCurves: the history must be an array of records, got 3'
    ],
    'tapeGraph()()': [
      () => report.tapeGraph()(wrong(undefined)),
      'ValueError: tapeGraph: tape must be a tape such as trace gives, got undefined'
    ]
  })
})

describe('a report', () => {
  const chart = 'the chart must be a chart, which has a description, got'
  const table = (rows: unknown) =>
    wrong({ title: 'a', sections: [{ heading: 'b', tables: [{ columns: ['c'], rows }] }] })
  saysOf({
    'toSvg()': [() => report.toSvg(wrong(undefined)), `ValueError: toSvg: ${chart} undefined`],
    'toSvg({})': [() => report.toSvg(wrong({})), `ValueError: toSvg: ${chart} an object`],
    'toInlineSvg()': [
      () => report.toInlineSvg(wrong(undefined)),
      'ValueError: toInlineSvg: prefix must be text, got undefined'
    ],
    'htmlReport()': [
      () => report.htmlReport(wrong(undefined)),
      'ValueError: htmlReport: needs a report { title, sections }, got undefined'
    ],
    "htmlReport({ title: 'a' })": [
      () => report.htmlReport(wrong({ title: 'a' })),
      'ValueError: htmlReport: sections must be an array of sections, got undefined'
    ],
    'a section without a heading': [
      () => report.htmlReport(wrong({ title: 'a', sections: [{}] })),
      'ValueError: htmlReport: sections[0]: heading must be text, got undefined'
    ],
    'a section with a chart that is none': [
      () => report.htmlReport(wrong({ title: 'a', sections: [{ heading: 'b', charts: [{}] }] })),
      'ValueError: htmlReport: sections[0]: charts[0] must be a chart, which has a description, got an object'
    ],
    'a table with a null in it': [
      () => report.htmlReport(table([[null]])),
      'ValueError: htmlReport: sections[0]: tables[0]: rows[0][0] must be text or a number, got null'
    ],
    'a table with a cell too many': [
      () => report.htmlReport(table([['a'], [1, 2]])),
      'ValueError: htmlReport: sections[0]: tables[0]: a table has 1 columns, and its row 1 has 2 cells'
    ],
    'showError({})': [
      () => report.showError(wrong({})),
      'ValueError: showError: the error must be a report error, got an object'
    ],
    "showError({ _tag: 'MissingPackage' })": [
      () => report.showError(wrong({ _tag: 'MissingPackage' })),
      'ValueError: showError: the error must be a report error, got an object'
    ]
  })
})
