import * as RR from 'fp-ts/lib/ReadonlyRecord.js'
import type * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import { cycles } from '../optim/cycle.ts'
import * as optim from '../optim/index.ts'
import { decays } from '../optim/schedule.ts'
import { choice, readEntries } from './choice.ts'
import { type Given, madeOf } from './fault.ts'
import { type Declared, propsOf, type SettingsOf, type Tagged } from './kinds.ts'
import { NonNegative, NonNegativeInteger, PositiveInteger, Rate } from './number.ts'
import { fixed, list, orRecord, refined } from './struct.ts'

/** Learning-rate schedules as data: the name of a schedule, with the settings it has in `optim`. */

const { warmUp: _, ...plainCycles } = cycles
const declared = { ...decays, ...plainCycles }

type Names = 'exponentialDecay' | 'inverseTimeDecay' | 'polynomialDecay' | 'cosineDecay' | 'warmRestarts' | 'oneCycle'

type Simple = { readonly [N in Names]: SettingsOf<(typeof optim)[N]> }

interface Composed {
  readonly join: { readonly pieces: readonly (readonly [number, number | Tagged<'name', Simple>])[] }
  readonly warmUp: { readonly steps: number; readonly then: number | Tagged<'name', Simple> }
}

/** The settings of each schedule, by a name that declarations show in place of all of them. */
export type ScheduleVariants = Simple & Composed

/** @category settings @since 0.1.0 */
export type JsonScheduleSettings = Tagged<'name', ScheduleVariants>

type Piece = readonly [from: number, value: number | Given]

const piecesOf = (value: t.Type<number | Given, number | Given>) =>
  refined(list('pieces', fixed('piece', [NonNegativeInteger, value]) as unknown as t.Type<Piece>), (pieces) =>
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

/** A rate that stays, or one that changes. */
const orSchedule = (name: string, schedule: t.Type<Given, Given>, rate: t.Type<number, number> = Rate) =>
  orRecord(
    name,
    rate,
    schedule,
    `${rate === Rate ? kinds.positive.needs : kinds.notNegative.needs}, or a schedule such as { name: "cosineDecay", … }`
  )

/** Schedules, with those of a user. */
export const schedulesFor = (given: unknown = {}) => {
  const names = [...Object.keys(declared), 'join', 'warmUp']
  const own = readEntries('settingsFor: schedules', given, names, kinds.callable<optim.Schedule>())
  const simple = RR.mapWithIndex(
    (name: Names, of: Declared) => [...propsOf(of), optim[name] as (settings: never) => optim.Schedule] as const
  )(declared)
  const Simple = choice<optim.Schedule>('scheduleSettings', 'name', simple, own).type
  const rateOf = (rate: number | object): number | optim.Schedule =>
    typeof rate === 'number' ? rate : make(rate as Given)
  const { type, make } = choice<optim.Schedule>(
    'scheduleSettings',
    'name',
    {
      ...simple,
      join: [
        { pieces: piecesOf(orSchedule('value', Simple, NonNegative)) },
        {},
        ({ pieces }: Composed['join']) => optim.join(pieces.map(([from, value]) => [from, rateOf(value)] as const))
      ],
      warmUp: [
        { steps: PositiveInteger, then: orSchedule('then', Simple) },
        {},
        ({ steps, then }: Composed['warmUp']) => optim.warmUp({ steps, then: rateOf(then) })
      ]
    },
    own
  )
  return { type, make, LearningRate: orSchedule('learningRate', type), rateOf }
}

export type Schedules = ReturnType<typeof schedulesFor>

export const schedules = schedulesFor()

/**
 * A learning-rate schedule, as it stands in a settings file: `{ name: 'exponentialDecay', initial: 0.1, factor: 0.5, every: 100 }`.
 * The names are those of `optim`: exponentialDecay, inverseTimeDecay, cosineDecay, polynomialDecay, warmRestarts, oneCycle, and
 * join and warmUp, in which any but another of these two may stand.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * ok(E.isRight(codec.decode(codec.JsonScheduleSettings)({ name: 'warmUp', steps: 10, then: 0.1 })))
 * deepStrictEqual(
 *   codec.decode(codec.JsonScheduleSettings)({ name: 'exponentialDecay', initial: 0.1, factor: 0 }),
 *   E.left([{ path: 'factor', message: 'needs a finite number above 0, got 0' }])
 * )
 * @category settings
 * @since 0.1.0
 */
export const JsonScheduleSettings = schedules.type as unknown as t.Type<JsonScheduleSettings, Given>

/**
 * The schedule that decoded settings describe.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import * as codec from 'grad-ts/codec'
 *
 * const rate = pipe(codec.decode(codec.JsonScheduleSettings)({ name: 'join', pieces: [[0, 0.1], [5, 0.01]] }), E.map(codec.toSchedule))
 * deepStrictEqual(E.isRight(rate) && [0, 4, 5].map(rate.right), [0.1, 0.1, 0.01])
 * @category settings
 * @since 0.1.0
 */
export const toSchedule: (settings: JsonScheduleSettings) => optim.Schedule = madeOf('toSchedule', {
  type: JsonScheduleSettings,
  make: schedules.make as never
})
