import * as E from 'fp-ts/lib/Either.js'
import { cost } from '../src/tape/tape.ts'
import { sizeOf } from '../src/tensor/dims.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { vjp } from '../src/transform/grad.ts'
import { trace } from '../src/transform/trace.ts'
import { agreed, type Difference, type Law, law } from './law.ts'
import { direct, type Directed, showDirected, type Subject } from './subject.ts'
import { every } from './tolerance.ts'

/** The law of the cost of a gradient, counted on tapes: operations and memory, not time. */

/** A gradient may cost that many times its function: the bound of Baur and Strassen, as Griewank and Walther state it. */
export const FACTOR = 5

const atMost = (what: string, actual: number, bound: number, allowed: string): E.Either<Difference, void> =>
  actual <= bound ? agreed : E.left({ what, actual: String(actual), expected: `at most ${bound}, ${allowed}` })

/**
 * The operations of a gradient are at most some times those of its function, and one for each number of its inputs and
 * its result; its bytes at most as many times those that the function writes and reads.
 */
export const costLaw = <P>(subject: Subject<P>): Law => {
  const { name, f, points, differentiable, cost: times } = subject
  return law<Directed<P>>({
    name: `${name}: the gradient costs at most ${times} times the function`,
    given: direct(subject, points),
    show: showDirected,
    holds: ({ params, inputs, cotangent }) => {
      const own = cost(trace((xs: readonly Tensor[]) => f(params)(xs))(inputs))
      const back = cost(
        trace(([ct = cotangent, ...xs]: readonly Tensor[]) =>
          vjp(f(params))(xs)
            .pullback(ct)
            .filter((_, i) => differentiable(i))
        )([cotangent, ...inputs])
      )
      const size = [cotangent, ...inputs].reduce((sum, x) => sum + sizeOf(dimsOf(x)), 0)
      const read = own.bytes + 8 * size
      return sizeOf(dimsOf(cotangent)) === 0
        ? agreed
        : every([
            () =>
              atMost(
                'the number of floating-point operations of the gradient',
                back.flops,
                times * own.flops + size,
                `${times} times the ${own.flops} of the function, and ${size} for its inputs and result`
              ),
            () =>
              atMost(
                'the number of bytes of the gradient',
                back.bytes,
                times * read,
                `${times} times the ${read} that the function writes and reads`
              )
          ])
    }
  })
}
