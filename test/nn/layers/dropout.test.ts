import { fc, test } from '../../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { square, sum } from '../../../src/ops/index.ts'
import { key } from '../../../src/random/key.ts'
import { full, ones, tensor } from '../../../src/tensor/construct.ts'
import { toFlatArray } from '../../../src/tensor/read.ts'
import type { Scalar, Tensor } from '../../../src/tensor/tensor.ts'
import { grad } from '../../../src/transform/grad.ts'
import { anyKey, checkGradient, errorOf, average, tensorOf } from '../support.ts'

const anyKeep = fc.oneof(fc.constantFrom(0.5, 0.8, 1), fc.double({ min: 0.05, max: 1, noNaN: true }))

describe('dropout', () => {
  test.prop([anyKeep, anyKey], { numRuns: 12 })('keeps the expectation in training', (keepProbability, k) => {
    const n = 20_000
    const y = toFlatArray(nn.dropout({ keepProbability }).apply(nn.training(k))(full([n])(2)))
    expect(y.every((value) => value === 0 || value === 2 * (1 / keepProbability))).toBe(true)
    const deviation = 2 * Math.sqrt((1 - keepProbability) / keepProbability / n)
    expect(Math.abs(average(y) - 2)).toBeLessThanOrEqual(5.2 * deviation + 1e-9)
  })

  test.prop([anyKeep, tensorOf([3, 2])])('is the identity when the model is used', (keepProbability, x) => {
    expect(toFlatArray(nn.dropout({ keepProbability }).apply(nn.inference)(x))).toEqual(toFlatArray(x))
  })

  test.prop([tensorOf([3, 2]), anyKey])('keeping everything is the identity, and draws nothing', (x, k) => {
    const all = nn.dropout({ keepProbability: 1 })
    expect(all.usesKey).toBe(false)
    expect(toFlatArray(all.apply(nn.training(k))(x))).toEqual(toFlatArray(x))
  })

  it('drops the same with the same key, and other elements with another', () => {
    const drop = (seed: number): readonly number[] =>
      toFlatArray(nn.dropout({ keepProbability: 0.5 }).apply(nn.training(key(seed)))(ones([64])))
    expect(drop(1)).toEqual(drop(1))
    expect(drop(1)).not.toEqual(drop(2))
  })

  it('drops other elements in each example of a batch', () => {
    const y = toFlatArray(nn.dropout({ keepProbability: 0.5 }).apply(nn.training(key(0)))(ones([2, 64])))
    expect(y.slice(0, 64)).not.toEqual(y.slice(64))
  })

  test.prop([tensorOf([4, 3]), anyKey], { numRuns: 20 })('has the gradient of central differences', (x, k) => {
    const drop = nn.dropout({ keepProbability: 0.6 }).apply(nn.training(k))
    const loss = (at: Tensor<[4, 3]>): Scalar => sum(square(drop(at)))
    checkGradient(loss, x, grad(loss)(x))
  })

  it('keeps the type of any shape', () => {
    expectTypeOf(nn.dropout({ keepProbability: 0.5 }).apply(nn.inference)(tensor([[1, 2]]))).toEqualTypeOf<
      Tensor<[1, 2]>
    >()
  })

  it('refuses a keep probability out of its range', () => {
    const made = (keepProbability: number): string => errorOf(() => nn.dropout({ keepProbability }))
    expect(made(0)).toBe(
      'ValueError: dropout: keepProbability must be a probability above 0 and at most 1, the share that is kept, got 0'
    )
    for (const wrong of [1.5, -0.1, NaN, Infinity, '0.5' as never]) expect(made(wrong)).toMatch('ValueError: dropout')
  })

  it('refuses no settings', () => {
    expect(errorOf(() => nn.dropout(undefined as never))).toMatch('dropout: needs settings { keepProbability }')
  })

  it('refuses a mode without a key', () => {
    const drop = nn.dropout({ keepProbability: 0.5 })
    expect(errorOf(() => drop.apply({ _tag: 'Train' } as never)(ones([2])))).toMatch('needs a random key')
  })
})
