import type { Algebra, PrimitiveName } from '../primitive/algebra.ts'
import type { Primitive } from '../primitive/primitive.ts'
import { noParams, type NoParams } from '../primitive/primitive.ts'
import { table } from '../primitive/table.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { apply } from './apply.ts'

/** A word for a primitive of tensors alone. */
const word = (primitive: Primitive<NoParams>) =>
  primitive.arity === 1
    ? (x: Tensor): Tensor => apply(primitive, noParams, [x])
    : primitive.arity === 2
      ? (a: Tensor, b: Tensor): Tensor => apply(primitive, noParams, [a, b])
      : (...xs: readonly Tensor[]): Tensor => apply(primitive, noParams, xs)

/** The words that take tensors alone: they follow from the table. */
type Plain = {
  [K in PrimitiveName]: Parameters<Algebra<Tensor>[K]> extends readonly Tensor[] ? K : never
}[PrimitiveName]

const constants: readonly Tensor[] = [0, 1, 2].map((value) => make([], Float64Array.of(value)))

/** The words that take settings, or make tensors of numbers. */
const withSettings: Omit<Algebra<Tensor>, Plain> = {
  dims: dimsOf,
  // the rules' favourite numbers are shared: tensors are immutable
  constant: (value) =>
    Object.is(value, 0) || value === 1 || value === 2 ? constants[value]! : make([], Float64Array.of(value)),
  range: (count, step) => {
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = i * step
    return make([count], values)
  },
  powNumber: (x, exponent) => apply(table.powNumber, { exponent }, [x]),
  clip: (x, min, max) => apply(table.clip, { min, max }, [x]),
  gaussian: (x, rate) => apply(table.gaussian, { rate }, [x]),
  logErfcx: (x, order) => apply(table.logErfcx, { order }, [x]),
  reshape: (x, dims) => apply(table.reshape, { dims }, [x]),
  broadcastTo: (x, dims) => apply(table.broadcastTo, { dims }, [x]),
  permute: (x, axes) => apply(table.permute, { axes }, [x]),
  slice: (x, starts, stops) => apply(table.slice, { starts, stops }, [x]),
  pad: (x, starts, dims) => apply(table.pad, { starts, dims }, [x]),
  concat: (xs, axis) => apply(table.concat, { axis }, xs),
  scatterAdd: (x, indices, rows) => apply(table.scatterAdd, { rows }, [x, indices]),
  sum: (x, axes, keepDims) => apply(table.sum, { axes, keepDims }, [x]),
  max: (x, axes, keepDims) => apply(table.max, { axes, keepDims }, [x]),
  argmax: (x, axis) => apply(table.argmax, { axis }, [x]),
  softmax: (x, axis) => apply(table.softmax, { axis }, [x]),
  logSoftmax: (x, axis) => apply(table.logSoftmax, { axis }, [x]),
  logSumExp: (x, axis) => apply(table.logSumExp, { axis }, [x]),
  splitKey: (keys, count) => apply(table.splitKey, { count }, [keys]),
  uniform: (keys, min, max, dims) => apply(table.uniform, { min, max, dims }, [keys]),
  normal: (keys, mean, standardDeviation, dims) => apply(table.normal, { mean, standardDeviation, dims }, [keys]),
  truncatedNormal: (keys, mean, standardDeviation, dims) =>
    apply(table.truncatedNormal, { mean, standardDeviation, dims }, [keys]),
  bernoulli: (keys, p, dims) => apply(table.bernoulli, { p, dims }, [keys]),
  randint: (keys, min, max, dims) => apply(table.randint, { min, max, dims }, [keys]),
  categorical: (keys, probabilities, dims) => apply(table.categorical, { probabilities, dims }, [keys]),
  permutation: (keys, n, count) => apply(table.permutation, { n, count }, [keys]),
  weightedChoice: (keys, probabilities, count) => apply(table.weightedChoice, { probabilities, count }, [keys])
}

const rows: Readonly<Record<Plain, Primitive<NoParams>>> = table

const plain = Object.fromEntries(
  Object.entries(rows).flatMap(([name, primitive]) => (name in withSettings ? [] : [[name, word(primitive)] as const]))
) as unknown as Pick<Algebra<Tensor>, Plain>

/**
 * The vocabulary on tensors, plain and traced alike: each word applies its primitive, which evaluates or records. It is
 * the carrier of everything the library does; rules and public operations both speak it.
 */
export const tensors: Algebra<Tensor> = { ...plain, ...withSettings }
