import * as kinds from '../kinds/index.ts'
import { flattenArguments, flattenParams, matchingLeaves, rebuild, type Tree } from '../params/tree.ts'
import type { Differential } from '../primitive/primitive.ts'
import type { LoopRules } from '../primitive/scan.ts'
import type { Tape } from '../primitive/tape.ts'
import { tensors as op } from '../tape/algebra.ts'
import { runTape } from '../tape/run.ts'
import { during, shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { type Flat, unflatten } from '../tree/tree.ts'
import type { Pullback, Pushforward } from './grad.ts'
import { batchedDims, examplesOf, toAll } from './batch.ts'
import { cut, runLoop, tapeFor, zerosLike } from './loop.ts'
import { runOnce } from './once.ts'
import type { Direction } from './reach.ts'
import { capturedIn, closedOver } from './step.ts'
import { sweptBack, sweptForward, traceAt } from './sweep.ts'

/** Functions with a derivative rule of their own, a linear map returned beside the value, and functions that are recomputed. */

/**
 * A derivative rule as a tape: from the point, the tangents or cotangents, the results, and the captured tensors, to what it maps
 * them to. What the rule makes of its own value it reads from the results, so that a higher derivative goes through the rule again,
 * not through how the value was computed.
 */
interface LinearMap {
  /** Whether it maps cotangents of the results back, or tangents of the point forward. */
  readonly direction: Direction
  readonly tape: Tape
  /** How many tensors the point and the results have. */
  readonly points: number
  readonly results: number
}

type Maybe = Differential<Tensor> | undefined

/** The inputs of the loop of such a function: the initial results, which are zeros; the point; the captured tensors. */
const partsOf = <A>({ results, points }: LinearMap, inputs: readonly A[]) => {
  const [begin, point, captured] = cut(inputs, results, points)
  return { begin: begin!, point: point!, captured: captured! }
}

/** The inputs and the results of such a function. */
interface At {
  readonly inputs: readonly Tensor[]
  readonly results: readonly Tensor[]
}

/** The map at a point, as a function of tangents or cotangents. */
const mapAt = (map: LinearMap, { inputs, results }: At) => {
  const { point, captured } = partsOf(map, inputs)
  return (moving: readonly Tensor[]): readonly Tensor[] =>
    runTape(map.tape, [...point, ...moving, ...results, ...captured])
}

const maybe = (value: Tensor, reached: Differential<Tensor>['reached'] | undefined): Maybe =>
  reached === undefined
    ? undefined
    : { value: reached === null ? value : op.where(reached.mask(), value, op.constant(0)), reached }

/** Applies the map to tangents or cotangents, of the shapes of `like`. */
const mapped = (map: LinearMap, where: At, like: readonly Tensor[], given: readonly Maybe[]): readonly Maybe[] => {
  const at = mapAt(map, where)
  const moving = like.map((x, i) => given[i]?.value ?? zerosLike(x))
  if (given.every((one) => one?.reached === null)) return at(moving).map((value) => maybe(value, null))
  const traced = traceAt('custom rule', moving, at)
  const { reaches } = sweptForward(
    traced,
    given.map((one) => one?.value),
    given.map((one) => one?.reached ?? null)
  )
  return traced.values.map((value, i) => maybe(value, reaches[i]))
}

/** Applies the transpose: the pullback of the map, which is the same everywhere as the map is linear. */
const transposed = (map: LinearMap, where: At, like: readonly Tensor[], given: readonly Maybe[]): readonly Maybe[] => {
  const traced = traceAt('custom rule', like.map(zerosLike), mapAt(map, where))
  const { values, reaches } = sweptBack(
    traced,
    given.map((one) => one?.value),
    given.map((one) => one?.reached ?? null)
  )
  return values.map((value, i) => maybe(value, reaches[i]))
}

const closedOverError = (name: string): never =>
  fail(
    'TracedValueError',
    `${name}: the rule says nothing of a tensor that is being differentiated and that the function closes over, or takes as data; make it part of the first argument, or stopGradient it`
  )

/** The rules of a function with a linear map for its derivative. */
const rulesOf = (name: string, map: LinearMap): LoopRules => {
  /** What is mapped has the shapes of the point in forward mode, and of the results in reverse mode. */
  const run = (direction: Direction, at: At, given: readonly Maybe[]): readonly Maybe[] => {
    const { begin, point } = partsOf(map, at.inputs)
    const like = map.direction === 'forward' ? point : begin
    return (map.direction === direction ? mapped : transposed)(map, at, like, given)
  }
  return {
    tangents: (_, inputs, results, tangents) => {
      const { point, captured } = partsOf(map, tangents)
      if (captured.some((one) => one !== undefined)) closedOverError(name)
      return run('forward', { inputs, results }, point)
    },
    cotangents: (_, inputs, results, cotangents, wanted) => {
      if (partsOf(map, wanted).captured.includes(true)) closedOverError(name)
      const found = run('back', { inputs, results }, cotangents)
      return inputs.map((_, i): Maybe => (i < map.results ? undefined : found[i - map.results]))
    },
    varies: ({ step }) => step.outputs.map(() => true),
    batched: (loop, inputs, given, size) => {
      const { results, points } = map
      const isCaptured = (i: number): boolean => i >= results + points
      // all but what is closed over gets an axis of examples: a cotangent has the shape of its input
      const flags = given.map((own, i) => own || !isCaptured(i))
      const full = inputs.map((x, i) => (flags[i]! && !given[i]! ? toAll(x, size) : x))
      const batchedTape = (tape: Tape, mappedInputs: readonly boolean[]): Tape =>
        tapeFor(
          batchedDims(tape, mappedInputs, size),
          examplesOf(tape, mappedInputs, size, () => true)
        )
      const moving = map.tape.inputs.length - partsOf(map, inputs).captured.length
      const tape = batchedTape(map.tape, [
        ...Array.from({ length: moving }, () => true),
        ...partsOf(map, flags).captured
      ])
      const rules = rulesOf(name, { ...map, tape })
      return runLoop({ ...loop, step: batchedTape(loop.step, flags), rules: () => rules }, full)
    }
  }
}

/** A function with a linear map of its own, made of what a rule gives at a point. */
const withRule =
  <P, Q, A extends readonly unknown[]>(
    name: string,
    direction: Direction,
    rule: (p: P, ...data: A) => { readonly value: Q; readonly map: (moving: never) => unknown }
  ) =>
  (p: P, ...data: A): Q => {
    const from = flattenParams(name, p)
    const act = token(name)
    const leaves = from.leaves.map((x) => shapeLeaf(act, dimsOf(x)))
    const { value, moving, results } = during(act, () => {
      const given = rule(rebuild<P>(from.structure, leaves), ...data)
      const flat = flattenParams(name, given.value, 'value')
      const point: Flat<Tensor> = { leaves, structure: from.structure }
      const [source, target] = direction === 'back' ? [flat, point] : [point, flat]
      const places = source.leaves.map((x) => shapeLeaf(act, dimsOf(x)))
      const [model, tree] =
        direction === 'back' ? ['the argument', 'what the pullback gives'] : ['the value', 'what the pushforward gives']
      const made = given.map(rebuild<never>(source.structure, places))
      return {
        value: flat,
        moving: places,
        results: matchingLeaves(name, target, made, { model, tree, root: 'result' })
      }
    })
    const linear = tapeOf(act, [...leaves, ...moving, ...value.leaves], results)
    const captured = capturedIn(tapeOf(act, leaves, value.leaves), linear)
    const map: LinearMap = {
      direction,
      tape: closedOver(captured)(linear),
      points: leaves.length,
      results: value.leaves.length
    }
    const own = { rules: rulesOf(name, map), captured }
    return rebuild<Q>(value.structure, runOnce({ act, leaves, results: value.leaves }, from.leaves, { own }))
  }

const withPullback = kinds.record('{ value, pullback }', { pullback: kinds.anyFunction })
const withPushforward = kinds.record('{ value, pushforward }', { pushforward: kinds.anyFunction })

/**
 * A function with a reverse-mode rule of its own: the rule returns the value at a point and the pullback there, as `vjp` does, so
 * `customVjp(vjp(f))` is `f`. The pullback must be linear in its cotangent. Every transformation uses it: `grad` and `vjp` call it,
 * `jvp` its transpose, `vmap` its batched form, `compile` and `scan` contain its operations; higher orders differentiate the
 * pullback itself, and the value in it, by the rule again. Value and pullback are traced by shape.
 *
 * The first argument is differentiated; further arguments are data without a derivative: differentiating by one, or by a tensor
 * that the rule closes over, is an error.
 *
 * @throws TreeError when a leaf of the argument or of the value is not a tensor, or the pullback gives another tree
 * @throws ShapeError when the pullback gives other shapes than the argument's
 * @throws TracedValueError when the rule reads a number; when the derivative by data is asked for
 * @example
 * import { strictEqual } from 'assert'
 * import { add, customVjp, exp, grad, log, mul, type Scalar, scalar, sigmoid, toNumber } from 'grad-ts'
 *
 * // log(1 + eˣ) with a derivative that does not overflow
 * const log1pExp = customVjp((x: Scalar) => ({
 *   value: log(add(1)(exp(x))),
 *   pullback: (ct: Scalar) => mul(sigmoid(x))(ct)
 * }))
 * strictEqual(toNumber(grad(log1pExp)(scalar(1000))), 1)
 * @see JAX, `jax.custom_vjp`
 * @category transform
 * @since 0.1.0
 */
export const customVjp = <P extends Tree<P>, Q extends Tree<Q>, A extends readonly unknown[]>(
  rule: (p: P, ...data: A) => Pullback<P, Q>
): ((p: P, ...data: A) => Q) => {
  kinds.mustBe(kinds.anyFunction, 'customVjp: rule', rule)
  return withRule('customVjp', 'back', (p: P, ...data: A) => {
    const { value, pullback } = kinds.mustBe(withPullback, 'customVjp: the result of the rule', rule(p, ...data))
    return { value, map: pullback }
  })
}

/**
 * A function with a forward-mode rule of its own: the rule returns the value at a point and the pushforward there, as `linearize`
 * does, so `customJvp(linearize(f))` is `f`. The pushforward must be linear in its tangent. As with `customVjp`, every
 * transformation uses it, reverse mode through its transpose, and further arguments are data without a derivative.
 *
 * @throws TreeError when a leaf of the argument or of the value is not a tensor, or the pushforward gives another tree
 * @throws ShapeError when the pushforward gives other shapes than the value's
 * @throws TracedValueError when the rule reads a number; when the derivative by data is asked for
 * @example
 * import { strictEqual } from 'assert'
 * import { customJvp, grad, jvp, mul, type Scalar, scalar, square, toNumber } from 'grad-ts'
 *
 * const f = customJvp((x: Scalar) => ({ value: square(x), pushforward: (t: Scalar) => mul(mul(2)(x))(t) }))
 * strictEqual(toNumber(jvp(f)(scalar(3))(scalar(1)).tangent), 6)
 * strictEqual(toNumber(grad(grad(f))(scalar(3))), 2)
 * @see JAX, `jax.custom_jvp`
 * @category transform
 * @since 0.1.0
 */
export const customJvp = <P extends Tree<P>, Q extends Tree<Q>, A extends readonly unknown[]>(
  rule: (p: P, ...data: A) => Pushforward<P, Q>
): ((p: P, ...data: A) => Q) => {
  kinds.mustBe(kinds.anyFunction, 'customJvp: rule', rule)
  return withRule('customJvp', 'forward', (p: P, ...data: A) => {
    const { value, pushforward } = kinds.mustBe(withPushforward, 'customJvp: the result of the rule', rule(p, ...data))
    return { value, map: pushforward }
  })
}

/**
 * A function whose intermediate values are recomputed in reverse mode instead of stored (rematerialisation): a gradient stores
 * only its arguments, and runs it twice, in a program too. The function is traced by shape; tensors that it closes over are
 * differentiated like its arguments. For loops see the setting `checkpoint` of `scan`.
 *
 * @shape as the function's
 * @throws TracedValueError when the function reads a number
 * @see Griewank and Walther, Evaluating Derivatives (2008), chapter 12
 * @example
 * import { strictEqual } from 'assert'
 * import { checkpoint, exp, grad, scalar, type Scalar, sin, toNumber } from 'grad-ts'
 *
 * const f = (x: Scalar) => sin(exp(x))
 * strictEqual(toNumber(grad(checkpoint(f))(scalar(0.5))), toNumber(grad(f)(scalar(0.5))))
 * @category transform
 * @since 0.1.0
 */
export const checkpoint = <A extends readonly unknown[], Q extends Tree<Q>>(f: (...args: A) => Q) => {
  kinds.mustBe(kinds.anyFunction, 'checkpoint: f', f)
  return (...args: A): Q => {
    const given = flattenArguments('checkpoint', args)
    const act = token('checkpoint')
    const leaves = given.leaves.map((x) => shapeLeaf(act, dimsOf(x)))
    const value = flattenParams(
      'checkpoint',
      during(act, () => f(...(unflatten(given.structure)(leaves) as A))),
      'result'
    )
    return rebuild<Q>(value.structure, runOnce({ act, leaves, results: value.leaves }, given.leaves))
  }
}
