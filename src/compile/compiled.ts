import { allocate } from '../kernel/allocate.ts'
import { sameDims, sizeOf } from '../tensor/dims.ts'
import { bufferOf, dimsOf, isTensor, make, originOf, type Tensor } from '../tensor/tensor.ts'
import { matches, type Structure, unflatten } from '../tree/tree.ts'
import type { Program } from './program.ts'

/** A function compiled for arguments of one structure and certain shapes. */
export interface Compiled {
  /** Whether arguments are such; their tensors are kept for the next call. */
  readonly accepts: (args: readonly unknown[]) => boolean
  /** Runs the program on the arguments that were last accepted. */
  readonly run: () => unknown
  readonly bytes: number
}

/** Inputs of this many elements and more are written again only when they are other ones. */
const RESIDENT = 1024
/** Most numbers that a loop in JavaScript copies faster than a call. */
const FEW = 32

/** The elements of a buffer in a program's memory. */
const write = (values: Float64Array, to: Float64Array | Float32Array, at: number): void => {
  if (values.length > FEW) to.set(values, at)
  else for (let i = 0; i < values.length; i++) to[at + i] = values[i]!
}

/** A copy of elements in a program's memory, in doubles. */
const read = (from: Float64Array | Float32Array, at: number, n: number): Float64Array => {
  if (n > 2 * FEW)
    return from instanceof Float64Array ? from.slice(at, at + n) : new Float64Array(from.subarray(at, at + n))
  const values = allocate(n)
  for (let i = 0; i < n; i++) values[i] = from[at + i]!
  return values
}

/** A program together with the structures of its arguments and its result. */
export const compiledOf = (program: Program, args: Structure, result: Structure): Compiled => {
  const { memory, inputs, outputs } = program
  const elements = { 8: new Float64Array(memory.buffer), 4: new Float32Array(memory.buffer) }
  const inputsAt = inputs.map(({ address, bytes }) => ({ at: address / bytes, to: elements[bytes] }))
  const outputsAt = outputs.map(({ address, dims, bytes }) => ({
    at: address / bytes,
    from: elements[bytes],
    size: sizeOf(dims),
    dims
  }))
  const resident = inputs.map(({ dims }) => sizeOf(dims) >= RESIDENT)
  const last: (WeakRef<Float64Array> | null)[] = inputs.map(() => null)
  let tensors: Tensor[] = []
  return {
    bytes: program.bytes,
    accepts: (given) => {
      tensors = []
      if (!matches(isTensor, args, given, tensors)) return false
      for (let i = 0; i < tensors.length; i++) {
        const x = tensors[i]!
        // what is being differentiated or traced is taken as the function it was
        if (!sameDims(dimsOf(x), inputs[i]!.dims) || originOf(x) !== null) return false
      }
      return true
    },
    run: () => {
      for (let i = 0; i < inputsAt.length; i++) {
        const values = bufferOf(tensors[i]!)!
        if (resident[i]!) {
          // a tensor never changes: what was written for it is there still
          if (last[i]?.deref() === values) continue
          last[i] = new WeakRef(values)
        }
        const { at, to } = inputsAt[i]!
        write(values, to, at)
      }
      tensors = []
      program.run()
      const results = new Array<Tensor>(outputsAt.length)
      for (let i = 0; i < outputsAt.length; i++) {
        const { at, from, size, dims } = outputsAt[i]!
        results[i] = make(dims, read(from, at, size))
      }
      return unflatten(result)(results)
    }
  }
}
