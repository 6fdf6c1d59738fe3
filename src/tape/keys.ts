import * as E from 'fp-ts/lib/Either.js'
import { drawNormal, drawUniform } from '../random/draw.ts'
import { counterOf, type Domain, domain, type Key, type KeyTrace, tracedKey } from '../random/key.ts'
import { block } from '../random/threefry.ts'
import { reals } from '../primitive/domain.ts'
import { nonDifferentiable, values } from '../primitive/elementwise.ts'
import type { Primitive } from '../primitive/primitive.ts'
import { tensors as op } from './algebra.ts'
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

/** Programs work on whole batches; nobody maps over the keys of a step. */
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

/** Numbers uniform in `[0, 1)`. */
export const unitUniform: Primitive<{ readonly dims: Dims }> = nonDifferentiable({
  name: 'unitUniform',
  arity: 1,
  domain: [reals],
  shape: ({ dims }) => E.right(dims),
  evaluate: ({ dims }, [x]) => drawUniform(sizeOf(dims), 0, 1, keyOf(x!)),
  batch: unmapped('uniform'),
  flops: ({ dims }) => 60 * sizeOf(dims)
})

/** Normal numbers of mean 0 and standard deviation 1. */
export const unitNormal: Primitive<{ readonly dims: Dims }> = nonDifferentiable({
  name: 'unitNormal',
  arity: 1,
  domain: [reals],
  shape: ({ dims }) => E.right(dims),
  evaluate: ({ dims }, [x]) => drawNormal(sizeOf(dims), 0, 1, keyOf(x!)),
  batch: unmapped('normal'),
  flops: ({ dims }) => 200 * sizeOf(dims)
})

/** What makes a key of a tensor of words, and draws numbers with it. */
const traceOf = (words: Tensor): KeyTrace => ({
  words,
  child: (use, index) => keyFrom(apply(childKey, { use, index }, [words])),
  // the same arithmetic as that of random.uniform, so that the bits are the same
  uniform: (min, max, last, dims) => {
    const unit = apply(unitUniform, { dims }, [words])
    return op.minimum(op.add(op.mul(unit, op.constant(max - min)), op.constant(min)), op.constant(last))
  },
  bernoulli: (p, dims) => op.greater(op.constant(p), apply(unitUniform, { dims }, [words])),
  normal: (mean, standardDeviation, dims) =>
    op.add(op.mul(apply(unitNormal, { dims }, [words]), op.constant(standardDeviation)), op.constant(mean))
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
  isOneOf([childKey, foldKey, sameKey, nextCount, unitUniform, unitNormal], primitive)
/** The same of what it gives. */
export const givesWords = (primitive: Primitive): boolean => isOneOf([childKey, foldKey, sameKey, nextCount], primitive)
