import { describe, expect, it } from 'vitest'
import { fc, test } from '../support/property.ts'
import * as g from '../../src/index.ts'
import '../support/matchers.ts'

/** By sorting: the largest k numbers that stay above their level. */
const bySorting = (values: readonly number[]): readonly number[] => {
  const sorted = [...values].sort((a, b) => b - a)
  const levels = sorted.map((_, k) => (sorted.slice(0, k + 1).reduce((sum, z) => sum + z, 0) - 1) / (k + 1))
  const level = levels.filter((t, k) => sorted[k]! > t).at(-1)!
  return values.map((z) => Math.max(z - level, 0))
}
const someNumber = fc.oneof(
  fc.integer({ min: -4, max: 4 }).map((n) => n / 4),
  fc.double({ min: -2, max: 2, noNaN: true })
)

describe('sparsemax', () => {
  test.prop([fc.array(someNumber, { minLength: 1, maxLength: 8 })])(
    'is what sorting finds, ties included',
    (values) => {
      expect(g.sparsemax(g.tensor(values))).toBeCloseToTensor(g.tensor([...bySorting(values)]), {
        atol: 1e-14,
        rtol: 0
      })
    }
  )

  it('keeps −∞ out, and gives NaN for ∞ and NaN', () => {
    expect(g.sparsemax(g.tensor([0, -Infinity, 0.5]))).toBeTensor(g.tensor([0.25, 0, 0.75]))
    expect(g.sparsemax(g.tensor([0, Infinity]))).toBeTensor(g.tensor([NaN, NaN]))
    expect(g.sparsemax(g.tensor([0, NaN]))).toBeTensor(g.tensor([NaN, NaN]))
  })

  it('leaves out what a mask leaves out, and gives 0 where nothing is left', () => {
    const mask = g.tensor([
      [1, 1, 0],
      [0, 0, 0]
    ])
    const x = g.tensor([
      [0.5, 0, NaN],
      [1, 2, 3]
    ])
    expect(g.sparsemax({ mask })(x)).toBeTensor(
      g.tensor([
        [0.75, 0.25, 0],
        [0, 0, 0]
      ])
    )
    const weighted = (z: typeof x): g.Scalar => g.sum(g.mul(g.tensor([1, 2, 3]))(g.sparsemax({ mask })(z)))
    expect(g.grad(weighted)(x)).toBeTensor(
      g.tensor([
        [-0.5, 0.5, 0],
        [0, 0, 0]
      ])
    )
  })

  it('takes no derivative at the level, by both modes', () => {
    const first = (z: g.Vec<2>): g.Scalar => g.get(0)(g.sparsemax(z))
    expect(g.grad(first)(g.tensor([1, 0]))).toBeTensor(g.tensor([0, 0]))
    expect(g.grad(first)(g.tensor([0.75, 0]))).toBeTensor(g.tensor([0.5, -0.5]))
  })

  it('refuses a scalar and an empty axis', () => {
    expect(() => g.sparsemax(g.scalar(1))).toThrow('sparsemax: axis -1 is out of range')
    expect(() => g.sparsemax(g.zeros([2, 0]))).toThrow('empty')
  })
})
