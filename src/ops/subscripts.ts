import { type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'

/** The index strings of `einsum`. */

/** The indices of one operand: letters, and at most one `...`. */
type Term = readonly string[]

export interface Subscripts {
  readonly text: string
  readonly inputs: readonly Term[]
  /** `null` when it was left out. */
  readonly output: Term | null
}

const ELLIPSIS = '...'

const fault = (text: string, what: string, at: number): never =>
  fail('ValueError', `einsum: ${JSON.stringify(text)}: ${what} at character ${at + 1}`)

const pattern = /\.\.\.|\s+|[\s\S]/g

/** The indices between two positions of the text. */
const termOf = (text: string, from: number, to: number): readonly (readonly [index: string, at: number])[] => {
  const found = [...text.slice(from, to).matchAll(pattern)]
    .map((match) => [match[0], from + match.index] as const)
    .filter(([index]) => index.trim() !== '')
  const odd = found.find(([index]) => index !== ELLIPSIS && !/^[A-Za-z]$/.test(index))
  if (odd !== undefined) return fault(text, `${JSON.stringify(odd[0])} is not an index, which is a letter,`, odd[1])
  const [, second] = found.filter(([index]) => index === ELLIPSIS)
  return second === undefined ? found : fault(text, 'a second ... of one operand', second[1])
}

const ARROW = '->'

/** Reads `ij,jk->ik`. */
export const subscriptsOf = (text: string): Subscripts => {
  const arrow = text.indexOf(ARROW)
  const end = arrow < 0 ? text.length : arrow
  const commas = [...text.slice(0, end).matchAll(/,/g)].map(({ index }) => index)
  const inputs = [-1, ...commas].map((comma, i) => termOf(text, comma + 1, commas[i] ?? end).map(([index]) => index))
  if (arrow < 0) return { text, inputs, output: null }
  const output = termOf(text, arrow + ARROW.length, text.length)
  output.forEach(([index, at], i) => {
    if (output.findIndex(([other]) => other === index) < i)
      fault(text, `the output names the index ${index} a second time`, at)
    if (!inputs.some((term) => term.includes(index))) fault(text, `the output index ${index} of no operand`, at)
  })
  return { text, inputs, output: output.map(([index]) => index) }
}

/** The indices of operands and of the output, with those behind `...` counted from the right: `.1`, `.0`. */
export interface Labels {
  readonly inputs: readonly Term[]
  readonly output: Term
  /** The length of each. */
  readonly sizes: ReadonlyMap<string, number>
}

const hidden = (count: number): Term => Array.from({ length: count }, (_, i) => `.${count - 1 - i}`)

/** The indices in the place of `...`. */
const spelled = (term: Term, count: number): Term =>
  term.flatMap((index) => (index === ELLIPSIS ? hidden(count) : [index]))

/** The indices that a text names, for operands of these shapes. */
export const labelsOf = ({ text, inputs, output }: Subscripts, shapes: readonly Dims[]): Labels => {
  const what = `einsum: ${JSON.stringify(text)}`
  if (shapes.length !== inputs.length)
    return fail(
      'ValueError',
      `${what}: names ${inputs.length} operand${inputs.length === 1 ? '' : 's'}, got ${shapes.length}`
    )
  const counts = inputs.map((term, k) => {
    const letters = term.filter((index) => index !== ELLIPSIS).length
    const rest = shapes[k]!.length - letters
    const fits = term.includes(ELLIPSIS) ? rest >= 0 : rest === 0
    return fits
      ? rest
      : fail(
          'ShapeError',
          `${what}: operand ${k} needs an axis for each of ${term.join('') || 'no index'}, got shape ${showDims(shapes[k]!)}`
        )
  })
  const labels = inputs.map((term, k) => spelled(term, counts[k]!))
  const known = labels.flatMap((term, k) => term.map((label, axis) => ({ label, k, n: shapes[k]![axis]! })))
  const sizes = known.reduce<ReadonlyMap<string, number>>((found, { label, k, n }) => {
    const before = found.get(label)
    const isHidden = label.startsWith('.')
    if (before !== undefined && before !== n && !(isHidden && (before === 1 || n === 1))) {
      const first = known.find((other) => other.label === label && other.n === before)!.k
      const named = isHidden ? 'an axis of ...' : `the index ${label}`
      return fail('ShapeError', `${what}: ${named} is ${before} in operand ${first} and ${n} in operand ${k}`)
    }
    return before === undefined || before === 1 ? new Map([...found, [label, n]]) : found
  }, new Map())
  const most = Math.max(0, ...inputs.flatMap((term, k) => (term.includes(ELLIPSIS) ? [counts[k]!] : [])))
  const letters = inputs.flat().filter((index) => index !== ELLIPSIS)
  const once = letters.filter((index) => letters.indexOf(index) === letters.lastIndexOf(index)).toSorted()
  if (output !== null && most > 0 && !output.includes(ELLIPSIS))
    return fail('ValueError', `${what}: the output needs ... for the axes that operands have there`)
  return { inputs: labels, output: output === null ? [...hidden(most), ...once] : spelled(output, most), sizes }
}
