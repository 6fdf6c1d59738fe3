import * as E from 'fp-ts/lib/Either.js'
import { programCache } from '../compile/cache.ts'
import { compiledFrom, settingsOf, traced } from '../compile/compile.ts'
import { rebuild } from '../params/tree.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import { attempt, fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Flat } from '../tree/tree.ts'

/** The value of a function at a point with another number in the place of one: which tensor, where in it, what number. */
export type Perturbed = (tensor: number, offset: number, value: number) => number

type ScalarOf = (params: unknown) => Tensor<Shape>

const checkScalar = (x: Tensor<Shape>): Tensor =>
  dimsOf(asTensor('numericGrad: what the function gave', x)).length === 0
    ? x
    : fail(
        'ShapeError',
        `numericGrad: the function must return a scalar, it returned shape ${showDims(dimsOf(x))}; reduce it with mean or sum`
      )

/** By calling the function; only the tensor that holds the number is made anew. */
const byCalls =
  (f: ScalarOf, { leaves, structure }: Flat<Tensor>): Perturbed =>
  (tensor, offset, value) => {
    const x = leaves[tensor]!
    const changed = make(dimsOf(x), valuesOf('numericGrad', x).with(offset, value))
    return valuesOf('numericGrad', f(rebuild(structure, leaves.with(tensor, changed))))[0]!
  }

/** By a program, where the function can be traced: nothing is allocated for a call. */
const byProgram = (f: ScalarOf): ((flat: Flat<Tensor>) => Perturbed) => {
  const cache = programCache({ limit: 1 })
  const settings = settingsOf({})
  return (flat) => {
    const point = rebuild(flat.structure, flat.leaves)
    const made = attempt(['TracedValueError', 'ValueError'])(
      () => cache.find(f, [point]) ?? compiledFrom(traced(f, [point]), settings)
    )
    if (E.isLeft(made) || made.right === null) return byCalls(f, flat)
    cache.keep(f, made.right)
    // it is run to its end before anybody else has it
    const { args, results, run } = made.right.hold([point], () => undefined)
    const elements = args[0]!.elements
    const [result] = results[0]!.elements
    return (tensor, offset, value) => {
      const at = elements[tensor]!
      const before = at[offset]!
      at[offset] = value
      run()
      at[offset] = before
      return result![0]!
    }
  }
}

/** Calls from which on a program is made: fewer take less time than making it. */
const MANY = 256

/** A function that can be perturbed; its program is kept for the next point of the same structure and shapes. */
export const perturbed = (f: (params: unknown) => Tensor<Shape>): ((flat: Flat<Tensor>) => Perturbed) => {
  const scalarOf: ScalarOf = (params) => checkScalar(f(params))
  const programOf = byProgram(scalarOf)
  return (flat) => {
    const numbers = flat.leaves.reduce((sum, x) => sum + sizeOf(dimsOf(x)), 0)
    return 2 * numbers < MANY ? byCalls(scalarOf, flat) : programOf(flat)
  }
}
