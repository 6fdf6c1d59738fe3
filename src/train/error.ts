import * as kinds from '../kinds/index.ts'
import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { showGiven } from '../tensor/errors.ts'

/**
 * One thing wrong with data or settings: where, and what is needed.
 *
 * @category training
 * @since 0.1.0
 */
export interface Fault {
  readonly path: string
  readonly message: string
  /** What a function of the caller's own threw, when it was no error of this library. */
  readonly cause?: unknown
}

/**
 * Why training did not go on.
 *
 * - `InvalidSettings`, `InvalidData` and `InvalidState` tell every fault, and are found before the first step; the data are
 *   invalid too where the loss or a metric does not take the targets.
 * - `Failed` tells what the model, the loss, the penalty, the optimizer, a metric or a rule threw, or gave that is not what
 *   it must give. It is found before the first step where one step and the metrics of the first state show it.
 * - `Diverged` tells the first parameter that holds a number that is not finite, and the first operation, of the loss or of
 *   the gradient of the step before, that made one.
 *
 * What an observer throws is the caller's own, and passes through `fit` as it is.
 *
 * @category training
 * @since 0.1.0
 */
export type TrainingError =
  | { readonly _tag: 'InvalidSettings'; readonly faults: readonly Fault[] }
  | { readonly _tag: 'InvalidData'; readonly faults: readonly Fault[] }
  | { readonly _tag: 'InvalidState'; readonly faults: readonly Fault[] }
  | {
      readonly _tag: 'Failed'
      /** Counted from 1. */
      readonly epoch: number
      /** Counted from 1. */
      readonly step: number
      /** `model`, `loss`, `penalty`, `optimizer`, `metrics.accuracy` and the like, `rateFactor` or `stop`. */
      readonly faults: readonly Fault[]
    }
  | {
      readonly _tag: 'Diverged'
      /** Counted from 1. */
      readonly epoch: number
      /** Counted from 1. */
      readonly step: number
      readonly loss: number
      /** The first parameter that is not finite. */
      readonly path: string | null
      /** The first operation that made such a number, and its shape; one of the gradient says so. */
      readonly operation: string | null
      /** What that operation was given, each as `check.firstBad` tells it: its shape, where it is from, the elements. */
      readonly operands: readonly string[]
      /** The parameter nearest to that operation. */
      readonly parameter: string | null
    }

const faulty = {
  faults: kinds.listOf(
    kinds.record('{ path, message }', { path: kinds.text, message: kinds.text }),
    'an array of faults'
  )
}
const textOrNull = kinds.either(
  kinds.text,
  kinds.kind<null>('null', (value) => value === null)
)
const someError = kinds.tagged<TrainingError['_tag']>('a training error', {
  InvalidSettings: faulty,
  InvalidData: faulty,
  InvalidState: faulty,
  Failed: faulty,
  Diverged: { path: textOrNull, operation: textOrNull, operands: kinds.list('an array of text') }
})

/**
 * A training error as text, one fault a line.
 *
 * @throws ValueError when it is given no training error
 * @example
 * import { strictEqual } from 'assert'
 * import { train } from 'grad-ts'
 *
 * const faults = [{ path: 'batchSize', message: 'needs a whole number of at least 1, got 0' }]
 * strictEqual(
 *   train.showError({ _tag: 'InvalidSettings', faults }),
 *   'invalid settings:\n  batchSize: needs a whole number of at least 1, got 0'
 * )
 * @category training
 * @since 0.1.0
 */
export const showError = (error: TrainingError): string => {
  const list = (title: string, faults: readonly Fault[]): string =>
    [`${title}:`, ...faults.map(({ path, message }) => `  ${path}: ${message}`)].join('\n')
  kinds.mustBe(someError, 'showError: error', error)
  switch (error._tag) {
    case 'InvalidSettings':
      return list('invalid settings', error.faults)
    case 'InvalidData':
      return list('invalid data', error.faults)
    case 'InvalidState':
      return list('invalid state', error.faults)
    case 'Failed':
      return list(`training failed in epoch ${showGiven(error.epoch)}, step ${showGiven(error.step)}`, error.faults)
    case 'Diverged':
      return (
        `training diverged in epoch ${showGiven(error.epoch)}, step ${showGiven(error.step)}: the loss is ${showGiven(error.loss)}` +
        (error.path === null ? '' : `; the first parameter that is not finite is ${error.path}`) +
        (error.operation === null
          ? ''
          : `; the first operation that gave such a number is ${error.operation} of ${error.operands.join(' and ')}`) +
        '; lower the learning rate, clip the gradients or normalise the inputs'
      )
  }
}

/** That the step after a moment of training failed. @internal */
export const failedAfter = (
  { epoch, step }: { readonly epoch: number; readonly step: number },
  faults: readonly Fault[]
): E.Either<TrainingError, never> => E.left({ _tag: 'Failed', epoch: epoch + 1, step: step + 1, faults })

/** What was found before a run: faults of its settings, data or state, or those of the problem that judged them. @internal */
export const refusing = (
  _tag: 'InvalidSettings' | 'InvalidData' | 'InvalidState',
  found: E.Either<readonly Fault[], readonly Fault[]>,
  from: { readonly epoch: number; readonly step: number }
): E.Either<TrainingError, unknown> =>
  E.isLeft(found)
    ? failedAfter(from, found.left)
    : found.right.length > 0
      ? E.left({ _tag, faults: found.right })
      : found

/** The names of the library's own errors, whose messages tell all. */
const named: readonly string[] = [
  'ShapeError',
  'AxisError',
  'IndexError',
  'ValueError',
  'TracedValueError',
  'TreeError'
]

/** What was thrown, as a fault. @internal */
export const faultOf = (path: string, thrown: unknown): Fault =>
  !(thrown instanceof Error)
    ? { path, message: `threw ${showGiven(thrown)}`, cause: thrown }
    : named.includes(thrown.name)
      ? { path, message: thrown.message }
      : { path, message: `threw ${thrown.name}: ${thrown.message}`, cause: thrown }

/** What a function of the caller's gives, or the fault of what it threw. @internal */
export const guarded = <A>(path: string, call: () => A): E.Either<Fault, A> =>
  E.mapLeft((thrown: unknown) => faultOf(path, thrown))(E.tryCatch(call, identity))
