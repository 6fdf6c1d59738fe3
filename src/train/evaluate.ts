import * as kinds from '../kinds/index.ts'
import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import { compile, type ProgramOptions } from '../compile/compile.ts'
import { inference } from '../nn/layers/layer.ts'
import { tensors as op } from '../tape/algebra.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, isTensor, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { scan } from '../transform/scan.ts'
import { type Fault, guarded } from './error.ts'
import { rowsBetween } from '../transform/rows.ts'
import type { Judged, Rows } from './state.ts'
import { predictRows } from './step.ts'

/** What is taken of a state at the end of an epoch: predictions, and the loss of a set. Programs where they compile. */

/** What is asked of a set, and what it came to. */
export interface Needs {
  readonly predictions: boolean
  readonly loss: boolean
}
export interface Measured {
  readonly predictions: Tensor | null
  readonly loss: number | null
}

export interface Evaluator {
  /** What the model in use makes of a set; the loss is that of all rows at once. */
  readonly measure: (params: unknown, modelState: unknown, set: Rows, needs: Needs) => E.Either<Fault, Measured>
}

/** The most rows that are predicted at once, so that no intermediate result is too large. */
const BLOCK = 1024
/** The largest inputs, in numbers, that are handed to a program as a whole; larger ones are handed over in blocks. */
const MOST_NUMBERS = 2 ** 23

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
const compiledOr = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: ProgramOptions | null
): ((...args: A) => R) => {
  if (options === null) return f
  let program: typeof f | null = compile(f, options)
  return (...args) => {
    const run = program
    const made = run === null ? null : E.tryCatch(() => run(...args), identity)
    if (made !== null && E.isRight(made)) return made.right
    program = null
    return f(...args)
  }
}

/** The predictions of all rows, in blocks: in one program, a scan. */
const inBlocks = (model: (x: Tensor) => Tensor, x: Tensor): Tensor => {
  const [rows = 0, ...example] = dimsOf(x)
  const whole = Math.floor(rows / BLOCK)
  if (whole <= 1) return predictRows(model, x, BLOCK)
  const blocks = op.reshape(rowsBetween(x, 0, whole * BLOCK), [whole, BLOCK, ...example])
  const [, found] = scan((_: readonly [], block: Tensor) => [[], model(block)] as const)([], blocks as never)
  const [, , ...output] = dimsOf(found)
  const first = op.reshape(found, [whole * BLOCK, ...output])
  return rows === whole * BLOCK ? first : op.concat([first, model(rowsBetween(x, whole * BLOCK, rows))], 0)
}

const make = ({ model, loss: lossFor }: Judged, options: ProgramOptions | null): Evaluator => {
  const predict = (params: unknown, modelState: unknown) => {
    const run = model.apply(inference)(params, modelState)
    return (x: Tensor): Tensor => run(x)[0]
  }
  const lossOf = (targets: Tensor, predictions: Tensor): Tensor =>
    kinds.mustBe(kinds.anyFunction, 'what the loss gives for targets', lossFor(targets))(predictions)
  const block = compiledOr((params: unknown, modelState: unknown, x: Tensor) => predict(params, modelState)(x), options)
  const loss = compiledOr(lossOf, options)
  const onSet = (params: unknown, modelState: unknown, { inputs, targets }: Rows, needs: Needs) => {
    const predictions = inBlocks(predict(params, modelState), inputs)
    return {
      predictions: needs.predictions ? predictions : null,
      loss: needs.loss ? lossOf(targets, predictions) : null
    }
  }
  /** `null` where there is none, or none any more. */
  let program = options === null ? null : compile(onSet, options)
  const apart: Evaluator['measure'] = (params, modelState, { inputs, targets }, needs) =>
    pipe(
      guarded('model', () => predictRows((x) => block(params, modelState, x), inputs, BLOCK)),
      E.bindTo('predictions'),
      E.bind('loss', ({ predictions }) =>
        needs.loss ? guarded('loss', () => numberOf(loss(targets, predictions))) : E.right(null)
      )
    )
  return {
    measure: (params, modelState, set, needs) => {
      const run = program
      if (run === null || sizeOf(dimsOf(set.inputs)) > MOST_NUMBERS) return apart(params, modelState, set, needs)
      const whole = E.tryCatch(() => {
        const found = run(params, modelState, set, needs)
        return { ...found, loss: found.loss === null ? null : numberOf(found.loss) }
      }, identity)
      if (E.isRight(whole)) return whole
      // asked apart, it tells which of the two failed
      program = null
      return apart(params, modelState, set, needs)
    }
  }
}

// Nothing can be observed of it but time: a program gives the same results in every run.
const pool = new WeakMap<object, Map<string, Evaluator>>()

/** What evaluates a problem; its programs are kept for the next run of the same problem. */
export const evaluatorOf = (problem: Judged, options: ProgramOptions | null): Evaluator => {
  if (options?.show !== undefined) return make(problem, options)
  const key = JSON.stringify(options)
  const ofProblem = pool.get(problem) ?? new Map<string, Evaluator>()
  pool.set(problem, ofProblem)
  const found = ofProblem.get(key) ?? make(problem, options)
  ofProblem.set(key, found)
  return found
}

/** Forgets the programs of a problem. */
export const forgetEvaluators = (problem: object): void => {
  pool.delete(problem)
}

/** What a metric gives for predictions, or what it threw. */
export const metricOn = (
  name: string,
  metric: (targets: Tensor) => (predictions: Tensor) => unknown,
  targets: Tensor,
  predictions: Tensor
): E.Either<Fault, unknown> =>
  guarded(`metrics.${name}`, () =>
    kinds.mustBe(kinds.anyFunction, 'what it gives for targets', metric(targets))(predictions)
  )

/** What a metric gave, which must be a number. */
export const asFigure = (name: string, value: unknown): E.Either<Fault, number> =>
  typeof value === 'number'
    ? E.right(value)
    : E.left({
        path: `metrics.${name}`,
        message: `must give a number, it gave ${showGiven(value)}${isTensor(value) ? '; read it with toNumber' : ''}`
      })
