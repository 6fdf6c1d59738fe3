import type * as fc from 'fast-check'
import * as kinds from '../src/kinds/index.ts'

/** Checks of the arguments of laws, so that a law that cannot run throws where it is made. */

const f = kinds.anyFunction

/** An arbitrary of fast-check, whichever copy of it made it. */
export const arbitraryOf = kinds.kind<fc.Arbitrary<unknown>>(
  'an arbitrary of fast-check',
  kinds.record('', { generate: f, map: f, chain: f }).holds
)

/** An equality such as those of fp-ts. */
export const equality = kinds.record('an Eq', { equals: f })
