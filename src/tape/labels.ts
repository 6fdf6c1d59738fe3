import * as E from 'fp-ts/lib/Either.js'
import { reals } from '../primitive/domain.ts'
import { nonDifferentiable } from '../primitive/nonDifferentiable.ts'
import { checkIndices } from '../primitive/indices.ts'
import type { Primitive } from '../primitive/primitive.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { apply } from './apply.ts'

/** What labels are checked for, and in whose name. */
export interface LabelParams {
  readonly what: string
  readonly classes: number
}

/**
 * The identity on labels, which refuses a label that is not a class, interpreted and compiled alike. An operation, since a
 * function that is compiled or mapped is traced without its numbers.
 */
export const labels: Primitive<LabelParams> = nonDifferentiable({
  name: 'labels',
  arity: 1,
  domain: [reals],
  shape: (_, [x]) => E.right(x!),
  evaluate: ({ what, classes }, [x]) => checkIndices(what, x!, classes, { one: 'label', of: 'class' }),
  batch: ({ params, inputs, again }) => again(params, inputs),
  flops: () => 0
})

/** The same labels, checked: whole numbers from 0 to `classes − 1`. */
export const checkedLabels = (what: string, classes: number, x: Tensor): Tensor => apply(labels, { what, classes }, [x])
