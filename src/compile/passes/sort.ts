import { sorted } from '../../primitive/sorted.ts'
import type { ArgsortParams } from '../../primitive/sorting.ts'
import { table } from '../../primitive/table.ts'
import { type Entry, firstResults, type Ref, type Tape } from '../../primitive/tape.ts'

/** Elements that are gathered by their own `argsort`, which nothing else reads, are sorted without their places. */
export const sortValues = (tape: Tape): Tape => {
  const first = firstResults(tape)
  const uses = new Map<number, number>()
  const count = (ref: Ref): void => {
    if (typeof ref === 'number') uses.set(ref, (uses.get(ref) ?? 0) + 1)
  }
  tape.entries.forEach(({ inputs }) => inputs.forEach(count))
  tape.outputs.forEach(count)
  const orders = new Map<number, Entry>()
  tape.entries.forEach((entry, i) => {
    if (entry.primitive === table.argsort && uses.get(first[i]!) === 1) orders.set(first[i]!, entry)
  })
  if (orders.size === 0) return tape
  const entries = tape.entries.map((entry): Entry => {
    if (entry.primitive !== table.gather) return entry
    const [x, places] = entry.inputs
    const order = typeof places === 'number' ? orders.get(places) : undefined
    if (order === undefined || order.inputs[0] !== x) return entry
    const { axis } = order.params as ArgsortParams
    const isWhole = axis === order.results[0]!.length - 1
    return isWhole ? { ...entry, primitive: sorted, params: order.params, inputs: [x!] } : entry
  })
  return { ...tape, entries }
}
