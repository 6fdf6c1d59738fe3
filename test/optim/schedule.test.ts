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
    'exponentialDecay by a staircase',
    optim.exponentialDecay({ initial: 0.8, factor: 0.5, every: 3, staircase: true }),
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
    'exponentialDecay at each step',
    optim.exponentialDecay({ initial: 1, factor: 0.1 }),
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
    optim.polynomialDecay({ initial: 1, final: 0.2, steps: 5 }),
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
    optim.polynomialDecay({ initial: 1, power: 2, steps: 5 }),
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
    optim.cosineDecay({ initial: 1, steps: 5 }),
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
    optim.cosineDecay({ initial: 1, final: 0.5, steps: 3 }),
    [
      [0, 1],
      [1, 0.75],
      [2, 0.5],
      [3, 0.5]
    ]
  ],
  [
    'warmRestarts',
    optim.warmRestarts({ initial: 1, final: 0.2, period: 3 }),
    [
      [0, 1],
      [1, 0.6],
      [2, 0.2],
      [3, 1],
      [4, 0.6],
      [1001, 0.2],
      [1002, 1]
    ]
  ],
  // cycles of 3, 6 and 12 steps: they begin at 0, 3, 9, and the next at 21
  [
    'warmRestarts that grow',
    optim.warmRestarts({ initial: 1, period: 3, growth: 2 }),
    [
      [0, 1],
      [1, 0.5],
      [2, 0],
      [3, 1],
      [4, (1 + Math.cos(Math.PI / 5)) / 2],
      [8, 0],
      [9, 1],
      [19, (1 + Math.cos((10 * Math.PI) / 11)) / 2],
      [20, 0],
      [21, 1]
    ]
  ],
  [
    'warmRestarts at every step',
    optim.warmRestarts({ initial: 1, period: 1 }),
    [
      [0, 1],
      [1, 1]
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
    optim.warmUp({ steps: 2, then: optim.polynomialDecay({ initial: 1, steps: 3 }) }),
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
    optim.oneCycle({ peak: 1, initial: 0.2, final: 0, steps: 9, rise: 0.5 }),
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
    optim.oneCycle({ peak: 50, steps: 21 }),
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
    'join of numbers',
    optim.join([
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
      [2, optim.exponentialDecay({ initial: 1, factor: 0.5 })],
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

/** All that are made for a number of steps, by what they are made of. */
const ofSteps = {
  cosineDecay: (initial: number, final: number, steps: number) => optim.cosineDecay({ initial, final, steps }),
  polynomialDecay: (initial: number, final: number, steps: number) => optim.polynomialDecay({ initial, final, steps }),
  'polynomialDecay, steep': (initial: number, final: number, steps: number) =>
    optim.polynomialDecay({ initial, final, steps, power: 3 }),
  oneCycle: (initial: number, final: number, steps: number) =>
    optim.oneCycle({ peak: 2 * initial, initial, final, steps }),
  'oneCycle, late': (initial: number, final: number, steps: number) =>
    optim.oneCycle({ peak: 2 * initial, initial, final, steps, rise: 0.99 }),
  'a cycle of warmRestarts': (initial: number, final: number, steps: number) => {
    const rate = optim.warmRestarts({ initial, final, period: steps })
    return (step: number) => rate(Math.min(step, steps - 1))
  },
  'a cycle of warmRestarts that grow': (initial: number, final: number, steps: number) => {
    const rate = optim.warmRestarts({ initial, final, period: steps, growth: 2 })
    return (step: number) => rate(Math.min(step, steps - 1))
  }
}

describe.each(Object.entries(ofSteps))('%s, made for a number of steps,', (name, make) => {
  test.prop([anyRate, anyRate, fc.integer({ min: 2, max: 1000 }), fc.nat({ max: 2000 })])(
    'has its initial value in the first step of a run, its final one in the last, and stays there',
    (initial, final, steps, later) => {
      const schedule = make(initial, final, steps)
      expect([schedule(0), schedule(steps - 1), schedule(steps - 1 + later)]).toEqual([initial, final, final])
    }
  )

  test.prop([anyRate, anyRate, fc.integer({ min: 3, max: 1000 }), fc.nat({ max: 2000 })])(
    'is between its values on the way, and at neither before it is due',
    (a, b, steps, some) => {
      fc.pre(Math.abs(a - b) > 0.01)
      const [initial, final] = a > b ? [a, b] : [b, a]
      const top = name.startsWith('oneCycle') ? 2 * initial : initial
      const schedule = make(initial, final, steps)
      const step = 1 + (some % (steps - 2))
      expect(schedule(step)).toBeLessThanOrEqual(top * (1 + 1e-15))
      expect(schedule(step)).toBeGreaterThan(final)
    }
  )

  it('has its initial value in a run of one step', () => {
    expect(make(0.5, 0.25, 1)(0)).toBe(0.5)
  })
})

test.prop([
  fc.integer({ min: 3, max: 1000 }),
  fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true })
])('oneCycle is at its peak in one step of the run, the nearest to where it is to turn', (steps, rise) => {
  const rate = optim.oneCycle({ peak: 1, steps, rise })
  const peaks = Array.from({ length: steps }, (_, step) => step).filter((step) => rate(step) === 1)
  expect(peaks).toHaveLength(1)
  const wanted = Math.min(Math.max(rise * (steps - 1), 1), steps - 2)
  expect(Math.abs(peaks[0]! - wanted)).toBeLessThanOrEqual(0.5)
})

describe('a schedule', () => {
  test.prop([fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 3 }), fc.nat({ max: 6 })])(
    'with warm restarts is at the top exactly where a cycle begins',
    (period, growth, cycles) => {
      const rate = optim.warmRestarts({ initial: 1, period, growth })
      const begins = Array.from({ length: cycles }, (_, i) => period * growth ** i).reduce((sum, n) => sum + n, 0)
      const length = period * growth ** cycles
      expect(rate(begins)).toBe(1)
      expect(rate(begins + length)).toBe(1)
      expect(rate(begins + length - 1)).toBe(length === 1 ? 1 : 0)
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
        optim.join([
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
