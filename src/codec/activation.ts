import { identity } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import * as ops from '../ops/index.ts'
import { NonNegative } from './number.ts'
import { nameOr, oneOf, tagged, without } from './struct.ts'

/** Activations, as data. */

const activations = {
  linear: identity,
  relu: ops.relu,
  leakyRelu: ops.leakyRelu(),
  elu: ops.elu(),
  selu: ops.selu,
  swish: ops.swish,
  gelu: ops.gelu,
  geluTanh: ops.geluTanh,
  mish: ops.mish,
  hardSwish: ops.hardSwish,
  softplus: ops.softplus,
  sigmoid: ops.sigmoid,
  hardSigmoid: ops.hardSigmoid,
  tanh: ops.tanh,
  softsign: ops.softsign,
  softmax: ops.softmax,
  logSoftmax: ops.logSoftmax
} as const satisfies Readonly<Record<string, ops.Pointwise>>
type ActivationName = keyof typeof activations

const Shaped = tagged('activation', 'name', {
  leakyRelu: [{}, { slope: NonNegative }],
  elu: [{}, { alpha: NonNegative }]
} as const)

type Shaped = t.TypeOf<typeof Shaped>

/** A name, or a record with settings. */
export const Activation = nameOr(
  oneOf('activation', Object.keys(activations) as readonly ActivationName[]),
  Shaped,
  `one of ${Object.keys(activations).join(', ')}, or a record such as { name: "leakyRelu", slope: 0.1 }`
)

export const toActivation = (settings: ActivationName | Shaped): ops.Pointwise => {
  if (typeof settings === 'string') return activations[settings]
  switch (settings.name) {
    case 'leakyRelu':
      return ops.leakyRelu(without('name', settings))
    case 'elu':
      return ops.elu(without('name', settings))
  }
}
