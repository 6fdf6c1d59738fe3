import { unsplit, type Work } from '../machine/split.ts'
import { callFor, i32, perform } from '../machine/wasm.ts'
import { hostEntryOf, type Task } from './kernels.ts'
import { loweringOf } from './lowering.ts'
import { type Context, denseOperands, entryAt, type Facts, operandViews, sizeOfCopies } from './operands.ts'

/** Code generation for standalone entries: those with a kernel rule, and those that the host runs. */

/** Bytes of scratch of an entry. */
export const scratchOfStandalone = (facts: Facts, index: number): number => {
  const lowering = loweringOf(entryAt(facts.graph, index).primitive)
  return lowering._tag === 'Kernel' && lowering.scratch !== undefined
    ? lowering.scratch(facts, index)
    : sizeOfCopies(facts, operandViews(facts, index))
}

/** Calls the reference loop on the host. */
const byReference = (task: Task, givesIndices: boolean): Work => {
  const { context, index, scratch } = task
  const operands = denseOperands(context, operandViews(context, index), scratch)
  return unsplit([
    ...operands.flatMap(({ before }) => before),
    perform(callFor(context.module.reference, i32.constant(hostEntryOf(task, operands, givesIndices))))
  ])
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
