import { type CompileSettings, mentionsTraced, optimised } from '../compile/compile.ts'
import { accessTo, type Slot } from '../compile/module.ts'
import { programOf } from '../compile/program.ts'
import { infer } from '../nn/layer.ts'
import { shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import { asFunction, asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make as tensorOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Problem } from './state.ts'
import { type FlatState, unflatten } from './traced.ts'

/** The predictions and the loss of a whole set as one program, which takes the state from where training keeps it. */
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

/** The number of rows evaluated at once; larger sets are evaluated in blocks, so that no result is too large. */
export const MOST_ROWS = 1024

/** A program for sets of the shapes of one; it may throw where the model or the loss cannot be traced, or compiled. */
export const measureOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { model, loss }: Pick<Problem<P, St, I, O, T>, 'model' | 'loss'>,
  flat: FlatState,
  [inputs, targets]: readonly [Tensor, Tensor],
  withLoss: boolean,
  settings: CompileSettings
): Measure | null => {
  const act = token('fit')
  const count = flat.counts[0] + flat.counts[1]
  const leaves = [...flat.leaves, inputs, targets].map((x) => shapeLeaf(act, dimsOf(x)))
  const { params, modelState } = unflatten<P, St>(flat, leaves.slice(0, flat.leaves.length))
  const [x, y] = leaves.slice(flat.leaves.length) as [Tensor, Tensor]
  const [predictions] = model.apply(infer)(params, modelState)<[number]>(x as never)
  const lossOf = (): unknown => asFunction('what the loss gives for targets', loss(y as never))(predictions)
  const outputs = [predictions as unknown as Tensor, ...(withLoss ? [asTensor('fit: the loss', lossOf())] : [])]
  // the state of the optimizer has no part in it
  const taken = [...leaves.slice(0, count), x, y]
  const tape = tapeOf(act, taken, outputs)
  if (mentionsTraced(tape) || (withLoss && dimsOf(outputs[1]!).length > 0)) return null
  const program = programOf(optimised(tape, settings.show), { ...settings, donations: [] })
  const { read, write } = accessTo(program.memory)
  const elements = { 8: new Float64Array(program.memory.buffer), 4: new Float32Array(program.memory.buffer) }
  const at = ({ address, bytes }: Slot): number => address / bytes
  const set = program.inputs.slice(count)
  const [predicted, lossSlot] = program.outputs
  let held: readonly Tensor[] = []
  return {
    bytes: program.bytes,
    use: (...given) => {
      // tensors never change, so what was written of one is there still
      given.forEach((tensor, i) => {
        if (held[i] !== tensor) write(set[i]!, valuesOf('fit', tensor))
      })
      held = given
    },
    run: (elementsAt) => {
      for (let i = 0; i < count; i++) {
        const slot = program.inputs[i]!
        elements[slot.bytes].set(elementsAt(i), at(slot))
      }
      program.run()
    },
    predictions: () => tensorOf(predicted!.dims, read(predicted!)),
    loss: () => elements[lossSlot!.bytes][at(lossSlot!)]!
  }
}
