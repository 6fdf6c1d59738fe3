import * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../kinds/index.ts'
import { reals } from '../primitive/domain.ts'
import { values } from '../primitive/broadcast.ts'
import { nonDifferentiable } from '../primitive/nonDifferentiable.ts'
import { tensors as op } from '../tape/algebra.ts'
import { apply } from '../tape/apply.ts'
import { memoryless, nextStep, stepOf, transformation, zero } from './leafwise.ts'
import { rate, type Schedule } from './schedule.ts'
import type { TypedTransformation } from './transformation.ts'

/** Updates multiplied by a number, fixed or following a schedule. */

const times = (name: string, k: number): TypedTransformation => {
  const factor = op.constant(k)
  return memoryless(name, ({ leaves }) => leaves.map((x) => op.mul(x, factor)))
}

/**
 * A function of the step's number as an operation, so that an update can be traced before the number is known. It is
 * plain arithmetic outside the library, and has no derivative.
 *
 * @internal
 */
export const scheduled = nonDifferentiable<{ readonly rate: (step: number) => number }>({
  name: 'schedule',
  arity: 1,
  domain: [reals],
  shape: (_, [x]) => E.right(x!),
  evaluate: ({ rate }, [x]) => values(x!).map(rate),
  batch: ({ params, inputs, again }) => again(params, inputs),
  flops: () => 0
})

const timesByStep = (name: string, schedule: Schedule, sign: 1 | -1, wanted: kinds.Kind<number>): TypedTransformation =>
  transformation(
    name,
    () => ({ step: zero }),
    ({ leaves }, _, state) => {
      const step = stepOf(name, state)
      const rate = (at: number): number =>
        sign * kinds.mustBe(wanted, `${name}: the schedule at step ${at}`, schedule(at))
      const factor = apply(scheduled, { rate }, [step])
      return [leaves.map((x) => op.mul(x, factor)), { step: nextStep(step) }]
    }
  )

const factorKind = kinds.either(kinds.finite, kinds.callable<Schedule>('a schedule'))

/**
 * Updates times a number, or times a schedule's value at this step: `k · g`, `schedule(step) · g`. The first step is 0.
 *
 * @throws ValueError when `k` is not finite, here or at a later step of the schedule
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, tensor, toArray } from 'grad-ts'
 *
 * const g = tensor([1, -3])
 * const double = optim.scale(2)
 * deepStrictEqual(toArray(double.update(g)(g)(double.init(g))[0]), [2, -6])
 *
 * const rising = optim.scale((step) => 10 + step)
 * const [first, after] = rising.update(g)(g)(rising.init(g))
 * const [second] = rising.update(g)(g)(after)
 * deepStrictEqual([toArray(first), toArray(second)], [[10, -30], [11, -33]])
 * @category transformations
 * @since 0.1.0
 */
export const scale = (k: number | Schedule): TypedTransformation => {
  const factor = kinds.mustBe(factorKind, 'scale: k', k)
  return typeof factor === 'function' ? timesByStep('scale', factor, 1, kinds.finite) : times('scale', factor)
}

/**
 * The step downhill that ends most chains: `−learningRate · g`, with a fixed rate or one that follows a schedule, whose
 * first step is 0.
 *
 * @throws ValueError when the learning rate is negative or not finite, here or at a later step of the schedule
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, tensor, toArray } from 'grad-ts'
 *
 * const t = optim.descend(0.5)
 * const g = tensor([2, -4])
 * deepStrictEqual(toArray(t.update(g)(g)(t.init(g))[0]), [-1, 2])
 * @category transformations
 * @since 0.1.0
 */
export const descend = (learningRate: number | Schedule): TypedTransformation =>
  descending('descend', kinds.mustBe(rate, 'descend: learningRate', learningRate))

/** `descend` as a part of an optimiser. */
export const descending = (name: string, learningRate: number | Schedule): TypedTransformation =>
  typeof learningRate === 'function'
    ? timesByStep(name, learningRate, -1, kinds.notNegative)
    : times(name, -learningRate)
