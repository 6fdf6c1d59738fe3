import type * as E from 'fp-ts/lib/Either.js'
import { toFlatArray } from '../src/tensor/read.ts'
import type { Tensor } from '../src/tensor/tensor.ts'
import { jvp, vjp } from '../src/transform/grad.ts'
import type { Difference } from './law.ts'
import { agreeMeasured, largest, measure } from './resolution.ts'
import { agree, every, nothing } from './tolerance.ts'

/** The third and the fourth derivative, in forward mode and in reverse mode, against numbers and each other. */

type Several = (xs: readonly Tensor[]) => readonly Tensor[]

const ordinals = ['no', 'first', 'second', 'third', 'fourth'] as const
const orders = [3, 4] as const

const fromZero = <A>(order: number, first: A, next: (lower: A) => A): A =>
  order === 0 ? first : next(fromZero(order - 1, first, next))

/** The directional derivative of some order, forwards. */
const forwards = (f: Several, tangents: readonly Tensor[], order: number): Several =>
  fromZero(order, f, (lower) => (xs) => jvp(lower)(xs)(tangents).tangent)

/** The gradient of some order: of the gradient of the order below, paired with the tangents. */
const backwards = (gradient: Several, tangents: readonly Tensor[], order: number): Several =>
  fromZero(order - 1, gradient, (lower) => (xs) => vjp(lower)(xs).pullback(tangents))

/** The largest number among the derivatives below some order: terms of that size cancel in the next. */
const scaleBelow = (tower: (order: number) => Several, order: number, xs: readonly Tensor[]): number =>
  largest(
    Array.from({ length: order - 1 }, (_, k) => tower(k + 1)(xs)).flatMap((found) =>
      found.map((x) => largest(toFlatArray(x)))
    )
  )

/** Each order is held against finite differences of the order below it. */
export const higherForwards = (
  f: (xs: readonly Tensor[]) => Tensor,
  xs: readonly Tensor[],
  tangents: readonly Tensor[]
): E.Either<Difference, void> => {
  const tower = (order: number): Several => forwards((at) => [f(at)], tangents, order)
  return every(
    orders.map((order) => () => {
      const below = tower(order - 1)
      const [exact] = jvp(below)(xs)(tangents).tangent
      const [byNumbers] = measure(below, xs, tangents, scaleBelow(tower, order, xs))
      return agreeMeasured(`the ${ordinals[order]} derivative along the tangents`)(exact, byNumbers)
    })
  )
}

/** As `higherForwards`, for nested gradients; and forward mode over the order below gives the same. */
export const higherBackwards = (
  gradient: Several,
  xs: readonly Tensor[],
  tangents: readonly Tensor[]
): E.Either<Difference, void> => {
  const tower = (order: number): Several => backwards(gradient, tangents, order)
  return every(
    orders.flatMap((order) => {
      const below = tower(order - 1)
      const exact = vjp(below)(xs).pullback(tangents)
      const scale = scaleBelow(tower, order, xs)
      const byNumbers = measure(below, xs, tangents, scale)
      const mixed = jvp(below)(xs)(tangents).tangent
      // relative to the terms, which may cancel
      const rounding = { atol: 1e-10 * Math.max(scale, ...exact.map((x) => largest(toFlatArray(x)))), rtol: 1e-9 }
      return exact.flatMap((ct, k) => [
        () => agreeMeasured(`the gradient of order ${order} by differentiable input ${k}`)(ct, byNumbers[k]),
        () =>
          agree(`the gradient of order ${order} by differentiable input ${k}, forwards over reverse`, rounding)(
            mixed[k] ?? nothing,
            ct
          )
      ])
    })
  )
}
