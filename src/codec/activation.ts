import { identity } from 'fp-ts/lib/function.js'
import * as kinds from '../kinds/index.ts'
import { bends } from '../ops/activations.ts'
import * as ops from '../ops/index.ts'
import { type Choice, readEntries, wordOr } from './choice.ts'
import type { Given } from './fault.ts'
import { propsOf, type SettingsOf, type Tagged } from './kinds.ts'

/** Activations, as data. */

const words = {
  linear: identity,
  relu: ops.relu,
  leakyRelu: ops.leakyRelu(),
  relu6: ops.relu6,
  elu: ops.elu(),
  celu: ops.celu(),
  selu: ops.selu,
  swish: ops.swish,
  gelu: ops.gelu,
  mish: ops.mish,
  hardSwish: ops.hardSwish,
  softplus: ops.softplus,
  sigmoid: ops.sigmoid,
  logSigmoid: ops.logSigmoid,
  hardSigmoid: ops.hardSigmoid,
  tanh: ops.tanh,
  hardTanh: ops.hardTanh,
  softsign: ops.softsign,
  softmax: ops.softmax,
  logSoftmax: ops.logSoftmax,
  sparsemax: ops.sparsemax
} as const satisfies Readonly<Record<string, ops.Pointwise>>

/** An activation by its name, or by a record with settings. */
export type ActivationSettings =
  | keyof typeof words
  | Tagged<
      'name',
      { readonly [N in 'leakyRelu' | 'elu' | 'celu']: SettingsOf<(typeof ops)[N]> } & {
        readonly gelu: Pick<ops.GeluOptions, 'approximate'>
      }
    >

/** Activations, with those of a user. */
export const activationsFor = (given: unknown = {}): Choice<string | Given, ops.Pointwise, string | Given> =>
  wordOr<ops.Pointwise>(
    'activation',
    '{ name: "leakyRelu", slope: 0.1 }',
    words,
    {
      leakyRelu: [...propsOf(bends.leakyRelu), ops.leakyRelu],
      elu: [...propsOf(bends.elu), ops.elu],
      celu: [...propsOf(bends.celu), ops.celu],
      gelu: [...propsOf(bends.gelu), ops.gelu]
    },
    readEntries('settingsFor: activations', given, Object.keys(words), kinds.callable<ops.Pointwise>())
  )
