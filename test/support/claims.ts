/** Assertions that the compiler and the running test make together. */
import { expect } from 'vitest'
import type { Same } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

type ShapeIs<X, S extends readonly number[]> = X extends Tensor<infer A> ? Same<A, S> : false

/** A value has exactly this type, or the call does not compile. */
export const typed =
  <A>() =>
  <X>(_x: X, ..._ok: Same<X, A> extends true ? [] : ['the value has another type', X]): void =>
    undefined

/** A type is `true`, or the call does not compile. */
export const holds = <_T extends true>(): void => undefined

/**
 * The type of a tensor claims exactly this shape, or the call does not compile; and it has that shape when run.
 * A dimension of type `number` stands for one that the compiler does not know.
 */
export const shaped =
  <const S extends number[]>(shape: readonly [...S]) =>
  <X>(x: X, ..._ok: ShapeIs<X, S> extends true ? [] : ['the type claims another shape', X]): void =>
    expect((x as Tensor).shape).toEqual(shape)

/** A number that the compiler knows nothing of. */
export const unknownNumber = (n: number): number => n

/** A tensor of which the compiler does not even know the rank. */
export const unknownShape = (x: Tensor): Tensor => x
