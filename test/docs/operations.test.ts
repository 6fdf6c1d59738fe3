/** The pages of operations and names: whole, and of the library as it is. */
import { readFileSync } from 'node:fs'
import { format } from 'prettier'
import { describe, expect, it } from 'vitest'
import { elsewhere } from '../../scripts/reference/names.ts'
import { allRows, pages } from '../../scripts/reference/page.ts'
import { inside } from '../../scripts/reference/primitives.ts'
import { table } from '../../src/primitive/table.ts'

const hint = 'the operations, their comments or the laws have changed: run npm run docs'
const { prettier: settings } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly prettier: object }
const rows = allRows()
const { operations, primitives } = rows

describe('the page of operations', () => {
  it('has every cell of every row', () => {
    const empty = [...operations, ...primitives].flatMap((row) =>
      Object.entries(row).flatMap(([title, text]) => (text === '' ? [`${row.name}: ${title}`] : []))
    )
    expect(empty).toEqual([])
  })

  it('has every primitive but those of transformations', () => {
    expect(primitives.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(table)
        .filter((name) => !inside.includes(name))
        .toSorted()
    )
  })
})

describe('the page of names', () => {
  it('has a line for every operation, and no other', () => {
    expect(operations.map(({ name }) => name).toSorted()).toEqual([...elsewhere.keys()].toSorted())
  })
})

it.each(Object.entries(pages(rows)))('%s is as npm run docs writes it', async (path, text) => {
  expect(readFileSync(path, 'utf8'), hint).toBe(await format(text, { ...settings, parser: 'markdown' }))
})
