/** What every row of the table says of itself, against what it is tried on. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { casesFor } from '../../laws/primitive.ts'
import { shapesOf } from '../../src/primitive/evaluate.ts'
import type { AnyPrimitive } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { fc } from '../support/property.ts'

const rows = (Object.values(table) as unknown as readonly AnyPrimitive[]).map((p) => [p.name, p] as const)

describe.each(rows)('%s', (_, p) => {
  const { fits, misfits } = casesFor(p)

  it('takes as many inputs as it says', () => {
    if (p.arity !== 'any')
      for (const { shapes } of fc.sample(fits, 5)) {
        expect(shapes.length).toBe(p.arity)
      }
  })

  it('writes shapes as shapes where it refuses them', () => {
    if (misfits !== undefined)
      for (const { params, shapes } of fc.sample(misfits, 60)) {
        const refusal = shapesOf(p, params, shapes)
        // [2, 3], never 2,3
        expect(E.isLeft(refusal) ? refusal.left : '').toMatch(/^(?!.*\d,\d).+$/u)
      }
  })
})
