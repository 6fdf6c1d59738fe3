/** What a section is held to. */
import { short } from '../../world/text.ts'

/** A claim, and whether it holds. */
export interface Check {
  readonly claim: string
  readonly holds: boolean
}

export const check =
  (claim: string) =>
  (holds: boolean): Check => ({ claim, holds })

/** What is measured, what it must come to, and how numbers of its kind are written. */
interface Bar {
  readonly what: string
  readonly bar: number
  readonly show?: (value: number) => string
}

/** A NaN is neither high nor low enough. */
export const atLeast =
  ({ what, bar, show = short }: Bar) =>
  (value: number): Check =>
    check(`${what}: ${show(value)}, at least ${show(bar)} is needed`)(value >= bar)

export const below =
  ({ what, bar, show = short }: Bar) =>
  (value: number): Check =>
    check(`${what}: ${show(value)}, less than ${show(bar)} is needed`)(value < bar)

/** Between two numbers, both included. */
export const within =
  ({ what, bounds: [least, most], show = short }: Omit<Bar, 'bar'> & { readonly bounds: readonly [number, number] }) =>
  (value: number): Check =>
    check(`${what}: ${show(value)}, from ${show(least)} to ${show(most)} is needed`)(value >= least && value <= most)

const ordered =
  (holds: (before: number, after: number) => boolean) =>
  (claim: string) =>
  (values: readonly number[]): Check =>
    check(`${claim}: ${values.map(short).join(', ')}`)(
      values.every((value, i) => i === 0 || holds(values[i - 1] ?? NaN, value))
    )

/** Each number larger than the one before. */
export const rising = ordered((before, after) => after > before)

/** Each number smaller than the one before. */
export const falling = ordered((before, after) => after < before)
