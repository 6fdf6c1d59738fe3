import { nonZero, reals } from '../../../src/primitive/domain.ts'
import * as laws from '../../../laws/index.ts'
import { fc, test } from '../../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { relu } from '../../../src/ops/index.ts'
import { key } from '../../../src/random/key.ts'
import { ones, scalar, tensor } from '../../../src/tensor/construct.ts'
import { toArray, toNumber } from '../../../src/tensor/read.ts'
import { scale } from '../../../src/params/index.ts'
import type { Scalar, Tensor } from '../../../src/tensor/tensor.ts'
import { grad } from '../../../src/transform/grad.ts'
import { checkGradient, errorOf, tensorOf } from '../support.ts'

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

  const all = { where: () => true }
  const anyPair = fc.tuple(tensorOf([2, 3]), tensorOf([3])).map(([a, b]) => ({ a, b }))

  test.prop([anyPair, fc.constantFrom(0, 0.5, 2), fc.constantFrom(-3, -0.5, 0, 2)])(
    'is the sum over its parts, linear in the strength, and of degree 2 or 1 in the parameters',
    (p, strength, by) => {
      const scaled = scale(by)(p)
      for (const [of, degree] of [
        [nn.l2, 2],
        [nn.l1, 1]
      ] as const) {
        const whole = toNumber(of({ strength: 1, ...all })(p))
        const close = (value: number): unknown => expect.closeTo(value, 9)
        expect(toNumber(of({ strength: 1, ...all })(p.a)) + toNumber(of({ strength: 1, ...all })(p.b))).toEqual(
          close(whole)
        )
        expect(toNumber(of({ strength, ...all })(p))).toEqual(close(strength * whole))
        expect(toNumber(of({ strength: 1, ...all })(scaled))).toEqual(close(Math.abs(by) ** degree * whole))
        expect(whole).toBeGreaterThanOrEqual(0)
      }
    }
  )

  for (const [name, of, domain] of [
    ['l2', nn.l2, reals],
    ['l1', nn.l1, nonZero]
  ] as const)
    laws.register(test)(laws.operation({ name, f: (x: Tensor) => of({ strength: 3, ...all })(x), domain }), {
      numRuns: 15
    })

  it('leaves alone what normalisation scales by and shifts', () => {
    const model = nn.residual(
      nn.layerNorm({ features: 2 }),
      nn.dense({ inputs: 2, outputs: 2, weight: nn.constant(1) })
    )
    const start = model.init(key(0)).params
    expect(toNumber(nn.l1({ strength: 1 })(start))).toBe(4)
    expect(toArray(grad((p: typeof start) => nn.l2({ strength: 1 })(p))(start)[0].scale)).toEqual([0, 0])
  })

  it('takes the parameters of a model', () => {
    const model = nn.sequential(
      nn.dense({ inputs: 2, outputs: 3, weight: nn.constant(1) }),
      relu,
      nn.dense({ inputs: 3, outputs: 1, weight: nn.constant(1) })
    )
    expect(toNumber(nn.l2({ strength: 2 })(model.init(key(0)).params))).toBe(9)
  })

  it('refuses a strength out of its range', () => {
    expect(errorOf(() => nn.l2({ strength: -1 }))).toBe(
      'ValueError: l2: strength must be a finite number of at least 0, got -1'
    )
    for (const strength of [NaN, Infinity, '1' as never, undefined as never])
      expect(errorOf(() => nn.l1({ strength }))).toMatch('ValueError: l1: strength must be a finite number')
  })

  it('refuses settings that are not a record', () => {
    expect(errorOf(() => nn.l2(undefined as never))).toBe('ValueError: l2: needs settings { strength }, got undefined')
    expect(errorOf(() => nn.l1(0.1 as never))).toBe('ValueError: l1: needs settings { strength }, got 0.1')
    expect(errorOf(() => nn.l2({ strength: 1, where: 'weight' as never }))).toBe(
      'ValueError: l2: where must be a function, got "weight"'
    )
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
