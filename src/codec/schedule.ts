import * as t from 'io-ts'
import * as optim from '../optim/index.ts'
import { cycles } from '../optim/cycle.ts'
import { decays } from '../optim/schedule.ts'
import { asDecoded, type Decoded, decode, refuse } from './fault.ts'
import { fromSettings } from './kinds.ts'
import { NonNegative, NonNegativeInteger, PositiveInteger, Rate } from './number.ts'
import { type Owns, typesOf } from './own.ts'
import { fixed, type Given, list, refined, type Tagged, tagged, without } from './struct.ts'

/** Learning-rate schedules as data: the name of a schedule, with the settings it has in `optim`. */

const { warmUp: _, ...plainCycles } = cycles

const simple = {
  constant: [{ value: NonNegative }, {}],
  ...fromSettings({ ...decays, ...plainCycles })
} as const

type Simples = typeof simple
/** The variants by a name, which declarations show in place of all of them. */
export interface SimpleVariants extends Simples {}

/** A rate that stays, or one that changes. */
const orSchedule = <A, O>(name: string, schedule: t.Type<A, O>): t.Type<number | A, number | O> =>
  new t.Type<number | A, number | O>(
    name,
    (value): value is number | A => Rate.is(value) || schedule.is(value),
    (value, context) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? schedule.validate(value, context)
        : Rate.is(value)
          ? t.success(value)
          : refuse('a finite number above 0, or a schedule such as { name: "cosineDecay", … }', value, context),
    (value) => (Rate.is(value) ? Rate.encode(value) : schedule.encode(value))
  )

const Pieces = refined(
  list('pieces', fixed('piece', [NonNegativeInteger, NonNegative]) as unknown as t.Type<readonly [number, number]>),
  (pieces) =>
    pieces.length === 0
      ? [{ at: [], message: 'needs at least one piece, got none' }]
      : pieces.flatMap(([from], i) => {
          const before = i === 0 ? undefined : pieces[i - 1]![0]
          return before === undefined
            ? from === 0
              ? []
              : [{ at: [i, 0], message: `needs the step 0 for the first piece, got ${from}` }]
            : from > before
              ? []
              : [{ at: [i, 0], message: `needs a step after ${before}, where the piece before begins, got ${from}` }]
        })
)

const schedulesWith = (Then: t.Type<number | Tagged<'name', SimpleVariants>, unknown>) =>
  ({
    ...simple,
    piecewise: [{ pieces: Pieces }, {}],
    warmUp: [{ steps: PositiveInteger, then: Then }, {}]
  }) as const

type Schedules = ReturnType<typeof schedulesWith>
/** The variants by a name, which declarations show in place of all of them. */
export interface ScheduleVariants extends Schedules {}

/** @category settings @since 0.1.0 */
export type ScheduleSettings = Tagged<'name', ScheduleVariants>

/** Schedules with those of a user's own. */
export const schedulesFor = (owns: Owns<optim.Schedule>) => {
  const types = typesOf(owns)
  const Simple: t.Type<Tagged<'name', SimpleVariants>, Given> = tagged('scheduleSettings', 'name', simple, types)
  const type: t.Type<ScheduleSettings, Given> = tagged(
    'scheduleSettings',
    'name',
    schedulesWith(orSchedule('then', Simple)),
    types
  )
  const make = (settings: ScheduleSettings): optim.Schedule => {
    const own = owns[settings.name]
    if (own !== undefined) return own.make(without('name', settings))
    switch (settings.name) {
      case 'constant':
        return optim.constant(settings.value)
      case 'piecewise':
        return optim.piecewise(settings.pieces)
      case 'warmUp':
        return optim.warmUp({ steps: settings.steps, then: rateOf(settings.then) })
      default: {
        const made: (settings: never) => optim.Schedule = optim[settings.name]
        return made(without('name', settings) as never)
      }
    }
  }
  const rateOf = (rate: number | ScheduleSettings): number | optim.Schedule =>
    typeof rate === 'number' ? rate : make(rate)
  return { type, make, LearningRate: orSchedule('learningRate', type), rateOf }
}

/** The names that are taken. */
export const scheduleNames: readonly string[] = [...Object.keys(simple), 'piecewise', 'warmUp']

export const schedules = schedulesFor({})

/**
 * A learning-rate schedule, as it stands in a settings file: `{ name: 'stepDecay', initial: 0.1, factor: 0.5, every: 100 }`.
 * The names are those of `optim`: constant, stepDecay, exponentialDecay, inverseTimeDecay, cosineDecay, polynomialDecay,
 * warmRestarts, oneCycle, piecewise, and warmUp, after which any but another warmUp or piecewise may follow.
 *
 * @category settings
 * @since 0.1.0
 */
export const ScheduleSettings: t.Type<ScheduleSettings, Given> = schedules.type

/**
 * Decodes a learning-rate schedule.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * ok(E.isRight(codec.scheduleSettings({ name: 'warmUp', steps: 10, then: 0.1 })))
 * deepStrictEqual(
 *   codec.scheduleSettings({ name: 'stepDecay', initial: 0.1, factor: 0 }),
 *   E.left([{ path: 'factor', message: 'needs a finite number above 0, got 0' }])
 * )
 * @category settings
 * @since 0.1.0
 */
export const scheduleSettings: (value: unknown) => Decoded<ScheduleSettings> = decode(ScheduleSettings)

/**
 * The schedule that decoded settings describe.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import * as codec from 'grad-ts/codec'
 *
 * const rate = pipe(codec.scheduleSettings({ name: 'piecewise', pieces: [[0, 0.1], [5, 0.01]] }), E.map(codec.toSchedule))
 * deepStrictEqual(E.isRight(rate) && [0, 4, 5].map(rate.right), [0.1, 0.1, 0.01])
 * @category settings
 * @since 0.1.0
 */
export const toSchedule = (settings: ScheduleSettings): optim.Schedule =>
  schedules.make(asDecoded('toSchedule', ScheduleSettings, settings))
