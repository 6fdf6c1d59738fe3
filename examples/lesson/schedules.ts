/** Schedules: learning rates that are functions of the step. */
import { pipe } from 'fp-ts/lib/function.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import * as R from 'fp-ts/lib/ReadonlyRecord.js'
import { optim } from '../../src/index.ts'
import { below, check } from './frame/check.ts'
import { drawn } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { tabled } from './frame/table.ts'

const initial = 0.1

/** Expected rates at the start, after each quarter and at the end, computed by hand. */
const byHand = {
  step: [0.1, 0.05, 0.025, 0.0125, 0.00625],
  exponential: [0.1, 0.1 / Math.sqrt(10), 0.01, 0.01 / Math.sqrt(10), 0.001],
  'inverse time': [0.1, 0.1 / 3, 0.1 / 5, 0.1 / 7, 0.1 / 9],
  polynomial: [0.1, 0.05625, 0.025, 0.00625, 0],
  cosine: [0.1, 0.05 + 0.05 * Math.SQRT1_2, 0.05, 0.05 - 0.05 * Math.SQRT1_2, 0]
}

export const schedules: Section<{ readonly steps: number }> = {
  name: 'schedules',
  title: 'learning-rate schedules',
  teaches:
    'Large steps to get near a minimum, small ones to settle: a schedule is a function from the step, counted from 0, ' +
    'to the learning rate. Step and exponential decay go on for ever, cosine and polynomial decay reach an end; warm- ' +
    'up rises first, one cycle rises and falls, warm restarts begin again. Schedules compose as functions do.',
  settings: { steps: 200 },
  run: ({ steps }) => {
    const quarter = steps / 4
    const falling = {
      step: optim.exponentialDecay({ initial, factor: 0.5, every: quarter, staircase: true }),
      exponential: optim.exponentialDecay({ initial, factor: 0.1, every: 2 * quarter }),
      'inverse time': optim.inverseTimeDecay({ initial, rate: 4, every: 2 * quarter }),
      polynomial: optim.polynomialDecay({ initial, power: 2, steps: steps + 1 }),
      cosine: optim.cosineDecay({ initial, steps: steps + 1 })
    }
    const rising = {
      'warm-up': optim.warmUp({ steps: quarter, then: optim.cosineDecay({ initial, steps: 3 * quarter + 1 }) }),
      'one cycle': optim.oneCycle({ peak: initial, steps: steps + 1 }),
      restarts: optim.warmRestarts({ initial, period: quarter, growth: 2 })
    }
    const along = (x: readonly number[]) => R.map((rate: optim.Schedule) => ({ x, y: x.map(rate) }))
    const moments = A.makeBy(5, (i) => i * quarter)
    const picture = (title: string, all: Readonly<Record<string, optim.Schedule>>) =>
      drawn({ title, xTitle: 'step', yTitle: 'learning rate' })(pipe(all, along(A.makeBy(steps + 1, (i) => i))))
    const found = pipe(falling, along(moments))
    const errors = Object.entries(byHand).flatMap(([name, values]) =>
      values.map((value, i) => Math.abs(value - (found[name as keyof typeof found].y[i] ?? NaN)))
    )
    return {
      tables: [
        tabled({ caption: 'Decaying rates', xTitle: 'step' })(found),
        tabled({ caption: 'Rates that also rise', xTitle: 'step' })(pipe(rising, along(moments)))
      ],
      pictures: [picture('Decaying rates', falling), picture('Rates that also rise', rising)],
      checks: [
        below({ what: 'largest difference from values computed by hand', bar: 1e-12 })(Math.max(...errors)),
        check('one cycle peaks after three tenths of the steps')(rising['one cycle'](0.3 * steps) === initial),
        check('warm restarts return to the initial rate')(rising.restarts(quarter) === initial)
      ]
    }
  }
}
