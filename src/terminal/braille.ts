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

/** The column and the row of the character that holds a dot. */
export const characterAt = ([x, y]: Dot): Dot => [Math.floor(x / 2), Math.floor(y / 4)]

/** Characters by row and column, with the dots of all series; where several meet, the last is the one that inks it. */
export const characters = (
  width: number,
  height: number,
  series: readonly (readonly Dot[])[],
  ink: (text: string, series: number) => string
): readonly (readonly string[])[] => {
  const indexOf = ([x, y]: Dot, columns: number): number => y * columns + x
  const dots = new Set(series.flat().map((dot) => indexOf(dot, 2 * width)))
  const last = new Map(series.flatMap((own, k) => own.map((dot) => [indexOf(characterAt(dot), width), k] as const)))
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (__, column) => {
      const k = last.get(indexOf([column, row], width))
      const set = bits.flatMap((line, y) =>
        line.filter((___, x) => dots.has(indexOf([2 * column + x, 4 * row + y], 2 * width)))
      )
      return k === undefined ? ' ' : ink(String.fromCharCode(set.reduce((code, bit) => code + bit, 0x2800)), k)
    })
  )
}

const ansiCodes: readonly number[] = [32, 166, 36, 175, 214, 74, 227]

const ansiCode = (category: number): number => ansiCodes[category % ansiCodes.length]!

/** A text in the color of a category, for a terminal of 256 colors; as it is without color. */
export const inked = (text: string, category: number, color: boolean): string =>
  color ? `\u001b[38;5;${ansiCode(category)}m${text}\u001b[0m` : text

/** A text on the color of a category. */
export const grounded = (text: string, category: number, color: boolean): string =>
  color ? `\u001b[48;5;${ansiCode(category)};38;5;16m${text}\u001b[0m` : text
