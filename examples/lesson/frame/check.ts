/** The assertions of a section. */
import { short } from '../../world/text.ts'

/** A claim, and whether it holds; of a measurement also its value and what is required. */
export interface Check {
  readonly claim: string
  readonly value?: string
  readonly required?: string
  readonly holds: boolean
}

export const check =
  (claim: string) =>
  (holds: boolean): Check => ({ claim, holds })

/** A check as one line of text. */
export const showCheck = ({ claim, value, required }: Check): string =>
  [
    claim,
    ...(value === undefined ? [] : [`: ${value}`]),
    ...(required === undefined ? [] : [`, required: ${required}`])
  ].join('')

/** What is measured, the bound, and how the numbers are written. */
interface Bar {
  readonly what: string
  readonly bar: number
  readonly show?: (value: number) => string
}

/** Fails for a NaN. */
export const atLeast =
  ({ what, bar, show = short }: Bar) =>
  (value: number): Check => ({ claim: what, value: show(value), required: `≥ ${show(bar)}`, holds: value >= bar })

/** Fails for a NaN. */
export const below =
  ({ what, bar, show = short }: Bar) =>
  (value: number): Check => ({ claim: what, value: show(value), required: `< ${show(bar)}`, holds: value < bar })

/** Between two numbers, both included. */
export const within =
  ({ what, bounds: [least, most], show = short }: Omit<Bar, 'bar'> & { readonly bounds: readonly [number, number] }) =>
  (value: number): Check => ({
    claim: what,
    value: show(value),
    required: `${show(least)} to ${show(most)}`,
    holds: value >= least && value <= most
  })

const ordered =
  (required: string, holds: (before: number, after: number) => boolean) =>
  (claim: string) =>
  (values: readonly number[]): Check => ({
    claim,
    value: values.map(short).join(', '),
    required,
    holds: values.every((value, i) => i === 0 || holds(values[i - 1] ?? NaN, value))
  })

/** Each number larger than the one before. */
export const rising = ordered('rising', (before, after) => after > before)

/** Each number smaller than the one before. */
export const falling = ordered('falling', (before, after) => after < before)
