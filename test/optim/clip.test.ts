import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { anyModel, type Model, modelOf, numbersOf } from './support.ts'
import { reshape } from '../../src/ops/index.ts'

const clipped = (t: optim.TypedTransformation, model: Model): readonly number[] =>
  numbersOf(t.update(model)(model)(t.init(model))[0])

/** Which of a model's twelve numbers are limited together. */
const groups = {
  clipByParameterNorm: [[0, 1, 2, 3, 4, 5], [6, 7, 8], [9, 10], [11]],
  clipByNorm: [[0, 1, 2, 3, 4, 5, 6, 7, 8], [9, 10], [11]],
  clipByGlobalNorm: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]
}
const norm = (xs: readonly number[]): number => Math.hypot(...xs)

describe.each(Object.keys(groups) as (keyof typeof groups)[])('%s', (name) => {
  test.prop([anyModel, fc.double({ min: 1e-3, max: 1e3, noNaN: true })])(
    'scales each group to the limit where it is longer, and leaves it alone where it is not',
    (model, limit) => {
      const before = numbersOf(model)
      const after = clipped(optim[name](limit), model)
      groups[name].forEach((group) => {
        const length = norm(group.map((i) => before[i]!))
        const factor = length > limit * (1 + 1e-12) ? limit / length : 1
        group.forEach((i) => {
          const expected = before[i]! * factor
          if (factor === 1 && length <= limit * (1 - 1e-12)) expect(after[i]).toBe(before[i])
          // what is subnormal after the division by the norm has lost up to half a unit, times at most the limit
          const lost = (limit + 1) * Number.MIN_VALUE
          expect(Math.abs(after[i]! - expected)).toBeLessThanOrEqual(1e-11 * Math.abs(expected) + lost)
        })
      })
    }
  )

  it('leaves zeros alone', () => {
    expect(clipped(optim[name](1), modelOf(Array.from({ length: 12 }, () => 0)))).toEqual(
      Array.from({ length: 12 }, () => 0)
    )
  })

  it.each([
    [1e200, 1],
    [1e300, 1],
    [1e300, 1e200],
    [5, 1e-150],
    [1e-160, 1e-165]
  ])('limits gradients of %d to %d without overflow or underflow', (size, limit) => {
    const after = clipped(optim[name](limit), modelOf(Array.from({ length: 12 }, () => size)))
    groups[name].forEach((group) => {
      const length = norm(group.map((i) => after[i]! / limit))
      expect(length).toBeCloseTo(1, 12)
    })
  })
})

describe('clipByNorm', () => {
  it('takes a layer to be the innermost record or array that holds tensors', () => {
    // the inner record is a layer of its own, though it stands between two tensors of the outer one
    const tree = { scale: scalar(3), inner: { weight: tensor([6, 8]) }, shift: scalar(4) }
    const t = optim.clipByNorm(2.5)
    const [after] = t.update(tree)(tree)(t.init(tree))
    expect(params.tensors(after).map(toFlatArray)).toEqual([[1.5], [1.5, 2], [2]])
  })

  it('keeps records apart whose paths read alike', () => {
    const tree = { 'a.b': { c: scalar(3) }, a: { 'b.c': scalar(4) } }
    const t = optim.clipByNorm(1)
    expect(params.tensors(t.update(tree)(tree)(t.init(tree))[0]).map(toFlatArray)).toEqual([[1], [1]])
  })
})

describe('clipByValue', () => {
  test.prop([anyModel, fc.double({ min: 1e-3, max: 1e3, noNaN: true })])('limits every number', (model, limit) => {
    expect(clipped(optim.clipByValue(limit), model)).toEqual(
      numbersOf(model).map((x) => (x > limit ? limit : x < -limit ? -limit : x))
    )
  })

  it('lets NaN be seen', () => {
    const g = reshape([2])(tensor([NaN, 5]))
    const t = optim.clipByValue(1)
    expect(toFlatArray(t.update(g)(g)(t.init(g))[0])).toEqual([NaN, 1])
  })
})
