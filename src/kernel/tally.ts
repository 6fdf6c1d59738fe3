/** Counting loops: confusion matrices, histograms of integers, and counts above thresholds. */

/** Counts pairs of classes in a square matrix, at row `rows[i]` and column `columns[i]`. */
export const countPairs = (classes: number, rows: ArrayLike<number>, columns: ArrayLike<number>): Float64Array => {
  const counts = new Float64Array(classes * classes)
  for (let i = 0; i < rows.length; i++) counts[rows[i]! * classes + columns[i]!]!++
  return counts
}

/** Counts each integer below `count`. */
export const countEach = (count: number, numbers: ArrayLike<number>): Float64Array => {
  const counts = new Float64Array(count)
  for (let i = 0; i < numbers.length; i++) counts[numbers[i]!]!++
  return counts
}

/** For each threshold, how many positives and negatives score at least that. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array
  /** Of those whose target is 1. */
  readonly positives: Float64Array
  /** Of those whose target is 0. */
  readonly negatives: Float64Array
}

/** The thresholds are ∞, where the counts are 0, then each distinct score in descending order. */
export const countAbove = (targets: Float64Array, scores: Float64Array): ThresholdCounts => {
  // not by difference, since ∞ − ∞ is NaN
  const descending = (a: number, b: number): number => (a > b ? -1 : a < b ? 1 : 0)
  const order = Uint32Array.from(scores.keys()).sort((i, j) => descending(scores[i]!, scores[j]!))
  const [thresholds, positives, negatives] = [[Infinity], [0], [0]]
  let [ones, zeros] = [0, 0]
  for (let k = 0; k < order.length; k++) {
    const score = scores[order[k]!]!
    if (targets[order[k]!] === 1) ones++
    else zeros++
    if (k + 1 < order.length && scores[order[k + 1]!] === score) continue
    thresholds.push(score)
    positives.push(ones)
    negatives.push(zeros)
  }
  return {
    thresholds: Float64Array.from(thresholds),
    positives: Float64Array.from(positives),
    negatives: Float64Array.from(negatives)
  }
}
