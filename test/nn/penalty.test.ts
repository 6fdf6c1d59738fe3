import { test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { relu } from '../../src/ops/index.ts'
import { key } from '../../src/random/key.ts'
import { ones, scalar, tensor } from '../../src/tensor/construct.ts'
import { toArray, toNumber } from '../../src/tensor/read.ts'
import type { Scalar } from '../../src/tensor/tensor.ts'
import { grad } from '../../src/transform/grad.ts'
import { checkGradient, errorOf, tensorOf } from './support.ts'

const params = { first: { weight: tensor([[1, -2]]), bias: tensor([9, 9]) }, second: [{ weight: tensor([3]) }] }

describe('a penalty on parameters', () => {
  it('takes the weights, wherever they are, and not the biases', () => {
    expect(toNumber(nn.l2({ strength: 0.5 })(params))).toBe(0.25 * 14)
    expect(toNumber(nn.l1({ strength: 0.5 })(params))).toBe(0.5 * 6)
  })

  it('takes what it is told to', () => {
    const second = { strength: 2, where: (path: string) => path.startsWith('params.second') }
    expect(toNumber(nn.l2(second)(params))).toBe(9)
    expect(toNumber(nn.l1({ strength: 1, where: (path) => path.endsWith('.bias') })(params))).toBe(18)
    expect(toNumber(nn.l2({ strength: 2, where: () => true })(tensor([3, 4])))).toBe(25)
  })

  it('is 0 with a gradient of 0 at strength 0', () => {
    expect(toNumber(nn.l2({ strength: 0 })(params))).toBe(0)
  })

  test.prop([tensorOf([2, 3]), tensorOf([3])], { numRuns: 25 })('has the gradient strength · w', (weight, bias) => {
    const loss = (p: typeof at): Scalar => nn.l2({ strength: 3 })(p)
    const at = { weight, bias }
    checkGradient(loss, at, grad(loss)(at))
    expect(toArray(grad(loss)(at).bias)).toEqual([0, 0, 0])
  })

  it('has the derivative 0 at 0 when it is absolute', () => {
    const at = { weight: tensor([[0, 2, -2]]) }
    expect(toArray(grad((p: typeof at) => nn.l1({ strength: 3 })(p))(at).weight)).toEqual([[0, 3, -3]])
  })

  it('takes the parameters of a model', () => {
    const model = nn.sequential(
      nn.dense({ inputs: 2, outputs: 3, weight: nn.ones }),
      relu,
      nn.dense({ inputs: 3, outputs: 1, weight: nn.ones })
    )
    expect(toNumber(nn.l2({ strength: 2 })(model.init(key(0)).params))).toBe(9)
  })

  it('refuses a strength that is none', () => {
    expect(errorOf(() => nn.l2({ strength: -1 }))).toBe(
      'ValueError: l2: strength must be a finite number of at least 0, got -1'
    )
    expect(errorOf(() => nn.l1({ strength: NaN }))).toMatch('ValueError: l1: strength')
  })

  it('refuses to hold down nothing', () => {
    expect(errorOf(() => nn.l2({ strength: 1 })({ w: ones([2]), b: scalar(1) }))).toBe(
      'ValueError: l2: where chooses none of params.w, params.b; choose by path'
    )
    expect(errorOf(() => nn.l2({ strength: 1 })([]))).toMatch('none of no parameters')
    // @ts-expect-error a number is no parameter
    expect(errorOf(() => nn.l2({ strength: 1 })({ weight: 3 }))).toMatch('TreeError: l2: params.weight')
  })
})
