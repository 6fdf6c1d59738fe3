import * as E from 'fp-ts/lib/Either.js'
import * as draw from '../kernel/draw.ts'
import { folded, keyAt, ofEachKey, splitInto, type Words } from '../kernel/key.ts'
import { type Dims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import { noParams, type NoParams, type Primitive } from './primitive.ts'

/**
 * Random keys and draws. A key is two unsigned 32-bit words along the last axis; leading axes are batches of keys,
 * which are processed independently. None of these is differentiable.
 */

/** A single key has no batch axes. */
const single: E.Either<string, Dims> = E.right([])

/** The batch axes of a tensor of keys, or an error message. */
const leadOf = (keys: Dims): E.Either<string, Dims> =>
  keys[keys.length - 1] === 2
    ? keys.length === 1
      ? single
      : E.right(keys.slice(0, -1))
    : E.left(`needs random keys, of two words each, got shape ${showDims(keys)}`)

/** Splits each key into `count` keys, along a new axis before the words. */
export const splitKey: Primitive<{ readonly count: number }> = nonDifferentiable({
  name: 'splitKey',
  arity: 1,
  domain: [reals],
  shape: ({ count }, [keys]) => E.map((lead: Dims) => [...lead, count, 2])(leadOf(keys!)),
  evaluate: ({ count }, [keys]) => ofEachKey('splitKey', values(keys!), 2 * count, (key) => splitInto(key, count)),
  batch: ({ params, inputs, again }) => again(params, inputs),
  flops: () => 0
})

/** Folds an integer into each key. */
export const foldKey: Primitive<NoParams> = nonDifferentiable({
  name: 'foldKey',
  arity: 2,
  domain: [reals],
  shape: (_, [keys, data]) => {
    const lead = leadOf(keys!)
    return E.isLeft(lead) || sameDims(lead.right, data!)
      ? E.map(() => keys!)(lead)
      : E.left(`needs one number for each key, got keys of shape ${showDims(keys!)} and numbers of ${showDims(data!)}`)
  },
  evaluate: (_, [keys, data]) => {
    const numbers = values(data!)
    return ofEachKey('foldKey', values(keys!), 2, (key, i) => folded('foldKey', key, numbers[i]!))
  },
  batch: ({ op, inputs, mapped, size, again }) =>
    again(
      noParams,
      inputs.map((x, i) => (mapped[i] ? x : op.broadcastTo(x, [size, ...op.dims(x)])))
    ),
  flops: () => 0
})

/** A draw: numbers of a shape from each key, and the approximate cost of a number in floating-point operations. */
const drawing = <P>(
  name: string,
  cost: number,
  dimsOf: (params: P) => Dims,
  needs: readonly [requirement: string, isMet: (params: P) => boolean] | null,
  numbers: (params: P, size: number, key: Words) => Float64Array
): Primitive<P> =>
  nonDifferentiable<P>({
    name,
    arity: 1,
    domain: [reals],
    shape: (params, [keys]) =>
      needs !== null && !needs[1](params)
        ? E.left(`needs ${needs[0]}`)
        : E.map((lead: Dims) => (lead.length === 0 ? dimsOf(params) : [...lead, ...dimsOf(params)]))(leadOf(keys!)),
    evaluate: (params, [keys]) => {
      const words = values(keys!)
      const size = sizeOf(dimsOf(params))
      return words.length === 2
        ? numbers(params, size, keyAt(name, words, 0))
        : ofEachKey(name, words, size, (key) => numbers(params, size, key))
    },
    batch: ({ params, inputs, again }) => again(params, inputs),
    flops: (_, __, output) => cost * sizeOf(output)
  })

/** The parameters of a distribution, and the shape to draw. */
export type Drawn<P> = P & { readonly dims: Dims }

const inShape = <P>(
  name: string,
  cost: number,
  needs: readonly [requirement: string, isMet: (params: P) => boolean] | null,
  numbers: (params: P, size: number, key: Words) => Float64Array
): Primitive<Drawn<P>> => drawing<Drawn<P>>(name, cost, ({ dims }) => dims, needs, numbers)

export interface Range {
  readonly min: number
  readonly max: number
}

export interface Gaussian {
  readonly mean: number
  readonly standardDeviation: number
}

const rising = ['min below max', ({ min, max }: Range) => min < max] as const

/** Numbers uniform in `[min, max)`. */
export const uniform = inShape<Range>('uniform', 60, rising, ({ min, max }, size, key) =>
  draw.drawUniform(size, min, max, key)
)

export const normal = inShape<Gaussian>('normal', 200, null, ({ mean, standardDeviation }, size, key) =>
  draw.drawNormal(size, mean, standardDeviation, key)
)

/** The truncation bound `b` of `truncatedNormal`, in standard deviations of the underlying normal. */
const bound = 2
/** The standard deviation of the standard normal truncated there: `√(1 − 2 b φ(b) / (2 Φ(b) − 1))`. */
const spread = 0.8796256610342398

/** Truncated normal numbers, rescaled to the given mean and standard deviation. */
export const truncatedNormal = inShape<Gaussian>(
  'truncatedNormal',
  210,
  null,
  ({ mean, standardDeviation }, size, key) =>
    draw.drawTruncatedNormal(size, mean, standardDeviation / spread, bound, key)
)

/** Ones with probability `p`, else zeros. */
export const bernoulli = inShape<{ readonly p: number }>('bernoulli', 60, null, ({ p }, size, key) =>
  draw.drawBernoulli(size, p, key)
)

/** Integers in `[min, max)`. */
export const randint = inShape<Range>('randint', 60, rising, ({ min, max }, size, key) =>
  draw.drawIntegers(size, min, max - min, key)
)

/** Integers of 32 random bits. */
export const bits = inShape<object>('bits', 30, null, (_, size, key) => draw.drawIntegers(size, 0, 2 ** 32, key))

/** Class indices, drawn with their probabilities. */
export const categorical = inShape<{ readonly probabilities: readonly number[] }>(
  'categorical',
  60,
  ['at least one probability', ({ probabilities }) => probabilities.length > 0],
  ({ probabilities }, size, key) => draw.drawCategories(size, probabilities, key)
)

/** The first `count` elements of a random permutation of 0 to `n − 1`. */
export const permutation = drawing<{ readonly n: number; readonly count: number }>(
  'permutation',
  60,
  ({ count }) => [count],
  ['a count of at most n', ({ n, count }) => count <= n],
  ({ n, count }, _, key) => Float64Array.from(draw.drawArrangement(n, count, key))
)

/** `count` indices drawn without replacement, in proportion to the probabilities of those left. */
export const weightedChoice = drawing<{ readonly probabilities: readonly number[]; readonly count: number }>(
  'weightedChoice',
  60,
  ({ count }) => [count],
  [
    'as many positive probabilities as indices',
    ({ probabilities, count }) => probabilities.filter((p) => p > 0).length >= count
  ],
  ({ probabilities, count }, _, key) => draw.drawWeighted(probabilities, count, key)
)
