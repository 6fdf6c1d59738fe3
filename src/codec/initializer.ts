import * as nn from '../nn/index.ts'
import { draws } from '../nn/initializers/initializer.ts'
import { choice } from './choice.ts'
import { fromSettings } from './kinds.ts'
import { Finite } from './number.ts'
import type { Owns } from './own.ts'
import { refined } from './struct.ts'

/** How weights start, as data. */

const initializers = {
  heNormal: nn.heNormal,
  heUniform: nn.heUniform,
  xavier: nn.xavier,
  glorotNormal: nn.glorotNormal,
  glorotUniform: nn.glorotUniform,
  lecunNormal: nn.lecunNormal,
  lecunUniform: nn.lecunUniform,
  zeros: nn.constant(0),
  ones: nn.constant(1)
} as const satisfies Readonly<Record<string, nn.Initializer>>

const makers = {
  normal: nn.normal,
  uniform: nn.uniform,
  constant: ({ value }: { readonly value: number }) => nn.constant(value)
} as const

/** Initializers by name, or by a record with settings. */
export const initializersFor = (owns: Owns<nn.Initializer>) => {
  const { type, make } = choice(
    {
      name: 'initializer',
      example: '{ name: "normal", standardDeviation: 0.01 }',
      words: initializers,
      variants: { ...fromSettings(draws), constant: [{ value: Finite }, {}] } as const,
      makers
    },
    owns
  )
  const ordered = refined(type, (drawn) =>
    typeof drawn !== 'string' && drawn.name === 'uniform' && drawn.min >= drawn.max
      ? [{ at: ['min'], message: `needs a number below max (${drawn.max}), got ${drawn.min}` }]
      : []
  )
  return { type: ordered, make }
}

/** The names that are taken. */
export const initializerNames: readonly string[] = [...Object.keys(initializers), ...Object.keys(makers)]
