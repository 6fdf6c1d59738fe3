/** Numbers and tables as text. */

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

/** With few digits, of large and of tiny numbers alike. */
export const short = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)
    ? value.toExponential(1).replace('e+', 'e')
    : value.toFixed(4)

/** A number with a given count of significant digits. */
export const rounded =
  (digits: number) =>
  (value: number): number =>
    Number(value.toPrecision(digits))

/** In full, but with an exponent when it is very large or very small. */
export const numeral = (value: number): string =>
  value !== 0 && Number.isFinite(value) && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4)
    ? value.toExponential().replace('e+', 'e')
    : String(value)

/** Columns of equal width; the first is set left, the others right. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
    )
    .join('\n')
}
