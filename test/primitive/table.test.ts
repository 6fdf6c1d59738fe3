/** What every row of the table says of itself, against what it is tried on. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { casesFor } from '../../laws/primitive.ts'
import * as domain from '../../src/primitive/domain.ts'
import type { PrimitiveName } from '../../src/primitive/algebra.ts'
import { flopsOf, shapesOf } from '../../src/primitive/evaluate.ts'
import type { AnyPrimitive } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { type Dims, sizeOf } from '../../src/tensor/dims.ts'
import { fc } from '../support/property.ts'

/** Operations per element of the first input, where there are not as many per element of the result. */
const perInput: Readonly<Partial<Record<PrimitiveName, number>>> = {
  sum: 1,
  max: 1,
  argmax: 1,
  linearRecurrence: 2,
  softmax: 4,
  logSoftmax: 5,
  logSumExp: 4,
  scatterAdd: 1
}
const free =
  'stopGradient reshape broadcastTo permute slice pad flip concat gather lastAt labels leaf splitKey foldKey'.split(' ')
/** Operations per drawn number. */
const perDraw: Readonly<Partial<Record<PrimitiveName, number>>> = {
  uniform: 60,
  normal: 200,
  truncatedNormal: 210,
  bernoulli: 60,
  bits: 30,
  randint: 60,
  categorical: 60,
  permutation: 60,
  weightedChoice: 60
}

/** Operations on matrices of the first input, given the sides of those of the result. */
const perMatrix: Readonly<Partial<Record<PrimitiveName, (m: number, n: number, structure: string) => number>>> = {
  expm: (n) => 20 * n ** 3,
  cholesky: (n) => n ** 3 / 3 + n ** 2,
  pinv: (m, n) => 24 * m * n * Math.min(m, n),
  // factors, then two substitutions; of a triangle one
  solve: (n, k, structure) =>
    structure === 'positive definite'
      ? n ** 3 / 3 + 2 * n ** 2 * k
      : ['general', 'symmetric'].includes(structure)
        ? (2 * n ** 3) / 3 + 2 * n ** 2 * k
        : n ** 2 * k
}
const matrixFlops = (name: PrimitiveName, x: Dims, y: Dims, structure: string): number => {
  const [m = NaN, n = NaN] = y.slice(-2)
  return Math.ceil((perMatrix[name]?.(m, n, structure) ?? NaN) * sizeOf(x.slice(0, -2)) - 1e-9) + 0
}

const flopsIn = (
  name: PrimitiveName,
  [x = []]: readonly Dims[],
  [y = []]: readonly Dims[],
  { axis = 0 }: { readonly axis?: number }
): number =>
  name === 'fourier'
    ? 5 * sizeOf(x) * Math.ceil(Math.log2(x[axis]! + 1))
    : name === 'matmul'
      ? 2 * sizeOf(y) * (x.at(-1) ?? NaN)
      : name in perInput
        ? (perInput[name] ?? NaN) * sizeOf(x)
        : (free.includes(name) ? 0 : (perDraw[name] ?? 1)) * sizeOf(y)

it('the intervals that laws sample are as stated', () => {
  expect(domain.reals).toEqual({ min: -3, max: 3, avoid: [] })
  expect(domain.positive).toEqual({ min: 0.2, max: 4, avoid: [] })
  expect(domain.nonZero).toEqual({ min: -3, max: 3, avoid: [0] })
  expect(domain.aboveMinusOne).toEqual({ min: -0.7, max: 3, avoid: [] })
  expect(domain.zeroOrOne).toEqual({ min: 0, max: 1, avoid: [0.5] })
})

const rows = (Object.values(table) as unknown as readonly AnyPrimitive[]).map((p) => [p.name, p] as const)

describe.each(rows)('%s', (_, p) => {
  const { fits, misfits } = casesFor(p)

  it('takes as many inputs as it says', () => {
    if (p.arity !== 'any')
      for (const { shapes } of fc.sample(fits, 5)) {
        expect(shapes.length).toBe(p.arity)
      }
  })

  it('counts its floating-point operations by the sizes of its operands', () => {
    // that of a scan is its step's, and tested with it
    const others = p.multipleResults === true ? [] : fc.sample(fits, 10)
    for (const { params, shapes } of others) {
      const results = shapesOf(p, params, shapes)
      if (E.isLeft(results)) throw new Error(results.left)
      const name = p.name as PrimitiveName
      const { structure = '' } = params as { readonly structure?: string }
      const [x = []] = shapes
      const [y = []] = results.right
      expect(flopsOf(p, params, shapes, results.right)).toBe(
        name in perMatrix ? matrixFlops(name, x, y, structure) : flopsIn(name, shapes, results.right, params as object)
      )
    }
  })

  it('writes shapes as shapes where it refuses them, and sizes that are there', () => {
    if (misfits !== undefined)
      for (const { params, shapes } of fc.sample(misfits, 60)) {
        const refusal = shapesOf(p, params, shapes)
        // [2, 3], never 2,3
        expect(E.isLeft(refusal) ? refusal.left : '').toMatch(/^(?!.*(\d,\d|undefined|NaN)).+$/u)
      }
  })
})
