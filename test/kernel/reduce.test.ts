import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as reduce from '../../src/kernel/reduce.ts'
import * as logits from '../../src/kernel/logits.ts'
import { anyDims, anyNumber, type Dims, fullDims, valuesFor, wildNumber } from '../support/arbitraries.ts'
import '../support/matchers.ts'
import { groups, indicesOf, reader, without } from '../support/naive.ts'

const withAxes = (dims: fc.Arbitrary<Dims>, number = anyNumber) =>
  dims.chain((shape) =>
    fc.record({
      dims: fc.constant(shape),
      axes: fc.subarray(shape.map((_, i) => i)),
      values: valuesFor(shape, number).map((values) => Float64Array.from(values))
    })
  )

const withAxis = (dims: fc.Arbitrary<Dims>, number = anyNumber) =>
  dims.chain((shape) =>
    fc.record({
      dims: fc.constant(shape),
      axis: fc.nat(shape.length - 1),
      values: valuesFor(shape, number).map((values) => Float64Array.from(values))
    })
  )

const near = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b))
const agree = (found: Float64Array, expected: readonly number[]): void => {
  expect(found).toHaveLength(expected.length)
  expect(expected.filter((value, i) => !near(found[i]!, value))).toEqual([])
}

describe('the loop sum', () => {
  test.prop([withAxes(anyDims())])('adds up each group, an empty one to 0', ({ dims, axes, values }) => {
    const expected = groups(dims, axes, reader(dims, values)).map((group) => group.reduce((a, b) => a + b, 0))
    agree(reduce.sum(values, dims, axes), expected)
  })

  test.prop([withAxes(anyDims())])('never hands out the buffer it was given', ({ dims, axes, values }) => {
    const before = values.slice()
    reduce.sum(values, dims, axes).fill(99)
    expect(values).toBeNumbers(before)
  })
})

describe('the loop max', () => {
  test.prop([withAxes(anyDims(), wildNumber)])(
    'finds the largest of each group, NaN above all',
    ({ dims, axes, values }) => {
      const expected = groups(dims, axes, reader(dims, values)).map((group) => Math.max(...group))
      expect(reduce.max(values, dims, axes)).toBeNumbers(expected)
    }
  )
})

describe('the loop argmax', () => {
  test.prop([withAxis(fullDims({ min: 1, size: 5 }), wildNumber)])(
    'finds the first of the largest, NaN above all',
    ({ dims, axis, values }) => {
      const expected = groups(dims, [axis], reader(dims, values)).map((group) => {
        const nan = group.findIndex(Number.isNaN)
        return nan < 0 ? group.indexOf(Math.max(...group)) : nan
      })
      expect(reduce.argmax(values, dims, axis)).toBeNumbers(expected)
    }
  )
})

const softmaxOf = (group: readonly number[]): readonly number[] => {
  const top = Math.max(...group)
  const shares = group.map((x) => (top === Infinity ? Number(x === Infinity) : Math.exp(x - top)))
  const total = shares.reduce((a, b) => a + b, 0)
  return shares.map((share) => share / total)
}

/** The results for each element, given those of each group in order. */
const spread = (dims: Dims, axis: number, ofGroups: readonly (readonly number[])[]): readonly number[] => {
  const left = without(dims, [axis])
  const at = new Map(indicesOf(left).map((index, i) => [index.join(), ofGroups[i]!]))
  return indicesOf(dims).map((index) => at.get(without(index, [axis]).join())![index[axis]!]!)
}

const logit = fc.oneof(anyNumber, fc.constantFrom(Infinity, -Infinity, 1000, -1000))

describe('the loops softmax, logSoftmax and logSumExp', () => {
  test.prop([withAxis(fullDims({ min: 1 }), logit)])('share out one among each group', ({ dims, axis, values }) => {
    const expected = spread(dims, axis, groups(dims, [axis], reader(dims, values)).map(softmaxOf))
    agree(logits.probabilities(values, dims, axis), expected)
  })

  test.prop([withAxis(fullDims({ min: 1 }))])('are logarithms of one another', ({ dims, axis, values }) => {
    const shares = logits.probabilities(values, dims, axis)
    const logs = logits.logProbabilities(values, dims, axis)
    agree(logs.map(Math.exp), Array.from(shares))
    const totals = groups(dims, [axis], reader(dims, values)).map((group) => {
      const top = Math.max(...group)
      return top + Math.log(group.reduce((sum, x) => sum + Math.exp(x - top), 0))
    })
    agree(logits.logSumExp(values, dims, axis), totals)
    const fromTotals = spread(
      dims,
      axis,
      groups(dims, [axis], reader(dims, values)).map((group, i) => group.map((x) => x - totals[i]!))
    )
    agree(logs, fromTotals)
  })

  it('take infinite logits as limits', () => {
    const run = (f: typeof logits.probabilities, ...x: readonly number[]) =>
      Array.from(f(Float64Array.from(x), [x.length], 0))
    expect(run(logits.probabilities, Infinity, 0, Infinity)).toEqual([0.5, 0, 0.5])
    expect(run(logits.probabilities, 0, -Infinity)).toEqual([1, 0])
    expect(run(logits.logProbabilities, Infinity, 0)).toEqual([0, -Infinity])
    expect(run(logits.logProbabilities, Infinity, Infinity)).toEqual([-Math.LN2, -Math.LN2])
    expect(run(logits.logProbabilities, 0, -Infinity)).toEqual([0, -Infinity])
    expect(run(logits.logSumExp, Infinity, 0)).toEqual([Infinity])
    expect(run(logits.logSumExp, -Infinity, -Infinity)).toEqual([-Infinity])
    expect(run(logits.logSumExp, -Infinity, 2)).toEqual([2])
  })

  it('never overflow', () => {
    const huge = Float64Array.of(1e308, 1e308, -1e308)
    expect(Array.from(logits.probabilities(huge, [3], 0))).toEqual([0.5, 0.5, 0])
    expect(Array.from(logits.logProbabilities(huge, [3], 0)).slice(0, 2)).toEqual([-Math.LN2, -Math.LN2])
    expect(Array.from(logits.logSumExp(Float64Array.of(1000, 1000), [2], 0))).toEqual([1000 + Math.LN2])
  })

  it('keep NaN', () => {
    for (const f of [logits.probabilities, logits.logProbabilities, logits.logSumExp])
      expect(f(Float64Array.of(1, NaN, Infinity), [3], 0).every(Number.isNaN)).toBe(true)
  })
})
