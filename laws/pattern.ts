import * as E from 'fp-ts/lib/Either.js'
import { tensors as op } from '../src/tape/algebra.ts'
import { eye } from '../src/tensor/construct.ts'
import { sizeOf } from '../src/tensor/dims.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { jvp } from '../src/transform/grad.ts'
import { sparsityPattern } from '../src/transform/sparse.ts'
import { vmap } from '../src/transform/vmap.ts'
import { agreed, type Difference, type Law, law } from './law.ts'
import { type Given, showGiven, type Subject } from './subject.ts'
import { every } from './tolerance.ts'

/** The law of sparsity patterns. */

type Many = readonly Tensor[]

const zerosLike = (x: Tensor): Tensor => make(dimsOf(x), new Float64Array(sizeOf(dimsOf(x))))

/** The derivatives of all results by the elements of one input, a list of all of them for each element, without masks. */
const columnsOf = (f: (inputs: Many) => Many, inputs: Many, index: number): readonly (readonly number[])[] => {
  const dims = dimsOf(inputs[index] ?? op.constant(0))
  const count = sizeOf(dims)
  if (count === 0) return []
  const along = (t: Tensor): Many => jvp(f)(inputs)(inputs.map((x, i) => (i === index ? t : zerosLike(x)))).tangent
  const mapped = vmap(along as never) as unknown as (basis: Tensor) => Many
  const found = mapped(op.reshape(eye(count), [count, ...dims])).map((x) => toFlatArray(x))
  return Array.from({ length: count }, (_, j) =>
    found.flatMap((all) => all.slice((j * all.length) / count, ((j + 1) * all.length) / count))
  )
}

/** That each derivative of a function which is not 0, or which is NaN, has its entry in the sparsity pattern. */
export const missesNone = (f: (inputs: Many) => Many, inputs: Many): E.Either<Difference, void> => {
  const { rows, columns, shape } = sparsityPattern(f)(inputs)
  const entries = new Set(rows.map((row, entry) => row * shape[1] + (columns[entry] ?? NaN)))
  const byElement = inputs.flatMap((_, index) => columnsOf(f, inputs, index))
  const missing = byElement.flatMap((column, j) =>
    column.flatMap((value, i) => (value === 0 || entries.has(i * shape[1] + j) ? [] : [{ value, i, j }]))
  )
  const [first] = missing
  return first === undefined
    ? agreed
    : E.left({
        what: `the derivative of element ${first.i} of the value by element ${first.j} of the inputs`,
        expected: '0, as the sparsity pattern has no such entry',
        actual: String(first.value)
      })
}

/** The pattern of a function, with the inputs that it is not differentiable in as arguments, and as known values. */
export const patternLaw = <P>({ name, f, points, differentiable }: Subject<P>): Law =>
  law<Given<P>>({
    name: `${name}: the sparsity pattern misses no derivative`,
    given: points,
    show: showGiven,
    holds: ({ params, inputs }) => {
      const isMoving = inputs.map((_, i) => differentiable(i))
      const withKnown = (moving: Many): Many => {
        const left = [...moving]
        return [f(params)(inputs.map((x, i) => (isMoving[i] === true ? (left.shift() ?? x) : x)))]
      }
      return every([
        () => missesNone((xs) => [f(params)(xs)], inputs),
        () =>
          missesNone(
            withKnown,
            inputs.filter((_, i) => isMoving[i])
          )
      ])
    }
  })
