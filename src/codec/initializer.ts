import type * as t from 'io-ts'
import * as nn from '../nn/index.ts'
import { Finite, NonNegative } from './number.ts'
import { nameOr, oneOf, refined, tagged, without } from './struct.ts'

/** How weights start, as data. */

const initializers = {
  heNormal: nn.heNormal,
  heUniform: nn.heUniform,
  xavier: nn.xavier,
  glorotNormal: nn.glorotNormal,
  glorotUniform: nn.glorotUniform,
  lecunNormal: nn.lecunNormal,
  lecunUniform: nn.lecunUniform,
  zeros: nn.zeros,
  ones: nn.ones
} as const satisfies Readonly<Record<string, nn.Initializer>>
type InitializerName = keyof typeof initializers

const Drawn = tagged('initializer', 'name', {
  normal: [{ standardDeviation: NonNegative }, { mean: Finite }],
  uniform: [{ min: Finite, max: Finite }, {}],
  constant: [{ value: Finite }, {}]
} as const)

type Drawn = t.TypeOf<typeof Drawn>

const Ordered = refined(Drawn, (drawn) =>
  drawn.name === 'uniform' && drawn.min >= drawn.max
    ? [{ at: ['min'], message: `needs a number below max (${drawn.max}), got ${drawn.min}` }]
    : []
)

/** A name, or a record with settings. */
export const Initializer = nameOr(
  oneOf('initializer', Object.keys(initializers) as readonly InitializerName[]),
  Ordered,
  `one of ${Object.keys(initializers).join(', ')}, or a record such as { name: "normal", standardDeviation: 0.01 }`
)

export const toInitializer = (settings: InitializerName | Drawn): nn.Initializer => {
  if (typeof settings === 'string') return initializers[settings]
  switch (settings.name) {
    case 'normal':
      return nn.normal(without('name', settings))
    case 'uniform':
      return nn.uniform(without('name', settings))
    case 'constant':
      return nn.constant(settings.value)
  }
}
