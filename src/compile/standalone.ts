import type { Work } from '../machine/split.ts'
import { byReference, type Task } from './kernels.ts'
import { loweringOf } from './lowering.ts'
import { type Context, entryAt, type Facts, operandViews, sizeOfCopies } from './operands.ts'

/** Code generation for standalone entries: those with a kernel rule, and those that the host runs. */

/** Bytes of scratch of an entry. */
export const scratchOfStandalone = (facts: Facts, index: number): number => {
  const lowering = loweringOf(entryAt(facts.graph, index).primitive)
  return lowering._tag === 'Kernel' && lowering.scratch !== undefined
    ? lowering.scratch(facts, index)
    : sizeOfCopies(facts, operandViews(facts, index))
}

/** The statements of a standalone entry and of its sibling, if any. */
export const standalone = (
  context: Context,
  index: number,
  sibling: number | undefined,
  scratch: number,
  parts: number
): Work => {
  const lowering = loweringOf(entryAt(context.graph, index).primitive)
  const task: Task = { context, index, sibling, scratch, parts }
  return lowering._tag === 'Kernel' ? lowering.rule(task) : byReference(task, lowering.givesIndices === true)
}
