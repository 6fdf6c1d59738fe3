/** What training gives when it goes wrong or goes on for long, in charts: gaps, huge numbers, very many of them. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { nn, optim, plot, random, sigmoid, tensor, train } from 'grad-ts'
import {
  bars,
  type Chart,
  decisionBoundary,
  functionPlot,
  histograms,
  layerBoxes,
  layerSpread,
  learningCurves,
  lines,
  surfacePaths
} from 'grad-ts/report'
import { plotHistogram, plotLines, sparkline } from 'grad-ts/terminal'
import { svgOf, textsOf } from './support.ts'

const run = (losses: readonly number[]) => losses.map((loss, i) => ({ epoch: i + 1, loss }))

describe('a history with what is not finite is drawn, with gaps that are counted', () => {
  it('as training gives it: a validation loss that is infinite', async () => {
    const problem = {
      model: nn.dense({ inputs: 1, outputs: 1, activation: sigmoid }),
      loss: nn.binaryCrossEntropy,
      optimizer: optim.sgd({ learningRate: 0.5 })
    }
    const validation = { inputs: tensor([[-1], [1], [60]]), targets: tensor([[0], [1], [0]]) }
    const got = pipe(
      train.start(problem)(random.key(0)),
      train.fit(problem, { epochs: 5, batchSize: 2, validation })({
        inputs: tensor([[-1], [1]]),
        targets: tensor([[0], [1]])
      })
    )
    if (E.isLeft(got)) throw new Error('trains')
    const infinite = got.right.history.filter(({ validationLoss }) => validationLoss === Infinity).length
    expect(infinite).toBeGreaterThan(0)
    const chart = learningCurves()(got.right.history)
    expect(chart.description).toContain(`Validation loss: ${infinite} of 5 values cannot be drawn, the first in epoch`)
    expect(textsOf(await svgOf(chart)).join(' ')).toMatch(/cannot be drawn/)
  })

  const odd = [NaN, Infinity, -Infinity]
  const charts: readonly (readonly [string, (value: number) => Chart, RegExp])[] = [
    [
      'a loss',
      (x) => learningCurves()(run([2, x, 1])),
      /Training loss: 1 of 3 values cannot be drawn, the first in epoch 2/
    ],
    ['every loss', (x) => learningCurves()(run([x, x])), /2 of 2 values cannot be drawn/],
    ['a loss on a log scale', (x) => learningCurves({ scale: 'log' })(run([2, x, 1])), /1 of 3 values/],
    ['one of several runs', (x) => learningCurves()({ a: run([2, x]), b: run([1, 2]) }), /loss of a: 1 of 2 values/],
    [
      'an accuracy',
      (x) => learningCurves()([1, 2].map((epoch) => ({ epoch, loss: 1, accuracy: x }))),
      /accuracy: 2 of 2/
    ],
    ['a line', (x) => lines()({ a: [1, x, 2, x] }), /a: 2 of 4 values cannot be drawn, the first at position 1/],
    ['a whole line', (x) => lines()({ a: [x], b: [x, x] }), /nothing to draw. a: 1 of 1/],
    ['points', (x) => lines()({ a: { x: [1, 2], y: [x, 1], as: 'points' } }), /a: 1 of 2/],
    ['weights', (x) => histograms()({ w: [1, x, 2], v: [1] }), /w: 1 of 3 values cannot be drawn/],
    ['all weights', (x) => histograms()({ w: [x, x] }), /w: 2 of 2/],
    ['a bar', (x) => bars()({ a: x, b: 2 }), /1 of 2 values cannot be drawn/],
    ['all bars', (x) => bars()({ a: x }), /1 of 1/],
    ['a box', (x) => layerBoxes()({ a: [1, x, 3], b: [x] }), /a: 1 of 3 .*b: 1 of 1/],
    [
      'a spread',
      (x) =>
        layerSpread()({
          net: [
            [1, 2],
            [x, 1],
            [1, 3]
          ]
        }),
      /net: 1 of 3 values cannot be drawn, the first at layer 2/
    ],
    ['a function', (x) => functionPlot({ derivative: false, samples: 3 })({ f: () => tensor([1, x, 2]) }), /f: 1 of 3/]
  ]
  it.each(charts)('%s', async (_, draw, told) => {
    for (const value of odd) {
      const chart = draw(value)
      expect(chart.description).toMatch(told)
      expect(await svgOf(chart)).not.toMatch(
        / (?:d|x|y|x2|y2|width|height|transform)="[^"]*(?:NaN|Infinity|null|undef)/
      )
    }
  })

  it('a loss of 0 on a log scale leaves a gap where others are above 0', () => {
    expect(learningCurves({ scale: 'log' })(run([1, 0.1, 0])).description).toContain(
      'Training loss: 1 of 3 values cannot be drawn, the first in epoch 3: 0.'
    )
    expect(lines({ yScale: 'log', xScale: 'log' })({ a: { x: [0, 1, 2], y: [1, 2, -1] } }).description).toMatch(
      /x of a: 1 of 3 .*: 0\. a: 1 of 3 .*: -1\./
    )
  })

  it('a number between two gaps is a point, as a line through it has no length', async () => {
    const marks = (svg: string): number => [...svg.matchAll(/mark-symbol[^>]*><path/g)].length
    expect(marks(await svgOf(lines()({ a: [1, NaN, 2, NaN, 3] })))).toBe(1)
    expect(marks(await svgOf(learningCurves()(run([1, NaN, 2, 3]))))).toBe(1)
    expect(marks(await svgOf(lines()({ a: [1, 2, NaN, 2, 3] })))).toBe(0)
  })
})

describe('a chart of very many numbers', () => {
  const count = 150_000
  const many = Float64Array.from({ length: count }, (_, i) => Math.sin(i / 1000) + (i === 77_777 ? 9 : 0))
  const size = (chart: Chart): number => JSON.stringify(chart).length
  const named = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`name ${i}`, i]))

  it('is about as large as one of a thousand', () => {
    const history = Array.from(many, (value, i) => ({ epoch: i + 1, loss: value + 2, validationLoss: value + 3 }))
    const curves = learningCurves({ scale: 'log' })(history)
    expect(curves.description).toContain('epochs 1 to 150000')
    const points = { x: many, y: many.toReversed(), as: 'points' as const }
    const charts = [
      curves,
      learningCurves()(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`run ${i}`, history.slice(0, 9000)]))),
      lines()({ many }),
      lines()({ points }),
      histograms()({ many }),
      histograms({ bins: 2 ** 20 })({ many: [1, 2, 3] }),
      bars()(named(count)),
      histograms()(Object.fromEntries(Object.keys(named(2000)).map((name) => [name, [1, 2, 3]]))),
      layerBoxes()({ many }),
      functionPlot({ samples: count })({ f: (x) => x })
    ]
    charts.forEach((chart) => expect([chart.description.slice(0, 30), size(chart) < 500_000]).toContain(true))
  })

  it('still has its ends, its peak and its single gap', () => {
    const values = many.with(100_000, NaN)
    const { data } = lines()({ values }) as unknown as {
      readonly data: { readonly values: readonly { readonly x: number; readonly y: number | null }[] }
    }
    const xs = data.values.map(({ x }) => x)
    expect([xs[0], xs.at(-1), xs.includes(77_777), xs.includes(100_000)]).toEqual([0, count - 1, true, true])
    expect(xs).toEqual(xs.toSorted((a, b) => a - b))
  })

  it('says how many bars it leaves out', () => {
    expect(bars()(named(150)).description).toMatch(/the first 100 of 150 are drawn/)
  })

  it('draws points of thousands in each part of the plane where there are some', () => {
    const grid = plot.probabilityGrid({ x: [-1, 1], y: [-1, 1], columns: 4 })((points) => sigmoid(points))
    const points = Array.from({ length: 20_000 }, (_, i) => [Math.sin(i), Math.cos(i * 1.7)] as const)
    const labels = points.map((_, i) => i % 2)
    expect(size(decisionBoundary()({ grid, points, labels }))).toBeLessThan(1e6)
  })

  it('in a terminal takes them as they are', () => {
    expect(plotLines()(many).split('\n')).toHaveLength(17)
    expect(plotHistogram({ bins: 2 ** 18, width: 5 })([0, 1, 2]).split('\n').length).toBeGreaterThan(1000)
  })
})

describe('huge numbers are labelled so that they can be read', () => {
  const labelsOf = async (chart: Chart): Promise<readonly string[]> => textsOf(await svgOf(chart))
  const faulty = /\d{4}[a-zA-Z]|[eE]\+|NaN|Infinity|\d[YZERQ]|0{7}/

  const sets: readonly (readonly number[])[] = [
    [1, 1e12, 1e27],
    [1, 1e30],
    [1, 1e90],
    [1, 2e283, 1e284],
    [-1e308, 0, 1e308],
    [-Number.MAX_VALUE, Number.MAX_VALUE],
    [Number.MAX_VALUE, Number.MAX_VALUE],
    [-1e30, -1e30],
    [0, 5e-324],
    [1e-310, 2e-310],
    [9e23, 9.9e26]
  ]
  const drawings: readonly (readonly [string, (values: readonly number[]) => Chart])[] = [
    ['learning curves', (values) => learningCurves()(run(values))],
    ['lines', (values) => lines()({ a: values, b: { x: values, y: values, as: 'points' } })],
    ['histograms', (values) => histograms()({ w: values, v: [1] })],
    ['histograms of their own', (values) => histograms({ shared: false })({ w: values, v: [1] })],
    ['bars', (values) => bars()({ a: Math.abs(values[0]!), b: Math.abs(values[1]!) })],
    ['boxes', (values) => layerBoxes()({ a: values })],
    ['spreads', (values) => layerSpread({ scale: 'linear', statistic: 'mean' })({ a: values.map((value) => [value]) })],
    [
      'functions',
      (values) => functionPlot({ derivative: false, samples: values.length })({ f: () => tensor([...values]) })
    ]
  ]
  it.each(drawings)('%s', async (_, draw) => {
    for (const values of sets) {
      const chart = draw(values)
      expect(chart.description).not.toMatch(/NaN|Infinity/)
      const texts = await labelsOf(chart)
      expect([values, texts.filter((text) => faulty.test(text))]).toEqual([values, []])
      expect(texts.length).toBeGreaterThan(4)
    }
  })

  it('on log scales, to the ends of the doubles', async () => {
    for (const losses of [
      [5e-324, 1, 1.7e308],
      [1, 1e30],
      [1.7e308, 1.7e308]
    ])
      expect(
        (await labelsOf(learningCurves({ scale: 'log' })(run(losses)))).filter((text) => faulty.test(text))
      ).toEqual([])
  })

  it('over a plane', async () => {
    const ranges = plot.rangesAround()([
      [-1e308, -1e308],
      [1e308, 1.5e308]
    ])
    expect(Object.values(ranges).flat().every(Number.isFinite)).toBe(true)
    expect(plot.rangesAround()([[1e20, -1e20]]).x[0]).toBeLessThan(1e20)
    const grid = plot.surfaceGrid({ ...ranges, columns: 8 })((x, y) => x / 2 + y / 4)
    const chart = surfacePaths()({ grid, paths: { a: [[-1e308, 0] as const, [1e308, 1e308] as const] } })
    const svg = await svgOf(chart)
    expect(svg).not.toMatch(/NaN|Infinity/)
    expect(textsOf(svg).filter((text) => faulty.test(text))).toEqual([])
  })

  it('in a terminal', () => {
    expect(sparkline([-1e308, 0, 1e308])).toBe('▁▅█')
    expect(plotLines({ width: 4, height: 5 })([-1e308, 1.7e308])).not.toMatch(/NaN|Infinity/)
    expect(plotLines({ width: 4, height: 5 })([1.5e308, 1.7e308])).toMatch(/1\.6e308/)
    expect(plotHistogram({ width: 8, bins: 4 })([-1e308, 1e308])).toBe(
      ['−1e308 ┤████████ 1', '−5e307 ┤', '     0 ┤', ' 5e307 ┤████████ 1', ' 1e308 ┘'].join('\n')
    )
    expect(plotHistogram()([0, 5e-324])).not.toMatch(/NaN|Infinity/)
    expect(plotHistogram()([Number.MAX_VALUE, -Number.MAX_VALUE])).not.toMatch(/NaN|Infinity/)
  })

  it('with their own mean and deviation', () => {
    expect(histograms()({ w: [-1e308, 1e308] }).description).toBe('Histograms: w: 2 values, mean 0, std 1e308.')
    expect(histograms()({ w: [3e-200, -3e-200] }).description).toContain('std 3e−200')
  })
})
