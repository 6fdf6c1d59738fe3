import type { Tape } from '../tape/tape.ts'
import { type Tensor, valuesOf } from '../tensor/tensor.ts'
import { accessTo } from './module.ts'
import { optimised } from './compile.ts'
import { programOf } from './program.ts'

/** The program of a scalar function at a point, run with one of the point's numbers changed. */

/** The value of a function with another number in the place of one: which tensor, where in it, what number. */
export type Moved = (tensor: number, offset: number, value: number) => number

const MEMORY_LIMIT = 2 ** 30

/** A tape with one scalar output as a program in double precision: nothing is allocated for a call. */
export const movedProgram = (tape: Tape): ((point: readonly Tensor[]) => Moved) => {
  const { memory, inputs, outputs, run } = programOf(optimised(tape, null), {
    precision: 'double',
    fused: false,
    donations: [],
    memoryLimit: MEMORY_LIMIT
  })
  const { write } = accessTo(memory)
  const elements = new Float64Array(memory.buffer)
  const starts = inputs.map(({ address }) => address / 8)
  const result = outputs[0]!.address / 8
  return (point) => {
    point.forEach((x, i) => {
      write(inputs[i]!, valuesOf('compile', x))
    })
    return (tensor, offset, value) => {
      const place = starts[tensor]! + offset
      const before = elements[place]!
      elements[place] = value
      run()
      elements[place] = before
      return elements[result]!
    }
  }
}

/** What is made for a key, kept until it is asked for another one. */
export const lastMade = <K, V>(same: (a: K, b: K) => boolean, make: (key: K) => V): ((key: K) => V) => {
  let last: { readonly key: K; readonly value: V } | null = null
  return (key) => {
    if (last === null || !same(last.key, key)) last = { key, value: make(key) }
    return last.value
  }
}
