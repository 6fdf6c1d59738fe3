import * as E from 'fp-ts/lib/Either.js'
import { type CompileOptions, compileWith, settingsOf } from '../compile/compile.ts'
import { programCache } from '../compile/cache.ts'
import { infer, type Layer } from '../nn/layer.ts'
import { flattenParams } from '../params/tree.ts'
import { attempt } from '../tensor/errors.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { type Resident, residentFor } from './resident.ts'
import type { Dataset, Problem, TrainState } from './state.ts'

/** Which engine trains: programs where a step can be traced, the reference where not. */

/** Programs of so many bytes in all are kept for the next run of the same problem; larger ones are made anew. */
const MOST_KEPT = 2 ** 24
/** So many programs are kept for a problem. */
const KEPT = 4

interface Pool {
  /** Programs that nobody is using at present, by what they were made for. */
  readonly idle: Map<string, Resident<unknown, unknown>>
  /** Why there can be none, by what they would have been made for. */
  readonly refused: Map<string, string>
}

// Nothing can be observed of it but time: a program gives the same whoever ran it before.
const pools = new WeakMap<object, Pool>()

const poolOf = (problem: object): Pool => {
  const known = pools.get(problem)
  if (known !== undefined) return known
  const pool: Pool = { idle: new Map(), refused: new Map() }
  pools.set(problem, pool)
  return pool
}

const signature = <P, St>(
  { params, modelState, optimizerState }: TrainState<P, St>,
  inputs: Tensor,
  targets: Tensor,
  rest: readonly unknown[]
): string =>
  [
    JSON.stringify([params, modelState, optimizerState].map((tree) => flattenParams('fit', tree).structure)),
    ...[params, modelState, optimizerState].flatMap((tree) =>
      flattenParams('fit', tree).leaves.map((x) => showDims(dimsOf(x)))
    ),
    showDims(dimsOf(inputs)),
    showDims(dimsOf(targets)),
    ...rest.map(String)
  ].join(' ')

/** What trains a problem on a data set, from a state of certain shapes. */
export interface Engine<P, St> {
  readonly resident: Resident<P, St>
  /** Lets another run have the programs. */
  readonly release: () => void
}

/**
 * An engine for a problem and a data set, or why there is none. A run has it for itself until it releases it, so that runs
 * within runs do not meet.
 */
export const engineFor = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  data: Dataset<I, T>,
  batchSize: number,
  withFactor: boolean,
  options: CompileOptions
): E.Either<string, Engine<P, St>> => {
  const settings = settingsOf(options)
  const [inputs, targets] = [data.inputs, data.targets] as unknown as readonly [Tensor, Tensor]
  const key = signature(from, inputs, targets, [
    batchSize,
    withFactor,
    settings.precision,
    settings.fused,
    settings.threads,
    settings.checked
  ])
  const { idle, refused } = poolOf(problem)
  const reason = refused.get(key)
  if (reason !== undefined) return E.left(reason)
  const kept = idle.get(key) as Resident<P, St> | undefined
  idle.delete(key)
  const found = kept === undefined ? residentFor(problem, from, data, batchSize, withFactor, settings) : E.right(kept)
  if (E.isLeft(found)) {
    refused.set(key, found.left)
    return found
  }
  const resident = found.right
  resident.use(inputs, targets)
  return E.right({
    resident,
    release: () => {
      if (resident.bytes > MOST_KEPT) return
      idle.set(key, resident as Resident<unknown, unknown>)
      const [oldest] = idle.keys()
      if (idle.size > KEPT && oldest !== undefined) idle.delete(oldest)
    }
  })
}

/** Predictions of fewer multiplications than that are not worth a program. */
const WORTH = 200_000

/** How a model gives predictions while it is trained, for blocks of rows: as a program when there are many. */
export const predictorOf = <P, St, I extends Shape, O extends Shape>(
  model: Layer<P, St, I, O>,
  options: CompileOptions | null
) => {
  const plain = (params: P, state: St, x: Tensor): Tensor => model.apply(infer)(params, state)<[number]>(x as never)[0]
  if (options === null) return plain
  const program = compileWith(programCache())(plain, options)
  let compiles = true
  return (params: P, state: St, x: Tensor): Tensor => {
    const count = flattenParams('fit', params).leaves.reduce((sum, p) => sum + sizeOf(dimsOf(p)), 0)
    if (!compiles || count * (dimsOf(x)[0] ?? 1) < WORTH) return plain(params, state, x)
    const made = attempt(['TracedValueError', 'ValueError'])(() => program(params, state, x))
    if (E.isRight(made)) return made.right
    compiles = false
    return plain(params, state, x)
  }
}
