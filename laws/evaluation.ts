import { tensors as op } from '../src/tape/algebra.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { vmap } from '../src/transform/vmap.ts'
import { type Law, law } from './law.ts'
import { type Examples, type Given, showExamples, showGiven, type Subject } from './subject.ts'
import { agree, every, identical } from './tolerance.ts'

/** The laws of evaluation: purity and batching. */

/** The same inputs give the same bits, and nothing is written to them. */
export const purityLaw = <P>({ name, f, points }: Subject<P>): Law =>
  law<Given<P>>({
    name: `${name}: the same inputs give the same bits, and stay as they are`,
    given: points,
    show: showGiven,
    holds: ({ params, inputs }) => {
      const before = inputs.map((x) => make(dimsOf(x), Float64Array.from(toFlatArray(x))))
      const [first, again] = [f(params)(inputs), f(params)(inputs)]
      return every([
        ...inputs.map((x, i) => () => identical(`input ${i} afterwards`)(x, before[i] ?? x)),
        () => identical('the second result')(again, first),
        () => identical('the result from copies of the inputs')(f(params)(before), first)
      ])
    }
  })

/** Up to how many inputs every choice of them is mapped. */
const FEW = 4

/** Every choice of at least one of `n` inputs; of many inputs, each alone and all. */
const choices = (n: number): readonly (readonly boolean[])[] =>
  n <= FEW
    ? Array.from({ length: 2 ** n - 1 }, (_, k) => Array.from({ length: n }, (__, i) => (((k + 1) >> i) & 1) === 1))
    : Array.from({ length: n + 1 }, (_, k) => Array.from({ length: n }, (__, i) => k === n || i === k))

/** Tensors of one shape along a new first axis. */
const stack = (xs: readonly Tensor[]): Tensor =>
  op.concat(
    xs.map((x) => op.reshape(x, [1, ...dimsOf(x)])),
    0
  )

/** A batch gives what its examples give one by one, for every choice of inputs that are mapped. */
export const batchLaw = <P>({ name, f, examples }: Subject<P>): Law =>
  law<Examples<P>>({
    name: `${name}: a batch agrees with its examples one by one, whichever inputs are mapped`,
    given: examples,
    show: showExamples,
    holds: ({ params, examples: all }) => {
      const [first = []] = all
      return every(
        choices(first.length).map((mapped) => () => {
          // an input that is not mapped is shared by all examples
          const given = all.map((example) => first.map((x, i) => (mapped[i] === true ? (example[i] ?? x) : x)))
          const inputs = first.map((x, i) => (mapped[i] === true ? stack(given.map((example) => example[i] ?? x)) : x))
          const axes = mapped.map((isMapped) => (isMapped ? 0 : null))
          const whole = vmap((...xs: readonly Tensor[]) => f(params)(xs), { in: axes })(...inputs) as Tensor
          return agree(`the batch with axes [${axes.join(', ')}]`)(whole, stack(given.map(f(params))))
        })
      )
    }
  })
