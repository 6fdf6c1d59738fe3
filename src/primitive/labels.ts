import * as E from 'fp-ts/lib/Either.js'
import { reals } from './domain.ts'
import { checkIndices } from './indices.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Primitive } from './primitive.ts'

/** The number of classes, and the name of the caller for errors. */
export interface LabelParams {
  readonly what: string
  readonly classes: number
}

/**
 * The identity on labels, which throws for a label that is not a class. A primitive, since a function that is compiled
 * or mapped is traced by shape alone, and the check must run later.
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
