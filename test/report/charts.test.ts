/** Every kind of chart: a plain value, valid, drawn whole. */
import { compile } from 'vega-lite'
import { describe, expect, it } from 'vitest'
import { plot, relu, tanh } from 'grad-ts'
import { functionPlot, layerSpread, learningCurves, lines, surfacePaths } from 'grad-ts/report'
import { examples, marksOf, svgOf, tagFaults, textsOf } from './support.ts'

const warningsOf = (chart: unknown): readonly string[] => {
  const said: string[] = []
  const logger = {
    level: () => logger,
    error: (...words: unknown[]) => (said.push(words.join(' ')), logger),
    warn: (...words: unknown[]) => (said.push(words.join(' ')), logger),
    info: () => logger,
    debug: () => logger
  }
  compile(chart as never, { logger: logger })
  return said
}

describe.each(Object.entries(examples))('%s', (_name, { chart, words, marks }) => {
  it('is a plain value that survives JSON', () => {
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart)
    expect(JSON.stringify(chart)).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('is taken by Vega-Lite without a warning', () => {
    expect(warningsOf(chart)).toEqual([])
  })

  it('is drawn with its titles, labels and marks, the same each time', async () => {
    const svg = await svgOf(chart)
    expect(svg).toBe(await svgOf(chart))
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/)
    expect(svg).toContain('role="img" aria-label="')
    expect(tagFaults(svg)).toEqual([])
    // narrow enough for a phone
    expect(Number(/viewBox="0 0 ([\d.]+) /.exec(svg)![1])).toBeLessThan(420)
    const texts = textsOf(svg)
    const all = texts.join(' ')
    words.forEach((word) => expect(texts.includes(word) || all.includes(word), `${word} in ${all}`).toBe(true))
    Object.entries(marks).forEach(([kind, count]) => expect([kind, marksOf(svg, kind)]).toEqual([kind, count]))
  })
})

describe('nothing hangs on colour alone:', () => {
  const dashesOf = (svg: string): readonly string[] => [
    ...new Set([...svg.matchAll(/stroke-dasharray="([^"]+)"/g)].map(([, dash]) => dash!))
  ]
  const history = (from: number) => [1, 2, 3].map((epoch) => ({ epoch, loss: from / epoch }))

  it('runs without validation have dashes of their own', async () => {
    const svg = await svgOf(learningCurves()({ sgd: history(1), adam: history(2), rmsProp: history(3) }))
    expect(dashesOf(svg)).toHaveLength(3)
  })

  it('with validation dashes say which is which', async () => {
    const validated = history(1).map((record) => ({ ...record, validationLoss: record.loss + 1 }))
    const svg = await svgOf(learningCurves()({ sgd: validated, adam: validated }))
    expect(dashesOf(svg)).toHaveLength(2)
  })

  it('points have shapes, lines have dashes, and each stand as such in the legend', async () => {
    const points = (y: number) => ({ x: [0, 1, 2], y: [y, y, y], as: 'points' as const })
    const svg = await svgOf(lines()({ seen: points(1), unseen: points(2), line: [1, 2, 3], curve: [1, 4, 9] }))
    const legends = [...svg.matchAll(/role-legend-symbol"><path[^>]*? d="([^"]+)"/g)].map(([, path]) => path!)
    expect(new Set(legends).size).toBe(3)
    expect(legends).toHaveLength(4)
    expect(dashesOf(svg)).toHaveLength(2)
    const colors = [...svg.matchAll(/role-legend-symbol"><path[^>]*? (?:fill|stroke)="(#[^"]+)"/g)].map(([, c]) => c)
    expect(new Set(colors).size).toBe(4)
  })
})

describe('functions and their derivatives', () => {
  it('share one legend', async () => {
    const svg = await svgOf(functionPlot()({ tanh, relu }))
    expect(svg.match(/role-legend-symbol/g)).toHaveLength(2)
  })
})

describe('the figures of a history', () => {
  it('share one legend, with gaps too', async () => {
    const history = [3, NaN, 2, NaN, 1].map((loss, i) => ({
      epoch: i + 1,
      loss,
      validationLoss: loss + 1,
      accuracy: 0.5,
      validationAccuracy: 0.4
    }))
    const svg = await svgOf(learningCurves()(history))
    expect(textsOf(svg).filter((text) => text === 'training')).toHaveLength(1)
    expect(marksOf(svg, 'point')).toBeGreaterThan(2)
  })
})

describe('the caption of a surface', () => {
  it('says where each way ends, and which one has left the picture', () => {
    const grid = plot.surfaceGrid({ x: [0, 1], y: [0, 1], columns: 4 })((x, y) => x * y)
    const paths = { near: [[0, 0] as const, [0.25, 0.001] as const], far: [[0, 0] as const, [-2, 0.5] as const] }
    expect(surfacePaths()({ grid, paths }).description).toContain(
      'near ends at (0.25, 0.001) after 1 step, far ends at (−2, 0.5) outside after 1 step.'
    )
  })
})

describe('an x axis', () => {
  const labelsOf = async (chart: Parameters<typeof svgOf>[0]): Promise<readonly number[]> => {
    const [, axis] = /aria-label="X-axis|role-axis"(.*?)role-axis-title/s.exec(await svgOf(chart)) ?? []
    return textsOf(axis!).map((text) => Number(text.replace('−', '-')))
  }

  it.each([
    ['functions', () => functionPlot({ x: [2.03, 2.97] })({ tanh }), 2.03, 2.97],
    ['lines', () => lines()({ a: { x: [101, 149], y: [1, 2] } }), 101, 149],
    [
      'layers',
      () =>
        layerSpread()({
          a: [
            [1, 2],
            [3, 5],
            [6, 9]
          ]
        }),
      1,
      3
    ]
  ] as const)('of %s shows what there is, neither 0 nor round numbers beyond', async (_, chart, least, most) => {
    const labels = await labelsOf(chart())
    expect(labels.length).toBeGreaterThan(1)
    expect(Math.min(...labels)).toBeGreaterThanOrEqual(least)
    expect(Math.max(...labels)).toBeLessThanOrEqual(most)
  })
})

describe('a surface that is level', () => {
  it('is drawn in one colour', async () => {
    const grid = plot.surfaceGrid({ x: [0, 1], y: [0, 1], columns: 4 })(() => 2)
    const svg = await svgOf(surfacePaths({ star: [0.5, 0.5] })({ grid }))
    expect(svg).not.toMatch(/NaN|undefined/)
    expect(svg).toContain('★')
  })
})
