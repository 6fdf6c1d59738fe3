import * as E from 'fp-ts/lib/Either.js'
import * as loop from '../kernel/sort.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Primitive } from './primitive.ts'

/** Order along an axis: values in order, ranks, the largest and quantiles are gathered by it, and so have derivatives. */

export interface ArgsortParams {
  readonly axis: number
  /** The largest first. */
  readonly descending: boolean
}

/** The places of the elements in sorted order; equal ones, 0 and −0 among them, keep theirs, and NaN is above all. */
export const argsort: Primitive<ArgsortParams> = nonDifferentiable({
  name: 'argsort',
  arity: 1,
  domain: [reals],
  shape: ({ axis }, [x]) =>
    axis >= 0 && axis < x!.length ? E.right(x!) : E.left(`${axis} is not an axis of ${showDims(x!)}`),
  evaluate: ({ axis, descending }, [x]) => loop.argsort(values(x!), dimsOf(x!), axis, descending),
  batch: ({ params, inputs, again }) => again({ ...params, axis: params.axis + 1 }, inputs),
  flops: (_, [x]) => sizeOf(x!)
})
