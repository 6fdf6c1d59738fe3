import * as kinds from '../kinds/index.ts'
import type { Interval, ScaleType } from './numbers.ts'

/** The kinds of settings of pictures: settings of one name are of one kind everywhere. */

/** More than fit any screen. */
const MOST = 2 ** 20

/** An integer of at least some and at most as many as fit a screen. */
export const integer = (least: number, most = MOST): kinds.Kind<number> =>
  kinds.number(
    most === Infinity ? `a whole number of at least ${least}` : `a whole number from ${least} to ${most}`,
    (value) => Number.isSafeInteger(value) && value >= least && value <= most
  )

const isInterval = (value: unknown): boolean =>
  Array.isArray(value) && Number.isFinite(value[0]) && Number.isFinite(value[1]) && value[0] < value[1]

export const interval: kinds.Kind<Interval> = {
  ...kinds.kind('an interval [from, to]', isInterval),
  wrongPart: (value) => {
    if (!Array.isArray(value)) return undefined
    const [from, to] = value as readonly unknown[]
    return kinds.finite.holds(from)
      ? {
          at: '[1]',
          kind: kinds.number(`a finite number above ${from}`, (x) => Number.isFinite(x) && x > from),
          value: to
        }
      : { at: '[0]', kind: kinds.finite, value: from }
  }
}

const text = [kinds.text, undefined] as const

/** A title of the picture, which some have by themselves. */
export const titled = { title: text } as const

/** Titles of the picture and of its axes. */
export const axes = { xTitle: text, yTitle: text, ...titled } as const

export const scale = [kinds.oneOf('linear', 'log'), 'linear' as ScaleType] as const

export const texts = [kinds.listOf(kinds.text, 'an array of text'), undefined] as const

export const flag = (value: boolean) => [kinds.yesOrNo, value] as const
