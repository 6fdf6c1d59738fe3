import { inOne, type Work } from '../machine/split.ts'
import { callFor, i32, perform } from '../machine/wasm.ts'
import { referred, type Task } from './kernels.ts'
import { loweringOf } from './lowering.ts'
import { type Context, denseOperands, entryAt, type Facts, operandViews, sizeOfCopies } from './operands.ts'

/** Statements of a standalone entry: one with a kernel of its own, or one that the host runs. */

/** How many bytes of room an entry wants. */
export const roomOfStandalone = (facts: Facts, index: number): number => {
  const lowering = loweringOf(entryAt(facts.graph, index).primitive)
  return lowering._tag === 'Kernel' && lowering.room !== undefined
    ? lowering.room(facts, index)
    : sizeOfCopies(facts, operandViews(facts, index))
}

/** A call of the reference loop. */
const byReference = (task: Task, givesIndices: boolean): Work => {
  const { context, index, room } = task
  const operands = denseOperands(context, operandViews(context, index), room)
  return inOne([
    ...operands.flatMap(({ before }) => before),
    perform(callFor(context.module.reference, i32.constant(referred(task, operands, givesIndices))))
  ])
}

/** The statements of an entry, and of its twin when it has one, whose own room begins at `room`. */
export const standalone = (
  context: Context,
  index: number,
  twin: number | undefined,
  room: number,
  parts: number
): Work => {
  const lowering = loweringOf(entryAt(context.graph, index).primitive)
  const task: Task = { context, index, twin, room, parts }
  return lowering._tag === 'Kernel' ? lowering.rule(task) : byReference(task, lowering.givesIndices === true)
}
