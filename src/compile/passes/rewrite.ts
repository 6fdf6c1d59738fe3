import type { Entry, Ref, Tape } from '../../primitive/tape.ts'
import type { Dims } from '../../tensor/dims.ts'
import { dimsOf } from '../../tensor/tensor.ts'

/** What a pass can ask about the tape that has been written so far. */
export interface Written {
  /** The entry that gives something as its one result; `null` of inputs, constants, and what is one of several results. */
  readonly entryOf: (ref: Ref) => Entry | null
  readonly dimsOf: (ref: Ref) => Dims
  /** Writes one more entry of one result, before the one at hand. */
  readonly add: (entry: Entry) => Ref
}

/**
 * A tape written anew, entry by entry. The rule is given each entry with its inputs as they are now, and answers an
 * entry to write, or what stands for each of its results from here on.
 */
export const rewrite =
  (rule: (entry: Entry, written: Written) => Entry | { readonly refs: readonly Ref[] }) =>
  (tape: Tape): Tape => {
    const entries: Entry[] = []
    /** What is written so far, by its number: its shape, and the entry that it is the one result of. */
    const dims: Dims[] = [...tape.inputs]
    const makers: (Entry | null)[] = tape.inputs.map(() => null)
    const write = (entry: Entry): readonly number[] => {
      entries.push(entry)
      return entry.results.map((own) => {
        makers.push(entry.results.length === 1 ? entry : null)
        return dims.push(own) - 1
      })
    }
    const written: Written = {
      entryOf: (ref) => (typeof ref === 'number' ? makers[ref]! : null),
      dimsOf: (ref) => (typeof ref !== 'number' ? dimsOf(ref) : dims[ref]!),
      add: (entry) => write(entry)[0]!
    }
    const now: Ref[] = tape.inputs.map((_, i) => i)
    const read = (ref: Ref): Ref => (typeof ref === 'number' ? now[ref]! : ref)
    for (const entry of tape.entries) {
      const found = rule({ ...entry, inputs: entry.inputs.map(read) }, written)
      now.push(...('refs' in found ? found.refs : write(found)))
    }
    return { inputs: tape.inputs, entries, outputs: tape.outputs.map(read) }
  }
