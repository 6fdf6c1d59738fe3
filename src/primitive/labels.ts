import * as E from 'fp-ts/lib/Either.js'
import { reals } from './domain.ts'
import { checkIndices } from './indices.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Primitive } from './primitive.ts'

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
