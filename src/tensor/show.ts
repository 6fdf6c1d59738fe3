import type { Dims } from './dims.ts'

/** Text for people: how a tensor prints in the REPL, in errors and in test output. */

const EDGE = 3
const ELIDE_ABOVE = 1000
const DIGITS = 6
/** Columns of a line; a longer row goes on in the next one. */
const WIDTH = 80

/** A single number with at most six significant digits; whole numbers as they are. */
export const showNumber = (value: number): string =>
  !Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 1e15) ? showExactly(value) : trim(value)

/** All its digits, and the sign of zero, which `String` leaves out. */
const showExactly = (value: number): string => (Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e'))

/** Rounded first: 999999.7 becomes 1e6, which has too many digits to be written out. */
const trim = (value: number): string => {
  const size = Math.abs(Number(value.toPrecision(DIGITS)))
  if (size < 1e-4 || size >= 10 ** DIGITS) {
    const [digits = '', exponent = ''] = value.toExponential(DIGITS - 1).split('e')
    return `${withoutZeros(digits)}e${exponent.replace('+', '')}`
  }
  return withoutZeros(value.toPrecision(DIGITS))
}

const withoutZeros = (digits: string): string => digits.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')

/** The indices shown along an axis of length `n`; -1 marks the gap. */
const visible = (n: number, elide: boolean): readonly number[] =>
  !elide || n <= 2 * EDGE + 1
    ? Array.from({ length: n }, (_, i) => i)
    : [...Array.from({ length: EDGE }, (_, i) => i), -1, ...Array.from({ length: EDGE }, (_, i) => n - EDGE + i)]

/** A row in brackets, whose lines after the first begin under its first number. */
const showRow = (words: readonly string[], indent: string): string => {
  let text = '['
  let column = indent.length + 1
  for (let i = 0; i < words.length; i++) {
    const word = `${words[i]!}${i === words.length - 1 ? ']' : ','}`
    if (i > 0 && column + 1 + word.length > WIDTH) {
      text += `\n${indent} `
      column = indent.length + 1
    } else if (i > 0) {
      text += ' '
      column++
    }
    text += word
    column += word.length
  }
  return words.length === 0 ? '[]' : text
}

/**
 * The values alone, nested in brackets as NumPy prints them: one row a line, or several when it is wide, columns aligned,
 * and only the first and last three of each axis when there are more than a thousand.
 */
const showValues = (dims: Dims, values: ArrayLike<number>): string => {
  if (dims.length === 0) return showExactly(values[0]!)
  if (values.length === 0) return '[]'
  const elide = values.length > ELIDE_ABOVE
  const cells: string[] = []
  const strides = dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1))
  const collect = (axis: number, offset: number): void => {
    for (const i of visible(dims[axis]!, elide)) {
      if (i < 0) continue
      if (axis === dims.length - 1) cells.push(showNumber(values[offset + i]!))
      else collect(axis + 1, offset + i * strides[axis]!)
    }
  }
  collect(0, 0)
  const isOneLine = dims.length === 1 && cells.reduce((sum, cell) => sum + cell.length + 2, 0) <= WIDTH
  const width = isOneLine ? 0 : cells.reduce((most, cell) => Math.max(most, cell.length), 0)
  let next = 0
  const print = (axis: number, indent: string): string => {
    const shown = visible(dims[axis]!, elide)
    if (axis === dims.length - 1)
      return showRow(
        shown.map((i) => (i < 0 ? '...' : cells[next++]!.padStart(width))),
        indent
      )
    const gap = `,${'\n'.repeat(dims.length - axis - 1)}${indent} `
    return `[${shown.map((i) => (i < 0 ? '...' : print(axis + 1, `${indent} `))).join(gap)}]`
  }
  return print(0, '')
}

/** `Tensor[2, 3]` and the values; `values` is null when a tensor is being traced and only its shape is known. */
export const describe = (dims: Dims, values: ArrayLike<number> | null): string => {
  const head = `Tensor[${dims.join(', ')}]`
  if (values === null) return `${head} (traced: its numbers are not known yet)`
  const shown = showValues(dims, values)
  return `${head}${dims.length > 1 || shown.includes('\n') ? '\n' : ' '}${shown}`
}
