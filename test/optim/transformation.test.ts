/** What holds for every transformation. */
import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { square } from '../../src/ops/pointwise.ts'
import { sin } from '../../src/ops/trigonometric.ts'
import { sum } from '../../src/ops/reduce.ts'
import { tensor, zeros } from '../../src/tensor/construct.ts'
import { toArray, toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { grad, hvp } from '../../src/transform/grad.ts'
import { vmap } from '../../src/transform/vmap.ts'
import { anyModel, foreign, modelOf, numbersOf, transformations, updatesOf } from './support.ts'
import { reshape } from '../../src/ops/index.ts'

const shapesOf = (tree: unknown): unknown =>
  Array.isArray(tree)
    ? tree.map(shapesOf)
    : typeof tree === 'object' && tree !== null && !('shape' in tree)
      ? Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, shapesOf(value)]))
      : (tree as Tensor).shape

const anyOf = fc.constantFrom(...transformations)
const anyGradients = fc.array(anyModel, { minLength: 1, maxLength: 3 })
const settled = modelOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])

describe('a transformation', () => {
  test.prop([anyOf, anyModel, anyGradients])(
    'gives updates of the structure and shapes of the parameters',
    (t, model, gradients) => {
      const { updates, state } = updatesOf(t, model, gradients)
      updates.forEach((update) => expect(shapesOf(update)).toEqual(shapesOf(model)))
      expect(shapesOf(state)).toEqual(shapesOf(t.init(model)))
      const [next] = optim.step(t)(model, gradients[0]!, t.init(model))
      expect(shapesOf(next)).toEqual(shapesOf(model))
    }
  )

  test.prop([anyOf, anyModel, anyGradients])(
    'changes nothing it is given, and gives the same again',
    (t, model, gradients) => {
      const before = [model, ...gradients].map(numbersOf)
      const first = updatesOf(t, model, gradients)
      const kept = params.tensors(first.state as never).map(toFlatArray)
      const again = updatesOf(t, model, gradients)
      t.update(model)(gradients[0]!)(first.state)
      expect([model, ...gradients].map(numbersOf)).toEqual(before)
      expect(params.tensors(first.state as never).map(toFlatArray)).toEqual(kept)
      expect(again.updates.map(numbersOf)).toEqual(first.updates.map(numbersOf))
      expect(again.state).toEqual(first.state)
    }
  )

  test.prop([anyOf, anyModel, anyModel])('steps to params + updates', (t, model, gradient) => {
    const [updates, state] = t.update(model)(gradient)(t.init(model))
    const [next, after] = optim.step(t)(model, gradient, t.init(model))
    expect(numbersOf(next)).toEqual(numbersOf(params.add(updates)(model)))
    expect(after).toEqual(state)
  })

  it.each(transformations.map((t) => [t.name, t] as const))(
    'keeps each parameter’s memory though keys come in another order: %s',
    (_, t) => {
      const [p, turned] = [
        { weight: tensor([1, 2]), bias: tensor([3, 4]) },
        { bias: tensor([3, 4]), weight: tensor([1, 2]) }
      ]
      const g = { weight: tensor([5, -1]), bias: tensor([0.5, 0]) }
      const [, state] = t.update(p)(g)(t.init(p))
      const [expected] = optim.step(t)(p, g, state)
      const [actual] = optim.step(t)(turned, g, state)
      expect(toArray(actual.weight)).toEqual(toArray(expected.weight))
      expect(toArray(actual.bias)).toEqual(toArray(expected.bias))
    }
  )

  it.each(transformations.map((t) => [t.name, t] as const))('works on a bare tensor, and on no tensors: %s', (_, t) => {
    const w = reshape([2])(tensor([1, 2]))
    expect(optim.step(t)(w, w, t.init(w))[0].shape).toEqual([2])
    expect(optim.step(t)([], [], t.init([]))[0]).toEqual([])
    const empty = zeros([0, 2])
    expect(optim.step(t)(empty, empty, t.init(empty))[0].shape).toEqual([0, 2])
  })

  // the gradient of a loss after two steps, by the parameters before: through the steps' own gradients, moments and clipping
  it.each(transformations.map((t) => [t.name, t] as const))('can be differentiated: %s', (_, t) => {
    const loss = (w: Vec<3>): Scalar => sum(mul(tensor([1, 2, 3]))(square(sin(w))))
    const next = optim.step(t)
    const after = (w: Vec<3>): Scalar => {
      const [first, state] = next(w, grad(loss)(w), t.init(w))
      return loss(next(first, grad(loss)(first), state)[0])
    }
    const [w, h] = [[0.3, -0.4, 0.2], 1e-5]
    const nudged = (i: number, by: number) => toNumber(after(tensor(w.map((x, k) => (k === i ? x + by : x)) as never)))
    const slopes = toArray(grad(after)(tensor([0.3, -0.4, 0.2])))
    slopes.forEach((slope, i) => {
      const numeric = (nudged(i, h) - nudged(i, -h)) / (2 * h)
      expect(Math.abs(slope - numeric)).toBeLessThan(1e-6 * (1 + Math.abs(numeric)))
    })
  })

  const slopeAfter = (t: optim.TypedTransformation) =>
    grad((w: Vec<2>) => sum(optim.step(t)(w, grad((x: Vec<2>) => sum(square(x)))(w), t.init(w))[0]))

  it.each([
    optim.adam({ learningRate: 0.1 }),
    optim.adagrad({ learningRate: 0.1 }),
    optim.rmsProp({ learningRate: 0.1 })
  ])('has a finite derivative where the gradient is 0: $name', (t) => {
    expect(toArray(slopeAfter(t)(tensor([0, 0]))).every(Number.isFinite)).toBe(true)
  })

  it.each([optim.clipByNorm(1), optim.clipByParameterNorm(1), optim.clipByGlobalNorm(1)])(
    'that clips by a norm is smooth where the norm is 0: $name',
    (t) => {
      const slope = slopeAfter(t)
      expect(toArray(slope(tensor([0, 0])))).toEqual([3, 3])
      expect(toArray(hvp((x: Vec<2>) => sum(slope(x)))(tensor([0, 0]))(tensor([1, 2])))).toEqual([0, 0])
    }
  )

  it('without a schedule can be mapped over a batch of models', () => {
    const adam = optim.adam({ learningRate: 0.5 })
    const step = (w: Vec<2>, g: Vec<2>) => optim.step(adam)(w, g, adam.init(w))[0]
    const batch = vmap(step)(
      tensor([
        [1, 2],
        [3, 4]
      ]),
      tensor([
        [5, -6],
        [-7, 8]
      ])
    )
    const single = [step(tensor([1, 2]), tensor([5, -6])), step(tensor([3, 4]), tensor([-7, 8]))]
    expect(toArray(batch)).toEqual(single.map((x) => toArray(x)))
  })
})

describe('scaleByAdam', () => {
  it('corrects its averages by the same averages of ones, which begin at 0', () => {
    const t = optim.scaleByAdam({ beta1: 0.5, beta2: 0.75 })
    const weights = [0, 1, 3].map((n) => {
      const { state } = updatesOf(
        t,
        settled,
        Array.from({ length: n }, () => settled)
      )
      const { meanOfOnes, rootOfOnes } = state as unknown as Readonly<Record<'meanOfOnes' | 'rootOfOnes', Scalar>>
      return [toNumber(meanOfOnes), toNumber(rootOfOnes) ** 2]
    })
    expect(weights[0]).toEqual([0, 0])
    expect(weights[1]![0]).toBe(0.5)
    expect(weights[1]![1]).toBeCloseTo(0.25, 15)
    expect(weights[2]![0]).toBe(1 - 0.5 ** 3)
    expect(weights[2]![1]).toBeCloseTo(1 - 0.75 ** 3, 15)
  })
})

describe('leafwise', () => {
  it('makes a transformation of a function of tensors', () => {
    const t = optim.leafwise('squares')(square)
    const [updates] = t.update(settled)(settled)(t.init(settled))
    expect(numbersOf(updates)).toEqual(numbersOf(settled).map((x) => x * x))
    expect(numbersOf(foreign(t).update(settled)(settled)([])[0])).toEqual(numbersOf(updates))
  })
})
