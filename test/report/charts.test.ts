/** Every kind of chart: a plain value, valid, drawn whole. */
import { compile } from 'vega-lite'
import { describe, expect, it } from 'vitest'
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
