import type { Entry, Ref, Tape } from '../../primitive/tape.ts'
import { bufferOf, dimsOf, type Tensor } from '../../tensor/tensor.ts'
import { rewrite } from './rewrite.ts'

/**
 * A canonical text of settings, distinct for distinct settings; `null` for values that are compared by reference, such
 * as functions, maps, typed arrays and instances of classes.
 */
const textOf = (value: unknown): string | null => {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'string':
      return JSON.stringify(value)
    case 'bigint':
      return `${value}n`
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? listOf(value, '[', ']') : recordOf(value)
    default:
      return null
  }
}

const listOf = (values: readonly unknown[], before: string, after: string): string | null => {
  const texts = Array.from(values, textOf)
  return texts.includes(null) ? null : `${before}${texts.join()}${after}`
}

const recordOf = (value: object): string | null => {
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === Object.prototype || prototype === null
  return isPlain && Object.getOwnPropertySymbols(value).length === 0
    ? listOf(Object.entries(value).flat(), '{', '}')
    : null
}

/** Common subexpression elimination: entries with the same operation, parameters and operands are computed once. */
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
    dimsOf(x).length === 0 && bufferOf(x) !== null ? `=${textOf(bufferOf(x)![0])!}` : `#${nameOf(x)}`
  const keyOf = ({ primitive, params, inputs }: Entry): string =>
    [
      nameOf(primitive),
      textOf(params) ?? `#${nameOf(params)}`,
      ...inputs.map((ref: Ref) => (typeof ref === 'number' ? String(ref) : numberOf(ref)))
    ].join(' ')
  let next = tape.inputs.length
  return rewrite((entry) => {
    const key = keyOf(entry)
    const found = known.get(key)
    if (found !== undefined) return { refs: entry.results.map((_, i) => found + i) }
    known.set(key, next)
    next += entry.results.length
    return entry
  })(tape)
}
