import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { compile } from '../src/compile/compile.ts'
import type { GradientTransformation, OptimizerState } from '../src/optim/transformation.ts'
import * as params from '../src/params/index.ts'
import { dimsOf, makeFrom, type Tensor } from '../src/tensor/tensor.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { like, tree } from './draw.ts'
import { showTree } from './show.ts'
import { agreed, type Difference, type Law, law, type Suite } from './law.ts'
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

/** What is known of an optimiser beyond what holds of all. @category optimizer @since 0.1.0 */
export interface OptimizerSettings {
  /**
   * The update of one number, from its gradients so far, the last one the newest, and from the parameter as it was at each
   * of these steps. Written from the definition, by sums and powers, it is independent of how the state is kept.
   */
  readonly formula?: (gradients: readonly number[], parameters: readonly number[]) => number
  /** Whether it is a whole optimiser, which comes down a quadratic bowl (no). */
  readonly descends?: boolean
  /** Whether a step can be compiled (yes); not when it reads numbers. */
  readonly compiled?: boolean
}

const optimizerFields = kinds.settings('laws.optimizer', {
  formula: [kinds.callable<(gradients: readonly number[], parameters: readonly number[]) => number>(), undefined],
  descends: [kinds.yesOrNo, false],
  compiled: [kinds.yesOrNo, true]
})

/** The elements of each tensor of a tree, one list for each tensor. */
const numbersOf = (p: Params): readonly (readonly number[])[] => params.tensors(p as never).map((x) => toFlatArray(x))

const sameShapes = (p: Params, f: (tensor: number, at: number) => number): Params => {
  const seen = { tensors: 0 }
  return params.map(((x: Tensor) => {
    const tensor = seen.tensors++
    return makeFrom(
      dimsOf(x),
      toFlatArray(x).map((_, at) => f(tensor, at))
    )
  }) as never)(p as never)
}

/** The updates that a formula gives, beside those of the steps that were walked. */
const byFormula =
  (formula: NonNullable<OptimizerSettings['formula']>) =>
  ({ start, gradients }: Steps, steps: readonly Step[]): readonly Params[] => {
    const all = gradients.map(numbersOf)
    const points = steps.reduce<readonly Params[]>(
      (before, { updates }) => [...before, params.add(updates as never)(before[before.length - 1] as never)],
      [start]
    )
    const own = points.map(numbersOf)
    return steps.map((_, step) =>
      sameShapes(start, (tensor, at) => {
        const upTo = (list: readonly (readonly (readonly number[])[])[]): readonly number[] =>
          list.slice(0, step + 1).map((one) => one[tensor]?.[at] ?? NaN)
        return formula(upTo(all), upTo(own))
      })
    )
  }

/** How many steps an optimiser has to come down. */
const DESCENT = 60

/** Half the sum of squares of a tree, whose gradient is the tree itself. */
const height = (p: Params): number =>
  numbersOf(p)
    .flat()
    .reduce((sum, value) => sum + value ** 2 / 2, 0)

/**
 * What every gradient transformation must do: give updates and a state of the structure and shapes it was given, change
 * none of its arguments, give the same bits for the same, and nearly the same in a program. Where these are stated, each
 * number moves by a formula, and a quadratic bowl is descended.
 *
 * @shape any tree of parameters, and gradients of its structure and shapes
 * @throws ValueError when it is given something else
 * @example
 * import { throws } from 'assert'
 * import { optim } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const momentum = optim.sgd({ learningRate: 0.1, momentum: 0.9 })
 * const formula = (gradients: readonly number[]) =>
 *   -0.1 * gradients.reduce((sum, g, i) => sum + 0.9 ** (gradients.length - 1 - i) * g, 0)
 * laws.assert(laws.optimizer(momentum, laws.arbitrary.tree(), { formula, descends: true }), { numRuns: 5 })
 *
 * // an average of the gradients is another method
 * const wrong = optim.sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.9 })
 * throws(() => laws.assert(laws.optimizer(wrong, laws.arbitrary.tree(), { formula })), /moves each number by its formula/)
 * @category optimizer
 * @since 0.1.0
 */
export const optimizer = (
  t: GradientTransformation,
  trees: fc.Arbitrary<Params> = tree(),
  settings: OptimizerSettings = {}
): Suite => {
  kinds.mustBe(transformationKind, 'laws.optimizer: transformation', t)
  kinds.mustBe(arbitraryOf, 'laws.optimizer: trees', trees)
  const { formula, descends, compiled } = optimizerFields.read(settings)
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
    }),
    ...(compiled
      ? [
          says('a compiled step gives nearly the same', ({ start, gradients }) => {
            const [g = start] = gradients
            const step = (p: Params, grads: Params, state: OptimizerState) => t.update(p)(grads)(state)
            const [updates, state] = step(start, g, t.init(start))
            const program = (compile as unknown as (f: typeof step) => typeof step)(step)
            const [compiledUpdates, next] = program(start, g, t.init(start))
            return every([
              () => agree('the updates of a program')(compiledUpdates, updates),
              () => agree('the state of a program')(next, state)
            ])
          })
        ]
      : []),
    ...(formula === undefined
      ? []
      : [
          says('moves each number by its formula', (given) => {
            const steps = walk(t, given)
            const expected = byFormula(formula)(given, steps)
            return every(
              steps.map(
                ({ updates }, i) =>
                  () =>
                    agree(`the updates of step ${i}`)(updates, expected[i] ?? [])
              )
            )
          })
        ]),
    ...(descends
      ? [
          says('comes down a quadratic bowl', ({ start }) => {
            interface Walk {
              readonly p: Params
              readonly state: OptimizerState
            }
            const { p } = Array.from({ length: DESCENT }).reduce<Walk>(
              ({ p: before, state }) => {
                const [updates, next] = t.update(before)(before)(state)
                return { p: params.add(updates as never)(before as never), state: next }
              },
              { p: start, state: t.init(start) }
            )
            const [from, to] = [height(start), height(p)]
            return from < 1e-6 || to < from
              ? agreed
              : E.left({ what: `the height after ${DESCENT} steps`, actual: String(to), expected: `below ${from}` })
          })
        ]
      : [])
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
