/** What a classifier makes of examples whose classes are known. */
import { pipe } from 'fp-ts/lib/function.js'
import { argmaxOver, gatherRows, type Mat, matmul, maxOver, oneHot } from '../../../src/index.ts'
import { toFlatArray, transpose } from '../../../src/index.ts'
import type { DigitData } from '../../../src/report/index.ts'

interface Judged {
  /** What was taken for another class, which one it is, and for which it was taken. */
  readonly wrong: readonly { readonly truth: number; readonly found: number }[]
  readonly count: number
  /** Rows are true classes, columns predicted ones: how often each pair occurs. */
  readonly counts: Mat
  /** Some of the pictures, first those that were taken for something else. */
  readonly sample: DigitData
}

/** From shares of classes, one row an example, and targets of zeros with a one. */
export const judged =
  (shares: Mat, targets: Mat) =>
  (pictures: Mat, shown = 24): Judged => {
    const [predicted, labels] = [argmaxOver(1)(shares), argmaxOver(1)(targets)]
    const [found, truth] = [toFlatArray(predicted), toFlatArray(labels)]
    const places = found.map((one, i) => ({ i, truth: truth[i] ?? NaN, found: one }))
    const wrong = places.filter((one) => one.truth !== one.found)
    const right = places.filter((one) => one.truth === one.found)
    const some = gatherRows([...wrong, ...right].slice(0, shown).map(({ i }) => i))
    return {
      wrong,
      count: found.length,
      counts: pipe(transpose(targets), matmul(oneHot(targets.shape[1])(predicted))),
      sample: {
        images: some(pictures),
        predictions: some(predicted),
        labels: some(labels),
        probabilities: some(maxOver(1)(shares))
      }
    }
  }
