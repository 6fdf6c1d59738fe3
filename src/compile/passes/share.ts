import type { Entry, Tape } from '../../tape/tape.ts'
import { bufferOf, dimsOf, type Tensor } from '../../tensor/tensor.ts'
import { type Ref, rewrite } from './rewrite.ts'

/** A value as text that tells all that differ apart: numbers keep their sign and kind, which JSON loses. */
const textOf = (value: unknown): string =>
  typeof value === 'number'
    ? Object.is(value, -0)
      ? '-0'
      : String(value)
    : Array.isArray(value)
      ? `[${value.map(textOf).join()}]`
      : typeof value === 'object' && value !== null
        ? `{${Object.entries(value)
            .map(([key, item]) => `${key}:${textOf(item)}`)
            .join()}}`
        : String(value)

const isPlain = (value: unknown): boolean =>
  typeof value !== 'function' &&
  typeof value !== 'symbol' &&
  (typeof value !== 'object' || value === null || Object.values(value).every(isPlain))

/** Computes once what is written twice: the same operation with the same parameters on the same operands. */
export const shareEntries = (tape: Tape): Tape => {
  const known = new Map<string, number>()
  const names = new Map<unknown, number>()
  const nameOf = (thing: unknown): number => {
    const found = names.get(thing)
    if (found !== undefined) return found
    names.set(thing, names.size)
    return names.size - 1
  }
  const numberOf = (x: Tensor): string =>
    dimsOf(x).length === 0 && bufferOf(x) !== null ? `=${textOf(bufferOf(x)![0])}` : `#${nameOf(x)}`
  const keyOf = ({ primitive, params, inputs }: Entry): string =>
    [
      nameOf(primitive),
      isPlain(params) ? textOf(params) : `#${nameOf(params)}`,
      ...inputs.map((ref: Ref) => (typeof ref === 'number' ? String(ref) : numberOf(ref)))
    ].join(' ')
  let next = tape.inputs.length
  return rewrite((entry) => {
    const key = keyOf(entry)
    const found = known.get(key)
    if (found !== undefined) return { ref: found }
    known.set(key, next++)
    return entry
  })(tape)
}
