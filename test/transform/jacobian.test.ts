import { describe, expect } from 'vitest'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const { add, broadcastTo, mul, permute, sum, tanh } = g.primitive.vocabulary

type Map1 = (x: g.Tensor) => g.Tensor
const jacobian = g.jacobian as unknown as (f: Map1, settings: g.JacobianSettings) => Map1
const forward = (f: Map1): Map1 => jacobian(f, { mode: 'forward' })
const reverse = (f: Map1): Map1 => jacobian(f, { mode: 'reverse' })

const dims = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 })

describe('the derivatives of a tensor by a tensor', () => {
  test.prop([dims, dims, fc.infiniteStream(fc.integer({ min: -5, max: 5 }))])(
    'have the axes of the value and then those of the argument, by forward mode as by reverse mode',
    (own, more, numbers) => {
      const take = (shape: readonly number[]): g.Tensor =>
        g.fromArray(shape)(
          Float64Array.from({ length: shape.reduce((n, m) => n * m, 1) }, () => numbers.next().value as number)
        )
      const shape = [...more, ...own]
      const weights = take(shape)
      // every element of the value depends on several of the argument, each in its own way
      const f: Map1 = (x) =>
        add(mul(broadcastTo(tanh(x), shape), weights), broadcastTo(sum(x, [...own.keys()], false), shape))
      const x = mul(take(own), g.primitive.vocabulary.constant(0.25))
      const [ahead, back] = [forward(f)(x), reverse(f)(x)]
      expect(ahead.shape).toEqual([...shape, ...own])
      expect(ahead).toBeCloseToTensor(back, { atol: 1e-12, rtol: 1e-12 })
    }
  )

  test('of a transpose are 1 where an element comes from, and 0 elsewhere', () => {
    const x = g.fromArray([2, 3])(Float64Array.of(1, 2, 3, 4, 5, 6))
    for (const derivatives of [forward, reverse]) {
      const found = derivatives((y) => permute(y, [1, 0]))(x)
      expect(found.shape).toEqual([3, 2, 2, 3])
      g.toFlatArray(found).forEach((value, at) => {
        const [i, j, k, l] = [Math.floor(at / 12), Math.floor(at / 6) % 2, Math.floor(at / 3) % 2, at % 3]
        expect(value).toBe(i === l && j === k ? 1 : 0)
      })
    }
  })
})
