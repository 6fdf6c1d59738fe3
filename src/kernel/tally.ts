/** Counting: how often numbers and pairs of classes occur, and how many of two kinds lie above a threshold. */

/** How often each pair of classes occurs, as a square: `rows[i]` is the row, `columns[i]` the column. */
export const countPairs = (classes: number, rows: ArrayLike<number>, columns: ArrayLike<number>): Float64Array => {
  const counts = new Float64Array(classes * classes)
  for (let i = 0; i < rows.length; i++) counts[rows[i]! * classes + columns[i]!]!++
  return counts
}

/** How often each whole number below `count` occurs. */
export const countEach = (count: number, numbers: ArrayLike<number>): Float64Array => {
  const counts = new Float64Array(count)
  for (let i = 0; i < numbers.length; i++) counts[numbers[i]!]!++
  return counts
}

/** For some thresholds, how many examples of each kind score at least that. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array
  /** Of those whose target is 1. */
  readonly positives: Float64Array
  /** Of those whose target is 0. */
  readonly negatives: Float64Array
}

/** The thresholds are ∞, which nothing is to be counted at, and then each score that occurs, from the largest down. */
export const countAbove = (targets: Float64Array, scores: Float64Array): ThresholdCounts => {
  // not by their difference, as ∞ − ∞ is NaN
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
