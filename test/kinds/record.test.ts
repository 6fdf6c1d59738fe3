import { describe, expect, expectTypeOf, it } from 'vitest'
import * as kinds from '../../src/kinds/index.ts'

const stage = kinds.record('a stage', { name: kinds.name, apply: kinds.anyFunction, units: [kinds.size, undefined] })
const model = kinds.record('a model', {
  stages: kinds.listOf(stage, 'a list of stages'),
  metrics: [kinds.recordOf(kinds.anyFunction, 'metrics by name'), undefined]
})
const apply = () => 0
const said = (given: unknown): string => {
  try {
    kinds.mustBe(model, 'fit: model', given)
    return 'nothing'
  } catch (error) {
    return (error as Error).message
  }
}

describe('a record with parts', () => {
  it('may lack what is a pair, and may hold more than its parts', () => {
    const given = { stages: [{ name: 'a', apply, more: 1 }], other: 2 }
    expect(kinds.mustBe(model, 'fit: model', given)).toBe(given)
    expect(said({ stages: [], metrics: { loss: apply } })).toBe('nothing')
  })

  it.each<readonly [unknown, string]>([
    [undefined, 'fit: model must be a model, got undefined'],
    [null, 'fit: model must be a model, got null'],
    ['text', 'fit: model must be a model, got "text"'],
    [{}, 'fit: model.stages must be a list of stages, got undefined'],
    [{ stages: [3] }, 'fit: model.stages[0] must be a stage, got 3'],
    [{ stages: [{ name: '', apply }] }, 'fit: model.stages[0].name must be text that is not empty, got ""'],
    [{ stages: [{ name: 'a', apply: 1 }] }, 'fit: model.stages[0].apply must be a function, got 1'],
    [
      { stages: [{ name: 'a', apply, units: 0 }] },
      'fit: model.stages[0].units must be a whole number of at least 1, got 0'
    ],
    [{ stages: [], metrics: 1 }, 'fit: model.metrics must be metrics by name, got 1'],
    [{ stages: [], metrics: { loss: undefined } }, 'fit: model.metrics.loss must be a function, got undefined']
  ])('%j names the innermost part that is wrong', (given, message) => {
    expect(said(given)).toBe(message)
  })

  it('gives a value its type where nothing was known of it, and keeps the type that was known', () => {
    const outside: unknown = { name: 'a', apply }
    expectTypeOf(kinds.mustBe(stage, 'stage', outside).name).toEqualTypeOf<string>()
    expectTypeOf(kinds.mustBe(stage, 'stage', { name: 'a', apply } as const).name).toEqualTypeOf<'a'>()
  })
})

describe('a record by its tag', () => {
  const outcome = kinds.tagged('an outcome', { Found: { at: kinds.index }, Missing: {} })
  const told = (given: unknown): string => {
    try {
      kinds.mustBe(outcome, 'show: outcome', given)
      return 'nothing'
    } catch (error) {
      return (error as Error).message
    }
  }

  it('has the fields of its own tag', () => {
    expect(told({ _tag: 'Found', at: 3 })).toBe('nothing')
    expect(told({ _tag: 'Missing', at: -1 })).toBe('nothing')
  })

  it.each<readonly [unknown, string]>([
    [3, 'show: outcome must be an outcome, got 3'],
    [{}, 'show: outcome._tag must be one of Found, Missing, got undefined'],
    [{ _tag: 'Other' }, 'show: outcome._tag must be one of Found, Missing, got "Other"'],
    [{ _tag: 'Found', at: -1 }, 'show: outcome.at must be a whole number of at least 0, got -1']
  ])('%j names the part that is wrong', (given, message) => {
    expect(told(given)).toBe(message)
  })
})
