import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as optim from '../../src/optim/index.ts'
import { anyModel, anyTransformation, foreign, type Model, modelOf, numbersOf, updatesOf } from './support.ts'

const few = fc.array(anyModel, { maxLength: 3 })
const ran = (t: optim.TypedTransformation, model: Model, gradients: readonly Model[]) => {
  const { updates, state } = updatesOf(t, model, gradients)
  return { updates: updates.map(numbersOf), state }
}

describe('chain', () => {
  test.prop([anyTransformation, anyTransformation, anyTransformation, anyModel, few])(
    'is associative, in updates and in states',
    (a, b, c, model, gradients) => {
      const left = ran(optim.chain(optim.chain(a, b), c), model, gradients)
      expect(ran(optim.chain(a, optim.chain(b, c)), model, gradients)).toEqual(left)
      expect(ran(optim.chain(a, b, c), model, gradients)).toEqual(left)
      expect(optim.chain(optim.chain(a, b), c).name).toBe(optim.chain(a, optim.chain(b, c)).name)
    }
  )

  test.prop([anyTransformation, anyModel, few])('has identity as its neutral element', (t, model, gradients) => {
    const alone = ran(t, model, gradients)
    expect(ran(optim.chain(t, optim.chain()), model, gradients)).toEqual(alone)
    expect(ran(optim.chain(optim.chain(), t), model, gradients)).toEqual(alone)
  })

  test.prop([fc.array(anyTransformation, { maxLength: 4 }), anyModel, anyModel])(
    'gives each part what the one before gave',
    (parts, model, gradient) => {
      const expected = parts.reduce((g, t) => t.update(model)(g)(t.init(model))[0], gradient)
      expect(ran(optim.chain(...parts), model, [gradient]).updates).toEqual([numbersOf(expected)])
    }
  )

  test.prop([anyTransformation, anyModel, anyModel])(
    'steps the same through a transformation it knows nothing of',
    (t, model, gradient) => {
      const [known, state] = optim.step(t)(model, gradient, t.init(model))
      const [unknown, other] = optim.step(foreign(t))(model, gradient, t.init(model))
      expect([numbersOf(unknown), other]).toEqual([numbersOf(known), state])
    }
  )

  it('names its parts, and leaves out identity', () => {
    const t = optim.chain(optim.clipByNorm(1), optim.chain(), optim.sgd({ learningRate: 1 }))
    expect([t.name, optim.chain().name]).toEqual(['clipByNorm then sgd', 'identity'])
  })

  it('respects an init or update that a spread has put in place of its own', () => {
    const model = modelOf(Array.from({ length: 12 }, (_, i) => i))
    const doubled = { ...optim.sgd({ learningRate: 1 }), update: optim.scale(2).update }
    const warm = { ...optim.chain(optim.scale(1), optim.scale(1)), init: () => [[], [], []] }
    expect(numbersOf(optim.step(doubled)(model, model, [])[0])).toEqual(numbersOf(model).map((x) => 3 * x))
    expect(optim.chain(warm, optim.scale(1)).init(model)).toEqual([[[], [], []], []])
  })
})
