/** Plots in text. */
import { describe, expect, it } from 'vitest'
import { tensor, plot } from 'grad-ts'
import { plotBoundary, plotHistogram, plotLines, sparkline } from 'grad-ts/terminal'
import { grid } from '../report/support.ts'

const text = (...lines: readonly string[]): string => lines.join('\n')

/** What colours text in a terminal. */
// eslint-disable-next-line no-control-regex -- it is the escape that is looked for
const escape = /\u001b\[[\d;]*m/g

describe('plotLines', () => {
  it('draws a falling line from corner to corner', () => {
    expect(plotLines({ width: 4, height: 2 })([3, 2, 1, 0])).toBe(text('3 ┤⠑⢄  ', '0 ┤  ⠑⢄', '  └────', '   0  3'))
  })

  it('puts titles, letters and a legend where there are several lines', () => {
    expect(
      plotLines({ width: 10, height: 3, title: 'Loss', xTitle: 'epoch', yTitle: 'nats' })({
        up: { x: [1, 2], y: [0, 1] },
        down: { x: [1, 2], y: [1, 0] }
      })
    ).toBe(
      text(
        'Loss',
        'nats',
        '1 ┤⠑⠢⢄⡀  ⢀⡠⠔⠊ a',
        '  │   ⢈⠶⠶⡁   ',
        '0 ┤⡠⠔⠊⠁  ⠈⠑⠢⢄ b',
        '  └──────────',
        '   1        2',
        '   epoch',
        '   a up (last 1)',
        '   b down (last 0)'
      )
    )
  })

  it('leaves gaps for what is not finite, and says so', () => {
    expect(plotLines({ width: 3, height: 2 })([0, NaN, 1])).toBe(
      text(
        '1 ┤  ⠈',
        '0 ┤⡀  ',
        '  └───',
        '   0 2',
        'values: 1 of 3 values cannot be drawn, the first at position 1: NaN'
      )
    )
  })

  it('says so when nothing can be drawn', () => {
    expect(plotLines({ title: 'Loss' })([NaN, Infinity])).toBe(
      text('Loss', 'values: 2 of 2 values cannot be drawn, the first at position 0: NaN', 'nothing to draw')
    )
    expect(plotLines({ yScale: 'log' })({ loss: [0] })).toBe(
      text('loss: 1 of 1 values cannot be drawn, the first at position 0: 0', 'nothing to draw')
    )
  })

  it('is straight for powers on a log scale', () => {
    const canvas = (plot: string): readonly string[] =>
      plot
        .split('\n')
        .slice(0, 5)
        .map((line) => line.replace(/^.*[┤│]/, ''))
    const size = { width: 20, height: 5 }
    const straight = canvas(plotLines(size)([1, 2, 3]))
    expect(canvas(plotLines({ ...size, yScale: 'log' })([0.01, 1, 100]))).toEqual(straight)
    const powers = { x: [0.1, 10, 1000], y: [1, 2, 3] }
    expect(canvas(plotLines({ ...size, xScale: 'log' })({ powers }))).toEqual(straight)
  })

  it('leaves out what has no place on a log scale across, and says so', () => {
    expect(plotLines({ width: 4, height: 2, xScale: 'log' })({ a: { x: [0, 1, 10], y: [9, 0, 3] } })).toBe(
      text(
        '3 ┤  ⡠⠊',
        '0 ┤⡠⠊  ',
        '  └────',
        '   1 10',
        '   x (log scale)',
        'x of a: 1 of 3 values cannot be drawn, the first at position 0: 0'
      )
    )
  })

  it('says which axes are on a log scale, below them where they have no title', () => {
    const series = { a: { x: [1, 10], y: [1, 100] } }
    const titled = plotLines({ yScale: 'log', yTitle: 'loss', xScale: 'log', xTitle: 'step' })(series)
    expect(titled).toMatch(/^loss \(log scale\)\n/)
    expect(titled).toMatch(/\n +step \(log scale\)$/)
    expect(plotLines({ yScale: 'log' })(series)).toMatch(/\n +y \(log scale\)$/)
    expect(plotLines()(series)).not.toContain('log')
  })

  it('puts the letter of a single point in its place', () => {
    const text = plotLines({ width: 9, height: 3 })({ line: [0, 4, 8], point: { x: [1], y: [4], as: 'points' } })
    expect(text.split('\n')[1]).toMatch(/│ {3}.b/)
    expect(text.split('\n')[1]).not.toMatch(/ b$/)
  })

  it('writes 0 halfway between two ends that nearly cancel', () => {
    expect(plotLines({ width: 2, height: 5 })([-0.9999, 1])).toMatch(/^ +0 ┤/m)
    expect(plotLines({ width: 2, height: 5 })([-0.8, 1])).toMatch(/^ +0.1 ┤/m)
  })

  it('draws numbers that are all the same, a single one, and tensors', () => {
    expect(plotLines({ width: 2, height: 3 })([5, 5])).toBe(text('  │  ', '5 ┤⠤⠤', '  │  ', '  └──', '   0 1'))
    expect(plotLines({ width: 2, height: 2 })(tensor([5]))).toContain('5 ┤')
  })

  it('colours lines only when asked', () => {
    const lines = { a: [0, 1], b: [1, 0] }
    expect(plotLines()(lines)).not.toMatch(escape)
    expect(plotLines({ color: true })(lines)).toMatch(escape)
    expect(plotLines({ color: true })(lines).replace(escape, '')).toBe(plotLines()(lines))
  })

  it.each([
    ['no numbers', () => plotLines()([]), /empty/],
    ['no series', () => plotLines()({}), /nothing to show/],
    ['a width of 0', () => plotLines({ width: 0 })([1]), /width must be a whole number from 2 to 1048576, got 0/]
  ])('refuses %s', (_what, call, message) => expect(call).toThrow(message))
})

describe('sparkline', () => {
  it('goes from the lowest block to the highest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█')
    expect(sparkline([2, 2])).toBe('▄▄')
    expect(sparkline([NaN, 0, -Infinity, 1])).toBe('?▁?█')
    expect(() => sparkline([])).toThrow(/the list is empty/)
  })
})

describe('plotHistogram', () => {
  it('draws a bar a bin and counts what it leaves out', () => {
    expect(plotHistogram({ width: 8, bins: 2, title: 'Weights' })([-1, -0.5, 0.5, NaN, 0.2, 0.4])).toBe(
      text(
        'Weights',
        '−1 ┤█████▍ 2',
        ' 0 ┤████████ 3',
        ' 1 ┘',
        '1 of 6 values are not finite, the first at position 3: NaN'
      )
    )
    expect(plotHistogram()([NaN])).toContain('nothing to draw')
    expect(() => plotHistogram()([])).toThrow(/empty/)
  })
})

describe('plotBoundary', () => {
  it('shades two classes and marks points with letters', () => {
    expect(
      plotBoundary({ width: 8, height: 2, title: 'Halves', classNames: ['no', 'yes'] })({
        grid,
        points: [
          [-2, -1],
          [2, 1]
        ],
        labels: [0, 1]
      })
    ).toBe(
      text(
        'Halves',
        ' 1 ┤░░▒▓▓██B',
        '−1 ┤A ░░▒▓▓█',
        '   └────────',
        '    −2     2',
        'points: A no, B yes; ground: ░▒▓█ probability of yes'
      )
    )
  })

  it('writes the letter of the likeliest of more classes', () => {
    const three = plot.probabilityGrid({ x: [0, 3], y: [0, 1], columns: 3, rows: 2 })(() =>
      tensor([
        [1, 0, 0],
        [0.4, 0.3, 0.3],
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1]
      ])
    )
    expect(plotBoundary({ width: 3, height: 2 })({ grid: three })).toBe(
      text(
        '1 ┤abc',
        '0 ┤a·c',
        '  └───',
        '   0 3',
        'points: A 0, B 1, C 2; ground: small letter of the likeliest class, · less than half sure'
      )
    )
  })

  it('is coloured by class when asked, with letters for points only', () => {
    const bare = plotBoundary({ width: 6, height: 2, color: true })({ grid, points: [[2, 1]], labels: [1] }).replace(
      escape,
      ''
    )
    expect(bare.split('\n')[0]).toMatch(/^ 1 ┤[ ·]{5}B$/)
  })
})
