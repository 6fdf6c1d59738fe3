/** Numbers and tables as text, for people. */

/** A number to be read: three significant digits or more, a true minus sign. */
export const readable = (value: number): string =>
  (value === 0
    ? '0'
    : Number.isInteger(value) && Math.abs(value) < 1e6
      ? String(value)
      : Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4
        ? value
            .toExponential(2)
            .replace(/\.?0+e/, 'e')
            .replace('e+', 'e')
        : Math.abs(value) >= 100
          ? String(Math.round(value))
          : String(Number(value.toPrecision(3)))
  ).replaceAll('-', '−')

/** `1 run`, `2 runs`. */
export const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${count} ${count === 1 ? thing : things}`

/** Each part as a sentence. */
export const sentences = (parts: readonly string[]): string => parts.map((part) => `${part}.`).join(' ')

/** A share as a percentage, to a tenth. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`

/** A number with a given count of significant digits, in exponent form where it would be long. */
export const significant =
  (digits: number) =>
  (value: number): string =>
    value === 0 || !Number.isFinite(value) || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4)
      ? String(Number(value.toPrecision(digits)))
      : value.toExponential(digits - 1).replace('e+', 'e')

/** Rows in columns of equal width, set left, but those at `right` set right. */
export const columns = (rows: readonly (readonly string[])[], right: readonly number[] = []): string => {
  const widths = (rows[0] ?? []).map((_, i) => rows.reduce((most, row) => Math.max(most, row[i]!.length), 0))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}
