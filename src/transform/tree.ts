import { flattenParams, rebuild } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, isTensor, type Scalar, type Tensor } from '../tensor/tensor.ts'
import type { Structure } from '../tree/tree.ts'
import { sweepBack, traceAt } from './sweep.ts'

/** Functions of trees, for sweeps that work on lists of tensors. */

/** A function of trees traced at a point, and the structures of what it takes and gives. */
export const traceTree = <P>(what: string, f: (p: P) => unknown, p: P) => {
  const { leaves, structure } = flattenParams(what, p, 'argument')
  const seen: { structure?: Structure } = {}
  const traced = traceAt(what, leaves, (xs) => {
    const flat = flattenParams(what, f(rebuild<P>(structure, xs)), 'result')
    seen.structure = flat.structure
    return flat.leaves
  })
  return { traced, structure, outputs: seen.structure! }
}

/** The result of a function that is differentiated, a scalar. */
export const scalarOutput = (what: string, output: unknown): Tensor =>
  !isTensor(output)
    ? fail(
        'TreeError',
        `${what}: the function must return a scalar tensor, it returned ${output === null ? 'null' : typeof output}`
      )
    : dimsOf(output).length === 0
      ? output
      : fail(
          'ShapeError',
          `${what}: the function must return a scalar, it returned shape ${showDims(dimsOf(output))}; reduce it with mean or sum`
        )

/** The value and the gradient; `root` names the parameters in a message. */
export const differentiate = <P>(what: string, params: P, f: (params: P) => unknown, root = 'params') => {
  const { leaves, structure } = flattenParams(what, params, root)
  const traced = traceAt('grad', leaves, (xs) => [scalarOutput(what, f(rebuild<P>(structure, xs)))])
  const cotangents = sweepBack(traced, [op.constant(1)])
  return { value: traced.values[0] as unknown as Scalar, grad: rebuild<P>(structure, cotangents) }
}

/** The number of elements of all tensors. */
export const sizeOfAll = (xs: readonly Tensor[]): number => xs.reduce((sum, x) => sum + sizeOf(dimsOf(x)), 0)
