/** Charts of every kind, small, and what to look for in their pictures. */
import * as E from 'fp-ts/lib/Either.js'
import { add, tensor, matmul, mean, params, plot, relu, sigmoid, square, sum, tanh, trace, zeros } from 'grad-ts'
import * as report from 'grad-ts/report'

const history = (size: number): report.History =>
  Array.from({ length: 12 }, (_, i) => ({
    epoch: i + 1,
    loss: size * Math.exp(-i / 4) + 0.01,
    validationLoss: size * Math.exp(-i / 5) + 0.05,
    accuracy: 1 - 0.5 * Math.exp(-i / 3),
    validationAccuracy: 0.97 - 0.5 * Math.exp(-i / 3)
  }))

export const grid = plot.probabilityGrid({ x: [-2, 2], y: [-1, 1], columns: 12 })((points) =>
  sigmoid(sum({ axis: 1 })(points))
)

const three = plot.probabilityGrid({ x: [-1, 1], y: [-1, 1], columns: 10 })((points) =>
  tensor(
    Array.from({ length: points.shape[0] }, (_, i) =>
      i % 10 < 3 ? [0.8, 0.1, 0.1] : i < 50 ? [0.1, 0.7, 0.2] : [0.2, 0.2, 0.6]
    )
  )
)

const weights = { w1: zeros([2, 4]), b1: zeros([4]), w2: zeros([4, 1]) }
const network = (p: typeof weights) =>
  mean(
    square(
      matmul(p.w2)(
        tanh(
          add(p.b1)(
            matmul(p.w1)(
              tensor([
                [0, 1],
                [1, 0],
                [1, 1]
              ]) as never
            )
          )
        )
      )
    )
  )

const ramp = (n: number, scale: number): readonly number[] => Array.from({ length: n }, (_, i) => scale * Math.sin(i))

interface Example {
  readonly chart: report.Chart
  /** Words that must stand in the picture. */
  readonly words: readonly string[]
  /** How many marks of a kind there must be. */
  readonly marks: Readonly<Record<string, number>>
}

export const examples: Readonly<Record<string, Example>> = {
  'learning curves of one run': {
    chart: report.learningCurves()(history(1)),
    words: ['epoch', 'loss', 'accuracy', 'training', 'validation', '100%'],
    marks: { line: 4 }
  },
  'learning curves of several runs on a log scale': {
    chart: report.learningCurves({ scale: 'log', title: 'Batch sizes' })({ small: history(1), large: history(3) }),
    words: ['Batch sizes', 'small', 'large', 'training', 'validation', '0.1'],
    marks: { line: 8 }
  },
  'the last epochs of learning curves': {
    chart: report.learningCurves({ last: 5, figures: ['loss'] })({ small: history(1), large: history(3) }),
    words: ['last 5 epochs', 'loss', '12'],
    marks: { line: 4 }
  },
  'learning curves of one run with epochs that are marked': {
    chart: report.learningCurves({ marks: { lowest: 2, stopped: 3 } })(history(1)),
    words: ['lowest: 2', 'stopped: 3'],
    marks: { line: 4, rule: 4 }
  },
  'a decision boundary between two classes': {
    chart: report.decisionBoundary({ classNames: ['left', 'right'], xTitle: 'width', yTitle: 'height' })({
      grid,
      points: tensor([
        [1, 0.5],
        [-1, -0.5],
        [1.5, -0.2]
      ]),
      labels: [1, 0, 1]
    }),
    words: ['left', 'right', 'width', 'height', 'classes tie'],
    marks: { point: 3 }
  },
  'a decision boundary among three classes, without points': {
    chart: report.decisionBoundary()({ grid: three }),
    words: ['x₁', 'x₂', '0', '1', '2'],
    marks: { point: 0 }
  },
  'a confusion matrix': {
    chart: report.confusionHeatmap({ classNames: ['cat', 'dog', 'owl'] })([
      [9, 1, 0],
      [2, 8, 0],
      [0, 0, 7]
    ]),
    words: ['predicted class', 'true class', 'cat', 'dog', 'owl', '90%', '100%'],
    marks: { rect: 9, text: 14 }
  },
  'histograms by layer': {
    chart: report.histograms({ title: 'Weights', xTitle: 'weight', bins: 8 })({
      one: ramp(50, 1),
      two: tensor([[0.5, -0.5]])
    }),
    words: ['Weights', 'one', 'two', 'weight', 'share', 'mean 0', 'std 0.5'],
    marks: {}
  },
  'histograms with axes of their own': {
    chart: report.histograms({ shared: false })({ tiny: ramp(50, 1e-6), big: ramp(50, 1e6) }),
    words: ['tiny', 'big', '1M'],
    marks: {}
  },
  'boxes by layer': {
    chart: report.layerBoxes({ yTitle: 'activation' })({ first: ramp(20, 1), second: ramp(20, 3) }),
    words: ['layer', 'activation', 'first', 'second'],
    marks: { rect: 4, rule: 2, symbol: 2 }
  },
  'the spread through layers on a log scale': {
    chart: report.layerSpread({ statistic: 'variance' })({
      small: [ramp(9, 1), ramp(9, 1e-5), ramp(9, 1e-10)],
      he: [ramp(9, 1), ramp(9, 1.1), ramp(9, 0.9)]
    }),
    words: ['layer', 'variance', 'small', 'he', '10⁻²⁰', '10⁻⁵'],
    marks: { line: 2, symbol: 6 }
  },
  'digits with their predictions': {
    chart: report.digitGrid()({
      images: tensor([ramp(64, 1), ramp(64, 2), ramp(64, 3)]),
      predictions: [1, 7, 3],
      labels: [1, 2, 3],
      probabilities: [0.9, 0.51, 1]
    }),
    words: ['✗ 2 → 7', '90%', '51%', 'true → predicted'],
    marks: { image: 3, rect: 1 }
  },
  'a tape': {
    chart: report.tapeGraph({ title: 'Network', inputNames: params.paths(weights) })(trace(network as never)(weights)),
    words: ['Network', 'params.w1', 'matmul', 'tanh', '[3, 4]', 'input', 'output', 'constant'],
    // four sources and seven operations
    marks: { rect: 11, text: 22 }
  },
  'a function and its derivative': {
    chart: report.functionPlot({ samples: 21 })({ tanh }),
    words: ['tanh', 'derivative', 'value', 'x'],
    marks: { line: 2 }
  },
  'functions and their derivatives': {
    chart: report.functionPlot({ samples: 21, title: 'Activations' })({ relu, tanh, sigmoid }),
    words: ['Activations', 'relu', 'tanh', 'sigmoid', 'derivative'],
    marks: { line: 6 }
  },
  schedules: {
    chart: report.lines({ title: 'Schedules', xTitle: 'step', yTitle: 'learning rate' })({
      step: Array.from({ length: 40 }, (_, t) => 0.1 * 0.5 ** Math.floor(t / 10)),
      linear: Array.from({ length: 40 }, (_, t) => 0.1 - t / 500)
    }),
    words: ['step', 'learning rate', 'linear'],
    marks: { line: 2 }
  },
  'a line through points': {
    chart: report.lines({ title: 'Fit', xTitle: 'size (m²)', yTitle: 'price (k€)' })({
      houses: { x: [50, 80, 120], y: [110, 160, 255], as: 'points' },
      fit: { x: [50, 120], y: [105, 250] }
    }),
    words: ['Fit', 'size (m²)', 'price (k€)', 'houses', 'fit'],
    marks: { line: 1, symbol: 3 }
  },
  'more lines than there are colours': {
    chart: report.lines({ yScale: 'log' })(
      Object.fromEntries(Array.from({ length: 9 }, (_, k) => [`run ${k}`, [1, 0.1 / (k + 1), 0.01 / (k + 1)]]))
    ),
    words: ['run 0', 'run 8', '0.001'],
    marks: { line: 9 }
  },
  'very small beside very large': {
    chart: report.lines({ yScale: 'log', title: 'Signals' })({ tiny: [1e-2, 1e-24], large: [1e2, 2e17] }),
    words: ['10⁻²⁰', '10⁻¹⁰', '1', '10¹⁰'],
    marks: { line: 2 }
  },
  bars: {
    chart: report.bars({ title: 'Time per epoch', xTitle: 'time (ms)' })({ 'batch 1': 1234.5, 'batch 300': 8.51 }),
    words: ['Time per epoch', 'time (ms)', 'batch 1', '1235', '8.51'],
    marks: { rect: 2, text: 2 }
  },
  'a surface': {
    chart: report.surfacePaths({ title: 'Saddle', valueTitle: 'loss' })({
      grid: plot.surfaceGrid({ x: [-2, 2], y: [-1, 1], columns: 12 })((x, y) => x * x - y * y)
    }),
    words: ['Saddle', 'loss', 'x', 'y'],
    marks: { line: 0 }
  },
  'optimisers on their way over a surface': {
    chart: report.surfacePaths({ scale: 'log', star: [0, 0] })({
      grid: plot.surfaceGrid({ x: [-2, 2], y: [-1, 1], columns: 12 })((x, y) => x * x + 10 * y * y),
      paths: {
        sgd: [
          [-1.5, 0.8],
          [-1, -0.2],
          [-0.8, 0.1]
        ],
        adam: tensor([
          [-1.5, 0.8],
          [-0.1, 0.05]
        ])
      }
    }),
    words: ['sgd', 'adam', 'Ring: start', 'value'],
    // each with its white seam
    marks: { line: 4 }
  }
}

export const svgOf = async (chart: report.Chart): Promise<string> => {
  const svg = await report.toSvg(chart)()
  if (E.isLeft(svg)) throw new Error(report.showError(svg.left))
  return svg.right
}

/** The texts of a picture, in order. */
export const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]*)(?=<)/g)]
    .map(([, text]) => text!.replaceAll('&amp;', '&'))
    .filter((text) => text !== '')

/** How many marks of a kind a picture has; `point` counts symbols that are not paths over the whole plot. */
export const marksOf = (svg: string, kind: string): number =>
  [...svg.matchAll(/<g class="mark-(\w+) role-mark[^"]*"(?:[^>]*[^/])?>(.*?)<\/g>/gs)]
    .filter(([, name]) => name === (kind === 'point' ? 'symbol' : kind))
    .flatMap(([, , inside]) => inside!.match(/<(?:path|line|text|image|rect)\b[^>]*>/g) ?? [])
    .filter((element) => kind !== 'point' || !element.includes('translate(0,0)')).length

/** What is wrong with a document's tags; nothing when every one that opens is closed in order. */
export const tagFaults = (html: string): readonly string[] => {
  const empty = new Set(['meta', '!doctype'])
  const open: string[] = []
  const faults: string[] = []
  for (const [whole, close, name, , selfClosed] of html.matchAll(
    /<(\/?)([!a-zA-Z][\w:-]*)((?:"[^"]*"|'[^']*'|[^>"'])*?)(\/?)>/g
  )) {
    if (close === '/') {
      if (open.pop() !== name) faults.push(whole)
    } else if (selfClosed !== '/' && !empty.has(name!.toLowerCase())) open.push(name!)
  }
  return [...faults, ...open]
}
