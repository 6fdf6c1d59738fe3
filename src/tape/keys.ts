import * as E from 'fp-ts/lib/Either.js'
import { drawBernoulli, drawNormal, drawUniform } from '../random/draw.ts'
import { counterOf, type Domain, domain, type Key, type KeyTrace, tracedKey } from '../random/key.ts'
import { block } from '../random/threefry.ts'
import { reals } from '../primitive/domain.ts'
import { values } from '../primitive/broadcast.ts'
import { nonDifferentiable } from '../primitive/nonDifferentiable.ts'
import type { Primitive } from '../primitive/primitive.ts'
import { apply } from './apply.ts'
import { type Dims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { make, type Tensor } from '../tensor/tensor.ts'

/**
 * Keys as tensors of their two words, so that what is made of a key and drawn with it can be part of a program whose key
 * changes from step to step.
 */

/** The key that a tensor holds the words of. */
export const keyOf = (x: Tensor): Key => {
  const [high, low] = values(x)
  return Object.freeze({ _tag: 'Key', high: high!, low: low! })
}

/** Programs work on whole batches, so that the keys of a step are never mapped. */
const unmapped = (name: string) => (): never => fail('ValueError', `${name}: a traced key cannot be mapped over`)

/** A key's words as a tensor. */
export const wordsOf = ({ high, low }: Key): Tensor => make([2], Float64Array.of(high, low))

/** A key made of another and a number that is known. */
export const childKey: Primitive<{ readonly use: Domain; readonly index: number }> = nonDifferentiable({
  name: 'childKey',
  arity: 1,
  domain: [reals],
  shape: () => E.right([2]),
  evaluate: ({ use, index }, [x]) => {
    const { high, low } = keyOf(x!)
    return Float64Array.from(block(high, low, ...counterOf(use, index)))
  },
  batch: unmapped('childKey'),
  flops: () => 0
})

/** A key folded with a number that is data: a step's, say. */
export const foldKey: Primitive<object> = nonDifferentiable({
  name: 'foldKey',
  arity: 2,
  domain: [reals],
  shape: () => E.right([2]),
  evaluate: (_, [x, data]) => {
    const { high, low } = keyOf(x!)
    return Float64Array.from(block(high, low, ...counterOf(domain.foldIn, values(data!)[0]!)))
  },
  batch: unmapped('foldKey'),
  flops: () => 0
})

/** The same key: so that one which is handed through is known to be words. */
export const sameKey: Primitive<object> = nonDifferentiable({
  name: 'sameKey',
  arity: 1,
  domain: [reals],
  shape: () => E.right([2]),
  evaluate: (_, [x]) => values(x!),
  batch: unmapped('sameKey'),
  flops: () => 0
})

/** The next whole number: what counts the steps that keys are folded with, which single precision could not. */
export const nextCount: Primitive<object> = nonDifferentiable({
  name: 'nextCount',
  arity: 1,
  domain: [reals],
  shape: () => E.right([]),
  evaluate: (_, [x]) => Float64Array.of(values(x!)[0]! + 1),
  batch: unmapped('nextCount'),
  flops: () => 1
})

/**
 * Draws, as primitives that give what `random` gives: a program of single precision rounds the doubles, so that it draws the
 * same numbers, and never one outside of what is promised.
 */

/** A draw: the buffer for a key, and about how many floating-point operations an element costs. */
const draw = <P extends { readonly dims: Dims }>(
  name: string,
  cost: number,
  numbers: (params: P, size: number, key: Key) => Float64Array
): Primitive<P> =>
  nonDifferentiable<P>({
    name,
    arity: 1,
    domain: [reals],
    shape: ({ dims }) => E.right(dims),
    evaluate: (params, [x]) => numbers(params, sizeOf(params.dims), keyOf(x!)),
    batch: unmapped(name),
    flops: ({ dims }) => cost * sizeOf(dims)
  })

/** Numbers uniform in `[min, max)`. */
export const uniform: Primitive<UniformParams> = draw('uniform', 60, ({ min, max }, size, key) =>
  drawUniform(size, min, max, key)
)
export interface UniformParams {
  readonly min: number
  readonly max: number
  readonly dims: Dims
}

/** Ones with probability `p`, else zeros. */
export const bernoulli: Primitive<BernoulliParams> = draw('bernoulli', 60, ({ p }, size, key) =>
  drawBernoulli(size, p, key)
)
export interface BernoulliParams {
  readonly p: number
  readonly dims: Dims
}

/** Normal numbers. */
const normal: Primitive<{ readonly mean: number; readonly standardDeviation: number; readonly dims: Dims }> = draw(
  'normal',
  200,
  ({ mean, standardDeviation }, size, key) => drawNormal(size, mean, standardDeviation, key)
)

/** What makes a key of a tensor of words, and draws numbers with it. */
const traceOf = (words: Tensor): KeyTrace => ({
  words,
  child: (use, index) => keyFrom(apply(childKey, { use, index }, [words])),
  uniform: (min, max, dims) => apply(uniform, { min, max, dims }, [words]),
  bernoulli: (p, dims) => apply(bernoulli, { p, dims }, [words]),
  normal: (mean, standardDeviation, dims) => apply(normal, { mean, standardDeviation, dims }, [words])
})

/** A key whose words are a tensor. */
export const keyFrom = (words: Tensor): Key => tracedKey(traceOf(words))

/** The key folded with a scalar. */
export const foldInTensor = (words: Tensor, data: Tensor): Tensor => apply(foldKey, {}, [words, data])

/** The scalar one larger. */
export const countedUp = (count: Tensor): Tensor => apply(nextCount, {}, [count])

const isOneOf = (primitives: readonly object[], primitive: Primitive): boolean => primitives.includes(primitive)

/** Whether a primitive's operands are words and counts, which need all bits of a double whatever the precision. */
export const takesWords = (primitive: Primitive): boolean =>
  isOneOf([childKey, foldKey, sameKey, nextCount, uniform, bernoulli, normal], primitive)
/** Whether its results are words and counts. */
export const givesWords = (primitive: Primitive): boolean => isOneOf([childKey, foldKey, sameKey, nextCount], primitive)
