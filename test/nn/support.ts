import { flattenParams, rebuild } from '../../src/params/tree.ts'
import { dimsOf, makeFrom, type Scalar, type Tensor } from '../../src/tensor/tensor.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import { pathsOf, showPath } from '../../src/tree/tree.ts'
import { fc } from '../support/property.ts'
import { key } from '../../src/random/key.ts'

const step = 1e-5
const [atol, rtol] = [1e-8, 1e-6]

/** Compares a gradient with central differences of the function, element by element, and throws on the worst. */
export const checkGradient = <P>(f: (p: P) => Scalar, p: P, gradient: P): void => {
  const { leaves, structure } = flattenParams('numeric', p)
  const grads = flattenParams('numeric', gradient).leaves
  const paths = pathsOf(structure).map((path) => showPath('params', path))
  leaves.forEach((leaf, at) => {
    const values = toFlatArray(leaf)
    const moved = (i: number, by: number): number => {
      const changed = makeFrom(
        dimsOf(leaf),
        values.map((value, k) => (k === i ? value + by : value))
      )
      return toNumber(
        f(
          rebuild<P>(
            structure,
            leaves.map((x, k) => (k === at ? (changed as Tensor) : x))
          )
        )
      )
    }
    toFlatArray(grads[at]!).forEach((found, i) => {
      const h = step * Math.max(1, Math.abs(values[i]!))
      const [up, down] = [moved(i, h), moved(i, -h)]
      const expected = (up - down) / (2 * h)
      // what it is off by is a third of how far a step twice as long is from it
      const curved = Math.abs((moved(i, 2 * h) - moved(i, -2 * h)) / (4 * h) - expected)
      // what rounding the two values may do to their difference
      const rounding = (16 * Number.EPSILON * Math.max(Math.abs(up), Math.abs(down))) / h
      const allowed = atol + rounding + curved + rtol * Math.max(Math.abs(found), Math.abs(expected))
      if (!(Math.abs(found - expected) <= allowed))
        throw new Error(`${paths[at]} element ${i}: gradient ${found}, central difference ${expected}`)
    })
  })
}

/** The name and message of what a call throws. */
export const errorOf = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
  return 'no error'
}

/** Numbers that read well in a counterexample, and others. */
export const anyNumber = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -4, max: 4, noNaN: true }))

/** A tensor of a shape. */
export const tensorOf = <const S extends number[]>(
  shape: readonly [...S],
  element: fc.Arbitrary<number> = anyNumber
): fc.Arbitrary<Tensor<S>> => {
  const size = shape.reduce((a, b) => a * b, 1)
  return fc.array(element, { minLength: size, maxLength: size }).map((values) => makeFrom<S>(shape, values))
}

export const anyKey = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.maxSafeInteger()).map(key)

export const average = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
