import { compiledFrom, type CompileSettings, traced, type TracedFunction } from '../compile/compile.ts'
import { type Compiled, type Elements, type Held, type Part, write } from '../compile/compiled.ts'
import { flattenParams, rebuild } from '../params/tree.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, make, valuesOf } from '../tensor/tensor.ts'
import { argumentsOf, type EpochResult, type EpochSettings, epochOf, type Moving } from './epoch.ts'
import { batchesOf, countOf } from './rows.ts'
import type { Judged, Rows, State, Task, Tensors } from './state.ts'

/** Epochs by programs: one that holds the data, or one for each size of a batch. */

/** The epochs of a run by a program. */
export interface EpochProgram {
  /** Goes on from a state. */
  readonly load: (state: State) => void
  /**
   * Runs an epoch on the rows in an order, and answers the mean loss; `null` when it met a number that is not finite. Then, and
   * when it throws, as a schedule of the caller's may, the state is the one before the epoch.
   */
  readonly run: (order: Int32Array | null, factor: number | undefined) => number | null
  /** The tensors of the state. */
  readonly tensors: () => Tensors
}

/** The program of an epoch that was traced. */
export const epochProgramOf = (epoch: TracedFunction, settings: CompileSettings): Compiled =>
  compiledFrom(epoch, settings) ??
  fail(
    'TracedValueError',
    'fit: a part of the problem closes over a tensor that is being traced, so there is no program'
  )

/** A program that has the state, and where in it what each epoch reads and writes is. */
interface Running {
  readonly held: Held
  readonly order: Elements | undefined
  readonly factor: Elements | undefined
  readonly losses: Elements | undefined
  readonly last: Elements | undefined
  readonly spoiled: Elements
}

const runningOf = (held: Held, withOrder: boolean): Running => {
  const [, losses, last, spoiled] = held.results.map(({ elements }) => elements[0])
  const [first, second] = held.args[1]!.elements
  return {
    held,
    order: withOrder ? first : undefined,
    factor: withOrder ? second : first,
    losses,
    last,
    spoiled: spoiled!
  }
}

/** Training with the state and the data in the memory of one program: an epoch is a call. */
export const inMemory = (problem: Judged, data: Rows, batchSize: number, compiled: Compiled): EpochProgram => {
  const rows = countOf(data)
  const rest = rows % batchSize
  /** The state when the program does not have it, and how many epochs it has gone on since. */
  let known: State | null = null
  let epochs = 0
  let running: Running | null = null

  const tensorsIn = (part: Part): Tensors => (part.read() as Moving).tensors
  /** Takes the state back from where it lies. */
  const takeBack = (part: Part): void => {
    known = { ...known!, ...tensorsIn(part), step: known!.step + epochs * Math.ceil(rows / batchSize) }
    epochs = 0
    running = null
  }
  const onLoss = (): void => {
    if (running !== null) takeBack(running.held.args[0]!)
  }
  const begin = (order: Int32Array | null, factor: number | undefined): Running => {
    const given = argumentsOf(problem, known!, data, order, factor ?? null)
    return (running = runningOf(compiled.hold(given, onLoss), order !== null))
  }
  return {
    load: (state) => {
      known = state
      epochs = 0
      running = null
    },
    run: (order, factor) => {
      const now = running ?? begin(order, factor)
      if (order !== null) write(order, now.order!)
      if (factor !== undefined) now.factor![0] = factor
      try {
        now.held.run()
      } catch (thrown) {
        // results take the places of the state when all is computed
        takeBack(now.held.args[0]!)
        throw thrown
      }
      if (now.spoiled[0] !== 0) {
        takeBack(now.held.results[4]!)
        return null
      }
      epochs++
      return (sumOf(now.losses) * batchSize + (now.last === undefined ? 0 : now.last[0]! * rest)) / rows
    },
    tensors: () => (running === null ? known! : tensorsIn(running.held.args[0]!))
  }
}

const sumOf = (values: Elements | undefined): number => {
  let sum = 0
  for (let i = 0; values !== undefined && i < values.length; i++) sum += values[i]!
  return sum
}

/** Training by a program for each size of a batch, to which batches are handed over. */
export const byBatches = (
  problem: Task,
  from: State,
  data: Rows,
  { batchSize, withFactor }: EpochSettings,
  settings: CompileSettings
): EpochProgram => {
  const rows = countOf(data)
  const programOn = (batch: Rows): Compiled => {
    const given = argumentsOf(problem, from, batch, null, withFactor ? 1 : null)
    return epochProgramOf(traced(epochOf(problem, batchSize), given), settings)
  }
  const inOrder = batchesOf(data, batchSize, null)
  const full = programOn(inOrder.at(0))
  const last = rows % batchSize === 0 || rows < batchSize ? full : programOn(inOrder.at(inOrder.count - 1))
  let state = from
  return {
    load: (given) => {
      state = given
    },
    run: (order, factor) => {
      const { count, at } = batchesOf(data, batchSize, order)
      let [moving, fixed] = argumentsOf(problem, state, data, null, factor ?? null)
      let total = 0
      for (let i = 0; i < count; i++) {
        fixed = { ...fixed, data: at(i) }
        const program = i < count - 1 ? full : last
        if (!program.accepts([moving, fixed]))
          fail('InternalError', 'fit: a batch is not of the program; please report it')
        const [after, losses, lastLoss, spoiled] = program.run() as EpochResult
        if (valuesOf('fit', spoiled)[0] !== 0) return null
        total += valuesOf('fit', losses ?? lastLoss!)[0]! * countOf(fixed.data)
        moving = after
      }
      state = { ...state, ...takenOut(moving.tensors), step: state.step + count }
      return total / rows
    },
    tensors: () => state
  }
}

/** A state in a program's memory as one of its own, which later runs neither change nor use up. */
const takenOut = (tensors: Tensors): Tensors => {
  const { leaves, structure } = flattenParams('fit', tensors)
  return rebuild<Tensors>(
    structure,
    leaves.map((x) => make(dimsOf(x), valuesOf('fit', x)))
  )
}
