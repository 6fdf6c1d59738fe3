/**
 * The same bits on every machine: what a run was on one version of Node it is on any other. The numbers are those of Node 20
 * and of Node 24, whose `Math.pow` differ.
 */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile/index.ts'
import { pow } from '../../src/ops/arithmetic.ts'
import * as optim from '../../src/optim/index.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Scalar } from '../../src/tensor/tensor.ts'

/** Where a parameter is after 40 steps down the slopes of its own rounding. */
const walked = (t: optim.TypedTransformation): number => {
  const step = compile((w: Scalar, g: Scalar, state: optim.OptimizerState) => optim.step(t)(w, g, state))
  const end = Array.from({ length: 40 }, (_, i) => scalar(((i * 7919) % 101) / 37 - 1)).reduce<
    readonly [Scalar, optim.OptimizerState]
  >(([w, state], g) => step(w, g, state), [scalar(1), t.init(scalar(1))])
  return toNumber(end[0])
}

const rate = 0.05
describe('these bits come out of a program on every machine:', () => {
  it.each([
    ['adam', optim.adam({ learningRate: rate }), 0.4117730260179341],
    ['adamW', optim.adamW({ learningRate: rate }), 0.39510155792991947],
    ['rmsProp', optim.rmsProp({ learningRate: rate }), 0.22960030056300462],
    ['adagrad', optim.adagrad({ learningRate: rate }), 0.8430278849944237],
    ['oneCycle', optim.sgd({ learningRate: optim.oneCycle({ peak: rate, steps: 40 }) }), 0.6514447383231358],
    ['cosineDecay', optim.sgd({ learningRate: optim.cosineDecay({ initial: rate, steps: 40 }) }), 0.7530262516446036],
    [
      'exponentialDecay',
      optim.sgd({ learningRate: optim.exponentialDecay({ initial: rate, factor: 0.9, every: 7 }) }),
      0.5218431527076788
    ],
    [
      'polynomialDecay',
      optim.sgd({ learningRate: optim.polynomialDecay({ initial: rate, steps: 40, power: 1.7 }) }),
      0.8373301567831659
    ]
  ])('%s', (_, t, expected) => {
    expect(walked(t)).toBe(expected)
  })

  it('powers', () => {
    const powers = compile((x: Scalar) => [pow(20)(x), pow(0.3)(x), pow(-1.7)(x)])
    expect(powers(scalar(1.1)).flatMap(toFlatArray)).toEqual([6.727499949325611, 1.029005759421095, 0.8504179829926404])
    expect(toFlatArray(compile(pow(2.5))(tensor([3, 0.7])))).toEqual([15.588457268119894, 0.409963413001697])
  })
})
