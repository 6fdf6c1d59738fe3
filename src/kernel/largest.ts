/** How often the largest numbers, or the signs, of predictions are where labels have them. */

/** How many rows have their largest number, the first of equals, at their label; a row with a NaN has none. */
export const countLargestAt = (labels: ArrayLike<number>, scores: Float64Array, width: number): number => {
  let count = 0
  for (let i = 0; i < labels.length; i++) {
    const start = i * width
    const at = start + labels[i]!
    const top = scores[at]!
    let j = start
    // a comparison with NaN does not hold
    while (j < at && scores[j]! < top) j++
    if (j < at) continue
    const end = start + width
    while (j < end && scores[j]! <= top) j++
    if (j === end) count++
  }
  return count
}

/** How many numbers lie on the side of a bound that a target of 0 or 1 names: above it for 1, else not above it. */
export const countRight = (targets: Float64Array, values: Float64Array, bound: number): number => {
  let count = 0
  for (let i = 0; i < values.length; i++) if (targets[i] === 1 ? values[i]! > bound : values[i]! <= bound) count++
  return count
}
