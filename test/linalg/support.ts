/** Matrices that tests of linear algebra share. */
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { fc } from '../support/property.ts'

const op = g.primitive.vocabulary

/** Leading axes, then the two sides, of which the first is at least the second where `tall`. */
export const matrices = (shape: 'square' | 'tall' | 'any'): fc.Arbitrary<Tensor> =>
  fc.tuple(fc.constantFrom<readonly number[]>([], [2], [2, 1]), fc.nat(5), fc.nat(5)).chain(([lead, m, n]) => {
    const sides = shape === 'square' ? [m, m] : shape === 'tall' ? [Math.max(m, n), Math.min(m, n)] : [m, n]
    return laws.arbitrary.tensor([...lead, ...sides])
  })

export const product = (...factors: readonly Tensor[]): Tensor => factors.reduce((a, b) => op.matmul(a, b))

export const transposed = (x: Tensor): Tensor =>
  op.permute(x, [...x.shape.map((_, axis) => axis).slice(0, -2), x.shape.length - 1, x.shape.length - 2])

/** The identity in each place of a batch. */
export const identityLike = (x: Tensor): Tensor => {
  const n = x.shape.at(-1) ?? 0
  return op.broadcastTo(g.eye(n), x.shape)
}

/** A vector on the diagonal. */
export const diagonal = (x: Tensor): Tensor => {
  const n = x.shape.at(-1) ?? 0
  const wide = [...x.shape, n]
  return op.mul(op.broadcastTo(g.eye(n), wide), op.broadcastTo(op.reshape(x, [...x.shape.slice(0, -1), 1, n]), wide))
}

/** `A Aᵀ + I`, which is positive definite. */
export const positive = (x: Tensor): Tensor => {
  const square = product(x, transposed(x))
  return op.add(square, identityLike(square))
}

/** The difference of two tensors in units of the roundoff of a size. */
export const ulps = (a: Tensor, b: Tensor, size: number): number =>
  Math.max(0, ...g.toFlatArray(op.sub(a, b)).map((x) => Math.abs(x))) / (Number.EPSILON * Math.max(size, 1e-300))

/** The largest size of an element. */
export const sizeOf = (x: Tensor): number => Math.max(0, ...g.toFlatArray(x).map((value) => Math.abs(value)))

/** Hilbert's matrix, of doubles. */
export const hilbert = (n: number): Tensor =>
  g.tensor(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 1 / (i + j + 1))))

/** The derivatives of some order of a function along a line, at 0, forwards and as nested gradients. */
export const alongLine = (f: (x: Tensor) => Tensor, at: Tensor, direction: Tensor, order: number) => {
  const line = (t: g.Scalar): g.Scalar => f(op.add(at, op.mul(t, direction))) as g.Scalar
  const forwards = Array.from({ length: order }).reduce<(t: g.Scalar) => g.Scalar>(
    (h) => (t) => g.jvp(h)(t)(g.scalar(1)).tangent,
    line
  )
  const backwards = Array.from({ length: order }).reduce<(t: g.Scalar) => g.Scalar>((h) => (t) => g.grad(h)(t), line)
  return [forwards, backwards].map((h) => g.toNumber(h(g.scalar(0))))
}
