/** Drawing: what happens without the packages, without a network, with charts that make no sense. */
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bars, type Chart, decisionBoundary, showError, toInlineSvg, toSvg } from 'grad-ts/report'
import { grid } from './support.ts'

const chart = bars({ title: 'Times <1 & "2"', xTitle: 'time (ms)' })({ a: 1, b: 2 })

describe('without the packages that draw', () => {
  afterEach(() => {
    vi.doUnmock('vega')
    vi.doUnmock('vega-lite')
    vi.resetModules()
  })

  const missing = (): never => {
    throw new Error('Cannot find package')
  }

  it.each([[['vega-lite']], [['vega', 'vega-lite']]])('the answer names what to install: %s', async (names) => {
    vi.resetModules()
    names.forEach((name) => vi.doMock(name, missing))
    const fresh = await import('../../src/report/index.ts')
    const answer = await fresh.toSvg(chart)()
    expect(answer).toMatchObject({ _tag: 'Left', left: { _tag: 'MissingPackage', packages: names } })
    if (E.isLeft(answer)) expect(showError(answer.left)).toContain(`npm install ${names.join(' ')}`)
    const report = await fresh.htmlReport({ title: 'T', sections: [{ heading: 'H', charts: [chart] }] })()
    expect(E.isLeft(report)).toBe(true)
    // text needs no packages
    expect(E.isRight(await fresh.htmlReport({ title: 'T', sections: [{ heading: 'H', text: 'words' }] })())).toBe(true)
  })
})

describe('a picture', () => {
  it('is a file of its own: dark on white, its words escaped', async () => {
    const svg = await toSvg(chart)()
    expect(svg).toMatchObject({ _tag: 'Right' })
    if (E.isRight(svg)) {
      expect(svg.right).toMatch(
        /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" role="img" aria-label="Times &lt;1 &amp; &quot;2&quot;: /
      )
      expect(svg.right).toContain('#ffffff')
      expect(svg.right).not.toContain('currentColor')
    }
  })

  it('for a page has the colour of its text, no ground, and identifiers of its own', async () => {
    const [one, two] = await Promise.all(
      ['a-', 'b-'].map((prefix) => toInlineSvg(prefix)(decisionBoundary()({ grid }))())
    )
    if (!E.isRight(one!) || !E.isRight(two!)) throw new Error('not drawn')
    const ids = (svg: string): readonly string[] => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)
    expect(one.right).toContain('currentColor')
    expect(ids(one.right).length).toBeGreaterThan(0)
    ids(one.right).forEach((id, i) => expect(id).toBe(`a-${i}`))
    ;[...one.right.matchAll(/url\(([^)]*)\)/g)].forEach(([, target]) =>
      expect(ids(one.right)).toContain(target!.slice(1))
    )
    expect(two.right).toBe(one.right.replaceAll('"a-', '"b-').replaceAll('#a-', '#b-'))
  })

  it.each([
    [
      'data from elsewhere',
      { ...chart, data: { url: 'https://example.org/data.json' } },
      /asks for https:\/\/example\.org/
    ],
    ['no marks', { ...chart, layer: undefined, mark: 'nothing' }, /./]
  ])('is refused for a chart with %s', async (_what, wrong, message) => {
    const answer = await toSvg(wrong as unknown as Chart)()
    expect(answer).toMatchObject({ _tag: 'Left', left: { _tag: 'InvalidChart' } })
    if (E.isLeft(answer)) expect(showError(answer.left)).toMatch(message)
  })
})
