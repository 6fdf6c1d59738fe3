import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as optim from '../../src/optim/index.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'
import { toArray } from '../../src/tensor/read.ts'
import type { Scalar } from '../../src/tensor/tensor.ts'
import { vmap } from '../../src/transform/vmap.ts'

const root = Math.SQRT1_2

/** Each schedule, and its values at some steps, worked out by hand. */
const table: readonly (readonly [string, optim.Schedule, readonly (readonly [step: number, value: number])[]])[] = [
  [
    'constant',
    optim.constant(0.3),
    [
      [0, 0.3],
      [1e9, 0.3]
    ]
  ],
  [
    'stepDecay',
    optim.stepDecay({ initial: 0.8, factor: 0.5, every: 3 }),
    [
      [0, 0.8],
      [2, 0.8],
      [3, 0.4],
      [5, 0.4],
      [6, 0.2],
      [9, 0.1]
    ]
  ],
  [
    'stepDecay at each step',
    optim.stepDecay({ initial: 1, factor: 0.1 }),
    [
      [0, 1],
      [1, 0.1],
      [2, 0.01]
    ]
  ],
  [
    'exponentialDecay',
    optim.exponentialDecay({ initial: 2, factor: 0.25, every: 4 }),
    [
      [0, 2],
      [2, 1],
      [4, 0.5],
      [6, 0.25],
      [8, 0.125]
    ]
  ],
  [
    'exponentialDecay at each step',
    optim.exponentialDecay({ initial: 1, factor: 0.5 }),
    [
      [0, 1],
      [3, 0.125]
    ]
  ],
  [
    'inverseTimeDecay',
    optim.inverseTimeDecay({ initial: 1, rate: 0.5, every: 2 }),
    [
      [0, 1],
      [2, 1 / 1.5],
      [4, 0.5],
      [12, 0.25]
    ]
  ],
  [
    'polynomialDecay, a line',
    optim.polynomialDecay({ initial: 1, final: 0.2, steps: 4 }),
    [
      [0, 1],
      [1, 0.8],
      [2, 0.6],
      [4, 0.2],
      [99, 0.2]
    ]
  ],
  [
    'polynomialDecay, a parabola',
    optim.polynomialDecay({ initial: 1, power: 2, steps: 4 }),
    [
      [0, 1],
      [1, 9 / 16],
      [2, 1 / 4],
      [3, 1 / 16],
      [4, 0],
      [5, 0]
    ]
  ],
  [
    'cosineDecay',
    optim.cosineDecay({ initial: 1, steps: 4 }),
    [
      [0, 1],
      [1, (1 + root) / 2],
      [2, 0.5],
      [3, (1 - root) / 2],
      [4, 0],
      [400, 0]
    ]
  ],
  [
    'cosineDecay to a floor',
    optim.cosineDecay({ initial: 1, final: 0.5, steps: 2 }),
    [
      [0, 1],
      [1, 0.75],
      [2, 0.5],
      [3, 0.5]
    ]
  ],
  [
    'warmRestarts',
    optim.warmRestarts({ initial: 1, final: 0.2, period: 2 }),
    [
      [0, 1],
      [1, 0.6],
      [2, 1],
      [3, 0.6],
      [1000, 1]
    ]
  ],
  // cycles of 2, 4 and 8 steps: they begin at 0, 2, 6, and the next at 14
  [
    'warmRestarts that grow',
    optim.warmRestarts({ initial: 1, period: 2, growth: 2 }),
    [
      [0, 1],
      [1, 0.5],
      [2, 1],
      [3, (1 + root) / 2],
      [4, 0.5],
      [6, 1],
      [10, 0.5],
      [13, (1 + Math.cos((7 * Math.PI) / 8)) / 2],
      [14, 1]
    ]
  ],
  [
    'warmUp to a fixed rate',
    optim.warmUp({ steps: 4, then: 0.4 }),
    [
      [0, 0.1],
      [1, 0.2],
      [2, 0.3],
      [3, 0.4],
      [4, 0.4],
      [99, 0.4]
    ]
  ],
  [
    'warmUp to a schedule',
    optim.warmUp({ steps: 2, then: optim.polynomialDecay({ initial: 1, steps: 2 }) }),
    [
      [0, 0.5],
      [1, 1],
      [2, 1],
      [3, 0.5],
      [4, 0]
    ]
  ],
  // up in steps 0 to 4, down in steps 4 to 8
  [
    'oneCycle',
    optim.oneCycle({ peak: 1, initial: 0.2, final: 0, steps: 8, rise: 0.5 }),
    [
      [0, 0.2],
      [2, 0.6],
      [4, 1],
      [5, (1 + root) / 2],
      [6, 0.5],
      [8, 0],
      [9, 0]
    ]
  ],
  [
    'oneCycle by its defaults',
    optim.oneCycle({ peak: 50, steps: 20 }),
    [
      [0, 2],
      [3, 26],
      [6, 50],
      [13, 25.0001],
      [20, 0.0002],
      [21, 0.0002]
    ]
  ],
  [
    'piecewise',
    optim.piecewise([
      [0, 0.1],
      [2, 0.01],
      [5, 0.5]
    ]),
    [
      [0, 0.1],
      [1, 0.1],
      [2, 0.01],
      [4, 0.01],
      [5, 0.5],
      [50, 0.5]
    ]
  ],
  [
    'join',
    optim.join([
      [0, 7],
      [2, optim.stepDecay({ initial: 1, factor: 0.5 })],
      [5, optim.warmUp({ steps: 2, then: 4 })]
    ]),
    [
      [0, 7],
      [1, 7],
      [2, 1],
      [3, 0.5],
      [4, 0.25],
      [5, 2],
      [6, 4],
      [7, 4]
    ]
  ]
]

describe('a schedule has the values worked out by hand:', () => {
  it.each(table)('%s', (_, schedule, values) => {
    values.forEach(([step, value]) => expect(schedule(step), `step ${step}`).toBeCloseTo(value, 12))
  })

  it.each(table)('%s takes whole steps from 0 and no others', (_, schedule) => {
    const wrong = [-1, 0.5, NaN, Infinity, '1' as never]
    wrong.forEach((step) => expect(() => schedule(step)).toThrow(expect.objectContaining({ name: 'ValueError' })))
  })
})

const anyRate = fc.double({ min: 0, max: 10, noNaN: true })
const anySteps = fc.integer({ min: 1, max: 1000 })

describe('a schedule', () => {
  test.prop([anyRate, anyRate, anySteps, fc.nat({ max: 2000 })])(
    'that decays begins at its initial value, ends at its final one, and stays between',
    (a, b, steps, step) => {
      const [initial, final] = a > b ? [a, b] : [b, a]
      const schedules = [
        optim.cosineDecay({ initial, final, steps }),
        optim.polynomialDecay({ initial, final, steps }),
        optim.polynomialDecay({ initial, final, steps, power: 3 }),
        optim.oneCycle({ peak: initial, initial, final, steps })
      ]
      schedules.forEach((schedule) => {
        expect([schedule(0), schedule(steps), schedule(steps + step)]).toEqual([initial, final, final])
        expect(schedule(step)).toBeLessThanOrEqual(initial * (1 + 1e-15))
        expect(schedule(step)).toBeGreaterThanOrEqual(final * (1 - 1e-15))
      })
    }
  )

  test.prop([fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 3 }), fc.nat({ max: 6 })])(
    'with warm restarts is at the top exactly where a cycle begins',
    (period, growth, cycles) => {
      const rate = optim.warmRestarts({ initial: 1, period, growth })
      const begins = Array.from({ length: cycles }, (_, i) => period * growth ** i).reduce((sum, n) => sum + n, 0)
      const length = period * growth ** cycles
      expect(rate(begins)).toBe(1)
      expect(rate(begins + length)).toBe(1)
      expect(rate(begins + length - 1)).toBeCloseTo((1 + Math.cos((Math.PI * (length - 1)) / length)) / 2, 9)
    }
  )

  test.prop([anySteps, anyRate, fc.nat({ max: 2000 })])(
    'in pieces is what the pieces are, each from its own beginning',
    (at, value, step) => {
      const decay = optim.cosineDecay({ initial: value, steps: at })
      expect(
        optim.join([
          [0, decay],
          [at, decay]
        ])(step)
      ).toBe(decay(step < at ? step : step - at))
      expect(
        optim.piecewise([
          [0, 1],
          [at, value]
        ])(step)
      ).toBe(step < at ? 1 : value)
      expect(optim.warmUp({ steps: at, then: decay })(at + step)).toBe(decay(step))
    }
  )
})

describe('a schedule', () => {
  it('is followed when many states are stepped at once, each by its own step', () => {
    const t = optim.sgd({ learningRate: (step) => step / 10 })
    const run = (w: Scalar, step: Scalar) => optim.step(t)(w, scalar(1), { step })[0]
    expect(toArray(vmap(run)(tensor([1, 2]), tensor([0, 5])))).toEqual([1, 1.5])
  })
})
