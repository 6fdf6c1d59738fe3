import * as E from 'fp-ts/lib/Either.js'
import { type CompileSettings, optimised } from '../compile/compile.ts'
import { accessTo, elementsOf, type Slot } from '../compile/module.ts'
import { type StepsProgram, stepsOf } from '../compile/steps.ts'
import type { Tape } from '../tape/tape.ts'
import { sizeOf } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make as tensorOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Dataset, Problem, TrainState } from './state.ts'
import { type FlatState, flatten, unflatten } from './traced.ts'
import type { Trial } from './trial.ts'

/**
 * Training with the state and the data in a program's memory. A step is traced for a whole batch and, where the data set
 * leaves one over, for the short one at the end; an epoch is one call for all whole batches, and one for the other.
 */
export interface Resident<P, St> {
  /** Puts a data set there, of the shapes that the programs were made for. */
  readonly use: (inputs: Tensor, targets: Tensor) => void
  /** Puts a state there. */
  readonly load: (state: TrainState<P, St>) => void
  /**
   * Runs an epoch on the rows in an order, and answers the mean loss; `null` when it met a number that is not finite, and
   * then the state is the one before the epoch again. A program calls functions of the caller's own, such as a schedule: what
   * they throw passes, and `goBack` gives the state before the epoch.
   */
  readonly epoch: (order: Int32Array, factor: number | undefined) => number | null
  readonly goBack: () => void
  /** The elements of a tensor of the state, where they lie: parameters first, then the state of the model. */
  readonly elementsAt: (leaf: number) => Float64Array | Float32Array
  /** The tensors of the state. */
  readonly read: () => Pick<TrainState<P, St>, 'params' | 'modelState' | 'optimizerState'>
  readonly bytes: number
}

/** The largest data set, in bytes, that is kept in a program's memory; a larger one is copied batch by batch. */
const MOST_DATA = 2 ** 28

/** One of the two programs: how to reach what is in it. */
interface Part {
  readonly program: StepsProgram
  readonly size: number
  readonly write: (slot: Slot, values: Float64Array) => void
  readonly read: (slot: Slot) => Float64Array
  readonly setOrder: (order: Int32Array) => void
}

const partOf = (program: StepsProgram, size: number): Part => {
  const { read, write } = accessTo(program.memory)
  const words = new Int32Array(program.memory.buffer)
  let last: Int32Array | null = null
  return {
    program,
    size,
    write,
    read,
    setOrder: (order) => {
      // an order never changes
      if (order !== last) words.set(order, program.order / 4)
      last = order
    }
  }
}

const rowsOf = (x: Tensor, order: Int32Array, from: number, to: number): Float64Array => {
  const width = sizeOf(dimsOf(x).slice(1))
  const values = valuesOf('fit', x)
  const out = new Float64Array((to - from) * width)
  for (let i = from; i < to; i++)
    out.set(values.subarray(order[i]! * width, (order[i]! + 1) * width), (i - from) * width)
  return out
}

/**
 * The programs of a problem for a state's shapes and a data set's; or the reason for having none, when the step cannot
 * be traced, the machine takes no program, or not one of that size.
 */
export const residentFor = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  data: Dataset<I, T>,
  batchSize: number,
  withFactor: boolean,
  settings: CompileSettings,
  trial: Trial
): E.Either<string, Resident<P, St>> => {
  const inputs = data.inputs as unknown as Tensor
  const targets = data.targets as unknown as Tensor
  const rows = dimsOf(inputs)[0]!
  const flat = flatten(from)
  const { usesKey } = problem.model
  const states = flat.leaves.length + (usesKey ? 1 : 0)
  const whole = Math.floor(rows / batchSize)
  const rest = rows % batchSize
  const element = settings.precision === 'double' ? 8 : 4
  const dataBytes = element * (sizeOf(dimsOf(inputs)) + sizeOf(dimsOf(targets)))
  const holdsData = dataBytes <= Math.min(MOST_DATA, settings.memoryLimit / 2)

  const { full: wholeTape, last: shortTape } = trial
  if (typeof wholeTape === 'string') return E.left(wholeTape)
  if (typeof shortTape === 'string') return E.left(shortTape)
  const make = (tape: Tape | null, size: number, kept: number): Part | null =>
    tape === null
      ? null
      : partOf(stepsOf(optimised(tape, settings.show), { ...settings, states, batches: 2, rows: kept }), size)
  const made = E.tryCatch(
    () => ({ full: make(wholeTape, batchSize, holdsData ? rows : 0), last: make(shortTape, rest, 0) }),
    (thrown) => E.toError(thrown).message
  )
  if (E.isLeft(made)) return made
  const { full, last } = made.right
  return E.right(resident(flat, { full, last, whole, rest, rows, holdsData, states, usesKey, withFactor }))
}

interface Parts {
  readonly full: Part | null
  readonly last: Part | null
  readonly whole: number
  readonly rest: number
  readonly rows: number
  readonly holdsData: boolean
  readonly states: number
  readonly usesKey: boolean
  readonly withFactor: boolean
}

const resident = <P, St>(flat: FlatState, parts: Parts): Resident<P, St> => {
  const { full, last, whole, rest, rows, holdsData, states, usesKey, withFactor } = parts
  const shape: FlatState = { ...flat, leaves: [] }
  const main = (full ?? last)!
  const each = [full, last].filter((part) => part !== null)
  const structures = flat.leaves.map(dimsOf)
  let data: readonly Tensor[] = []
  const stateSlots = (part: Part): readonly Slot[] => part.program.inputs.slice(0, states)

  const writeBatch = ({ program, write }: Part, order: Int32Array, from: number, to: number): void => {
    data.forEach((x, i) => {
      write(program.inputs[states + i]!, rowsOf(x, order, from, to))
    })
  }
  const writeState = ({ program, write }: Part, values: readonly Float64Array[]): void => {
    for (let i = 0; i < states; i++) write(program.inputs[i]!, values[i]!)
  }
  const elements = stateSlots(main).map((slot) => elementsOf(main.program.memory, slot))
  const readState = (part: Part): readonly Float64Array[] => stateSlots(part).map(part.read)

  /** All whole batches; false when one of their losses was no number. */
  const wholeBatches = (order: Int32Array): boolean => {
    if (full === null || whole === 0) return true
    if (holdsData) {
      full.setOrder(order)
      return full.program.steps(0, whole) < 0
    }
    for (let i = 0; i < whole; i++) {
      writeBatch(full, order, i * full.size, (i + 1) * full.size)
      if (full.program.steps(0, 1) >= 0) return false
    }
    return true
  }
  /** The short batch at the end, on the state that the whole ones left. */
  const lastBatch = (order: Int32Array): boolean => {
    if (last === null) return true
    if (full !== null) writeState(last, readState(full))
    writeBatch(last, order, rows - rest, rows)
    last.program.keep()
    if (last.program.steps(0, 1) >= 0) return false
    if (full !== null) writeState(full, readState(last))
    return true
  }
  /** An epoch; `null` where a number was not finite. */
  const run = (order: Int32Array, factor: number | undefined): number | null => {
    if (withFactor)
      for (const { program, write } of each) write(program.inputs[states + 2]!, Float64Array.of(factor ?? 1))
    if (full !== null && last === null && holdsData) {
      full.setOrder(order)
      const sum = full.program.whole(whole)
      return Number.isNaN(sum) ? null : (sum * full.size) / rows
    }
    main.program.keep()
    if (!wholeBatches(order) || !lastBatch(order) || !main.program.isFinite()) return null
    const sum = full === null ? 0 : full.program.total() * full.size
    return (sum + (last === null ? 0 : last.program.total() * rest)) / rows
  }
  return {
    bytes: each.reduce((bytes, { program }) => bytes + program.bytes, 0),
    use: (inputs, targets) => {
      // tensors never change, so what was written of one is there still
      const known = data[0] === inputs && data[1] === targets
      data = [inputs, targets]
      if (full === null || !holdsData || known) return
      data.forEach((x, i) => {
        full.write(full.program.data[i]!, valuesOf('fit', x))
      })
    },
    load: (state) => {
      const values = flatten(state).leaves.map((x) => valuesOf('fit', x))
      writeState(main, usesKey ? [...values, Float64Array.of(state.step)] : values)
      if (usesKey)
        for (const { program, write } of each)
          write(program.inputs[program.inputs.length - 1]!, valuesOf('fit', state.key))
    },
    epoch: (order, factor) => {
      const loss = run(order, factor)
      if (loss === null) main.program.goBack()
      return loss
    },
    goBack: main.program.goBack,
    elementsAt: (leaf) => elements[leaf]!,
    read: () =>
      unflatten<P, St>(
        shape,
        readState(main)
          .slice(0, structures.length)
          .map((values, i) => tensorOf(structures[i]!, values))
      )
  }
}
