import * as t from 'io-ts'
import * as optim from '../optim/index.ts'
import { cycles } from '../optim/cycle.ts'
import { decays } from '../optim/schedule.ts'
import { asDecoded, type Decoded, decode, refuse } from './fault.ts'
import { fromSettings } from './kinds.ts'
import { NonNegative, NonNegativeInteger, PositiveInteger, Rate } from './number.ts'
import { fixed, list, refined, type Tagged, tagged, without } from './struct.ts'

/** Learning-rate schedules as data: the name of a schedule, with the settings it has in `optim`. */

const { warmUp: _, ...plainCycles } = cycles

const simple = {
  constant: [{ value: NonNegative }, {}],
  ...fromSettings({ ...decays, ...plainCycles })
} as const

type Simples = typeof simple
/** The variants by a name, which declarations show in place of all of them. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a name for a type that is written once
export interface SimpleVariants extends Simples {}

const Simple: t.Type<Tagged<'name', SimpleVariants>, Readonly<Record<string, unknown>>> = tagged(
  'scheduleSettings',
  'name',
  simple
)

/** A rate that stays, or one that changes. */
const orSchedule = <A, O>(name: string, schedule: t.Type<A, O>): t.Type<Rate | A, number | O> =>
  new t.Type<Rate | A, number | O>(
    name,
    (value): value is Rate | A => Rate.is(value) || schedule.is(value),
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

const schedules = {
  ...simple,
  piecewise: [{ pieces: Pieces }, {}],
  warmUp: [{ steps: PositiveInteger, then: orSchedule('then', Simple) }, {}]
} as const

type Schedules = typeof schedules
/** The variants by a name, which declarations show in place of all of them. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a name for a type that is written once
export interface ScheduleVariants extends Schedules {}

/**
 * A learning-rate schedule, as it stands in a settings file: `{ name: 'stepDecay', initial: 0.1, factor: 0.5, every: 100 }`.
 * The names are those of `optim`: constant, stepDecay, exponentialDecay, inverseTimeDecay, cosineDecay, polynomialDecay,
 * warmRestarts, oneCycle, piecewise, and warmUp, after which any but another warmUp or piecewise may follow.
 *
 * @category settings
 * @since 0.1.0
 */
export const ScheduleSettings: t.Type<Tagged<'name', ScheduleVariants>, Readonly<Record<string, unknown>>> = tagged(
  'scheduleSettings',
  'name',
  schedules
)
/** @category settings @since 0.1.0 */
export type ScheduleSettings = t.TypeOf<typeof ScheduleSettings>

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
export const toSchedule = (given: ScheduleSettings): optim.Schedule => {
  const settings = asDecoded('toSchedule', ScheduleSettings, given)
  switch (settings.name) {
    case 'constant':
      return optim.constant(settings.value)
    case 'piecewise':
      return optim.piecewise(settings.pieces)
    case 'warmUp':
      return optim.warmUp({ steps: settings.steps, then: toRate(settings.then) })
    default: {
      const make: (settings: never) => optim.Schedule = optim[settings.name]
      return make(without('name', settings) as never)
    }
  }
}

/** A learning rate: a number, or a schedule. @internal */
export const LearningRate = orSchedule('learningRate', ScheduleSettings)

/** @internal */
export const toRate = (rate: t.TypeOf<typeof LearningRate>): number | optim.Schedule =>
  typeof rate === 'number' ? rate : toSchedule(rate)
