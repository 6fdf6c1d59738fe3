import type { Loop } from '../../primitive/scan.ts'
import { table } from '../../primitive/table.ts'
import { type Entry, type Ref, type Tape } from '../../primitive/tape.ts'

/** Puts the steps of functions with rules of their own in the place of their loops: a program takes no more derivatives. */
export const inline = (tape: Tape): Tape => {
  if (!tape.entries.some(isInlined)) return tape
  const first = tape.inputs.length
  const entries: Entry[] = []
  let next = first
  /** What the numbers of a tape are in the one that is made. */
  const append = (of: Tape, given: readonly Ref[]): readonly Ref[] => {
    const now: Ref[] = [...given]
    const read = (ref: Ref): Ref => (typeof ref === 'number' ? now[ref]! : ref)
    for (const entry of of.entries) {
      const inputs = entry.inputs.map(read)
      if (isInlined(entry)) now.push(...append((entry.params as Loop).step, inputs))
      else {
        entries.push({ ...entry, inputs })
        for (let i = 0; i < entry.results.length; i++) now.push(next++)
      }
    }
    return of.outputs.map(read)
  }
  const outputs = append(
    tape,
    tape.inputs.map((_, i) => i)
  )
  return { inputs: tape.inputs, entries, outputs }
}

const isInlined = ({ primitive, params }: Entry): boolean =>
  primitive === table.scan && (params as Loop).inline === true
