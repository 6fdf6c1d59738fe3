import * as laws from '../../../laws/index.ts'
import { fc, test } from '../../support/property.ts'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { add, mul, pow, relu, reshape, square, sum, transpose } from '../../../src/ops/index.ts'
import * as params from '../../../src/params/index.ts'
import { key } from '../../../src/random/key.ts'
import { tensor, full, ones, zeros } from '../../../src/tensor/construct.ts'
import { as, toArray, toFlatArray } from '../../../src/tensor/read.ts'
import type { Mat, Scalar, Tensor, Vec } from '../../../src/tensor/tensor.ts'
import { grad, hvp, valueAndGrad } from '../../../src/transform/grad.ts'
import { hessian } from '../../../src/transform/jacobian.ts'
import { vmap } from '../../../src/transform/vmap.ts'
import { lesson } from '../../lesson/lesson.ts'
import '../../support/matchers.ts'
import { checkGradient, errorOf, average, tensorOf } from '../support.ts'

const inTraining = nn.training(key(0))
const start = <N extends number>(layer: nn.Layer<nn.ScaleAndShift<N>, nn.RunningStatistics<N>, [N], [N]>) =>
  layer.init(key(0))

/** A column of a matrix. */
const column = (x: Tensor, j: number): number[] => {
  const width = x.shape.at(-1) ?? 1
  return toFlatArray(x).filter((_, i) => i % width === j)
}

/** The variance divided by `n − lessBy`. */
const varianceOf = (values: readonly number[], lessBy = 0): number =>
  values.reduce((total, x) => total + (x - average(values)) ** 2, 0) / (values.length - lessBy)

const anyMatrix = tensorOf([5, 2])

describe('batch normalisation', () => {
  const layer = nn.batchNorm({ features: 2 })
  const { params: p, state } = start(layer)

  for (const settings of [{ features: 3 }, { features: 1, momentum: 1, epsilon: 0.1 }])
    laws.register(test)(laws.layer(nn.batchNorm(settings)), { numRuns: 12 })

  test.prop([anyMatrix, tensorOf([2]), tensorOf([2])])(
    'is its definition, feature by feature, in training',
    (x, scale, shift) => {
      const [y] = layer.apply(inTraining)({ scale, shift }, state)(x)
      for (const j of [0, 1]) {
        const values = column(x, j)
        const spread = Math.sqrt(varianceOf(values) + 1e-5)
        const [by, and] = [toFlatArray(scale)[j]!, toFlatArray(shift)[j]!]
        const expected = values.map((value) => (by * (value - average(values))) / spread + and)
        expect(tensor(column(y, j))).toBeCloseToTensor(expected, { atol: 1e-11, rtol: 1e-11 })
      }
    }
  )

  test.prop([anyMatrix, tensorOf([2]), tensorOf([2])])(
    'uses its running statistics and nothing of the batch when it infers',
    (x, at, shift) => {
      const running = { mean: at, variance: square(shift) }
      const [y, next] = layer.apply(nn.inference)({ scale: ones([2]), shift }, running)(x)
      expect(next).toBe(running)
      const expected = toFlatArray(x).map(
        (value, i) =>
          (value - toFlatArray(at)[i % 2]!) / Math.sqrt(toFlatArray(shift)[i % 2]! ** 2 + 1e-5) +
          toFlatArray(shift)[i % 2]!
      )
      expect(reshape([10])(y)).toBeCloseToTensor(expected, { atol: 1e-9, rtol: 1e-9 })
    }
  )

  test.prop([tensorOf([2, 3, 2])])('takes all batch dimensions together', (x) => {
    const [deep, after] = layer.apply(inTraining)(p, state)(x)
    const [flat, next] = layer.apply(inTraining)(p, state)(reshape([6, 2])(x))
    expect(reshape([6, 2])(deep)).toBeCloseToTensor(flat)
    expect(after.mean).toBeCloseToTensor(next.mean)
    expect(after.variance).toBeCloseToTensor(next.variance)
  })

  test.prop([anyMatrix, fc.double({ min: 0.01, max: 1, noNaN: true }), tensorOf([2]), tensorOf([2])])(
    'moves its statistics by the share of the batch, its variance divided by n − 1',
    (x, momentum, at, spread) => {
      const before = { mean: at, variance: square(spread) }
      const [, next] = nn.batchNorm({ features: 2, momentum }).apply(inTraining)(p, before)(x)
      const moved = (old: Vec<2>, of: (values: readonly number[]) => number): number[] =>
        toFlatArray(old).map((value, j) => (1 - momentum) * value + momentum * of(column(x, j)))
      expect(next.mean).toBeCloseToTensor(moved(before.mean, average))
      expect(next.variance).toBeCloseToTensor(moved(before.variance, (values) => varianceOf(values, 1)))
    }
  )

  it('comes to the statistics of a batch that it meets again and again', () => {
    const x = tensor([
      [1, 10],
      [3, 30],
      [8, 20]
    ])
    const after = Array.from({ length: 400 }).reduce<nn.RunningStatistics<2>>(
      (now) => layer.apply(inTraining)(p, now)(x)[1],
      state
    )
    expect(after.mean).toBeCloseToTensor([4, 20], { rtol: 1e-12 })
    expect(after.variance).toBeCloseToTensor([13, 100], { rtol: 1e-12 })
    const [y] = layer.apply(nn.inference)(p, after)(tensor([[4, 30]]))
    expect(y).toBeCloseToTensor([[0, 1]], { atol: 1e-6 })
  })

  it('keeps nothing but the last batch at a momentum of 1, and starts near the identity', () => {
    const [, next] = nn.batchNorm({ features: 1, momentum: 1 }).apply(inTraining)(
      { scale: ones([1]), shift: zeros([1]) },
      { mean: tensor([1e9]), variance: tensor([1e9]) }
    )(tensor([[2], [4]]))
    expect([toArray(next.mean), toArray(next.variance)]).toEqual([[3], [2]])
    expect(nn.predict(layer)(p, state)(tensor([[3, -4]]))).toBeCloseToTensor([[3, -4]], { rtol: 1e-5 })
  })

  it('normalises as the lesson does', () => {
    const x = transpose(tensor(lesson.normalise.X))
    const wide = nn.batchNorm({ features: 3, epsilon: 1e-14 })
    const [y] = wide.apply(inTraining)(start(wide).params, start(wide).state)(as([10, 3])(x))
    // the lesson adds 1e-8 to the standard deviation
    expect(y).toBeCloseToTensor(transpose(tensor(lesson.normalise.X_normalized)), { atol: 1e-6 })
  })

  test.prop([anyMatrix, fc.constantFrom(0.001, 3, 1000), fc.constantFrom(-50, 0, 7)], { numRuns: 30 })(
    'takes no notice of the unit and the origin of a feature',
    (x, unit, origin) => {
      fc.pre([0, 1].every((j) => varianceOf(column(x, j)) > 0.01))
      const exact = nn.batchNorm({ features: 2, epsilon: 1e-12 })
      const run = (at: Mat<5, 2>): Mat<5, 2> => exact.apply(inTraining)(p, state)(at)[0]
      expect(run(pipe(x, mul(unit), add(origin)))).toBeCloseToTensor(run(x), { atol: 1e-3, rtol: 1e-3 })
    }
  )
})

describe('the gradient of batch normalisation', () => {
  // a larger epsilon, as differences with steps of 1e-5 are to follow the curve around a variance of 0
  const layer = nn.batchNorm({ features: 2, epsilon: 1 })
  const { state } = start(layer)
  interface At {
    readonly p: nn.ScaleAndShift<2>
    readonly x: Mat<5, 2>
  }
  /** A loss that is not symmetric, so that nothing cancels by chance. */
  const lossOf =
    (weights: Mat<5, 2>) =>
    ({ p, x }: At): Scalar => {
      const [y] = layer.apply(inTraining)(p, state)(x)
      return sum(mul(weights)(square(y)))
    }

  test.prop([anyMatrix, anyMatrix, tensorOf([2]), tensorOf([2])], { numRuns: 20 })(
    'goes through the statistics of the batch: that of central differences',
    (x, weights, scale, shift) => {
      const at = { p: { scale, shift }, x }
      checkGradient(lossOf(weights), at, grad(lossOf(weights))(at))
    }
  )

  test.prop([anyMatrix, anyMatrix], { numRuns: 30 })('is the formula of the paper', (x, ct) => {
    const p = { scale: tensor([2, -3]), shift: tensor([1, 5]) }
    const loss = (at: Mat<5, 2>): Scalar => sum(mul(ct)(layer.apply(inTraining)(p, state)(at)[0]))
    const found = grad(loss)(x)
    for (const j of [0, 1]) {
      const [values, cts] = [column(x, j), column(ct, j).map((value) => value * toFlatArray(p.scale)[j]!)]
      const spread = Math.sqrt(varianceOf(values) + 1)
      const hat = values.map((value) => (value - average(values)) / spread)
      const along = average(hat.map((value, i) => value * cts[i]!))
      const expected = hat.map((value, i) => (cts[i]! - average(cts) - value * along) / spread)
      expect(tensor(column(found, j))).toBeCloseToTensor(expected, { atol: 1e-9, rtol: 1e-9 })
    }
    expect(sum({ axis: 0 })(found)).toBeCloseToTensor([0, 0], { atol: 1e-8 })
  })

  test.prop([tensorOf([3, 2]), tensorOf([3, 2]), tensorOf([3, 2])], { numRuns: 15 })(
    'has a gradient itself, that of central differences',
    (x, weights, direction) => {
      const loss = (at: Mat<3, 2>): Scalar => {
        const [y] = layer.apply(inTraining)({ scale: ones([2]), shift: ones([2]) }, state)(at)
        return sum(mul(weights)(pow(3)(y)))
      }
      const along = (at: Mat<3, 2>): Scalar => sum(mul(direction)(grad(loss)(at)))
      checkGradient(along, x, hvp(loss)(x)(direction))
    }
  )

  it('is right and finite at both orders where a feature is constant', () => {
    const near = nn.batchNorm({ features: 2, epsilon: 0.01 })
    const p = { scale: tensor([2, 3]), shift: tensor([1, 1]) }
    const x = tensor([
      [7, 1],
      [7, 4],
      [7, 0]
    ])
    const loss = (at: Mat<3, 2>): Scalar => {
      const [y] = near.apply(inTraining)(p, state)(at)
      return sum(mul(tensor([[1, 2], [5, -1], [0, 3]]))(square(y))) // prettier-ignore
    }
    // around a constant the layer is x ↦ scale · (x − mean) / √epsilon + shift
    const slope = 2 / 0.1
    const cts = [1, 5, 0].map((weight) => 2 * weight)
    expect(tensor(column(grad(loss)(x), 0))).toBeCloseToTensor(cts.map((ct) => (ct - average(cts)) * slope))
    checkGradient(loss, x, grad(loss)(x))
    const second = hessian(loss)(x)
    expect(params.allFinite(second)).toBe(true)
    const direction = tensor([[1, 0], [-2, 0], [0.5, 0]]) // prettier-ignore
    const along = (at: Mat<3, 2>): Scalar => sum(mul(direction)(grad(loss)(at)))
    checkGradient(along, x, hvp(loss)(x)(direction))
    expect(params.allFinite(grad((at: Mat<3, 2>) => sum(hvp(loss)(at)(direction)))(x))).toBe(true)
  })

  it('does not pass through the state', () => {
    const moved = (x: Mat<3, 2>): Scalar => sum(layer.apply(inTraining)(start(layer).params, state)(x)[1].variance)
    expect(grad(moved)(tensor([[1, 2], [3, 5], [0, 0]]))).toBeTensor(zeros([3, 2])) // prettier-ignore
    const f = (p: nn.ScaleAndShift<2>) => {
      const [y, next] = layer.apply(inTraining)(p, state)(tensor([[1, 2], [3, 5]])) // prettier-ignore
      return [sum(y), next] as const
    }
    const { aux } = valueAndGrad(f as never, { aux: true })(start(layer).params)
    expect((aux as nn.RunningStatistics<2>).mean).toBeCloseToTensor([0.2, 0.35])
  })
})

describe('in a model, batch normalisation', () => {
  const model = nn.sequential(
    nn.dense({ inputs: 2, outputs: 3 }),
    nn.batchNorm({ features: 3 }),
    relu,
    nn.batchNorm({ features: 3 }),
    nn.dense({ inputs: 3, outputs: 1 })
  )
  const initial = model.init(key(1))

  it('has a place for its parameters and one for its state, in the types too', () => {
    expectTypeOf(nn.batchNorm({ features: 3 })).toEqualTypeOf<
      nn.Layer<nn.ScaleAndShift<3>, nn.RunningStatistics<3>, [3], [3]>
    >()
    expectTypeOf(model).toEqualTypeOf<
      nn.Layer<
        readonly [nn.DenseParams<2, 3>, nn.ScaleAndShift<3>, nn.ScaleAndShift<3>, nn.DenseParams<3, 1>],
        readonly [nn.RunningStatistics<3>, nn.RunningStatistics<3>],
        [2],
        [1]
      >
    >()
    expect(params.paths(initial.state)).toEqual([
      'params[0].mean',
      'params[0].variance',
      'params[1].mean',
      'params[1].variance'
    ])
  })

  laws.register(test)(laws.layer(model), { numRuns: 8 })

  it('moves the state of each in training, and is not held down by a penalty on weights', () => {
    const [, next] = model.apply(inTraining)(initial.params, initial.state)(tensor([[1, 2], [-3, 4], [0, 1]])) // prettier-ignore
    for (const { mean: moved } of next) expect(toFlatArray(moved)).not.toEqual([0, 0, 0])
    const held = grad((p: typeof initial.params) => nn.l2({ strength: 1 })(p))(initial.params)
    expect(held[1].scale).toBeTensor([0, 0, 0])
  })
})

describe('batch normalisation refuses', () => {
  const layer = nn.batchNorm({ features: 2 })
  const { params: p, state } = start(layer)
  const train = layer.apply(inTraining)(p, state)
  const advice = 'choose a batch size that leaves no single example over, or use layerNorm'

  it('to train on fewer than two examples, but not to be used on them', () => {
    const says = (shape: string): string =>
      `ShapeError: batchNorm: needs at least 2 examples to train on, got shape ${shape}; ${advice}`
    expect(errorOf(() => train(ones([1, 2])))).toBe(says('[1, 2]'))
    expect(errorOf(() => train(ones([2])))).toBe(says('[2]'))
    expect(errorOf(() => train(ones([0, 2])))).toBe(says('[0, 2]'))
    expect(errorOf(() => train(ones([1, 1, 2])))).toBe(says('[1, 1, 2]'))
    expect(errorOf(() => vmap((x: Vec<2>) => train(x)[0])(ones([5, 2])))).toBe(says('[2]'))
    const infer = nn.predict(layer)(p, state)
    expect([infer(ones([2])).shape, infer(ones([1, 2])).shape, infer(ones([0, 2])).shape]).toEqual([
      [2],
      [1, 2],
      [0, 2]
    ])
  })

  it.each<readonly [object | undefined, string]>([
    [{ features: 0 }, 'ValueError: batchNorm: features must be a whole number of at least 1, got 0'],
    [{ features: 1.5 }, 'ValueError: batchNorm: features must be a whole number of at least 1, got 1.5'],
    [{}, 'ValueError: batchNorm: features must be a whole number of at least 1, got undefined'],
    [undefined, 'ValueError: batchNorm: needs settings { features }, got undefined'],
    [
      { features: 2, momentum: 0 },
      'ValueError: batchNorm: momentum must be a number above 0 and at most 1, the share of the new batch, got 0'
    ],
    [
      { features: 2, momentum: 1.1 },
      'ValueError: batchNorm: momentum must be a number above 0 and at most 1, the share of the new batch, got 1.1'
    ],
    [
      { features: 2, momentum: NaN },
      'ValueError: batchNorm: momentum must be a number above 0 and at most 1, the share of the new batch, got NaN'
    ],
    [
      { features: 2, momentum: '0.1' },
      'ValueError: batchNorm: momentum must be a number above 0 and at most 1, the share of the new batch, got "0.1"'
    ],
    [{ features: 2, epsilon: 0 }, 'ValueError: batchNorm: epsilon must be a finite number above 0, got 0'],
    [{ features: 2, epsilon: -1e-5 }, 'ValueError: batchNorm: epsilon must be a finite number above 0, got -0.00001'],
    [{ features: 2, epsilon: Infinity }, 'ValueError: batchNorm: epsilon must be a finite number above 0, got Infinity']
  ])('the settings %j', (settings, says) => {
    expect(errorOf(() => nn.batchNorm(settings as never))).toBe(says)
  })

  it('other features, at compile time and at run time', () => {
    // @ts-expect-error three features, not two
    expect(errorOf(() => train(ones([4, 3])))).toBe(
      'ShapeError: batchNorm: takes [2] after any batch dimensions, got shape [4, 3]; check the data'
    )
    // @ts-expect-error a scalar has no features
    expect(errorOf(() => train(ones([])))).toMatch('got shape []')
  })

  it('the parameters and the state of another layer', () => {
    const other = start(nn.batchNorm({ features: 1 }))
    const run = (q: unknown, s: unknown): string =>
      errorOf(() => layer.apply(inTraining)(q as never, s as never)(ones([4, 2])))
    const advised = (part: string, got: string): string =>
      `ShapeError: batchNorm: ${part} must have shape [2], got ${got}; use what init of this layer returns`
    expect(run(other.params, state)).toBe(advised('params.scale', '[1]'))
    expect(run({ ...p, shift: full([])(1) }, state)).toBe(advised('params.shift', '[]'))
    expect(run(p, other.state)).toBe(advised('state.mean', '[1]'))
    expect(run(p, { ...state, variance: ones([3]) })).toBe(advised('state.variance', '[3]'))
    expect(run(p, [])).toBe('ValueError: batchNorm: state.mean: needs a tensor, got undefined')
    expect(run(undefined, state)).toBe(
      'ValueError: batchNorm: params must be parameters { scale, shift }, got undefined'
    )
    expect(run(p, undefined)).toBe('ValueError: batchNorm: state must be a state { mean, variance }, got undefined')
    // @ts-expect-error one feature, not two
    expect(() => layer.apply(nn.inference)(other.params, state)).toThrow('params.scale must have shape [2]')
    // @ts-expect-error one feature, not two
    expect(() => layer.apply(nn.inference)(p, other.state)).toThrow('state.mean must have shape [2]')
  })
})
