/** Predictions of a classifier compared with the true classes. */
import { pipe } from 'fp-ts/lib/function.js'
import { argmax, take, type Mat, matmul, max, oneHot } from '../../../src/index.ts'
import { toFlatArray, transpose } from '../../../src/index.ts'
import type { DigitData } from '../../../src/report/index.ts'

interface Judged {
  /** The misclassified examples. */
  readonly wrong: readonly { readonly truth: number; readonly found: number }[]
  readonly count: number
  /** The confusion matrix: a row per true class, a column per predicted one. */
  readonly counts: Mat
  /** Some of the pictures, misclassified ones first. */
  readonly sample: DigitData
}

/** From class probabilities, a row per example, and one-hot targets. */
export const judged =
  (shares: Mat, targets: Mat) =>
  (pictures: Mat, shown = 24): Judged => {
    const [predicted, labels] = [argmax({ axis: 1 })(shares), argmax({ axis: 1 })(targets)]
    const [found, truth] = [toFlatArray(predicted), toFlatArray(labels)]
    const places = found.map((one, i) => ({ i, truth: truth[i] ?? NaN, found: one }))
    const wrong = places.filter((one) => one.truth !== one.found)
    const right = places.filter((one) => one.truth === one.found)
    const some = take({ axis: 0 })([...wrong, ...right].slice(0, shown).map(({ i }) => i))
    return {
      wrong,
      count: found.length,
      counts: pipe(transpose(targets), matmul(oneHot(targets.shape[1])(predicted))),
      sample: {
        images: some(pictures),
        predictions: some(predicted),
        labels: some(labels),
        probabilities: some(max({ axis: 1 })(shares))
      }
    }
  }
