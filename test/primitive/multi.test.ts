/** Primitives with several results, of inputs that broadcast to one another. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Algebra } from '../../src/primitive/algebra.ts'
import { fc, test } from '../support/property.ts'

/** To the shape of the input that is differentiated, as a number is the same for all elements. */
const summed = <A>(op: Algebra<A>, x: A, like: A): A =>
  op.dims(like).length === 0 && op.dims(x).length > 0 ? op.sum(x, [0], false) : x

/** Sum and quotient of a vector by a number. */
const both = g.primitive.multi('sumAndQuotient')({
  arity: 2,
  domain: [
    { min: -3, max: 3, avoid: [] },
    { min: 0.5, max: 3, avoid: [] }
  ],
  shape: (_, [a]) => E.right([a!, a!]),
  evaluate: (_, [a, b]) => {
    const [xs, [by = NaN]] = [g.toFlatArray(a!), g.toFlatArray(b!)]
    return [Float64Array.from(xs, (x) => x + by), Float64Array.from(xs, (x) => x / by)]
  },
  vjp: (op, _, [a, b], __, ct, index, result) =>
    index === 0
      ? result === 0
        ? ct
        : op.div(ct, b!)
      : summed(op, result === 0 ? ct : op.mul(ct, op.neg(op.div(a!, op.square(b!)))), b!),
  jvp: (op, _, [a, b], __, t, index, result) => {
    const own = result === 0 ? t : index === 0 ? op.div(t, b!) : op.neg(op.div(op.mul(a!, t), op.square(b!)))
    return op.broadcastTo(own, op.dims(a!))
  },
  reach: 'element',
  batch: ({ op, params, inputs: [a, b], mapped, size, again }) => {
    const n = mapped[0]! ? op.dims(a!)[1]! : op.dims(a!)[0]!
    const rows = mapped[0]! ? a! : op.broadcastTo(op.reshape(a!, [1, n]), [size, n])
    const column = op.reshape(b!, mapped[1]! ? [size, 1] : [1, 1])
    const flat = (x: typeof rows): typeof rows => op.reshape(x, [size * n])
    const quotient = op.div(rows, column)
    // by the words themselves where each example divides by a number of its own
    return mapped[1]!
      ? [op.add(rows, column), quotient]
      : again(params, [flat(rows), b!]).map((x) => op.reshape(x, [size, n]))
  }
})

describe('several results of a vector and a number', () => {
  laws.register(test)(
    laws.primitive(both, {
      fits: fc.integer({ min: 1, max: 4 }).map((n) => ({ params: {}, shapes: [[n], []] }))
    }),
    { numRuns: 30 }
  )

  it('give 0 by a branch that is not taken, whatever the derivative is there', () => {
    const f = (b: g.Scalar): g.Scalar => {
      const [, quotient] = g.apply(both, {}, [g.tensor([1, 2]), b]) as readonly [g.Vec<2>, g.Vec<2>]
      return g.sum(g.where(g.tensor([0, 0]), g.tensor([5, 5]))(quotient))
    }
    expect(g.toNumber(g.grad(f)(g.scalar(0)))).toBe(0)
  })
})
