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

/** Control flow by computed values: a branch is a loop of at most one step; a while loop is a scan with a condition. */

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
 * Runs one of two functions, chosen by a computed scalar (compare JAX's `lax.cond`): the first if the predicate is not 0 (`NaN`
 * counts as not 0), else the second. Only the chosen branch is run, in a program too; under `vmap` with a predicate per example,
 * both are run and `where` selects. Both are traced by shape at each call, and must return trees of the same structure and
 * shapes. The derivative is that of the branch taken, and exactly 0 from the other; the predicate has none.
 *
 * @shape predicate [], operands any → the result of the branches
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
  /** The maximum number of steps, even if the condition still holds; required for reverse mode. */
  readonly maxSteps?: number
}

const looping = kinds.settings('whileLoop', { maxSteps: [kinds.index, undefined] })

/**
 * A loop that runs while a condition holds (compare JAX's `lax.while_loop`): while `test(carry)` is not 0, the carry becomes
 * `step(carry)`. Both functions are traced once, by shape, and the loop is one operation, in a program too. Forward mode (`jvp`)
 * works without a bound; reverse mode (`grad`, `vjp`) needs `maxSteps`, as it stores the carry of up to that many steps. With
 * `maxSteps` the loop stops after that many steps even if the condition still holds. Under `vmap` each example takes its own
 * number of steps.
 *
 * The derivative is that of the steps taken, so it is 0 by what only a step not taken would use, and of an iteration to
 * a fixed point it lags one step behind the value. Around a loop, `customVjp` gives the implicit derivative, of every order: its rule
 * returns the result of the loop as `value`, and for a root x of x² = a the pullback `(ct) => div(mul(2)(x))(ct)`.
 *
 * @shape carry: any nesting of tensors, which keeps its structure and shapes
 * @throws ShapeError when `test` gives no scalar, or the carry changes its structure or shapes
 * @throws ValueError when `maxSteps` is not an integer of at least 0; in reverse mode without `maxSteps`
 * @throws TracedValueError when a function reads a number of the carry
 * @example
 * import { ok } from 'assert'
 * import { abs, add, div, grad, greater, scalar, type Scalar, sub, square, toNumber, whileLoop } from 'grad-ts'
 *
 * // Newton's square root of a, from 1, to 1e-12; one more step, with which the derivative is right at a = 1 too
 * const root = (a: Scalar) => {
 *   const better = (x: Scalar) => div(scalar(2))(add(x)(div(x)(a)))
 *   const converged = whileLoop((x: Scalar) => greater(1e-12)(abs(sub(a)(square(x)))), better, { maxSteps: 50 })
 *   return better(converged(scalar(1)))
 * }
 * for (const a of [0.25, 1, 2, 9]) {
 *   ok(Math.abs(toNumber(root(scalar(a))) - Math.sqrt(a)) < 1e-12)
 *   ok(Math.abs(toNumber(grad(root)(scalar(a))) - 1 / (2 * Math.sqrt(a))) < 1e-9)
 * }
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
