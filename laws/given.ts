import type * as fc from 'fast-check'
import * as kinds from '../src/kinds/index.ts'

/** Kinds of what laws are made with: a law that cannot be tried says so where it is made. */

const f = kinds.anyFunction

/** An arbitrary of fast-check, whichever copy of it made it. */
export const arbitraryOf = kinds.kind<fc.Arbitrary<unknown>>(
  'an arbitrary of fast-check',
  kinds.record('', { generate: f, map: f, chain: f }).holds
)

/** An equality such as those of fp-ts. */
export const equality = kinds.record('an Eq', { equals: f })
