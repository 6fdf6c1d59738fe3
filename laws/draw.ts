import * as fc from 'fast-check'
import type * as params from '../src/params/index.ts'
import { flattenParams, rebuild } from '../src/params/tree.ts'
import type { Interval } from '../src/primitive/primitive.ts'
import { key as keyOf, type Key } from '../src/random/key.ts'
import { checkDims, type Dims, sizeOf } from '../src/tensor/dims.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { asInterval, reals } from '../src/primitive/domain.ts'
import { fail } from '../src/tensor/errors.ts'
import * as kinds from '../src/kinds/index.ts'
import { arbitraryOf } from './given.ts'

/**
 * Arbitraries of the laws: numbers of an interval (some of them round, so that counterexamples read well), tensors,
 * shapes, shapes that broadcast, trees of parameters, keys.
 */

/** The distance of samples from the points that an interval avoids. */
const margin = 0.05

const isInside =
  ({ min, max, avoid }: Interval) =>
  (value: number): boolean =>
    value >= min && value <= max && avoid.every((point) => Math.abs(value - point) >= margin)

/** The halves of an interval, those nearest to 0 first. */
const halves = ({ min, max }: Interval): readonly number[] => {
  const [from, to] = [Math.ceil(Math.max(min, -1e3) * 2), Math.floor(Math.min(max, 1e3) * 2)]
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => (from + i) / 2).sort(
    (a, b) => Math.abs(a) - Math.abs(b) || b - a
  )
}

/** Thousandths of the way from one end to the other. */
const grid = 1000

/**
 * Numbers of an interval, about half of them whole or halves; none within 0.05 of a point to avoid.
 *
 * @throws ValueError when no number qualifies
 * @example
 * import { ok } from 'assert'
 * import fc from 'fast-check'
 * import * as laws from 'grad-ts/laws'
 *
 * const numbers = fc.sample(laws.arbitrary.number({ min: 0.5, max: 2, avoid: [1] }), 100)
 * ok(numbers.every((x) => x >= 0.5 && x <= 2 && Math.abs(x - 1) >= 0.05))
 * @category arbitrary
 * @since 0.1.0
 */
export const number = (interval: Interval): fc.Arbitrary<number> => {
  const { min, max } = asInterval('laws.arbitrary.number', interval)
  const round = halves(interval).filter(isInside(interval))
  const any = fc
    .integer({ min: 0, max: grid })
    .map((k) => min + ((max - min) * k) / grid)
    .filter(isInside(interval))
  return round.length === 0 ? any : fc.oneof({ withCrossShrink: true }, fc.constantFrom(...round), any)
}

/** Tensors of a shape whose elements are drawn one by one. */
export const tensorOf = (dims: Dims) => {
  const length = sizeOf(checkDims('laws.arbitrary.tensorOf', dims))
  return (element: fc.Arbitrary<number>): fc.Arbitrary<Tensor> => {
    kinds.mustBe(arbitraryOf, 'laws.arbitrary.tensorOf: element', element)
    return fc
      .array(element, { minLength: length, maxLength: length, size: 'max' })
      .map((values) => make(dims, Float64Array.from(values)))
  }
}

/**
 * Tensors of a shape with numbers of an interval, by default from −3 to 3.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { deepStrictEqual } from 'assert'
 * import fc from 'fast-check'
 * import * as laws from 'grad-ts/laws'
 *
 * const [x] = fc.sample(laws.arbitrary.tensor([2, 3]), 1)
 * deepStrictEqual(x?.shape, [2, 3])
 * @category arbitrary
 * @since 0.1.0
 */
export const tensor = <const S extends number[]>(
  shape: readonly [...S],
  interval: Interval = reals
): fc.Arbitrary<Tensor<S>> => tensorOf(shape)(number(interval)) as unknown as fc.Arbitrary<Tensor<S>>

/**
 * Tensors of a shape with numbers over the range of single precision: ordinary ones, from −3 to 3; these times 1e20 and
 * 1e-20, whose squares overflow or underflow a single; and ordinary ones mixed with zeros, infinities, NaN, and numbers
 * that round to infinity or to a subnormal single.
 */
export const anySize = <const S extends number[]>(shape: readonly [...S]): fc.Arbitrary<Tensor<S>> => {
  const [of, ordinary] = [tensorOf(shape), number(reals)]
  const special = fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 1e20, -1e20, 1e-20, 1e40, -1e40, 1e-40, -1e-40)
  return fc.oneof(
    of(ordinary),
    of(ordinary.map((x) => x * 1e20)),
    of(ordinary.map((x) => x * 1e-20)),
    of(fc.oneof({ weight: 3, arbitrary: ordinary }, special))
  ) as unknown as fc.Arbitrary<Tensor<S>>
}

/** Between what ranks and dimensions shapes are drawn. @category arbitrary @since 0.1.0 */
export interface ShapeSettings {
  readonly minRank?: number
  readonly maxRank?: number
  readonly minDim?: number
  readonly maxDim?: number
}

const shapeFields = kinds.settings('laws.arbitrary.shape', {
  minRank: [kinds.count, 0],
  maxRank: [kinds.count, 3],
  minDim: [kinds.count, 0],
  maxDim: [kinds.count, 3]
})

/**
 * Shapes: by default of rank 0 to 3 with dimensions from 1 to 3, occasionally 0.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { ok } from 'assert'
 * import fc from 'fast-check'
 * import * as laws from 'grad-ts/laws'
 *
 * const matrices = laws.arbitrary.shape({ minRank: 2, maxRank: 2, minDim: 1 })
 * ok(fc.sample(matrices, 20).every((dims) => dims.length === 2 && !dims.includes(0)))
 * @category arbitrary
 * @since 0.1.0
 */
export const shape = (settings: ShapeSettings = {}): fc.Arbitrary<Dims> => {
  const { minRank, maxRank, minDim, maxDim } = shapeFields.read(settings)
  if (minRank > maxRank || minDim > maxDim)
    fail(
      'ValueError',
      `laws.arbitrary.shape: ranks from ${minRank} to ${maxRank}, dimensions from ${minDim} to ${maxDim}: each must rise`
    )
  const usual = fc.integer({ min: Math.max(1, minDim), max: Math.max(1, maxDim) })
  const dim = minDim > 0 ? usual : fc.oneof({ weight: 19, arbitrary: usual }, { weight: 1, arbitrary: fc.constant(0) })
  return fc.array(dim, { minLength: minRank, maxLength: maxRank, size: 'max' })
}

/** Shapes that broadcast to another: leading dimensions left out, and some made 1. */
export const stretchable = (to: Dims): fc.Arbitrary<Dims> => {
  checkDims('laws.arbitrary.stretchable', to)
  return fc
    .record({
      drop: fc.integer({ min: 0, max: to.length }),
      ones: fc.array(fc.boolean(), { minLength: to.length, maxLength: to.length })
    })
    .map(({ drop, ones }) => to.map((n, i) => (ones[i] === true ? 1 : n)).slice(drop))
}

const MOST_SHAPES = 2 ** 16
const someShapes = kinds.number(
  `a whole number from 1 to ${MOST_SHAPES}`,
  (value) => kinds.size.holds(value) && value <= MOST_SHAPES
)

/** Shapes of which one has full size and the others broadcast to it, the full one at any place. */
export const broadcastable = (count: number, settings: ShapeSettings = {}): fc.Arbitrary<readonly Dims[]> => {
  kinds.mustBe(someShapes, 'laws.arbitrary.broadcastable: count', count)
  return shape(settings).chain((full) =>
    fc.nat({ max: count - 1 }).chain((place) =>
      // as often as not all of one shape
      fc
        .boolean()
        .chain((same) =>
          fc.tuple(
            ...Array.from({ length: count }, (_, i) => (same || i === place ? fc.constant(full) : stretchable(full)))
          )
        )
    )
  )
}

/**
 * Trees of the structure and shapes of another, with numbers of their own.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { deepStrictEqual } from 'assert'
 * import fc from 'fast-check'
 * import { ones } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const [p] = fc.sample(laws.arbitrary.like({ weight: ones([2, 3]) }), 1)
 * deepStrictEqual(p?.weight.shape, [2, 3])
 * @category arbitrary
 * @since 0.1.0
 */
export const like = <P>(tree: P, interval: Interval = reals): fc.Arbitrary<P> => {
  const { leaves, structure } = flattenParams('laws.arbitrary.like', tree)
  return fc
    .tuple(...leaves.map((x) => tensorOf(dimsOf(x))(number(interval))))
    .map((drawn) => rebuild<P>(structure, drawn))
}

/**
 * Trees of parameters: a tensor, or records and arrays of them, nested up to three deep.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { ok } from 'assert'
 * import fc from 'fast-check'
 * import { params } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * ok(fc.sample(laws.arbitrary.tree(), 20).every((p) => params.count(p) >= 0))
 * @category arbitrary
 * @since 0.1.0
 */
export const tree = (interval: Interval = reals): fc.Arbitrary<params.Params> => {
  const element = number(interval)
  return fc.letrec<{ readonly leaf: params.Params; readonly node: params.Params }>((tie) => ({
    leaf: shape({ maxRank: 2 }).chain((dims) => tensorOf(dims)(element)),
    node: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      tie('leaf'),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('weight', 'bias', 'layers', 'scale', 'out', '0'), tie('node'), { maxKeys: 3 })
    )
  })).node
}

/**
 * Random keys: of small seeds, which read well, and of any.
 *
 * @example
 * import { ok } from 'assert'
 * import fc from 'fast-check'
 * import { random } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * ok(fc.sample(laws.arbitrary.key, 5).every(random.isKey))
 * @category arbitrary
 * @since 0.1.0
 */
export const key: fc.Arbitrary<Key> = fc
  .oneof({ withCrossShrink: true }, fc.integer({ min: 0, max: 9 }), fc.maxSafeInteger())
  .map(keyOf)
