import type { Entry, Tape } from '../../tape/tape.ts'
import type { Ref } from './rewrite.ts'

/** Leaves out the entries that no output depends on. */
export const prune = (tape: Tape): Tape => {
  const first = tape.inputs.length
  const wanted = new Set<number>()
  const want = (ref: Ref): void => {
    if (typeof ref === 'number') wanted.add(ref)
  }
  tape.outputs.forEach(want)
  // an entry comes after what it needs, so that one walk from the end finds all
  for (let i = tape.entries.length - 1; i >= 0; i--) if (wanted.has(i + first)) tape.entries[i]!.inputs.forEach(want)
  const now = new Map<number, number>(tape.inputs.map((_, i) => [i, i]))
  const read = (ref: Ref): Ref => (typeof ref === 'number' ? now.get(ref)! : ref)
  const entries: Entry[] = []
  tape.entries.forEach((entry, i) => {
    if (!wanted.has(i + first)) return
    now.set(i + first, entries.push({ ...entry, inputs: entry.inputs.map(read) }) - 1 + first)
  })
  return { inputs: tape.inputs, entries, outputs: tape.outputs.map(read) }
}
