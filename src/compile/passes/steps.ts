import type { Loop } from '../../primitive/scan.ts'
import { table } from '../../primitive/table.ts'
import type { Tape } from '../../primitive/tape.ts'

/** Makes a pass recurse into the steps of scans. */
export const withSteps = (run: (tape: Tape) => Tape): ((tape: Tape) => Tape) => {
  // memoised, so that a scan that occurs twice stays one object and can be shared
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
