import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { compile } from '../src/compile/compile.ts'
import * as kinds from '../src/kinds/index.ts'
import { scale } from '../src/optim/scale.ts'
import type { Schedule } from '../src/optim/schedule.ts'
import type { OptimizerState } from '../src/optim/transformation.ts'
import { scalar } from '../src/tensor/construct.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import type { Tensor } from '../src/tensor/tensor.ts'
import { agreed, type Difference, law, type Suite } from './law.ts'
import { showExact } from './show.ts'
import { agree, every, identical } from './tolerance.ts'

/** What is known of a schedule beyond what holds of all. @category schedule @since 0.1.0 */
export interface ScheduleSettings {
  /** What the laws call it; `schedule` when left out. */
  readonly name?: string
  /** Its value at step 0. */
  readonly first?: number
  /** A step, and the value that it has there and ever after. */
  readonly last?: { readonly step: number; readonly value: number }
  /** Whether it never rises, or never falls, from one step to the next. */
  readonly direction?: 'falls' | 'rises'
}

const scheduleFields = kinds.settings('laws.schedule', {
  name: [kinds.name, 'schedule'],
  first: [kinds.finite, undefined],
  last: [kinds.anything as kinds.Kind<NonNullable<ScheduleSettings['last']>>, undefined],
  direction: [kinds.oneOf('falls', 'rises'), undefined]
})

const endFields = kinds.settings('laws.schedule: last', { step: kinds.index, value: kinds.finite })

/** The last step of those that are all tried. */
const LAST = 10_000

/** The first step at which something does not hold, as a difference. */
const atEach = (steps: number, check: (step: number) => E.Either<Difference, void>): E.Either<Difference, void> =>
  Array.from({ length: steps }).reduce<E.Either<Difference, void>>(
    (found, _, step) => (E.isLeft(found) ? found : check(step)),
    agreed
  )

/** What a transformation by the schedule does to an update of 1, and the state after it. */
const stepOf = (schedule: Schedule) => {
  const transformation = scale(schedule)
  return (state: OptimizerState): readonly [Tensor, OptimizerState] =>
    transformation.update(scalar(0))(scalar(1))(state)
}

/** A state whose tensors are new ones of the same numbers, as one that was saved and loaded. */
const atStep = (step: number): OptimizerState => ({ step: scalar(step) })

/**
 * What every schedule must do: give a finite number of at least 0 at each step from 0 to 10,000 and at later ones, the
 * same at a step whenever and in whatever order it is asked; scale the updates of an optimiser by it, step by step, in a
 * program too, and from a state that was saved and loaded. Where its ends are stated, it has them.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { throws } from 'assert'
 * import { optim } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const cosine = optim.cosineDecay({ initial: 0.1, final: 0.01, steps: 100 })
 * laws.assert(laws.schedule(cosine, { first: 0.1, last: { step: 99, value: 0.01 }, direction: 'falls' }), { numRuns: 5 })
 *
 * // a straight line that is never held at its end, and falls below 0
 * const line = (step: number) => 0.1 * (1 - step / 100)
 * throws(() => laws.assert(laws.schedule(line)), /at step 101 is -/)
 * @category schedule
 * @since 0.1.0
 */
export const schedule = (s: Schedule, settings: ScheduleSettings = {}): Suite => {
  const at = kinds.mustBe(kinds.callable<Schedule>('a schedule, a function of the step'), 'laws.schedule: schedule', s)
  const { name, first, last: end, direction } = scheduleFields.read(settings)
  const last = end === undefined ? undefined : endFields.read(end)
  const says = <A>(
    statement: string,
    given: fc.Arbitrary<A>,
    show: (sample: A) => string,
    holds: (sample: A) => E.Either<Difference, void>
  ) => law({ name: `${name}: ${statement}`, given, show, holds })
  const isRate = (step: number): E.Either<Difference, void> => {
    const value = at(step)
    return Number.isFinite(value) && value >= 0
      ? agreed
      : E.left({
          what: `the value at step ${step}`,
          actual: showExact(value),
          expected: 'a finite number of at least 0'
        })
  }
  const none = fc.constant(null)
  const nothing = (): string => ''
  const anyStep = fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: LAST }))
  const showStep = (step: number): string => `step = ${step}`
  const inProgram = (precision: 'double' | 'single') => {
    const compiled = compile(stepOf(at) as never, { precision }) as unknown as (
      state: OptimizerState
    ) => readonly [Tensor, OptimizerState]
    return (step: number): E.Either<Difference, void> => {
      const [factor, next] = compiled(atStep(step))
      return every([
        () =>
          agree(`the factor at step ${step} (${precision})`, {
            atol: 1e-40,
            rtol: precision === 'single' ? 1e-6 : 1e-15
          })(toFlatArray(factor)[0] ?? NaN, at(step)),
        () => identical(`the state after step ${step} (${precision})`)(next, atStep(step + 1))
      ])
    }
  }
  return [
    says(`is a finite number of at least 0 at every step from 0 to ${LAST}`, none, nothing, () =>
      atEach(LAST + 1, isRate)
    ),
    says('is a finite number of at least 0 at later steps', fc.integer({ min: LAST, max: 2 ** 31 }), showStep, isRate),
    says(
      'gives the same at a step, whenever it is asked',
      fc.array(anyStep, { minLength: 1, maxLength: 20 }),
      (steps) => `steps = [${steps.join(', ')}]`,
      (steps) => {
        const values = steps.map((step) => at(step))
        const later = [...steps].reverse().map((step) => at(step))
        return every(
          values.map(
            (value, i) => () => identical(`the value at step ${steps[i]}`)(later[steps.length - 1 - i] ?? NaN, value)
          )
        )
      }
    ),
    says(
      'scales the updates of an optimizer, step by step',
      fc.integer({ min: 1, max: 20 }),
      (steps) => `steps = ${steps}`,
      (steps) => {
        const move = stepOf(at)
        interface Walk {
          readonly state: OptimizerState
          readonly factors: readonly number[]
        }
        const { factors } = Array.from({ length: steps }).reduce<Walk>(
          ({ state, factors: before }) => {
            const [factor, next] = move(state)
            return { state: next, factors: [...before, toFlatArray(factor)[0] ?? NaN] }
          },
          { state: scale(at).init(scalar(0)), factors: [] }
        )
        return every(factors.map((factor, step) => () => identical(`the factor at step ${step}`)(factor, at(step))))
      }
    ),
    says('is the same from a state that was saved and loaded', anyStep, showStep, (step) => {
      const [factor, next] = stepOf(at)(atStep(step))
      return every([
        () => identical(`the factor at step ${step}`)(toFlatArray(factor)[0] ?? NaN, at(step)),
        () => identical(`the state after step ${step}`)(next, atStep(step + 1))
      ])
    }),
    says('is the same in a program, in either precision', anyStep, showStep, (step) =>
      every([() => inProgram('double')(step), () => inProgram('single')(step)])
    ),
    ...(first === undefined
      ? []
      : [says('begins where it says', none, nothing, () => agree('the value at step 0')(at(0), first))]),
    ...(last === undefined
      ? []
      : [
          says('ends where it says, and stays there', none, nothing, () =>
            atEach(LAST, (after) => agree(`the value at step ${last.step + after}`)(at(last.step + after), last.value))
          )
        ]),
    ...(direction === undefined
      ? []
      : [
          says(`never ${direction === 'falls' ? 'rises' : 'falls'}`, none, nothing, () =>
            atEach(LAST, (step) => {
              const [here, next] = [at(step), at(step + 1)]
              return (direction === 'falls' ? next <= here : next >= here)
                ? agreed
                : E.left({
                    what: `the value at step ${step + 1}`,
                    actual: showExact(next),
                    expected: `at ${direction === 'falls' ? 'most' : 'least'} ${showExact(here)}, the value before`
                  })
            })
          )
        ])
  ]
}
