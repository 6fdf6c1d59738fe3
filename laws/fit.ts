import * as kinds from '../src/kinds/index.ts'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import { agreed, type Difference, law, type Suite } from './law.ts'
import { every } from './tolerance.ts'
import { arbitraryOf, equality } from './given.ts'

/**
 * A training run, as the laws see it: `run(n)` takes a state `n` epochs on. `Eq` says when two states are the same, bit
 * for bit.
 *
 * @category fit
 * @since 0.1.0
 */
export interface Fit<S> {
  readonly name: string
  readonly run: (epochs: number) => (state: S) => S
  readonly states: fc.Arbitrary<S>
  readonly Eq: Eq<S>
  /** Saving and loading: a run that is saved half-way ends as one that is not. */
  readonly reload?: (state: S) => S
  readonly show?: (state: S) => string
  /** Where two states differ, for more than both as text; it must find a difference wherever `Eq` does. */
  readonly compare?: (what: string) => (actual: S, expected: S) => E.Either<Difference, void>
  /** The most epochs of one run; 3 when left out. */
  readonly maxEpochs?: number
  /** How often each law is tried when the options do not say; 100 when left out. */
  readonly runs?: number
}

const maybe = [kinds.anyFunction, undefined] as const
const foldFields = kinds.settings('laws.fit', {
  name: kinds.name,
  run: kinds.anyFunction,
  states: arbitraryOf,
  Eq: equality,
  reload: maybe,
  show: maybe,
  compare: maybe,
  maxEpochs: [kinds.count, 3],
  runs: [kinds.count, 100]
})

/**
 * Training is a fold: `a + b` epochs are `a` and then `b`, bit for bit, in one go or with the state saved and loaded
 * between; no epochs change nothing; a run repeats.
 */
export const fit = <S>(fold: Fit<S>): Suite => {
  const { name, run, states, Eq, reload, show, compare, maxEpochs, runs } = foldFields.read(fold)
  const describe = show ?? ((state: S) => fc.stringify(state))
  const epochs = fc.nat({ max: maxEpochs })
  const same =
    (what: string) =>
    (actual: S, expected: S): E.Either<Difference, void> =>
      Eq.equals(actual, expected)
        ? agreed
        : every([
            () => compare?.(what)(actual, expected) ?? agreed,
            () => E.left({ what, actual: describe(actual), expected: describe(expected) })
          ])
  const given = fc.record({ state: states, a: epochs, b: epochs })
  const says = (
    statement: string,
    holds: (sample: { readonly state: S; readonly a: number; readonly b: number }) => E.Either<Difference, void>
  ) =>
    law({
      name: `${name}: ${statement}`,
      given,
      runs,
      show: ({ state, a, b }) => `state = ${describe(state)}\na = ${a}, b = ${b}`,
      holds
    })
  return [
    says('no epochs change nothing', ({ state }) => same('the state')(run(0)(state), state)),
    says('the same run gives the same bits', ({ state, a }) => same('the second run')(run(a)(state), run(a)(state))),
    says('a + b epochs are a epochs and then b', ({ state, a, b }) =>
      every([
        () => same('a, then b')(run(b)(run(a)(state)), run(a + b)(state)),
        () =>
          reload === undefined
            ? agreed
            : same('a, saved and loaded, then b')(run(b)(reload(run(a)(state))), run(a + b)(state))
      ])
    )
  ]
}
