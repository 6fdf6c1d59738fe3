/** The report: one document that needs nothing else. */
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { htmlReport, lines, type Report } from 'grad-ts/report'
import { examples, tagFaults } from './support.ts'

const charts = [
  'learning curves of one run',
  'a decision boundary between two classes',
  'histograms by layer',
  'digits with their predictions',
  'a tape'
].map((name) => examples[name]!.chart)
const report: Report = {
  title: 'Loss < 1 & "more"',
  intro: 'First <b>.\n\nSecond `code`.',
  sections: [
    { heading: 'All', charts },
    { heading: 'Again & again', text: "It's <i>text</i>.", charts: charts.slice(0, 2) },
    {
      heading: 'Tables',
      tables: [
        {
          caption: 'Times',
          columns: ['name', 'time (ms)'],
          rows: [
            ['a<b', -1.5],
            ['c', 20]
          ]
        },
        { columns: ['n'], rows: [[1e-7], [-1e-7], [0], [123456789], [5.9e16], [0.00012]] }
      ]
    },
    { heading: 'Code', code: 'const x = a < b && "c"' }
  ]
}

const htmlOf = async (): Promise<string> => {
  const html = await htmlReport(report)()
  if (E.isLeft(html)) throw new Error(JSON.stringify(html.left))
  return html.right
}

describe('the HTML report', () => {
  let html = ''
  beforeAll(async () => {
    html = await htmlOf()
  })

  it('is well formed', () => {
    expect(tagFaults(html)).toEqual([])
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)
    expect(new Set(ids).size).toBe(ids.length)
    ;[...html.matchAll(/ href="#([^"]+)"/g)].forEach(([, id]) => expect(ids).toContain(id))
    ;[...html.matchAll(/url\(#([^)]+)\)/g)].forEach(([, id]) => expect(ids).toContain(id))
  })

  it('refers to nothing outside itself and runs nothing', () => {
    const namespaces = /xmlns(?::xlink)?="http:\/\/www\.w3\.org\/(?:2000\/svg|1999\/xlink)"/g
    const rest = html.replace(namespaces, '')
    expect(rest).not.toMatch(/https?:/i)
    expect(rest).not.toMatch(/<(?:script|link|iframe|object|embed|base)\b|\ssrc=|@import|\son\w+=/i)
    expect([...rest.matchAll(/url\(([^)]*)\)/g)].every(([, target]) => target!.startsWith('#'))).toBe(true)
    expect(
      [...rest.matchAll(/href="([^"]*)"/g)].every(([, target]) => /^(?:#|data:image\/png;base64,)/.test(target!))
    ).toBe(true)
    expect(html).toContain(`default-src 'none'; style-src 'unsafe-inline'; img-src data:`)
  })

  it('escapes what it is given', () => {
    expect(html).toContain('<h1>Loss &lt; 1 &amp; &quot;more&quot;</h1>')
    expect(html).toContain('<p>First &lt;b&gt;.</p>\n<p>Second <code>code</code>.</p>')
    expect(html).toContain('<p>It&#39;s &lt;i&gt;text&lt;/i&gt;.</p>')
    expect(html).toContain('<td>a&lt;b</td><td class="number">−1.5</td>')
    const numbers = [...html.matchAll(/<td class="number">([^<]*)<\/td>/g)].map(([, text]) => text)
    expect(numbers.slice(2)).toEqual(['1e−7', '−1e−7', '0', '123456789', '5.9e16', '0.00012'])
    expect(html.match(/<table>/g)).toHaveLength(2)
    expect(html).toContain('const x = a &lt; b &amp;&amp; &quot;c&quot;')
  })

  it('has a heading for each column of a table, an empty one too', async () => {
    const table = { columns: ['', 'loss'], rows: [['✓', 1]] }
    const report = await htmlReport({ title: 'One', sections: [{ heading: 'One', tables: [table] }] })()
    expect(E.isRight(report) && report.right).toContain(
      '<tr><th scope="col"></th><th scope="col" class="number">loss</th></tr>'
    )
  })

  it('gives every chart a description and a caption', () => {
    const pictures = html.match(/<svg [^>]*role="img" aria-label="[^"]{20,}"/g) ?? []
    expect(pictures).toHaveLength(charts.length + 2)
    expect(html.match(/<figcaption>/g)).toHaveLength(charts.length + 2)
  })

  it('says in a caption what a chart shows, and not its title again', async () => {
    const chart = lines({ title: 'A rather long title that takes more than a single line' })({ a: [1, 2] })
    const report = await htmlReport({ title: 'One', sections: [{ heading: 'One', charts: [chart] }] })()
    expect(E.isRight(report) && /<figcaption>(.*)<\/figcaption>/.exec(report.right)![1]).toBe(
      '1 series; y from 1 to 2 over x from 0 to 1.'
    )
  })

  it('has more columns the wider the screen is', () => {
    // cards fill a width that grows with the screen up to a bound, with the same space at the sides
    expect(html).toMatch(/main \{ max-width: 110rem; margin: 0 auto; padding: 1rem 1rem 4rem; \}/)
    expect(html).toMatch(
      /\.charts \{ display: grid; grid-template-columns: repeat\(auto-fill, minmax\(min\(100%, 25rem\), 1fr\)\)/
    )
  })

  it('has one h1, then an h2 a section, and contents that lead there', () => {
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect([...html.matchAll(/<h2 id="heading-(\d)">/g)].map(([, n]) => n)).toEqual(['1', '2', '3', '4'])
    expect(html).toContain('<a href="#section-2">Again &amp; again</a>')
  })

  it('scales on a phone and has a dark side', () => {
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(html).toContain('prefers-color-scheme: dark')
    expect(html).toContain('currentColor')
    expect(html).not.toMatch(/NaN|undefined/)
  })

  it('is the same each time', async () => {
    expect(await htmlOf()).toBe(html)
  })

  it('refuses a table whose rows have other lengths', () => {
    const wrong = { title: '', sections: [{ heading: '', tables: [{ columns: ['a'], rows: [[1, 2]] }] }] }
    expect(() => htmlReport(wrong)).toThrow(/a table has 1 columns, and its row 0 has 2 cells/)
  })
})
