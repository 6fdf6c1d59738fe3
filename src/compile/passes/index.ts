import { frozen } from '../../tensor/frozen.ts'
import { asTape, type Tape } from '../../tape/tape.ts'
import { nestedChoices } from './choices.ts'
import { foldConstants } from './fold.ts'
import { inline } from './inline.ts'
import { narrowConstants } from './narrow.ts'
import { prune } from './prune.ts'
import { shareEntries } from './share.ts'
import { simplify } from './simplify.ts'
import { sortValues } from './sort.ts'
import { withSteps } from './steps.ts'

/** The compiler passes: pure functions from tape to equivalent tape. */

/** A named pass. @category compile @since 0.1.0 */
export interface Pass {
  readonly name: string
  readonly run: (tape: Tape) => Tape
}

const pass = (name: string, run: (tape: Tape) => Tape): Pass => {
  const everywhere = withSteps(run)
  return { name, run: (tape) => everywhere(asTape(name, tape)) }
}

/**
 * The passes in their order. Each preserves every bit of the results, is idempotent, and never adds work. The steps of
 * scans are tapes too, and go through each of them.
 *
 * @category compile
 * @since 0.1.0
 */
export const passes: readonly Pass[] = frozen([
  pass('inline', inline),
  pass('fold constants', foldConstants),
  pass('narrow constants', narrowConstants),
  pass('simplify', simplify),
  pass('share', shareEntries),
  pass('nested choices', nestedChoices),
  pass('sort values', sortValues),
  pass('prune', prune)
])

export { nestedChoices, prune }
