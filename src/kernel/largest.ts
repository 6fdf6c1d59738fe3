/** Counts of correct predictions: by argmax, and by threshold. */

/** How many rows have their maximum (the first, if tied) at their label; a row with a NaN never has. */
export const countLargestAt = (labels: ArrayLike<number>, scores: Float64Array, width: number): number => {
  let count = 0
  for (let i = 0; i < labels.length; i++) {
    const start = i * width
    const at = start + labels[i]!
    const top = scores[at]!
    let j = start
    // a comparison with NaN is false
    while (j < at && scores[j]! < top) j++
    if (j < at) continue
    const end = start + width
    while (j < end && scores[j]! <= top) j++
    if (j === end) count++
  }
  return count
}

/** How many numbers are classified correctly by a threshold: above it for target 1, at most it for target 0. */
export const countRight = (targets: Float64Array, values: Float64Array, bound: number): number => {
  let count = 0
  for (let i = 0; i < values.length; i++) if (targets[i] === 1 ? values[i]! > bound : values[i]! <= bound) count++
  return count
}
