import { drawArrangement } from '../kernel/draw.ts'
import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor, type Vec } from '../tensor/tensor.ts'
import { asKey, type Key, wordsOf } from './key.ts'
import { asDistribution, type Probabilities, someProbabilities } from './probabilities.ts'

/** `permutation` as a plain buffer, for loops over many examples. @internal */
export const permutationIndices =
  (n: number) =>
  (key: Key): Int32Array =>
    drawArrangement(n, n, wordsOf('permutation', key))

/**
 * A random permutation of 0 to `n − 1`; of the rows of a tensor, along its first axis; or of the items of an array. All
 * orders are exactly equally likely, and the same key puts as many things in the same order. The argument is not changed. A
 * traced key permutes numbers and rows, but not the items of an array.
 *
 * @shape n → [n], tensor [n, …] → [n, …]
 * @throws ValueError when it is given neither a whole number of at least 0, a tensor nor an array
 * @throws ShapeError when the tensor is a scalar
 * @throws TracedValueError when an array is permuted by a key that is being traced
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { random, take, tensor, toArray } from 'grad-ts'
 *
 * const order = random.permutation(3)(random.key(0))
 * deepStrictEqual([...toArray(order)].sort(), [0, 1, 2])
 *
 * const rows = tensor([[5, 6], [7, 8], [9, 10]])
 * deepStrictEqual(random.permutation(rows)(random.key(0)), take({ axis: 0 })(order)(rows))
 * const cards = ['ace', 'king', 'queen']
 * deepStrictEqual(random.permutation(cards)(random.key(0)), toArray(order).map((i) => cards[i]))
 * @category order
 * @since 0.1.0
 */
export function permutation<const N extends number>(n: N): (key: Key) => Vec<N>
export function permutation<S extends Shape>(rows: Tensor<S>): (key: Key) => Tensor<S>
export function permutation<A>(items: readonly A[]): (key: Key) => readonly A[]
export function permutation(given: number | Tensor | readonly unknown[]): (key: Key) => unknown {
  return typeof given === 'number' ? numbers(given) : isTensor(given) ? rows(given) : items(given)
}

const numbers = (n: number): ((key: Key) => Tensor) => {
  kinds.mustBe(kinds.count, 'permutation: n', n)
  return (key) => op.permutation(asKey('permutation', key), n, n)
}

const rows = (x: Tensor): ((key: Key) => Tensor) => {
  const [n] = dimsOf(x)
  return n === undefined
    ? fail('ShapeError', `permutation: needs an axis of rows, got a tensor of shape ${showDims(dimsOf(x))}`)
    : (key) => op.gather(x, op.permutation(asKey('permutation', key), n, n))
}

const items = <A>(given: readonly A[]): ((key: Key) => readonly A[]) => {
  const array = kinds.mustBe(
    kinds.list<A>('a whole number, a tensor or an array'),
    'permutation: what to permute',
    given
  )
  return (key) => Array.from(permutationIndices(array.length)(key), (i) => array[i] as A)
}

/** Settings of `choice`. @category settings @since 0.1.0 */
export interface ChoiceSettings<C extends number = number> {
  readonly count: C
  readonly replace: boolean
  /** One for each index, summing to 1; uniform by default. */
  readonly probabilities?: Probabilities
}

const choiceSettings = kinds.settings('choice', {
  count: kinds.count,
  replace: kinds.yesOrNo,
  probabilities: [someProbabilities, undefined]
})

/**
 * `count` indices below `n`, in the order drawn. Without replacement indices are distinct, and with probabilities each
 * draw is among those left, in proportion to their probabilities; an index of probability 0 is never drawn. Takes O(n)
 * memory, except with replacement and without probabilities.
 *
 * @shape → [count]
 * @throws ValueError when `n` or `count` is negative or not whole, when there are fewer than `count` indices to draw
 * without replacement (or none at all to draw from), or when the probabilities are not `n` numbers from 0 to 1 that sum
 * to 1 within 1e-6
 * @see Efraimidis, Spirakis, Weighted Random Sampling with a Reservoir (2006)
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { random, toArray } from 'grad-ts'
 *
 * const hand = random.choice(52, { count: 5, replace: false })(random.key(0))
 * strictEqual(new Set(toArray(hand)).size, 5)
 * const loaded = random.choice(3, { count: 20, replace: true, probabilities: [0.5, 0.5, 0] })(random.key(0))
 * ok(toArray(loaded).every((i) => i < 2))
 * @category order
 * @since 0.1.0
 */
export const choice = <const C extends number>(n: number, settings: ChoiceSettings<C>): ((key: Key) => Vec<C>) => {
  const { count, replace, probabilities } = choiceSettings.read(settings)
  kinds.mustBe(kinds.count, 'choice: n', n)
  const weights = probabilities === undefined ? undefined : asDistribution('choice', probabilities)
  if (weights !== undefined && weights.length !== n)
    fail('ValueError', `choice: needs one probability for each of ${n} indices, got ${weights.length}`)
  const possible = weights === undefined ? n : weights.filter((p) => p > 0).length
  if (!replace && count > possible)
    fail(
      'ValueError',
      `choice: cannot draw ${count} different indices from ${possible}${weights === undefined ? '' : ' of positive probability'}; ` +
        'lower count or set replace to true'
    )
  if (count > 0 && n === 0) fail('ValueError', `choice: cannot draw ${count} indices from 0; n must be at least 1`)
  return (given) => {
    const key = asKey('choice', given)
    return (
      count === 0
        ? op.permutation(key, 0, 0)
        : replace
          ? weights === undefined
            ? op.randint(key, 0, n, [count])
            : op.categorical(key, weights, [count])
          : weights === undefined
            ? op.permutation(key, n, count)
            : op.weightedChoice(key, weights, count)
    ) as Vec<C>
  }
}
