import type { Entry, Ref, Tape } from '../../primitive/tape.ts'
import type { Dims } from '../../tensor/dims.ts'
import { dimsOf } from '../../tensor/tensor.ts'

/** The tape rewritten so far, as a rule sees it. */
export interface Written {
  /** The entry whose only result a ref is; `null` for inputs, constants, and one of several results. */
  readonly entryOf: (ref: Ref) => Entry | null
  readonly dimsOf: (ref: Ref) => Dims
  /** Inserts an entry with one result before the current one. */
  readonly add: (entry: Entry) => Ref
}

/**
 * Rewrites a tape entry by entry. The rule is given each entry with its inputs already rewritten, and gives an entry to
 * write, or refs that replace its results.
 */
export const rewrite =
  (rule: (entry: Entry, written: Written) => Entry | { readonly refs: readonly Ref[] }) =>
  (tape: Tape): Tape => {
    const entries: Entry[] = []
    /** The shape of each value written so far, and the entry whose only result it is. */
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
