/** What charts say of data they cannot show, and what they make of data they can. */
import { add, tensor, matmul, mul, plot, scalar, type Scalar, scan, type Tensor, trace, type Vec, zeros } from 'grad-ts'
import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import {
  bars,
  confusionHeatmap,
  decisionBoundary,
  digitGrid,
  functionPlot,
  histograms,
  layerSpread,
  learningCurves,
  lines,
  surfacePaths,
  tapeGraph
} from 'grad-ts/report'
import { binsOf } from '../../src/plot/numbers.ts'
import { areaPath } from '../../src/report/field.ts'
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
  ['no series', () => lines()({}), 'ValueError', /nothing to show/],
  ['an empty series', () => lines()({ a: [] }), 'ValueError', /a is empty/],
  ['as many x as y', () => lines()({ a: { x: [1], y: [1, 2] } }), 'ShapeError', /a has 1 numbers for x and 2 for y/],
  [
    'a part without points',
    () => lines({ x: [5, 6] })({ a: [1, 2] }),
    'ValueError',
    /no point lies between x = 5 and x = 6/
  ],
  ['a matrix that is not square', () => confusionHeatmap()([[1, 2]]), 'ShapeError', /must be square/],
  [
    'a count that is not an integer',
    () => confusionHeatmap()([[0.5]]),
    'ValueError',
    /a count must be an integer of at least 0; row 0, column 0 is 0.5/
  ],
  ['counts that are all 0', () => confusionHeatmap()([[0]]), 'ValueError', /nothing to show/],
  [
    'two classes of one name',
    () =>
      confusionHeatmap({ classNames: ['a', 'a'] })([
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
    'a label that is not a class',
    () => decisionBoundary()({ grid, points: [[0, 0]], labels: [2] }),
    'IndexError',
    /label 2 at position 0 is not a class; use integers from 0 to 1/
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
    () => plot.probabilityGrid({ x: [0, 1], y: [0, 1], columns: 2 })(() => tensor([[3], [0], [0], [0]])),
    'ValueError',
    /gives 3 at \(0\.25, 0\.25\), which is not a probability; turn logits into probabilities first/
  ],
  [
    'predictions for other points',
    () => plot.probabilityGrid({ x: [0, 1], y: [0, 1], columns: 2 })(() => zeros([3, 2])),
    'ShapeError',
    /for 4 points, got \[3, 2\]/
  ],
  [
    'an interval that goes backwards',
    () => plot.surfaceGrid({ x: [1, 0], y: [0, 1] })(() => 0),
    'ValueError',
    /x\[1\] must be a finite number above 1, got 0/
  ],
  [
    'a surface with a pole',
    () => plot.surfaceGrid({ x: [-1, 1], y: [0, 1], columns: 3 })((x) => 1 / x),
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
  ['a range around nothing', () => plot.rangesAround()([]), 'ValueError', /no points/],
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

/** Where the lines of a path go, in pixels: its places, line by line. */
const ringsOf = (path: string): readonly (readonly (readonly [number, number])[])[] =>
  path
    .split('Z')
    .filter((ring) => ring !== '')
    .map((ring) =>
      ring
        .slice(1)
        .split('L')
        .map((pair) => pair.split(',').map(Number) as unknown as readonly [number, number])
    )

/** The part of a plot of 300 by 300 pixels inside a path of rings without holes, counted at the middles of pixels. */
const shareOf = (path: string): number => {
  const rings = ringsOf(path)
  const isInside = (x: number, y: number): boolean =>
    rings.some(
      (ring) =>
        ring.filter(([ax, ay], i) => {
          const [bx, by] = ring[(i + 1) % ring.length]!
          return ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)
        }).length %
          2 ===
        1
    )
  const places = Array.from({ length: 60 * 60 }, (_, i) => [5 * (i % 60) + 2.5, 5 * Math.floor(i / 60) + 2.5] as const)
  return places.filter(([x, y]) => isInside(x, y)).length / places.length
}

describe('areas over a grid', () => {
  const plane = plot.surfaceGrid({ x: [-1, 1], y: [-1, 1], columns: 20 })((x, y) => x + y)
  const valueAt = (cell: number): number => plane.values[0]![cell]!
  const size = { width: 300, height: 300 }

  it('cover half the plot on one side of a diagonal, and all of it where the value is positive', () => {
    expect(shareOf(areaPath(plane, size, valueAt))).toBeCloseTo(0.5, 1)
    expect(shareOf(areaPath(plane, size, () => 1))).toBe(1)
    expect(areaPath(plane, size, () => -1)).toBe('')
  })

  it('are as large as what they show', () => {
    const circle = plot.surfaceGrid({ x: [-1, 1], y: [-1, 1], columns: 25 })((x, y) => 0.5 - x * x - y * y)
    expect(shareOf(areaPath(circle, size, (cell) => circle.values[0]![cell]!))).toBeCloseTo(Math.PI / 8, 2)
  })

  it('stand where the values are: what grows to the right and upwards is right above', () => {
    const right = plot.surfaceGrid({ x: [-1, 1], y: [-1, 1], columns: 20 })((x, y) => x + 3 * y - 2)
    const [ring] = ringsOf(areaPath(right, size, (cell) => right.values[0]![cell]!))
    expect(Math.max(...ring!.map(([, y]) => y))).toBeLessThan(160)
    expect(ring!.some(([x]) => x > 300)).toBe(true)
  })

  it('are outlined along the diagonal, and beyond the plot where it ends', () => {
    ringsOf(areaPath(plane, size, valueAt))
      .flat()
      .filter(([x, y]) => x > 0 && x < 300 && y > 0 && y < 300)
      .forEach(([x, y]) => expect(Math.abs(x - y)).toBeLessThan(4))
  })
})

describe('a tape as a graph', () => {
  const deep = (x: Tensor<[2]>) => Array.from({ length: 12 }).reduce<Tensor<[2]>>((y) => add(mul(y)(x))(y), x)
  const chart = tapeGraph()(trace(deep)(tensor([1, 2]))) as unknown as {
    readonly width: number
    readonly height: number
    readonly layer: readonly { readonly data: { readonly values: readonly Box[] } }[]
  }
  interface Box {
    readonly left: number
    readonly right: number
    readonly top: number
    readonly bottom: number
  }
  const boxes = chart.layer[2]!.data.values

  it('keeps its boxes apart and inside', () => {
    expect(boxes).toHaveLength(25)
    boxes.forEach((a, i) => {
      expect(Math.min(a.left, a.top)).toBeGreaterThanOrEqual(-1)
      expect(a.right).toBeLessThanOrEqual(chart.width + 1)
      expect(a.bottom).toBeLessThanOrEqual(chart.height + 1)
      boxes.slice(i + 1).forEach((b) => {
        expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true)
      })
    })
  })

  it('has every operation below all that it needs', () => {
    // a chain: each needs the one before
    boxes.slice(1).forEach((box, i) => expect(box.top).toBeGreaterThan(boxes[i]!.bottom))
  })
})

describe('a picture', () => {
  it('is a PNG whose pixels are greys from the least to the largest', () => {
    const { data } = digitGrid()({ images: tensor([[0, 2, 1, 0.5]]), predictions: [1] }) as unknown as {
      readonly data: { readonly values: readonly { readonly url: string }[] }
    }
    const png = decode(Buffer.from(data.values[0]!.url.replace('data:image/png;base64,', ''), 'base64'))
    expect([png.width, png.height, png.channels, Array.from(png.data)]).toEqual([2, 2, 1, [0, 255, 128, 64]])
  })
})

describe('a tape', () => {
  it('shows numbers inside the operation that uses them, and other constants as boxes', () => {
    const f = (x: Tensor<[2, 2]>) => matmul(tensor([[1], [2]]))(add(3)(x))
    expect(tapeGraph()(trace(f)(zeros([2, 2]))).description).toBe(
      'Tape: 1 input and 2 operations: add 3 [2, 2], matmul [2, 1].'
    )
  })

  it('has one box for an operation with several results, with the shape of each', () => {
    const f = (x: Tensor<[3]>) => {
      const [last, kept] = scan((sum: Scalar, y: Scalar) => [add(y)(sum), mul(y)(sum)] as const)(scalar(0), x)
      return [add(1)(kept), mul(2)(last)]
    }
    expect(tapeGraph()(trace(f)(zeros([3]))).description).toBe(
      'Tape: 1 input and 3 operations: scan length 3 carries 1 x… [] [3], add 1 [3], mul 2 [].'
    )
  })
})
