import { flattenParams, leavesOf, rebuild } from '../params/tree.ts'
import { sameDims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { pathsOf, showPath, type Structure } from '../tree/tree.ts'
import { traceAt } from './sweep.ts'

/** Functions of trees, for sweeps that work on lists of tensors. */

/** A function of trees traced at a point, and the structures of what it takes and gives. */
export const traceTree = <P>(what: string, f: (p: P) => unknown, p: P) => {
  const { leaves, structure } = flattenParams(what, p)
  const seen: { structure?: Structure } = {}
  const traced = traceAt(what, leaves, (xs) => {
    const flat = flattenParams(what, f(rebuild<P>(structure, xs)), 'result')
    seen.structure = flat.structure
    return flat.leaves
  })
  return { traced, structure, outputs: seen.structure! }
}

/** Tensors of a tree that must have the structure and shapes of a reference. */
export const matching = (
  what: string,
  structure: Structure,
  reference: readonly Tensor[],
  tree: unknown
): readonly Tensor[] => {
  const given = leavesOf(what, structure, tree)
  given.forEach((x, i) => {
    if (!sameDims(dimsOf(x), dimsOf(reference[i]!)))
      fail(
        'ShapeError',
        `${what}: ${showPath(what === 'vjp' ? 'cotangent' : 'tangent', pathsOf(structure)[i]!)} needs shape ${showDims(dimsOf(reference[i]!))}, got ${showDims(dimsOf(x))}`
      )
  })
  return given
}
