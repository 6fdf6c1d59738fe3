/** Validates probabilities, distributions and one-hot rows. */

/** The position of the first number outside [0, 1] or NaN; −1 if none. */
export const firstOutside = (values: Float64Array): number => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= 0 && values[i]! <= 1)) return i
  return -1
}

/** The first row of `width` numbers whose sum differs from 1 by more than `tolerance`; −1 if none. */
export const firstUneven = (values: Float64Array, width: number, tolerance: number): number => {
  for (let start = 0; start < values.length; start += width) {
    let sum = 0
    for (let i = start; i < start + width; i++) sum += values[i]!
    if (!(Math.abs(sum - 1) <= tolerance)) return start / width
  }
  return -1
}

/** The first row of `width` numbers that is not one-hot; −1 if none. */
export const firstNotOneHot = (values: Float64Array, width: number): number => {
  for (let start = 0; start < values.length; start += width) {
    let ones = 0
    for (let i = start; i < start + width; i++) ones += values[i] === 1 ? 1 : values[i] === 0 ? 0 : NaN
    if (ones !== 1) return start / width
  }
  return -1
}

/** The column of the 1 in each one-hot row. */
export const columnsOfOnes = (values: Float64Array, width: number): Float64Array => {
  const columns = new Float64Array(values.length / width)
  for (let i = 0; i < values.length; i++) if (values[i] === 1) columns[Math.floor(i / width)] = i % width
  return columns
}
