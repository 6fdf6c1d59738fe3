import { inOne, type Work } from '../machine/split.ts'
import { callFor, i32, perform } from '../machine/wasm.ts'
import { type Place, referred } from './kernels.ts'
import { loweringOf } from './lowering.ts'
import { type Context, denseOperands, entryAt, operandViews, sizeOfCopies } from './operands.ts'

/** The statements of an entry that stands alone: one with a kernel of its own, or one that the host runs. */

/** Room for the two words of a block of random bits. */
const BLOCK_ROOM = 16

/** How many bytes of room an entry wants. */
export const roomOfAlone = (context: Context, index: number): number => {
  const lowering = loweringOf(entryAt(context.graph, index).primitive)
  return lowering._tag === 'Kernel' && lowering.room !== undefined
    ? lowering.room(context, index)
    : Math.max(BLOCK_ROOM, sizeOfCopies(context, operandViews(context, index)))
}

/** A call of the reference loop. */
const byReference = (place: Place): Work => {
  const { context, index, room } = place
  const operands = denseOperands(context, operandViews(context, index), room)
  return inOne([
    ...operands.flatMap(({ before }) => before),
    perform(callFor(context.module.reference, i32.constant(referred(place, operands))))
  ])
}

/** The statements of an entry, and of its twin when it has one, whose own room begins at `room`. */
export const alone = (context: Context, index: number, twin: number | undefined, room: number, parts: number): Work => {
  const lowering = loweringOf(entryAt(context.graph, index).primitive)
  const place: Place = { context, index, twin, room, parts }
  return lowering._tag === 'Kernel' ? lowering.rule(place) : byReference(place)
}
