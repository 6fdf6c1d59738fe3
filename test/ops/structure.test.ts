import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'

import * as g from '../../src/ops/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { table } from '../../src/primitive/table.ts'
import { vocabulary as tensors } from '../../src/tape/vocabulary.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyDims, anyTensor, broadcastPair, type Dims, fullDims, tensorOf } from '../support/arbitraries.ts'
import { elements, stretched, tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

/** Shapes of one size: the factors of its dimensions, dealt out anew. */
const reshaped = (dims: Dims): fc.Arbitrary<Dims> =>
  fc
    .tuple(
      fc.shuffledSubarray([...dims], { minLength: dims.length }),
      fc.array(fc.constant(1), { maxLength: 2 }),
      fc.boolean()
    )
    .map(([shuffled, ones, join]) =>
      join && shuffled.length > 1
        ? [shuffled[0]! * shuffled[1]!, ...shuffled.slice(2), ...ones]
        : [...ones, ...shuffled]
    )

describe('reshape and flatten', () => {
  test.prop([anyTensor().chain((x) => fc.tuple(fc.constant(x), reshaped(x.shape)))])(
    'keep the elements in row-major order',
    ([x, dims]) => {
      const y = g.reshape([...dims])(x)
      expect(y).toBeTensor(g.reshape([...dims])(tensor(toFlatArray(x))))
      expect(g.reshape([...x.shape])(y)).toBeTensor(x)
      expect(g.flatten(x)).toBeTensor(toFlatArray(x))
    }
  )

  it('want the same number of elements', () => {
    expect(() => g.reshape([4] as number[])(zeros([2, 3]))).toThrow(
      'cannot reshape [2, 3] (6 elements) to [4] (4 elements)'
    )
    expect(() => g.reshape([-1])(zeros([2]) as never)).toThrow('it must be a whole number, 0 or more')
  })
})

describe('broadcastTo', () => {
  test.prop([broadcastPair().chain(([to, from]) => fc.tuple(fc.constant(to), tensorOf(from)))])(
    'repeats along dimensions of 1 and along new ones',
    ([to, x]) => {
      const at = elements(x)
      expect(g.broadcastTo([...to])(x)).toBeTensor(tabulate(to, (index) => at(stretched(x.shape, index))))
    }
  )

  test.prop([anyDims({ size: 2 }), anyDims({ size: 2 })])('never shrinks', (from, to) => {
    const run = () => g.broadcastTo<number[]>([...to])(zeros<number[]>([...from]))
    const fits = from.length <= to.length && from.every((n, i) => n === 1 || n === to[i + to.length - from.length])
    if (fits) expect(run().shape).toEqual(to)
    else expect(run).toThrow('does not broadcast to')
  })
})

const withOrder = anyTensor().chain((x) =>
  fc.tuple(
    fc.constant(x),
    fc.shuffledSubarray(
      x.shape.map((_, i) => i),
      { minLength: x.shape.length }
    )
  )
)

describe('permute and transpose', () => {
  test.prop([withOrder])('put the axes in another order', ([x, axes]) => {
    const at = elements(x)
    const to = axes.map((axis) => x.shape[axis]!)
    const from = (index: readonly number[]) => x.shape.map((_, axis) => index[axes.indexOf(axis)]!)
    expect(g.permute(axes)(x)).toBeTensor(tabulate(to, (index) => at(from(index))))
  })

  test.prop([anyTensor(anyDims({ min: 2 }))])('swap the last two, and back', (x) => {
    const y = g.transpose(x)
    const at = elements(x)
    expect(y).toBeTensor(
      tabulate(y.shape, (index) => at([...index.slice(0, -2), index[index.length - 1]!, index[index.length - 2]!]))
    )
    expect(g.transpose(y)).toBeTensor(x)
  })
})

/** Tensors that differ along one axis only. */
const joinable = fullDims({ min: 1, size: 3 }).chain((dims) =>
  fc.nat(dims.length - 1).chain((axis) =>
    fc
      .array(fc.nat(3), { minLength: 1, maxLength: 4 })
      .chain((sizes) => fc.tuple(...sizes.map((n) => tensorOf(dims.map((m, i) => (i === axis ? n : m))))))
      .map((xs) => ({ axis, xs }))
  )
)

describe('concat and stack', () => {
  it('pull a cotangent back in time that grows with the number of tensors, not with its square', () => {
    const asked = (n: number): number => {
      let count = 0
      const op = {
        ...tensors,
        dims: (x: Tensor) => {
          count++
          return tensors.dims(x)
        }
      }
      const inputs = Array.from({ length: n }, () => zeros([1]) as unknown as Tensor)
      const output = tensors.concat(inputs, 0)
      inputs.forEach((_, i) => table.concat.vjp(op, { axis: 0 }, inputs, output, output, i, null))
      return count
    }
    expect(asked(400)).toBeLessThan(5 * 400)
  })

  test.prop([joinable])('lay tensors end to end along an axis', ({ axis, xs }) => {
    const joined = g.concat(axis)(xs)
    xs.forEach((x, k) => {
      const start = xs.slice(0, k).reduce((sum, y) => sum + y.shape[axis]!, 0)
      expect(g.slice(axis, start, start + x.shape[axis]!)(joined)).toBeTensor(x)
    })
    expect(joined.shape[axis]).toBe(xs.reduce((sum, x) => sum + x.shape[axis]!, 0))
    expect(g.concat(axis - joined.shape.length)(xs)).toBeTensor(joined)
    const [first, ...rest] = xs
    expect(rest.reduce((all, x) => g.concat(x, axis)(all), first!)).toBeTensor(joined)
  })

  test.prop([anyDims({ max: 3 }).chain((dims) => fc.array(tensorOf(dims), { minLength: 1, maxLength: 4 }))])(
    'pile tensors of one shape up along a new first axis',
    (xs) => {
      const at = xs.map(elements)
      expect(g.stack(xs)).toBeTensor(tabulate([xs.length, ...xs[0]!.shape], ([k, ...index]) => at[k!]!(index)))
    }
  )
})

describe('oneHot', () => {
  test.prop([
    fc
      .integer({ min: 1, max: 5 })
      .chain((classes) => fc.tuple(fc.constant(classes), fc.array(fc.nat(classes - 1), { maxLength: 6 })))
  ])('has a single one in each row, at the label', ([classes, labels]) => {
    const expected = tabulate([labels.length, classes], ([i, j]) => Number(labels[i!] === j))
    expect(g.oneHot(classes)(labels)).toBeTensor(expected)
    expect(g.oneHot(classes)(Uint8Array.from(labels))).toBeTensor(expected)
    expect(g.oneHot(classes)(g.reshape([labels.length])(tensor(labels)))).toBeTensor(expected)
  })

  it('names a label that is no class', () => {
    expect(() => g.oneHot(3)([0, 1, 3])).toThrow('label 3 at position 2 is not a class; use whole numbers from 0 to 2')
    expect(() => g.oneHot(3)(scalar(1) as never)).toThrow('labels must be a vector')
    expect(() => g.oneHot(2)(tensor([0.5]))).toThrow('label 0.5 at position 0')
  })
})
