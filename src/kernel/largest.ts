/** How often the largest numbers, or the signs, of predictions are where labels have them. */

/** The index of the largest of some numbers from a place on, the first of equals; −1 when one is NaN. */
const largestAt = (values: Float64Array, from: number, width: number): number => {
  let top = from
  for (let j = from; j < from + width; j++) {
    const value = values[j]!
    if (Number.isNaN(value)) return -1
    if (value > values[top]!) top = j
  }
  return top - from
}

/** How many rows have their largest number at their label. */
export const countLargestAt = (labels: ArrayLike<number>, scores: Float64Array, width: number): number => {
  let count = 0
  for (let i = 0; i < labels.length; i++) if (largestAt(scores, i * width, width) === labels[i]) count++
  return count
}

/** How many numbers lie on the side of a bound that a target of 0 or 1 names: above it for 1, else not above it. */
export const countRight = (targets: Float64Array, values: Float64Array, bound: number): number => {
  let count = 0
  for (let i = 0; i < values.length; i++) if (targets[i] === 1 ? values[i]! > bound : values[i]! <= bound) count++
  return count
}
