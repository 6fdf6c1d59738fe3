/**
 * Realistic mistakes, each a small value, each found by the law that is named beside it and by no look at the code. They
 * are the tests of the laws: weaken one, and a mistake goes unseen.
 */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { showFailure } from '../../laws/index.ts'
import { composites, ownRules, transforms } from './planted/functions.ts'
import { losses, metrics, schedules } from './planted/losses.ts'
import { layers, optimizers } from './planted/models.ts'
import type { Planted } from './planted/planted.ts'
import { rules } from './planted/rules.ts'
import { solvers } from './planted/solvers.ts'
import { training } from './planted/training.ts'

const kinds: Readonly<Record<string, readonly Planted[]>> = {
  rules,
  composites,
  'rules of one’s own': ownRules,
  transformations: transforms,
  losses,
  metrics,
  schedules,
  optimizers,
  layers,
  solvers,
  training
}

it('there are more than a hundred mistakes', () => {
  expect(Object.values(kinds).flat().length).toBeGreaterThan(100)
})

describe.each(Object.entries(kinds))('in %s, the laws find', (_, planted) => {
  it.each(planted)('%s', (_mistake, law, suite) => {
    const named = suite().filter(({ name }) => name.endsWith(`: ${law}`))
    expect(named.length).toBeGreaterThan(0)
    const failures = named.map((one) => one.check({ numRuns: 600, endOnFailure: true })).filter(E.isLeft)
    expect(failures.length).toBeGreaterThan(0)
    // a slip in the mistake itself, such as a function that does not exist, is not what the law finds
    expect(failures.map(({ left }) => showFailure(left)).join()).not.toMatch(/TypeError|ReferenceError/)
  })
})
