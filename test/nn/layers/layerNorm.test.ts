import * as laws from '../../../laws/index.ts'
import { test } from '../../support/property.ts'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { add, mean, mul, pow, relu, square, sum } from '../../../src/ops/index.ts'
import * as params from '../../../src/params/index.ts'
import { key } from '../../../src/random/key.ts'
import { tensor, ones } from '../../../src/tensor/construct.ts'
import { as, toArray } from '../../../src/tensor/read.ts'
import type { Mat, Scalar, Tensor, Vec } from '../../../src/tensor/tensor.ts'
import { grad, hvp } from '../../../src/transform/grad.ts'
import { hessian } from '../../../src/transform/jacobian.ts'
import { lesson } from '../../lesson/lesson.ts'
import '../../support/matchers.ts'
import { checkGradient, errorOf, average, tensorOf } from '../support.ts'

describe('layer normalisation', () => {
  const layer = nn.layerNorm({ features: 4 })
  const { params: p } = layer.init(key(0))

  for (const settings of [{ features: 3 }, { features: 1, epsilon: 0.1 }])
    laws.register(test)(laws.layer(nn.layerNorm(settings)), { numRuns: 12 })

  test.prop([tensorOf([3, 4]), tensorOf([4]), tensorOf([4])])(
    'is its definition, example by example',
    (x, scale, shift) => {
      const [by, and] = [toArray(scale), toArray(shift)]
      const expected = toArray(x).map((row) => {
        const variance = average(row.map((value) => (value - average(row)) ** 2))
        return row.map((value, j) => (by[j]! * (value - average(row))) / Math.sqrt(variance + 1e-5) + and[j]!)
      })
      expect(nn.predict(layer)({ scale, shift }, [])(x)).toBeCloseToTensor(expected, { atol: 1e-11, rtol: 1e-11 })
    }
  )

  it('does the same in training, has no state and starts at a scale of 1 and a shift of 0', () => {
    expectTypeOf(layer).toEqualTypeOf<nn.Layer<nn.ScaleAndShift<4>, readonly [], [4], [4]>>()
    expect([layer.hasState, layer.usesKey]).toEqual([false, false])
    expect([toArray(p.scale), toArray(p.shift)]).toEqual([[1, 1, 1, 1], [0, 0, 0, 0]]) // prettier-ignore
    const x = tensor([[1, 2, 3, 5]])
    expect(layer.apply(nn.training(key(1)))(p, [])(x)[0]).toBeTensor(layer.apply(nn.inference)(p, [])(x)[0])
  })

  it('normalises each row, as the lesson does its features', () => {
    const rows = nn.layerNorm({ features: 10, epsilon: 1e-14 })
    const y = nn.predict(rows)(rows.init(key(0)).params, [])(as([3, 10])(tensor(lesson.normalise.X)))
    // the lesson adds 1e-8 to the standard deviation
    expect(y).toBeCloseToTensor(tensor(lesson.normalise.X_normalized), { atol: 1e-6 })
  })

  test.prop([tensorOf([3, 4])])('takes no notice of what is added to all features of an example', (x) => {
    const run = nn.predict(layer)(p, [])
    expect(run(add(100)(x))).toBeCloseToTensor(run(x), { atol: 1e-8, rtol: 1e-8 })
    expect(mean({ axis: -1 })(run(x))).toBeCloseToTensor([0, 0, 0], { atol: 1e-12 })
  })

  interface At {
    readonly p: nn.ScaleAndShift<4>
    readonly x: Mat<2, 4>
  }
  // a larger epsilon, as differences with steps of 1e-5 are to follow the curve around a variance of 0
  const smooth = nn.layerNorm({ features: 4, epsilon: 1 })

  test.prop([tensorOf([2, 4]), tensorOf([2, 4]), tensorOf([4]), tensorOf([4])], { numRuns: 20 })(
    'has the gradient of central differences, and a gradient of that',
    (x, weights, scale, shift) => {
      const loss = (at: At): Scalar => pipe(nn.predict(smooth)(at.p, [])(at.x), pow(3), mul(weights), sum)
      const at = { p: { scale, shift }, x }
      checkGradient(loss, at, grad(loss)(at))
      const ofX = (y: Mat<2, 4>): Scalar => loss({ p: { scale, shift }, x: y })
      checkGradient((y: Mat<2, 4>) => pipe(grad(ofX)(y), mul(weights), sum), x, hvp(ofX)(x)(weights))
    }
  )

  it('gives the shift for an example of equal features, with finite derivatives of both orders', () => {
    const shift = tensor([1, 2, 3, 4])
    const run = nn.predict(layer)({ scale: ones([4]), shift }, [])
    expect(run(tensor([7, 7, 7, 7]))).toBeTensor(shift)
    const loss = (x: Vec<4>): Scalar => sum(square(run(x)))
    const at = tensor([7, 7, 7, 7])
    // around it the layer is x ↦ (x − mean) / √epsilon + shift
    expect(grad(loss)(at)).toBeCloseToTensor([2, 4, 6, 8].map((ct) => (ct - 5) / Math.sqrt(1e-5)))
    expect(params.allFinite(hessian(loss)(at))).toBe(true)
    const one = nn.layerNorm({ features: 1 })
    expect(toArray(nn.predict(one)(one.init(key(0)).params, [])(tensor([[3], [-9]])))).toEqual([[0], [0]])
  })

  it('stands in a sequence', () => {
    const model = nn.sequential(nn.dense({ inputs: 2, outputs: 3 }), nn.layerNorm({ features: 3 }), relu)
    expect(params.paths(model.init(key(0)).params)).toEqual([
      'params[0].weight',
      'params[0].bias',
      'params[1].scale',
      'params[1].shift'
    ])
    // @ts-expect-error three features, not four
    expect(() => nn.sequential(nn.dense({ inputs: 2, outputs: 3 }), layer)).toThrow(
      'stage 1 (layerNorm) takes [4] but the one before it gives [3]'
    )
  })
})

describe('layer normalisation refuses', () => {
  it.each<readonly [object | undefined, string]>([
    [{ features: 0 }, 'ValueError: layerNorm: features must be a whole number of at least 1, got 0'],
    [{ features: NaN }, 'ValueError: layerNorm: features must be a whole number of at least 1, got NaN'],
    [undefined, 'ValueError: layerNorm: needs settings { features }, got undefined'],
    [{ features: 2, epsilon: 0 }, 'ValueError: layerNorm: epsilon must be a finite number above 0, got 0'],
    [{ features: 2, epsilon: NaN }, 'ValueError: layerNorm: epsilon must be a finite number above 0, got NaN']
  ])('the settings %j', (settings, says) => {
    expect(errorOf(() => nn.layerNorm(settings as never))).toBe(says)
  })

  it('other features and the parameters of another layer', () => {
    const layer = nn.layerNorm({ features: 2 })
    const run = nn.predict(layer)(layer.init(key(0)).params, [])
    // @ts-expect-error three features, not two
    expect(errorOf(() => run(ones([4, 3])))).toBe(
      'ShapeError: layerNorm: takes [2] after any batch dimensions, got shape [4, 3]; check the data'
    )
    const other = { scale: ones([1]), shift: ones([2]) } as unknown as nn.ScaleAndShift<2>
    expect(errorOf(() => nn.predict(layer)(other, [])(ones([4, 2])))).toBe(
      'ShapeError: layerNorm: params.scale must have shape [2], got [1]; use what init of this layer returns'
    )
    const dynamic: Tensor = ones([4, 2])
    // @ts-expect-error its last dimension is not known to be 2
    run(dynamic)
  })
})
