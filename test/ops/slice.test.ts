import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/ops/index.ts'
import { arange, zeros } from '../../src/tensor/construct.ts'
import { toArray } from '../../src/tensor/read.ts'
import { anyDims, anyTensor, fullDims, tensorOf } from '../support/arbitraries.ts'
import { elements, tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

const withRange = anyTensor(anyDims({ min: 1 })).chain((x) =>
  fc.nat(x.shape.length - 1).chain((axis) => {
    const n = x.shape[axis]!
    return fc.tuple(fc.nat(n), fc.nat(n), fc.boolean(), fc.boolean()).map(([a, b, backFrom, backTo]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      return {
        x,
        axis,
        from,
        to,
        // n itself has no negative spelling
        spelled: [backFrom && from < n ? from - n : from, backTo && to < n ? to - n : to] as const
      }
    })
  })
)

describe('slice', () => {
  test.prop([withRange])('takes a part of one axis, counted from either end', ({ x, axis, from, to, spelled }) => {
    const at = elements(x)
    const dims = x.shape.map((n, i) => (i === axis ? to - from : n))
    const expected = tabulate(dims, (index) => at(index.map((j, i) => (i === axis ? j + from : j))))
    expect(g.slice(axis, spelled[0], spelled[1])(x)).toBeTensor(expected)
    expect(g.slice(axis - x.shape.length, from, to)(x)).toBeTensor(expected)
  })

  test.prop([fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })])('stays inside the axis', (from, to) => {
    const [start, stop] = [from < 0 ? from + 5 : from, to < 0 ? to + 5 : to]
    const run = () => g.slice(0, from, to)(arange(5))
    if (start >= 0 && start <= stop && stop <= 5) expect(run().shape).toEqual([stop - start])
    else expect(run).toThrow(`slice: from ${from} to ${to} is not inside axis 0 of shape [5]`)
  })

  /** What NumPy's x[from:to:step] takes of n elements, one after the other. */
  const walked = (n: number, from: number, to: number | undefined, step: number): readonly number[] => {
    const counted = (place: number) => (place < 0 ? place + n : place)
    const end = to === undefined ? (step > 0 ? n : -1) : counted(to)
    const goesOn = (i: number) => (step > 0 ? i < end : i > end)
    const rest = (i: number): readonly number[] => (goesOn(i) ? [i, ...rest(i + step)] : [])
    return rest(counted(from))
  }

  test.prop([
    fc.integer({ min: 1, max: 9 }).chain((n) =>
      fc.tuple(
        fc.constant(n),
        fc.integer({ min: -n, max: n - 1 }),
        fc.option(fc.integer({ min: -n, max: n }), { nil: undefined }),
        fc.integer({ min: -4, max: 4 }).filter((step) => step !== 0)
      )
    )
  ])('takes every so many elements, forwards and backwards', ([n, from, to, step]) => {
    const places = walked(n, from, to, step)
    const isEmpty = places.length === 0
    const run = () => toArray(g.slice(1, from, to, step)(g.add(arange(n))(zeros([2, n])) as never))
    // what NumPy finds empty is refused, unless the ends meet
    if (isEmpty && (from < 0 ? from + n : from) !== (to! < 0 ? to! + n : to)) expect(run).toThrow(/^slice: from/)
    else expect(run()).toEqual([places, places])
  })

  it('refuses a step that is no step', () => {
    expect(() => g.slice(0, 0, 2, 0)(arange(3))).toThrow('slice: step must be a whole number other than 0, got 0')
    expect(() => g.slice(0, 0, 2, 0.5)(arange(3))).toThrow('got 0.5')
    expect(() => g.slice(0, 3, 0, -1)(arange(3) as never)).toThrow(
      'slice: from 3 to 0 by -1 is not inside axis 0 of shape [3]'
    )
  })
})

describe('split', () => {
  const withCuts = fullDims({ min: 1 }).chain((dims) =>
    fc
      .nat(dims.length - 1)
      .chain((axis) =>
        fc
          .tuple(tensorOf(dims), fc.array(fc.nat(dims[axis]!), { maxLength: 3 }))
          .map(([x, cuts]) => ({ x, axis, cuts: cuts.toSorted((a, b) => a - b) }))
      )
  )
  test.prop([withCuts])('cuts at places, and concat undoes it', ({ x, axis, cuts }) => {
    const parts = g.split({ axis, sections: cuts })(x)
    expect(parts.map((part) => part.shape[axis])).toEqual(
      [...cuts, x.shape[axis]!].map((c, i) => c - (cuts[i - 1] ?? 0))
    )
    expect(g.concat(axis)(parts)).toBeTensor(x)
    const ones = g.split({ axis: axis - x.shape.length, sections: x.shape[axis]! })(x)
    expect(ones).toHaveLength(x.shape[axis]!)
    expect(g.concat(axis)(ones)).toBeTensor(x)
  })

  it('wants parts that fit', () => {
    expect(() => g.split({ axis: 0, sections: 2 })(arange(3))).toThrow(
      'split: axis 0 of shape [3] does not divide into 2 equal parts'
    )
    expect(() => g.split({ axis: 0, sections: [2, 1] })(arange(3))).toThrow('split: [2, 1] are not places in order')
    expect(() => g.split({ axis: 0, sections: [4] })(arange(3))).toThrow('split: [4] are not places in order')
  })
})
