import type { Ref } from '../../primitive/tape.ts'
import { table } from '../../primitive/table.ts'
import { sizeOf } from '../../tensor/dims.ts'
import { bufferOf, dimsOf, isTensor, make, type Tensor } from '../../tensor/tensor.ts'
import { rewrite } from './rewrite.ts'

/** The scalar that a constant repeats; `null` for any other. */
const repeated = (x: Tensor): Tensor | null => {
  const values = bufferOf(x)
  if (values === null || sizeOf(dimsOf(x)) < 2) return null
  const [first] = values
  return values.every((value) => Object.is(value, first)) ? make([], Float64Array.of(first!)) : null
}

/** Replaces a constant that repeats one number by a broadcast scalar, which needs no memory. */
export const narrowConstants = rewrite((entry, { add }) => ({
  ...entry,
  inputs: entry.inputs.map((input): Ref => {
    const scalar = isTensor(input) ? repeated(input) : null
    if (scalar === null) return input
    const dims = dimsOf(input as Tensor)
    return add({ primitive: table.broadcastTo, params: { dims }, inputs: [scalar], results: [dims] })
  })
}))
