import * as kinds from '../kinds/index.ts'
import { flattenParams, rebuild, type Tree } from '../params/tree.ts'
import { during, leaves as leavesOf, type Tape, tapeOf, token } from '../tape/tape.ts'

/**
 * Traces a function at a point, and gives its tape: the operations in order, to show, fold or count.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { add, type Scalar, scalar, square, trace } from 'grad-ts'
 *
 * strictEqual(trace((x: Scalar) => pipe(square(x), add(x)))(scalar(2)).entries.length, 2)
 * @category tape
 * @since 0.1.0
 */
export const trace = <P extends Tree<P>, A extends readonly unknown[]>(f: (params: P, ...data: A) => unknown) => {
  kinds.mustBe(kinds.anyFunction, 'trace: f', f)
  return (params: P, ...data: A): Tape => {
    const act = token('trace')
    const { leaves, structure } = flattenParams('trace', params)
    const inputs = leavesOf(act, leaves)
    const result = during(act, () => f(rebuild<P>(structure, inputs), ...data))
    return tapeOf(act, inputs, flattenParams('trace', result, 'result').leaves)
  }
}
