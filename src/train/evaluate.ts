import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { type CompileOptions, compileWith } from '../compile/compile.ts'
import { programCache } from '../compile/cache.ts'
import { infer } from '../nn/layers/layer.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asFunction, asTensor } from '../tensor/given.ts'
import { showDims } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Fault } from './error.ts'
import type { Problem } from './state.ts'
import { predictRows } from './step.ts'

/** What is taken of a state at the end of an epoch: predictions, and the loss of a set. Programs where they compile. */

export interface Evaluator<P, St> {
  /** The predictions of the model in use, for any number of rows. */
  readonly predict: (params: P, modelState: St, x: Tensor) => Tensor
  /** The loss of predictions, all rows at once. */
  readonly loss: (targets: Tensor, predictions: Tensor) => number
}

/** The loss as a number, when it is one. */
const numberOf = (x: Tensor): number => {
  const loss = asTensor('fit: the loss', x)
  return dimsOf(loss).length === 0
    ? valuesOf('fit', loss)[0]!
    : fail(
        'ShapeError',
        `the loss must be a scalar, it is of shape ${showDims(dimsOf(loss))}; reduce it with mean or sum`
      )
}

/** A function by its program, or uncompiled once compiling it has failed. */
const compiledOr = <A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  options: CompileOptions | null
): ((...args: A) => Tensor) => {
  if (options === null) return f
  const program = compileWith(programCache())(f as (...args: never) => unknown, options) as unknown as typeof f
  let compiles = true
  return (...args) => {
    if (!compiles) return f(...args)
    const made = E.tryCatch(() => program(...args), identity)
    if (E.isRight(made)) return made.right
    compiles = false
    return f(...args)
  }
}

const make = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Pick<Problem<P, St, I, O, T>, 'model' | 'loss'>,
  options: CompileOptions | null
): Evaluator<P, St> => {
  const { model, loss } = problem
  const block = compiledOr(
    (params: P, modelState: St, x: Tensor): Tensor => model.apply(infer)(params, modelState)<[number]>(x as never)[0],
    options
  )
  const lossOf = compiledOr(
    (targets: Tensor, predictions: Tensor): Tensor =>
      asFunction('what the loss gives for targets', loss(targets as never))(predictions as never) as unknown as Tensor,
    options
  )
  return {
    predict: (params, modelState, x) => predictRows((rows) => block(params, modelState, rows), x as never),
    loss: (targets, predictions) => numberOf(lossOf(targets, predictions))
  }
}

// Nothing can be observed of it but time: a program gives the same results in every run.
const pool = new WeakMap<object, Map<string, Evaluator<unknown, unknown>>>()

/** What evaluates a problem; its programs are kept for the next run of the same problem. */
export const evaluatorOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Pick<Problem<P, St, I, O, T>, 'model' | 'loss'>,
  options: CompileOptions | null
): Evaluator<P, St> => {
  if (options?.show !== undefined) return make(problem, options)
  const key = JSON.stringify(options)
  const ofProblem = pool.get(problem) ?? new Map<string, Evaluator<unknown, unknown>>()
  pool.set(problem, ofProblem)
  const found = ofProblem.get(key) as Evaluator<P, St> | undefined
  if (found !== undefined) return found
  const made = make(problem, options)
  ofProblem.set(key, made as Evaluator<unknown, unknown>)
  return made
}

/** Forgets the programs of a problem. */
export const forgetEvaluators = (problem: object): void => {
  pool.delete(problem)
}

/** What a metric gives. */
export const metricOf = (metric: unknown, targets: Tensor, predictions: Tensor): unknown =>
  asFunction(
    'what it gives for targets',
    (metric as (targets: Tensor) => (predictions: Tensor) => unknown)(targets)
  )(predictions)

/** The fault of a metric that gives something else than a number. */
export const notNumber = (figure: string, value: unknown): Fault => ({
  path: `metrics.${figure}`,
  message: `must give a number, it gave ${showGiven(value)}${isTensor(value) ? '; read it with toNumber' : ''}`
})
