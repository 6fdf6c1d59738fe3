import * as kinds from '../kinds/index.ts'
import { flattenArguments, flattenParams, matchingLeaves, rebuild, type Tree } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { during, shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { unflatten } from '../tree/tree.ts'
import { loopOf, runLoop } from './loop.ts'
import { runOnce, type TracedStep } from './once.ts'
import { capturedIn, carriedOn, closedOver } from './step.ts'

/** Control flow by computed numbers: a branch is a loop of no step or one, and a loop ends when its condition is 0. */

const asCondition = (what: string, value: unknown): Tensor => {
  const x = asTensor(what, value)
  return dimsOf(x).length === 0
    ? op.stopGradient(x)
    : fail(
        'ShapeError',
        `${what} must be a scalar, got shape ${showDims(dimsOf(x))}; choose element by element with where`
      )
}

/**
 * One of two functions, by a condition that is computed: the first where the predicate is not 0, else the second. Only that one
 * is run, in a program too; under `vmap` with a predicate an example both are, and `where` chooses between them. Both are traced
 * by shape whenever it is called, and must give trees of one structure and the same shapes. The derivative is that of the branch
 * taken; the predicate has none.
 *
 * @shape predicate [], operands any → what the two functions give
 * @throws ShapeError when the predicate is not a scalar, or the two results differ in structure or shapes
 * @throws TracedValueError when a function reads a number of its operands
 * @example
 * import { strictEqual } from 'assert'
 * import { cond, grad, greater, mul, neg, type Scalar, scalar, square, toNumber } from 'grad-ts'
 *
 * const f = (x: Scalar) => cond((y: Scalar) => square(y), (y: Scalar) => neg(y))(greater(0)(x), x)
 * strictEqual(toNumber(f(scalar(-3))), 3)
 * strictEqual(toNumber(grad(f)(scalar(3))), 6)
 * strictEqual(toNumber(grad(f)(scalar(-3))), -1)
 * @category transform
 * @since 0.1.0
 */
export const cond = <A extends readonly unknown[], Q extends Tree<Q>>(
  whenTrue: (...operands: A) => Q,
  whenFalse: (...operands: Parameters<(...operands: A) => void>) => NoInfer<Q>
) => {
  kinds.mustBe(kinds.anyFunction, 'cond: whenTrue', whenTrue)
  kinds.mustBe(kinds.anyFunction, 'cond: whenFalse', whenFalse)
  return (predicate: Scalar, ...operands: A): Q => {
    const condition = asCondition('cond: the predicate', predicate)
    const given = flattenArguments('cond', operands)
    const act = token('cond')
    const inputs = given.leaves.map((x) => shapeLeaf(act, dimsOf(x)))
    const [first, second] = during(act, () =>
      [whenTrue, whenFalse].map((f) => f(...(unflatten(given.structure)(inputs) as A)))
    )
    const model = flattenParams('cond', first, 'result')
    const names = { model: 'the first branch', tree: 'the second', root: 'result' }
    const not = op.where(condition, op.constant(0), op.constant(1))
    const others = matchingLeaves('cond', model, second, names)
    const step = (results: readonly Tensor[]): TracedStep => ({ act, leaves: inputs, results })
    const begin = runOnce(step(model.leaves), given.leaves, { condition })
    return rebuild<Q>(model.structure, runOnce(step(others), given.leaves, { begin, condition: not }))
  }
}

/** How a `whileLoop` ends. @category transform @since 0.1.0 */
export interface WhileSettings {
  /** The most steps that are taken, whether the condition still holds or not; without it there is no reverse derivative. */
  readonly maxSteps?: number
}

const looping = kinds.settings('whileLoop', { maxSteps: [kinds.index, undefined] })

/**
 * A loop for as long as a condition holds (`lax.while_loop`): while `test(carry)` is not 0, the carry becomes `step(carry)`. Both
 * are traced once, by shape, so that the loop is one operation, in a program too. Forward derivatives (`jvp`) go through any;
 * reverse ones (`grad`, `vjp`) need `maxSteps`, which bounds the memory that they take: the carry of each of so many steps is
 * kept. With `maxSteps` the loop ends after that many steps even where the condition holds. Under `vmap` each example
 * takes its own number of steps.
 *
 * @shape carry: any nesting of tensors, which keeps its structure and shapes
 * @throws ShapeError when `test` gives no scalar, or the carry changes its structure or shapes
 * @throws ValueError when `maxSteps` is not an integer of at least 0; in reverse mode without `maxSteps`
 * @throws TracedValueError when a function reads a number of the carry
 * @example
 * import { ok } from 'assert'
 * import { abs, add, div, grad, greater, scalar, type Scalar, sub, square, toNumber, whileLoop } from 'grad-ts'
 *
 * // Newton's square root of a, to 1e-12
 * const root = (a: Scalar) =>
 *   whileLoop(
 *     (x: Scalar) => greater(1e-12)(abs(sub(a)(square(x)))),
 *     (x: Scalar) => div(scalar(2))(add(x)(div(x)(a))),
 *     { maxSteps: 50 }
 *   )(a)
 * ok(Math.abs(toNumber(root(scalar(2))) - Math.SQRT2) < 1e-12)
 * ok(Math.abs(toNumber(grad(root)(scalar(2))) - 1 / (2 * Math.SQRT2)) < 1e-9)
 * @category transform
 * @since 0.1.0
 */
export const whileLoop = <C>(test: (carry: C) => Scalar, step: (carry: C) => C, settings: WhileSettings = {}) => {
  kinds.mustBe(kinds.anyFunction, 'whileLoop: test', test)
  kinds.mustBe(kinds.anyFunction, 'whileLoop: step', step)
  const { maxSteps } = looping.read(settings)
  return (init: C): C => {
    const start = flattenArguments('whileLoop', init)
    const { leaves: begin, structure } = start
    const goesOn = (carry: C): Tensor => asCondition('whileLoop: the test', test(carry))
    const act = token('whileLoop')
    const carries = begin.map((x) => shapeLeaf(act, dimsOf(x)))
    const [next, holds] = during(act, () => {
      const after = step(unflatten(structure)(carries) as C)
      return [carriedOn('whileLoop', start, after), goesOn(after)]
    })
    const tape = tapeOf(act, [...carries, shapeLeaf(act, [])], [...next, holds])
    const captured = capturedIn(tape)
    const results = runLoop(
      loopOf({
        step: closedOver(captured)(tape),
        length: maxSteps ?? Infinity,
        reverse: false,
        carries: carries.length + 1,
        xs: 0,
        when: carries.length
      }),
      [...begin, goesOn(init), ...captured]
    )
    return unflatten(structure)(results.slice(0, carries.length)) as C
  }
}
