import type { Tape } from '../../tape/tape.ts'
import { foldConstants } from './fold.ts'
import { narrowConstants } from './narrow.ts'
import { prune } from './prune.ts'
import { shareEntries } from './share.ts'
import { simplify } from './simplify.ts'

/** The passes over a tape, each a pure function from tape to tape that computes the same. */

/** A pass, by name. @category compile @since 0.1.0 */
export interface Pass {
  readonly name: string
  readonly run: (tape: Tape) => Tape
}

/**
 * The passes in their order. Each gives the same bits as the tape it was given, gives back the same when it is run again,
 * and never more work.
 *
 * @category compile
 * @since 0.1.0
 */
export const passes: readonly Pass[] = [
  { name: 'fold constants', run: foldConstants },
  { name: 'narrow constants', run: narrowConstants },
  { name: 'simplify', run: simplify },
  { name: 'share', run: shareEntries },
  { name: 'prune', run: prune }
]

export { foldConstants, narrowConstants, prune, shareEntries, simplify }
