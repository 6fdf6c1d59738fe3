import { type CompileSettings, mentionsTraced, optimised } from '../compile/compile.ts'
import { elementsOf } from '../compile/module.ts'
import { programOf } from '../compile/program.ts'
import { infer } from '../nn/layers/layer.ts'
import { shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import { type Dims, sizeOf } from '../tensor/dims.ts'
import { asFunction, asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make as tensorOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Problem } from './state.ts'
import { type FlatState, unflatten } from './traced.ts'

/** The predictions and the loss of a whole set by programs, which take the state from where training keeps it. */
export interface Measure {
  /** Puts a set there, of the shapes that the program was made for. */
  readonly use: (inputs: Tensor, targets: Tensor) => void
  /** Runs on a state, of which it is handed the elements of each tensor. */
  readonly run: (elementsAt: (leaf: number) => Float64Array | Float32Array) => void
  /** The predictions of the last run. */
  readonly predictions: () => Tensor
  /** The loss of the last run. */
  readonly loss: () => number
  readonly bytes: number
}

/** The most rows measured at once; larger sets are measured in blocks, so that no intermediate result is too large. */
const MOST_ROWS = 1024

/** A program, and what lies in its memory. */
interface Placed {
  readonly bytes: number
  readonly run: () => void
  readonly write: (input: number, values: Float64Array | Float32Array) => void
  /** The elements of a result of the last run, where they lie. */
  readonly result: (output: number) => Float64Array | Float32Array
  readonly dims: readonly Dims[]
}

/** What a function gives for tensors of some shapes, as a program; `null` where it reads their numbers. */
const placedOf = (
  dims: readonly Dims[],
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  settings: CompileSettings
): Placed | null => {
  const act = token('fit')
  const leaves = dims.map((own) => shapeLeaf(act, own))
  const tape = tapeOf(act, leaves, f(leaves))
  if (mentionsTraced(tape)) return null
  const { memory, inputs, outputs, run, bytes } = programOf(optimised(tape, settings.show), {
    ...settings,
    donations: []
  })
  const [given, found] = [inputs, outputs].map((slots) => slots.map((slot) => elementsOf(memory, slot)))
  return {
    bytes,
    run,
    write: (input, values) => {
      given![input]!.set(values)
    },
    result: (output) => found![output]!,
    dims: outputs.map((slot) => slot.dims)
  }
}

/** Programs for sets of the shapes of one; it may throw where the model or the loss cannot be traced, or compiled. */
export const measureOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { model, loss }: Pick<Problem<P, St, I, O, T>, 'model' | 'loss'>,
  flat: FlatState,
  [inputs, targets]: readonly [Tensor, Tensor],
  withLoss: boolean,
  settings: CompileSettings
): Measure | null => {
  // the state of the optimizer has no part in it
  const state = flat.leaves.slice(0, flat.counts[0] + flat.counts[1])
  const stateDims = state.map(dimsOf)
  const rest = flat.leaves.slice(state.length)
  const predict = (leaves: readonly Tensor[]): Tensor => {
    const { params, modelState } = unflatten<P, St>(flat, [...leaves.slice(0, state.length), ...rest])
    return model.apply(infer)(params, modelState)<[number]>(leaves[state.length] as never)[0]
  }
  const lossOf = (y: Tensor, predictions: Tensor): Tensor => {
    const given: unknown = asFunction('what the loss gives for targets', loss(y as never))(predictions as never)
    return asTensor('fit: the loss', given)
  }
  const [rows = 0, ...example] = dimsOf(inputs)
  if (rows <= MOST_ROWS) {
    const both = (leaves: readonly Tensor[]): readonly Tensor[] => {
      const predictions = predict(leaves)
      return withLoss ? [predictions, lossOf(leaves[state.length + 1]!, predictions)] : [predictions]
    }
    const program = placedOf([...stateDims, dimsOf(inputs), dimsOf(targets)], both, settings)
    return program === null || (withLoss && program.dims[1]!.length > 0) ? null : whole(program, state.length)
  }
  const blockOf = (size: number): Placed | null =>
    placedOf([...stateDims, [size, ...example]], (x) => [predict(x)], settings)
  const left = rows % MOST_ROWS
  const full = blockOf(MOST_ROWS)
  const last = left === 0 ? full : blockOf(left)
  if (full === null || last === null) return null
  const dims = [rows, ...full.dims[0]!.slice(1)]
  const judge = withLoss ? placedOf([dimsOf(targets), dims], ([y, p]) => [lossOf(y!, p!)], settings) : null
  if (withLoss && (judge === null || judge.dims[0]!.length > 0)) return null
  return inBlocks({ full, last, judge, dims, states: state.length, width: sizeOf(example) })
}

/** A set as a whole, its predictions and its loss by one program. */
const whole = (program: Placed, states: number): Measure => {
  let held: readonly Tensor[] = []
  return {
    bytes: program.bytes,
    use: (...given) => {
      // tensors never change, so what was written of one is there still
      given.forEach((tensor, i) => {
        if (held[i] !== tensor) program.write(states + i, valuesOf('fit', tensor))
      })
      held = given
    },
    run: (elementsAt) => {
      for (let i = 0; i < states; i++) program.write(i, elementsAt(i))
      program.run()
    },
    predictions: () => tensorOf(program.dims[0]!, new Float64Array(program.result(0))),
    loss: () => program.result(1)[0]!
  }
}

interface Blocks {
  readonly full: Placed
  readonly last: Placed
  /** The loss of all rows at once: it need not be a mean. */
  readonly judge: Placed | null
  /** The shape of all predictions. */
  readonly dims: Dims
  readonly states: number
  /** How many numbers an example has. */
  readonly width: number
}

/** A set in blocks of rows, of which the last may be short. */
const inBlocks = ({ full, last, judge, dims, states, width }: Blocks): Measure => {
  const [rows = 0, ...rest] = dims
  const outputs = sizeOf(rest)
  let inputs: Float64Array = new Float64Array(0)
  let judged: Tensor | null = null
  let found: Float64Array = inputs
  return {
    bytes: full.bytes + (last === full ? 0 : last.bytes) + (judge?.bytes ?? 0),
    use: (x, y) => {
      inputs = valuesOf('fit', x)
      if (judge !== null && judged !== y) judge.write(0, valuesOf('fit', y))
      judged = y
    },
    run: (elementsAt) => {
      // predictions are handed out, and tensors never change
      found = new Float64Array(rows * outputs)
      for (const program of new Set([full, last])) for (let i = 0; i < states; i++) program.write(i, elementsAt(i))
      for (let from = 0; from < rows; from += MOST_ROWS) {
        const to = Math.min(rows, from + MOST_ROWS)
        const program = to - from === MOST_ROWS ? full : last
        program.write(states, inputs.subarray(from * width, to * width))
        program.run()
        found.set(program.result(0), from * outputs)
      }
    },
    predictions: () => tensorOf(dims, found),
    loss: () => {
      judge!.write(1, found)
      judge!.run()
      return judge!.result(0)[0]!
    }
  }
}
