import * as kinds from '../kinds/index.ts'
import * as nn from '../nn/index.ts'
import { draws } from '../nn/initializers/initializer.ts'
import { type Choice, readEntries, wordOr } from './choice.ts'
import type { Given } from './fault.ts'
import { propsOf, type SettingsOf, type Tagged } from './kinds.ts'
import { Finite } from './number.ts'
import { refined } from './struct.ts'

/** Initializers of weights, as data. */

const words = {
  heNormal: nn.heNormal,
  heUniform: nn.heUniform,
  glorotNormal: nn.glorotNormal,
  glorotUniform: nn.glorotUniform,
  lecunNormal: nn.lecunNormal,
  lecunUniform: nn.lecunUniform,
  zeros: nn.constant(0),
  ones: nn.constant(1)
} as const satisfies Readonly<Record<string, nn.Initializer>>

/** An initializer by its name, or by a record with settings. */
export type InitializerSettings =
  | keyof typeof words
  | Tagged<
      'name',
      { readonly [N in 'normal' | 'uniform']: SettingsOf<(typeof nn)[N]> } & {
        readonly constant: { readonly value: number }
      }
    >

/** Initializers, with those of a user. */
export const initializersFor = (given: unknown = {}): Choice<string | Given, nn.Initializer, string | Given> => {
  const library = {
    normal: [...propsOf(draws.normal), nn.normal],
    uniform: [...propsOf(draws.uniform), nn.uniform],
    constant: [{ value: Finite }, {}, ({ value }: { readonly value: number }) => nn.constant(value)]
  } as const
  const taken = [...Object.keys(words), ...Object.keys(library)]
  const own = readEntries('settingsFor: initializers', given, taken, kinds.callable<nn.Initializer>())
  const { type, make } = wordOr<nn.Initializer>(
    'initializer',
    '{ name: "normal", standardDeviation: 0.01 }',
    words,
    library,
    own
  )
  const ordered = refined(type, (settings) => {
    if (typeof settings === 'string' || settings['name'] !== 'uniform') return []
    const { min, max } = settings as unknown as SettingsOf<typeof nn.uniform>
    return min < max ? [] : [{ at: ['min'], message: `needs a number below max (${max}), got ${min}` }]
  })
  return { type: ordered, make }
}
