/** Drawing in a terminal with braille: each character is two dots wide and four high. */

const bits: readonly (readonly number[])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80]
]

/** A dot, from the left and from the top. */
export type Dot = readonly [number, number]

/** The dots of a straight line. */
export const lineDots = ([x, y]: Dot, [x2, y2]: Dot): readonly Dot[] => {
  const steps = Math.max(1, Math.abs(x2 - x), Math.abs(y2 - y))
  return Array.from({ length: steps + 1 }, (_, i) => [
    Math.round(x + ((x2 - x) * i) / steps),
    Math.round(y + ((y2 - y) * i) / steps)
  ])
}

/** The characters of some dots, row by row; an empty place is a space. */
export const characters = (width: number, height: number, dots: readonly Dot[]): readonly (readonly string[])[] => {
  const set = new Set(dots.map(([x, y]) => y * 2 * width + x))
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (__, column) => {
      const code = bits.reduce(
        (sum, line, dy) =>
          line.reduce(
            (total, bit, dx) => (set.has((4 * row + dy) * 2 * width + 2 * column + dx) ? total | bit : total),
            sum
          ),
        0
      )
      return code === 0 ? ' ' : String.fromCharCode(0x2800 + code)
    })
  )
}

const ansiCodes: readonly number[] = [32, 166, 36, 175, 214, 74, 227]

/** A text in the colour of a category, for a terminal of 256 colours; as it is without colour. */
export const inked = (text: string, category: number, color: boolean): string =>
  color ? `\u001b[38;5;${ansiCodes[category % ansiCodes.length]!}m${text}\u001b[0m` : text

/** A text on the colour of a category. */
export const grounded = (text: string, category: number, color: boolean): string =>
  color ? `\u001b[48;5;${ansiCodes[category % ansiCodes.length]!};38;5;16m${text}\u001b[0m` : text
