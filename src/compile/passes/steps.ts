import type { Loop } from '../../primitive/scan.ts'
import { table } from '../../primitive/table.ts'
import type { Tape } from '../../primitive/tape.ts'

/** A pass that is also run on the steps of loops, and of the loops in them. */
export const withSteps = (run: (tape: Tape) => Tape): ((tape: Tape) => Tape) => {
  // a loop that is there twice stays one loop, so that it can be shared
  const known = new WeakMap<Loop, Loop>()
  const inside = (params: Loop): Loop => {
    const made = known.get(params) ?? { ...params, step: all(params.step) }
    known.set(params, made)
    return made
  }
  const all = (tape: Tape): Tape =>
    run(
      tape.entries.some(({ primitive }) => primitive === table.scan)
        ? {
            ...tape,
            entries: tape.entries.map((entry) =>
              entry.primitive === table.scan ? { ...entry, params: inside(entry.params as Loop) } : entry
            )
          }
        : tape
    )
  return all
}
