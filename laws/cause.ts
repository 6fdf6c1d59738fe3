import { sameDims, sizeOf } from '../src/tensor/dims.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { largest } from './resolution.ts'

/** The likely cause of a wrong derivative: the first of some common mistakes that explains every element. */

/** Something that a rule may give in place of the derivative. */
export interface Mistake {
  readonly name: string
  readonly value: Tensor
}

/** Close enough to say that a mistake explains a number; other mistakes differ by much more. */
const SAME = 1e-5

const allClose = (xs: readonly number[], ys: readonly number[]): boolean => {
  const size = Math.max(largest(xs), largest(ys))
  return xs.every((x, i) => Math.abs(x - (ys[i] ?? NaN)) <= SAME * size)
}

const transposed = (values: readonly number[], [rows = 0, columns = 0]: readonly number[]): readonly number[] =>
  Array.from({ length: rows * columns }, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] ?? NaN)

const factors = (lengths: readonly number[]): readonly (readonly [number, string, string])[] => [
  [-1, '−1', 'a sign'],
  [2, '2', 'a factor of 2'],
  [0.5, '1/2', 'a factor of 1/2'],
  ...[...new Set(lengths)].flatMap((n): readonly (readonly [number, string, string])[] => [
    [n, String(n), `a sum in place of a mean of ${n}`],
    [1 / n, `1/${n}`, `a mean in place of a sum of ${n}`]
  ])
]

/** What explains `actual` in place of `expected`, as a sentence; nothing when no common mistake explains all elements. */
export const causeOf = (
  actual: Tensor,
  expected: Tensor,
  mistakes: readonly Mistake[],
  lengths: readonly number[]
): string | undefined => {
  const dims = dimsOf(actual)
  const [found, wanted] = [toFlatArray(actual), toFlatArray(expected)]
  if (sizeOf(dims) === 0 || !sameDims(dims, dimsOf(expected)) || allClose(found, wanted)) return undefined
  if (found.every((x) => x === 0)) return 'actual is 0: taken for a constant, or a tangent lost?'
  const isFlat = wanted.every((x) => x === 0)
  const factor = factors(lengths.filter((n) => n > 2)).find(
    ([k]) =>
      !isFlat &&
      allClose(
        found,
        wanted.map((x) => k * x)
      )
  )
  if (factor !== undefined) return `actual is ${factor[1]} × expected: ${factor[2]}?`
  if (!isFlat && dims.length === 2 && dims[0] === dims[1] && allClose(found, transposed(wanted, dims)))
    return 'actual is expected, transposed'
  const mistake = mistakes.find(({ value }) => sameDims(dimsOf(value), dims) && allClose(found, toFlatArray(value)))
  return mistake === undefined ? undefined : `actual is ${mistake.name}`
}
