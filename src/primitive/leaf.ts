import * as E from 'fp-ts/lib/Either.js'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import type { NoParams, Primitive } from './primitive.ts'

/**
 * Marks an input of a trace, as the identity on its value; a leaf that outlives its trace still has that value. A
 * shape-only leaf has no input.
 */
export const leaf: Primitive<NoParams> = {
  name: 'leaf',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (_, [x]) => E.right(x!),
  evaluate: (_, [x]) => values(x!),
  vjp: (_, __, ___, ____, ct) => ct,
  jvp: (_, __, ___, ____, t) => t,
  reach: 'element',
  batch: ({ params, inputs, again }) => again(params, inputs),
  flops: () => 0
}
