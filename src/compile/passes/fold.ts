import { evaluated } from '../../primitive/evaluate.ts'
import { table } from '../../primitive/table.ts'
import { sizeOf } from '../../tensor/dims.ts'
import { bufferOf, dimsOf, isTensor, make } from '../../tensor/tensor.ts'
import { rewrite } from './rewrite.ts'

/** Results of up to this many elements are always folded. */
const SMALL = 16

/**
 * Constant folding, by the reference loops. A result larger than its operands, such as a broadcast, is not folded, to
 * save memory.
 */
export const foldConstants = rewrite((entry) => {
  const constants = entry.inputs.filter(isTensor)
  if (entry.primitive === table.broadcastTo) return entry
  if (constants.length < entry.inputs.length || constants.some((x) => bufferOf(x) === null)) return entry
  const read = constants.reduce((elements, x) => elements + sizeOf(dimsOf(x)), 0)
  const { primitive, params, results } = entry
  const made = results.reduce((elements, dims) => elements + sizeOf(dims), 0)
  return made <= Math.max(SMALL, read)
    ? { refs: evaluated(primitive, params, constants, results).map((values, i) => make(results[i]!, values)) }
    : entry
})
