import * as fc from 'fast-check'
import type * as E from 'fp-ts/lib/Either.js'
import type { Monoid } from 'fp-ts/lib/Monoid.js'
import type { GradientTransformation, OptimizerState } from '../src/optim/transformation.ts'
import * as params from '../src/params/index.ts'
import { makeFrom, type Tensor } from '../src/tensor/tensor.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { like, tree } from './draw.ts'
import { showTree } from './show.ts'
import { type Difference, type Law, law, type Suite } from './law.ts'
import { agreeText, agree, every, identical } from './tolerance.ts'
import { transformationKind } from '../src/optim/leafwise.ts'
import { arbitraryOf } from './given.ts'
import * as kinds from '../src/kinds/index.ts'

type Params = params.Params

/** Parameters, and the gradients of some steps. */
interface Steps {
  readonly start: Params
  readonly gradients: readonly Params[]
}

const steps = (trees: fc.Arbitrary<Params>): fc.Arbitrary<Steps> =>
  trees.chain((start) =>
    fc.array(like(start), { minLength: 1, maxLength: 4 }).map((gradients): Steps => ({ start, gradients }))
  )

const show = ({ start, gradients }: Steps): string =>
  [`params = ${showTree(start)}`, ...gradients.map((g, i) => `gradients ${i} = ${showTree(g)}`)].join('\n')

/** What one step gave, and the state after it. */
interface Step {
  readonly updates: Params
  readonly state: OptimizerState
}

/** Some steps in a row; the parameters move by the updates. */
const walk = (t: GradientTransformation, { start, gradients }: Steps): readonly Step[] => {
  interface Walk {
    readonly p: Params
    readonly state: OptimizerState
    readonly done: readonly Step[]
  }
  return gradients.reduce<Walk>(
    ({ p, state, done }, g) => {
      const [updates, next] = t.update(p)(g)(state)
      return {
        p: params.add(updates as never)(p as never),
        state: next,
        done: [...done, { updates, state: next }]
      }
    },
    { p: start, state: t.init(start), done: [] }
  ).done
}

const copy = (p: Params): Params => params.map(((x: Tensor) => makeFrom(x.shape, toFlatArray(x))) as never)(p as never)

const form = (p: Params): string =>
  params
    .paths(p as never)
    .map((path, i) => `${path}: [${(params.tensors(p as never)[i]?.shape ?? []).join(', ')}]`)
    .join(', ')

/**
 * What every gradient transformation must do: give updates and a state of the structure and shapes it was given, change
 * none of its arguments, and give the same bits for the same.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { optim } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * laws.assert(laws.optimizer(optim.adam({ learningRate: 0.1 })), { numRuns: 5 })
 * @category optimizer
 * @since 0.1.0
 */
export const optimizer = (t: GradientTransformation, trees: fc.Arbitrary<Params> = tree()): Suite => {
  kinds.mustBe(transformationKind, 'laws.optimizer: transformation', t)
  kinds.mustBe(arbitraryOf, 'laws.optimizer: trees', trees)
  const says = (statement: string, holds: (given: Steps) => E.Either<Difference, void>): Law =>
    law({ name: `${t.name}: ${statement}`, given: steps(trees), show, holds })
  return [
    says('updates have the structure and shapes of the parameters', (given) =>
      every(
        walk(t, given).map(
          ({ updates }, i) =>
            () =>
              agreeText(`the form of the updates of step ${i}`)(form(updates), form(given.start))
        )
      )
    ),
    says('the state keeps its structure and shapes', (given) => {
      const begin = form(t.init(given.start))
      return every(
        walk(t, given).map(
          ({ state }, i) =>
            () =>
              agreeText(`the form of the state after step ${i}`)(form(state), begin)
        )
      )
    }),
    says('the same arguments give the same bits', (given) => {
      const [once, again] = [walk(t, given), walk(t, given)]
      return every([
        () => identical('the first state')(t.init(given.start), t.init(given.start)),
        ...again.map(({ updates, state }, i) => () => {
          const before = once[i]
          return every([
            () => identical(`the updates of step ${i}`)(updates, before?.updates ?? []),
            () => identical(`the state after step ${i}`)(state, before?.state ?? [])
          ])
        })
      ])
    }),
    says('parameters, gradients and state stay as they are', ({ start, gradients }) => {
      const [g = start] = gradients
      const state = t.init(start)
      const [p0, g0, s0] = [copy(start), copy(g), copy(state)]
      t.update(start)(g)(state)
      return every([
        () => identical('the parameters afterwards')(start, p0),
        () => identical('the gradients afterwards')(g, g0),
        () => identical('the state afterwards')(state, s0)
      ])
    })
  ]
}

/** The monoid of transformations, and three of them to try it on. */
export interface Chain {
  readonly Monoid: Monoid<GradientTransformation>
  readonly transformations: readonly [GradientTransformation, GradientTransformation, GradientTransformation]
}

/**
 * Chaining is associative with the identity as its neutral element: the same updates in every step, however the states
 * nest.
 */
export const chain = ({ Monoid: { concat, empty }, transformations: [a, b, c] }: Chain, trees = tree()): Suite => {
  const same = (what: string, one: GradientTransformation, other: GradientTransformation) => (given: Steps) => {
    const expected = walk(other, given)
    return every(
      walk(one, given).map(
        ({ updates }, i) =>
          () =>
            agree(`the updates of step ${i} of ${what}`)(updates, expected[i]?.updates ?? [])
      )
    )
  }
  const says = (statement: string, holds: (given: Steps) => E.Either<Difference, void>): Law =>
    law({ name: `chain of ${a.name}, ${b.name}, ${c.name}: ${statement}`, given: steps(trees), show, holds })
  return [
    says('is associative', same('(a, b), c', concat(concat(a, b), c), concat(a, concat(b, c)))),
    says('the identity first changes nothing', same('identity, a', concat(empty, a), a)),
    says('the identity last changes nothing', same('a, identity', concat(a, empty), a))
  ]
}
