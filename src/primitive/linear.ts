import type * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../kinds/index.ts'
import type { Dims } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import type { NoParams, Primitive, ReachWord } from './primitive.ts'

/** The rule of a linear unary primitive; `P` are its parameters. @category primitive @since 0.1.0 */
export interface LinearRule<P = NoParams> {
  /** The output's shape, or an error message. */
  readonly shape: (params: P, x: Dims) => E.Either<string, Dims>
  /** The output's values, in row-major order; may return the input's buffer, and must not write to it. */
  readonly evaluate: (params: P, x: Float64Array, dims: Dims, output: Dims) => Float64Array
  /** The linear map in the vocabulary, applied to tangents. */
  readonly forward: <A>(op: Algebra<A>, params: P, x: A) => A
  /** The transpose in the vocabulary, applied to cotangents; `dims` is the input's shape. */
  readonly transpose: <A>(op: Algebra<A>, params: P, ct: A, dims: Dims) => A
  /** The parameters for a batch of `size` examples along a new first axis; `dims` is the shape of one. */
  readonly lifted: (params: P, size: number, dims: Dims) => P
  /** How the mask of reached elements propagates; by default each element depends on all. */
  readonly reach?: ReachWord
}

const takes = kinds.settings('linear', {
  shape: kinds.callable<unknown>(),
  evaluate: kinds.callable<unknown>(),
  forward: kinds.callable<unknown>(),
  transpose: kinds.callable<unknown>(),
  lifted: kinds.callable<unknown>(),
  reach: [kinds.oneOf<ReachWord>('element', 'moves', 'selects', 'places', 'gates', 'chooses'), undefined]
})

/**
 * A linear unary primitive: tangents go through the map itself, cotangents through its transpose.
 *
 * @throws ValueError when the name is not a text, or a part of the rule is missing or of another kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { apply, grad, get, primitive, tensor, toArray, type Vec } from 'grad-ts'
 *
 * // the numbers backwards, whatever their shape
 * const backwards = primitive.linear('backwards')({
 *   shape: (_, x) => (x.length === 1 ? E.right(x) : E.left('needs a vector')),
 *   evaluate: (_, x) => x.slice().reverse(),
 *   forward: (op, _, x) => {
 *     const [n = 0] = op.dims(x)
 *     return op.gather(x, op.sub(op.constant(n - 1), op.range(n, 1)))
 *   },
 *   transpose: (op, _, ct, [n = 0]) => op.gather(ct, op.sub(op.constant(n - 1), op.range(n, 1))),
 *   lifted: (params) => params
 * })
 * const first = (x: Vec<3>) => get(0)(apply(backwards, {}, [x]) as Vec<3>)
 * deepStrictEqual(toArray(grad(first)(tensor([1, 2, 3]))), [0, 0, 1])
 * @category primitive
 * @since 0.1.0
 */
export const linear = <P = NoParams>(name: string) => {
  kinds.mustBe(kinds.name, 'linear: name', name)
  return (rule: LinearRule<P>): Primitive<P> => {
    takes.read(rule)
    const { shape, evaluate, forward, transpose, lifted, reach } = rule
    return {
      name,
      arity: 1,
      domain: [reals],
      differentiable: () => true,
      shape: (params, [x]) => shape(params, x!),
      evaluate: (params, [x], output) => evaluate(params, values(x!), dimsOf(x!), output),
      vjp: (op, params, [x], _, ct) => transpose(op, params, ct, op.dims(x!)),
      jvp: (op, params, _, __, t) => forward(op, params, t),
      ...(reach === undefined ? {} : { reach }),
      batch: ({ op, params, inputs: [x], size, again }) => again(lifted(params, size, op.dims(x!).slice(1)), [x!]),
      flops: () => 0
    }
  }
}
