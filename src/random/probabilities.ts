import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { isTensor, type Tensor, valuesOf } from '../tensor/tensor.ts'

/** Probabilities as a list or a tensor of rank 1. @category settings @since 0.1.0 */
export type Probabilities = readonly number[] | Tensor<[number]>

/** Probabilities, with elements not yet checked. @internal */
export const someProbabilities = kinds.kind<Probabilities>(
  'an array or a vector',
  (value) => isTensor(value) || Array.isArray(value)
)

/** The tolerance of the sum of probabilities: holds those computed in single precision. */
const slack = 1e-6

const vector = (what: string, x: Tensor): ArrayLike<number> =>
  x.shape.length === 1
    ? valuesOf(what, x)
    : fail('ShapeError', `${what}: probabilities must be a vector, got shape [${x.shape.join(', ')}]`)

/** The probabilities as numbers: at least one, each from 0 to 1, summing to 1. @internal */
export const asDistribution = (what: string, probabilities: Probabilities): readonly number[] => {
  const values: ArrayLike<number> = isTensor(probabilities) ? vector(what, probabilities) : probabilities
  const list = Array.from(values, (p, i) => kinds.mustBe(kinds.probability, `${what}: probability ${i}`, p))
  const sum = list.reduce((total, p) => total + p, 0)
  return list.length > 0 && Math.abs(sum - 1) <= slack
    ? list
    : fail(
        'ValueError',
        `${what}: the ${list.length} probabilities must sum to 1, got ${sum}; divide them by their sum`
      )
}
