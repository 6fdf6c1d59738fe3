import { identity } from 'fp-ts/lib/function.js'
import { bends } from '../ops/activations.ts'
import * as ops from '../ops/index.ts'
import { choice } from './choice.ts'
import { fromSettings } from './kinds.ts'
import type { Owns } from './own.ts'

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

const makers = { leakyRelu: ops.leakyRelu, elu: ops.elu } as const

/** Activations by name, or by a record with settings. */
export const activationsFor = (owns: Owns<ops.Pointwise>) =>
  choice(
    {
      name: 'activation',
      example: '{ name: "leakyRelu", slope: 0.1 }',
      words: activations,
      variants: fromSettings(bends),
      makers
    },
    owns
  )

/** The names that are taken. */
export const activationNames: readonly string[] = Object.keys(activations)
