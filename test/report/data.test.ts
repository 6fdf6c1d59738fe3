/** What charts say of data they cannot show, and what they make of data they can. */
import { zeros, fromRows, tensor, trace, type Vec, add, type Tensor, matmul } from 'grad-ts'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  bars,
  confusionMatrix,
  decisionBoundary,
  digitGrid,
  figuresOf,
  functionPlot,
  histograms,
  layerSpread,
  learningCurves,
  lines,
  probabilityGrid,
  rangesAround,
  schedules,
  surfaceGrid,
  surfacePaths,
  tapeGraph
} from 'grad-ts/report'
import { areaPath, linePath } from '../../src/report/field.ts'
import { layoutOf } from '../../src/report/layout.ts'
import { binsOf } from '../../src/report/numbers.ts'
import { pngOf } from '../../src/report/png.ts'
import { grid } from './support.ts'

const refusals: readonly (readonly [string, () => unknown, string, RegExp])[] = [
  ['an empty history', () => learningCurves()([]), 'ValueError', /the history is empty; train for an epoch first/],
  [
    'a mark at an epoch that is not shown',
    () => learningCurves({ last: 1, marks: { kept: 1 } })([1, 2].map((epoch) => ({ epoch, loss: 1 }))),
    'ValueError',
    /the mark kept is at epoch 1, and epochs 2 to 2 are shown/
  ],
  ['an empty history among runs', () => learningCurves()({ a: [] }), 'ValueError', /history of run a is empty/],
  [
    'a figure that no history has',
    () => learningCurves({ figures: ['f1'] })([{ epoch: 1, loss: 1 }]),
    'ValueError',
    /no history has the figure f1; there are loss/
  ],
  [
    'zero on a log scale',
    () => learningCurves({ scale: 'log' })([{ epoch: 1, loss: 0 }]),
    'ValueError',
    /log scale shows numbers above 0 only, and one is 0/
  ],
  ['no figures', () => figuresOf([]), 'ValueError', /history is empty/],
  ['no series', () => lines()({}), 'ValueError', /nothing to show/],
  ['an empty series', () => lines()({ a: [] }), 'ValueError', /a is empty/],
  ['as many x as y', () => lines()({ a: { x: [1], y: [1, 2] } }), 'ShapeError', /a has 1 numbers for x and 2 for y/],
  [
    'a part without points',
    () => lines({ x: [5, 6] })({ a: [1, 2] }),
    'ValueError',
    /no point lies between x = 5 and x = 6/
  ],
  [
    'a schedule without a number',
    () => schedules({ steps: 3 })({ a: (t) => 1 / (1 - t) }),
    'ValueError',
    /a is Infinity at step 1/
  ],
  ['a matrix that is not square', () => confusionMatrix()([[1, 2]]), 'ShapeError', /must be square/],
  [
    'a count that is not an integer',
    () => confusionMatrix()([[0.5]]),
    'ValueError',
    /row 0, column 0 is 0.5, which is no count/
  ],
  ['counts that are all 0', () => confusionMatrix()([[0]]), 'ValueError', /nothing to show/],
  [
    'two classes of one name',
    () =>
      confusionMatrix({ classNames: ['a', 'a'] })([
        [1, 0],
        [0, 1]
      ]),
    'ValueError',
    /one name/
  ],
  ['points without labels', () => decisionBoundary()({ grid, points: [[0, 0]] }), 'ValueError', /labels are missing/],
  [
    'more points than labels',
    () => decisionBoundary()({ grid, points: [[0, 0]], labels: [0, 1] }),
    'ShapeError',
    /1 points and 2 labels/
  ],
  [
    'a label that is no class',
    () => decisionBoundary()({ grid, points: [[0, 0]], labels: [2] }),
    'IndexError',
    /label 2 at position 0 is no class/
  ],
  [
    'points of space',
    () => decisionBoundary()({ grid, points: [[0, 0, 0]], labels: [0] }),
    'ShapeError',
    /row 0 has 3 numbers/
  ],
  [
    'a surface as classes',
    () => decisionBoundary()({ grid: { ...grid, values: [grid.values[0]!] } }),
    'ValueError',
    /use probabilityGrid/
  ],
  ['classes as a surface', () => surfacePaths()({ grid }), 'ValueError', /use surfaceGrid/],
  [
    'a grid with too few values',
    () => surfacePaths()({ grid: { ...grid, values: [[1, 2]] } }),
    'ShapeError',
    /12 rows of 12 cells, and list 0 has 2 values instead of 144/
  ],
  [
    'logits',
    () => probabilityGrid({ x: [0, 1], y: [0, 1], columns: 2 })(() => fromRows([[3], [0], [0], [0]])),
    'ValueError',
    /gives 3 at \(0\.25, 0\.25\), which is no probability; end it with sigmoid or softmax/
  ],
  [
    'predictions for other points',
    () => probabilityGrid({ x: [0, 1], y: [0, 1], columns: 2 })(() => zeros([3, 2])),
    'ShapeError',
    /for 4 points, got \[3, 2\]/
  ],
  [
    'an interval that goes backwards',
    () => surfaceGrid({ x: [1, 0], y: [0, 1] })(() => 0),
    'ValueError',
    /x must go from a finite number to a larger one/
  ],
  [
    'a surface with a pole',
    () => surfaceGrid({ x: [-1, 1], y: [0, 1], columns: 3 })((x) => 1 / x),
    'ValueError',
    /gives Infinity at \(0, /
  ],
  [
    'pictures that are not square',
    () => digitGrid()({ images: zeros([2, 3]), predictions: [0, 1] }),
    'ShapeError',
    /square pictures/
  ],
  [
    'more predictions than pictures',
    () => digitGrid()({ images: zeros([1, 4]), predictions: [0, 1] }),
    'ShapeError',
    /1 picture and 2 predictions/
  ],
  ['a bar below 0', () => bars()({ a: -1 }), 'ValueError', /a is -1/],
  ['histograms of nothing', () => histograms()({}), 'ValueError', /nothing to show/],
  [
    'layers whose spread is 0 on a log scale',
    () => layerSpread()({ a: [[1, 1]] }),
    'ValueError',
    /one is 0; use a linear scale/
  ],
  [
    'a function that is not elementwise',
    () => functionPlot()({ f: () => zeros([2]) }),
    'ShapeError',
    /f gives shape \[2\]/
  ],
  ['a range around nothing', () => rangesAround()([]), 'ValueError', /no points/],
  [
    'a tape with too few names',
    () => tapeGraph({ inputNames: [] })(trace((x: Vec<1>) => add(1)(x))(tensor([1]))),
    'ValueError',
    /the tape has 1 input and 0 names are given/
  ],
  [
    'a tape of thousands of operations',
    () =>
      tapeGraph()(trace((x: Tensor) => Array.from({ length: 300 }).reduce<Tensor>((y) => add(1)(y), x))(tensor([1]))),
    'ValueError',
    /301 boxes are too many to read/
  ]
]

describe('what cannot be shown is refused with a named error', () => {
  it.each(refusals)('%s', (_what, call, name, message) => {
    expect(call).toThrow(expect.objectContaining({ name, message: expect.stringMatching(message) as string }))
  })
})

describe('the spec', () => {
  it('holds every epoch of every run once', () => {
    const history = [1, 2, 3].map((epoch) => ({ epoch, loss: epoch }))
    const { data } = learningCurves()({ a: history, b: history }) as unknown as {
      readonly data: { readonly values: unknown[] }
    }
    expect(data.values).toHaveLength(6)
  })

  it('zooms on the last epochs of each run, however long it is', () => {
    const run = (n: number) => Array.from({ length: n }, (_, i) => ({ epoch: i + 1, loss: i }))
    const { data } = learningCurves({ last: 2 })({ a: run(3), b: run(9) }) as unknown as {
      readonly data: { readonly values: readonly { readonly epoch: number }[] }
    }
    expect(data.values.map(({ epoch }) => epoch)).toEqual([2, 3, 8, 9])
  })

  it('keeps the figure of an epoch where others have none', () => {
    expect(
      figuresOf([
        { epoch: 1, loss: 1 },
        { epoch: 2, loss: 2, accuracy: 0.5 }
      ])
    ).toEqual({ loss: [1, 2], accuracy: [NaN, 0.5] })
  })

  it('of schedules always shows the last step', () => {
    const { data } = schedules({ steps: 2501 })({ a: (t) => t }) as unknown as {
      readonly data: { readonly values: readonly { readonly x: number }[] }
    }
    expect(data.values.length).toBeLessThan(1002)
    expect(data.values.at(-1)!.x).toBe(2500)
  })
})

describe('bins', () => {
  it('hold every number once and have round bounds', () => {
    const values = Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 3.7)
    const bins = binsOf(values, [-3.7, 3.7], 10)
    expect(bins.reduce((total, { count }) => total + count, 0)).toBe(1000)
    expect(bins.map(({ from }) => from)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3])
    expect(bins[3]!.count).toBe(values.filter((v) => v >= -1 && v < 0).length)
  })

  it.each([[0], [3], [-1e-9]])('hold equal numbers, all %d', (value) => {
    const bins = binsOf([value, value], [value, value], 10)
    expect(bins.reduce((total, { count }) => total + count, 0)).toBe(2)
    expect(bins.every(({ from, to }) => from < to)).toBe(true)
  })
})

/** The area of closed polygons, each counted positive. */
const areaOf = (path: string): number =>
  path
    .split('Z')
    .filter((part) => part !== '')
    .map((part) =>
      part
        .slice(1)
        .split('L')
        .map((pair) => pair.split(',').map(Number))
    )
    .map((places) =>
      Math.abs(
        places.reduce((total, [x, y], i) => {
          const [x2, y2] = places[(i + 1) % places.length]!
          return total + x! * y2! - x2! * y!
        }, 0) / 2
      )
    )
    .reduce((a, b) => a + b, 0)

describe('areas and lines over a grid', () => {
  const plane = surfaceGrid({ x: [-1, 1], y: [-1, 1], columns: 20 })((x, y) => x + y)
  const valueAt = (cell: number): number => plane.values[0]![cell]!
  const size = { width: 300, height: 300 }

  it('cover half the plot on one side of a diagonal, and all of it where the value is positive', () => {
    expect(areaOf(areaPath(plane, size, valueAt))).toBeCloseTo(45_000, -3)
    expect(areaOf(areaPath(plane, size, () => 1))).toBeCloseTo(90_000, 6)
    expect(areaPath(plane, size, () => -1)).toBe('')
  })

  it('lie side by side: an area and its complement fill the plot', () => {
    const circle = surfaceGrid({ x: [-1, 1], y: [-1, 1], columns: 25 })((x, y) => 0.5 - x * x - y * y)
    const at = (cell: number): number => circle.values[0]![cell]!
    expect(areaOf(areaPath(circle, size, at)) + areaOf(areaPath(circle, size, (cell) => -at(cell)))).toBeCloseTo(
      90_000,
      -2
    )
    expect(areaOf(areaPath(circle, size, at)) / 22_500).toBeCloseTo(Math.PI / 2, 1)
  })

  it('follow the diagonal with a line', () => {
    const places = linePath(plane, size, valueAt)
      .split(/[ML]/)
      .slice(1)
      .map((pair) => pair.split(',').map(Number))
    places.forEach(([x, y]) => expect(Math.abs(x! - y!)).toBeLessThan(4))
    expect(linePath(plane, size, () => 1)).toBe('')
  })
})

describe('the layout of a graph', () => {
  const boxes = [[], [], [0], [1, 2], [3], [3, 0], [4, 5], [6, 1], [7, 2]].map((inputs, i) => ({
    width: 40 + 10 * (i % 4),
    inputs
  }))
  const { places, ways, width, height } = layoutOf(boxes, { layerHeight: 60, gap: 10 })

  it('puts every box below all that it needs', () => {
    boxes.forEach(({ inputs }, i) => inputs.forEach((input) => expect(places[input]!.y).toBeLessThan(places[i]!.y)))
  })

  it('keeps boxes apart and inside', () => {
    places.forEach((a, i) => {
      expect(a.x - boxes[i]!.width / 2).toBeGreaterThanOrEqual(-1)
      expect(a.x + boxes[i]!.width / 2).toBeLessThanOrEqual(width + 1)
      expect(a.y).toBeLessThan(height)
      places.slice(i + 1).forEach((b, j) => {
        if (a.y === b.y)
          expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual((boxes[i]!.width + boxes[i + 1 + j]!.width) / 2)
      })
    })
  })

  it('leads every edge down, one layer at a time', () => {
    expect(ways).toHaveLength(boxes.flatMap(({ inputs }) => inputs).length)
    ways.forEach(({ bends }) => bends.slice(1).forEach((bend, i) => expect(bend.y - bends[i]!.y).toBe(60)))
  })

  it('draws a chain as a straight column, its parameters beside it', () => {
    const chain = Array.from({ length: 20 }, (_, i) => ({
      width: 50,
      inputs: i < 2 ? [] : i % 2 === 0 ? [i - 2 === 0 ? 0 : i - 1, 1 - (i % 2)] : [i - 1]
    }))
    expect(layoutOf(chain, { layerHeight: 60, gap: 10 }).width).toBeLessThan(250)
  })
})

describe('a picture', () => {
  it('is a PNG whose rows are the greys it was given', () => {
    const bytes = Uint8Array.from(
      pngOf([
        [0, 128],
        [255, 7],
        [1, 2]
      ])
    )
    const view = new DataView(bytes.buffer)
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([2, 3])
    const length = view.getUint32(33)
    expect(Array.from(inflateSync(bytes.subarray(41, 41 + length)))).toEqual([0, 0, 128, 0, 255, 7, 0, 1, 2])
  })
})

describe('a tape', () => {
  it('shows numbers inside the operation that uses them, and other constants as boxes', () => {
    const f = (x: Tensor<[2, 2]>) => matmul(tensor([[1], [2]]))(add(3)(x))
    expect(tapeGraph()(trace(f)(zeros([2, 2]))).description).toBe(
      'Tape: 1 input and 2 operations: add 3 [2, 2], matmul [2, 1].'
    )
  })
})
