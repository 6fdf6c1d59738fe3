import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { asArray } from '../tensor/given.ts'
import { drawArrangement, drawCategories, drawExponential, drawIntegers } from './draw.ts'
import { checkKey, type Key } from './key.ts'
import { asDistribution, type Probabilities, someProbabilities } from './probabilities.ts'

/** The numbers 0 to `n − 1` in random order, as the buffer they were drawn in: for loops over many examples. @internal */
export const permutationIndices = (n: number): ((key: Key) => Int32Array) => {
  kinds.mustBe(kinds.count, 'permutation: n', n)
  return (key) => drawArrangement(n, n, checkKey('permutation', key))
}

/**
 * The numbers 0 to `n − 1` in random order, every order exactly as likely.
 *
 * @throws ValueError when `n` is negative or not whole
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { random } from 'grad-ts'
 *
 * const order = random.permutation(4)(random.key(0))
 * deepStrictEqual([...order].sort(), [0, 1, 2, 3])
 * @category order
 * @since 0.1.0
 */
export const permutation = (n: number): ((key: Key) => readonly number[]) => {
  const indices = permutationIndices(n)
  return (key) => Array.from(indices(key))
}

/**
 * The items of an array in random order, every order exactly as likely; the array itself is not changed.
 *
 * @throws ValueError when it is not given an array
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { random } from 'grad-ts'
 *
 * const cards = ['ace', 'king', 'queen']
 * const order = random.permutation(3)(random.key(0))
 * deepStrictEqual(random.shuffle(cards)(random.key(0)), order.map((i) => cards[i]))
 * @category order
 * @since 0.1.0
 */
export const shuffle = <A>(array: readonly A[]): ((key: Key) => readonly A[]) => {
  asArray('shuffle', 'an array', array)
  return (key) =>
    Array.from(drawArrangement(array.length, array.length, checkKey('shuffle', key)), (i) => array[i] as A)
}

/** What `choice` draws: how many, whether one may come twice, and how likely each is. @category settings @since 0.1.0 */
export interface ChoiceSettings {
  readonly count: number
  readonly replace: boolean
  /** One for each index, summing to 1; without them all are as likely. */
  readonly probabilities?: Probabilities
}

const choiceSettings = kinds.settings('choice', {
  count: kinds.count,
  replace: kinds.yesOrNo,
  probabilities: [someProbabilities, undefined]
})

/**
 * `count` indices below `n`, in the order drawn. Without replacement none comes twice, and with probabilities each draw is
 * among those left, in proportion to their probabilities; an index of probability 0 is never drawn. Takes memory in
 * proportion to `n`, unless it draws with replacement and no probabilities.
 *
 * @throws ValueError when `n` or `count` is negative or not whole, when there are fewer than `count` indices to draw
 * without replacement (or none at all to draw from), or when the probabilities are not `n` numbers from 0 to 1 that sum to
 * 1 within 1e-6
 * @see Efraimidis, Spirakis, Weighted Random Sampling with a Reservoir (2006)
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { random } from 'grad-ts'
 *
 * const hand = random.choice(52, { count: 5, replace: false })(random.key(0))
 * strictEqual(new Set(hand).size, 5)
 * const loaded = random.choice(3, { count: 20, replace: true, probabilities: [0.5, 0.5, 0] })(random.key(0))
 * ok(loaded.every((i) => i < 2))
 * @category order
 * @since 0.1.0
 */
export const choice = (n: number, settings: ChoiceSettings): ((key: Key) => readonly number[]) => {
  const { count, replace, probabilities } = choiceSettings.read(settings)
  kinds.mustBe(kinds.count, 'choice: n', n)
  const weights = probabilities === undefined ? undefined : asDistribution('choice', probabilities)
  if (weights !== undefined && weights.length !== n)
    fail('ValueError', `choice: needs one probability for each of ${n} indices, got ${weights.length}`)
  const possible = weights === undefined ? n : Array.from(weights).filter((p) => p > 0).length
  if (!replace && count > possible)
    fail(
      'ValueError',
      `choice: cannot draw ${count} different indices from ${possible}${weights === undefined ? '' : ' of positive probability'}; ` +
        'lower count or set replace to true'
    )
  if (count > 0 && n === 0) fail('ValueError', `choice: cannot draw ${count} indices from 0; n must be at least 1`)
  const draw = replace
    ? weights === undefined
      ? (key: Key) => drawIntegers(count, 0, n, key)
      : (key: Key) => drawCategories(count, weights, key)
    : weights === undefined
      ? (key: Key) => drawArrangement(n, count, key)
      : (key: Key) => weighted(weights, count, key)
  return (key) => Array.from(draw(checkKey('choice', key)))
}

/** Each index waits an exponential time of rate its probability; the first to arrive are drawn. */
const weighted = (weights: ArrayLike<number>, count: number, key: Key): readonly number[] => {
  const times = Array.from(drawExponential(weights.length, key), (time, i) => ({ i, time: time / (weights[i] ?? 0) }))
  return times
    .filter(({ i }) => (weights[i] ?? 0) > 0)
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.i - b.i))
    .slice(0, count)
    .map(({ i }) => i)
}
