/** Which rules a sweep asks: only those of operations between the inputs and the outputs. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'

const op = g.primitive.vocabulary

describe('reverse mode', () => {
  it('asks no rule of what depends on the input by no derivative, or not at all', () => {
    const asked: string[] = []
    const counted = (name: string): Primitive => ({
      ...(g.table.neg as unknown as Primitive),
      name,
      vjp: (algebra, _, __, ___, ct) => {
        asked.push(name)
        return algebra.neg(ct)
      }
    })
    const f = (x: g.Tensor): g.Scalar => {
      const steps = g.apply(counted('of a comparison'), {}, [op.greater(x, op.constant(0))])
      const constant = g.apply(counted('of a constant'), {}, [op.constant(2)])
      const through = g.apply(counted('of the input'), {}, [x])
      return op.sum(op.mul(op.mul(through, steps), constant), [0], false) as g.Scalar
    }
    expect(g.toFlatArray(g.grad(f as never)(g.tensor([3, -1]) as never) as g.Tensor)).toEqual([-2, -0])
    expect(asked).toEqual(['of the input'])
  })
})
