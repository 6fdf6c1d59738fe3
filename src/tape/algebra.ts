import type { Algebra } from '../primitive/algebra.ts'
import type { Primitive } from '../primitive/primitive.ts'
import { noParams, type NoParams } from '../primitive/primitive.ts'
import { table } from '../primitive/table.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { apply } from './apply.ts'

const unary =
  (primitive: Primitive<NoParams>) =>
  (x: Tensor): Tensor =>
    apply(primitive, noParams, [x])

const binary =
  (primitive: Primitive<NoParams>) =>
  (a: Tensor, b: Tensor): Tensor =>
    apply(primitive, noParams, [a, b])

const constants: readonly Tensor[] = [0, 1, 2].map((value) => make([], Float64Array.of(value)))

/**
 * The vocabulary on tensors, plain and traced alike: each word applies its primitive, which evaluates or records. It is
 * the carrier of everything the library does; rules and public operations both speak it.
 */
export const tensors: Algebra<Tensor> = {
  dims: dimsOf,
  // the rules' favourite numbers are shared: tensors are immutable
  constant: (value) =>
    Object.is(value, 0) || value === 1 || value === 2 ? constants[value]! : make([], Float64Array.of(value)),
  range: (count, step) => {
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = i * step
    return make([count], values)
  },

  add: binary(table.add),
  sub: binary(table.sub),
  mul: binary(table.mul),
  div: binary(table.div),
  pow: binary(table.pow),
  mulNoNan: binary(table.mulNoNan),
  xlogy: binary(table.xlogy),
  xlog1py: binary(table.xlog1py),
  xdivy: binary(table.xdivy),
  maximum: binary(table.maximum),
  minimum: binary(table.minimum),

  powNumber: (x, exponent) => apply(table.powNumber, { exponent }, [x]),
  clip: (x, min, max) => apply(table.clip, { min, max }, [x]),
  neg: unary(table.neg),
  exp: unary(table.exp),
  expm1: unary(table.expm1),
  log: unary(table.log),
  log1p: unary(table.log1p),
  sqrt: unary(table.sqrt),
  square: unary(table.square),
  abs: unary(table.abs),
  sign: unary(table.sign),
  sin: unary(table.sin),
  cos: unary(table.cos),
  tanh: unary(table.tanh),
  sechSquared: unary(table.sechSquared),
  sigmoid: unary(table.sigmoid),
  sigmoidSlope: unary(table.sigmoidSlope),
  softplus: unary(table.softplus),
  tanhGate: unary(table.tanhGate),
  tanhGateSlope: unary(table.tanhGateSlope),
  gaussian: (x, rate) => apply(table.gaussian, { rate }, [x]),
  erf: unary(table.erf),
  erfc: unary(table.erfc),
  normalCdf: unary(table.normalCdf),
  logErfcx: (x, order) => apply(table.logErfcx, { order }, [x]),
  relu: unary(table.relu),
  stopGradient: unary(table.stopGradient),

  greater: binary(table.greater),
  greaterEqual: binary(table.greaterEqual),
  equal: binary(table.equal),
  where: (condition, whenTrue, whenFalse) => apply(table.where, noParams, [condition, whenTrue, whenFalse]),

  matmul: binary(table.matmul),

  reshape: (x, dims) => apply(table.reshape, { dims }, [x]),
  broadcastTo: (x, dims) => apply(table.broadcastTo, { dims }, [x]),
  permute: (x, axes) => apply(table.permute, { axes }, [x]),
  slice: (x, starts, stops) => apply(table.slice, { starts, stops }, [x]),
  pad: (x, starts, dims) => apply(table.pad, { starts, dims }, [x]),
  concat: (xs, axis) => apply(table.concat, { axis }, xs),
  gather: (x, indices) => apply(table.gather, noParams, [x, indices]),
  scatterAdd: (x, indices, rows) => apply(table.scatterAdd, { rows }, [x, indices]),

  sum: (x, axes, keepDims) => apply(table.sum, { axes, keepDims }, [x]),
  max: (x, axes, keepDims) => apply(table.max, { axes, keepDims }, [x]),
  argmax: (x, axis) => apply(table.argmax, { axis }, [x]),
  softmax: (x, axis) => apply(table.softmax, { axis }, [x]),
  logSoftmax: (x, axis) => apply(table.logSoftmax, { axis }, [x]),
  logSumExp: (x, axis) => apply(table.logSumExp, { axis }, [x])
}
