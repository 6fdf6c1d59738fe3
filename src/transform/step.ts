import { flattenArguments } from '../params/tree.ts'
import type { Entry, Ref, Tape } from '../primitive/tape.ts'
import { origin } from '../tape/apply.ts'
import { sameDims, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { type Flat, leavesAs, type Path, pathsOf, showPath, unflatten } from '../tree/tree.ts'

/** Functions traced by shape that become steps of loops: what they close over, and what they carry on. */

/** The traced tensors among the constants of tapes, each once. */
export const capturedIn = (...tapes: readonly Tape[]): readonly Tensor[] => {
  const found = new Set<Tensor>()
  const note = (x: Ref): void => {
    if (typeof x !== 'number' && origin(x) !== null) found.add(x)
  }
  tapes.forEach(({ entries, outputs }) => {
    entries.forEach(({ inputs }) => inputs.forEach(note))
    outputs.forEach(note)
  })
  return [...found]
}

/** A tape with captured tensors made inputs, after those it has. */
export const closedOver =
  (captured: readonly Tensor[]) =>
  ({ inputs, entries, outputs }: Tape): Tape => {
    const first = inputs.length
    const numbers = new Map(captured.map((x, i) => [x, first + i] as const))
    const read = (x: Ref): Ref => (typeof x !== 'number' ? (numbers.get(x) ?? x) : x < first ? x : x + captured.length)
    return {
      inputs: [...inputs, ...captured.map(dimsOf)],
      entries: entries.map((entry): Entry => ({ ...entry, inputs: entry.inputs.map(read) })),
      outputs: outputs.map(read)
    }
  }

/** A value in words. */
const showTree = (value: unknown): string => {
  if (isTensor(value)) return `a tensor of shape ${showDims(dimsOf(value))}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  const { structure } = flattenArguments('tree', value)
  return structure._tag !== 'Record'
    ? showGiven(value)
    : structure.keys.length === 0
      ? 'an empty record'
      : `a record of ${structure.keys.join(', ')}`
}

/** The tensors of the next carry, which must have the structure and the shapes of the carry before. */
export const carriedOn = (what: string, { leaves, structure }: Flat<Tensor>, next: unknown): readonly Tensor[] => {
  const changed = (path: Path, before: unknown, after: unknown): never =>
    fail(
      'ShapeError',
      `${what}: the carry must keep its structure; ${showPath('carry', path)} began as ${showTree(before)}, and is ${showTree(after)} after a step`
    )
  const paths = pathsOf(structure)
  const tensors = leavesAs<Tensor>(isTensor, ({ path, node, value }) => {
    const began = paths.findIndex((own) => own.length >= path.length && path.every((step, i) => own[i] === step))
    return changed(path, unflatten(node)(leaves.slice(began)), value)
  })(structure)(next)
  tensors.forEach((x, i) => {
    if (!sameDims(dimsOf(x), dimsOf(leaves[i]!))) changed(paths[i]!, leaves[i], x)
  })
  return tensors
}
