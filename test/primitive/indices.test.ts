/** An index that is none is refused by its place. */
import { expect, it } from 'vitest'
import { checkIndices } from '../../src/primitive/indices.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { make } from '../../src/tensor/tensor.ts'

const place = { one: 'label', of: 'class' }

it.each([
  [[4], 2, '2'],
  [[2, 3], 4, '[1, 1]'],
  [[2, 3], 2, '[0, 2]'],
  [[2, 3, 2], 9, '[1, 1, 1]'],
  [[2, 3, 2], 4, '[0, 2, 0]']
])('in a tensor of shape %j number %i is at %s', (dims, at, shown) => {
  const size = dims.reduce((a, b) => a * b)
  for (const wrong of [3, -1, 0.5, NaN]) {
    const x = make(
      dims,
      Float64Array.from({ length: size }, (_, i) => (i === at ? wrong : i % 3))
    )
    expect(() => checkIndices('oneHot', x, 3, place)).toThrow(
      `oneHot: label ${wrong} at position ${shown} is not a class; use whole numbers from 0 to 2`
    )
  }
})

it('all whole numbers below the bound are indices', () => {
  expect(Array.from(checkIndices('oneHot', tensor([0, 2, 1]), 3, place))).toEqual([0, 2, 1])
})
