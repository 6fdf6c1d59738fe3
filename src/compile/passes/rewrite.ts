import type { Entry, Tape } from '../../tape/tape.ts'
import type { Dims } from '../../tensor/dims.ts'
import { dimsOf, type Tensor } from '../../tensor/tensor.ts'

/** What an entry reads and a tape gives: a numbered entry, or a constant from outside. */
export type Ref = number | Tensor

/** What a pass can ask about the tape that has been written so far. */
export interface Written {
  readonly entryOf: (ref: Ref) => Entry | null
  readonly dimsOf: (ref: Ref) => Dims
  /** Writes one more entry, before the one at hand. */
  readonly add: (entry: Entry) => Ref
}

/**
 * A tape written anew, entry by entry. The rule is given each entry with its inputs as they are now, and answers an
 * entry to write, or what stands for the entry from here on.
 */
export const rewrite =
  (rule: (entry: Entry, written: Written) => Entry | { readonly ref: Ref }) =>
  (tape: Tape): Tape => {
    const entries: Entry[] = []
    const first = tape.inputs.length
    const entryOf = (ref: Ref): Entry | null => (typeof ref === 'number' && ref >= first ? entries[ref - first]! : null)
    const written: Written = {
      entryOf,
      dimsOf: (ref) => (typeof ref !== 'number' ? dimsOf(ref) : ref < first ? tape.inputs[ref]! : entryOf(ref)!.dims),
      add: (entry) => entries.push(entry) - 1 + first
    }
    const now: Ref[] = tape.inputs.map((_, i) => i)
    const read = (ref: Ref): Ref => (typeof ref === 'number' ? now[ref]! : ref)
    for (const entry of tape.entries) {
      const found = rule({ ...entry, inputs: entry.inputs.map(read) }, written)
      now.push('ref' in found ? found.ref : entries.push(found) - 1 + first)
    }
    return { inputs: tape.inputs, entries, outputs: tape.outputs.map(read) }
  }
