import * as E from 'fp-ts/lib/Either.js'
import { fc } from '../support/property.ts'
import type { Decoded } from '../../src/codec/index.ts'
import { isTensor, makeFrom, type Tensor } from '../../src/tensor/tensor.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Params } from '../../src/params/index.ts'

/** Any double, and often those that JSON cannot write. */
export const anyDouble = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, 0, NaN, Infinity, -Infinity, Number.MIN_VALUE, -Number.MAX_VALUE, 0.1, 2 ** 53 + 2)
)

export const anyTensor: fc.Arbitrary<Tensor> = fc.array(fc.nat({ max: 3 }), { maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((a, b) => a * b, 1)
  return fc.array(anyDouble, { minLength: size, maxLength: size }).map((values) => makeFrom(shape, values))
})

const keys = fc.oneof(
  fc.constantFrom('weight', 'bias', 'shape', 'data', '__proto__', 'constructor', '0', ''),
  fc.string({ maxLength: 3 })
)

/** Records with any keys, `__proto__` too, as own properties. */
const recordOf = <A>(value: fc.Arbitrary<A>): fc.Arbitrary<Readonly<Record<string, A>>> =>
  fc
    .uniqueArray(fc.tuple(keys, value), { maxLength: 3, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries))

export const anyParams: fc.Arbitrary<Params> = fc.letrec<{ readonly tree: Params }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    anyTensor,
    fc.array(tie('tree'), { maxLength: 3 }),
    recordOf(tie('tree'))
  )
})).tree

/** A tree with every double as its bits, for comparing what `===` does not tell apart. */
export const bits = (tree: unknown): unknown =>
  isTensor(tree)
    ? {
        shape: [...tree.shape],
        bits: Array.from(new BigUint64Array(Float64Array.from(toFlatArray(tree)).buffer), String)
      }
    : typeof tree === 'number'
      ? Array.from(new BigUint64Array(Float64Array.of(tree).buffer), String)
      : Array.isArray(tree)
        ? tree.map(bits)
        : typeof tree === 'object' && tree !== null
          ? Object.entries(tree).map(([key, value]) => [key, bits(value)])
          : tree

/** The decoded value; a fault is an error that names it. */
export const right = <A>(decoded: Decoded<A>): A => {
  if (E.isRight(decoded)) return decoded.right
  throw new Error(decoded.left.map(({ path, message }) => `${path}: ${message}`).join('\n'))
}

/** The faults, each as a line. */
export const faults = (decoded: Decoded<unknown>): readonly string[] =>
  E.isLeft(decoded) ? decoded.left.map(({ path, message }) => `${path}: ${message}`) : []
