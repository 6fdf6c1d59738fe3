/** What a wrong argument gets to read: optimisers and schedules. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { saysOf, wrong } from './says.ts'

const { optim } = g
const v = g.tensor([1, 2, 3])

describe('an optimiser without settings', () => {
  it.each(['sgd', 'adagrad', 'rmsProp', 'adam', 'adamW'] as const)('%s says that it needs a learning rate', (name) => {
    for (const given of [undefined, null, 0.1])
      expect(() => optim[name](wrong(given))).toThrow(
        expect.objectContaining({
          name: 'ValueError',
          message: `${name}: needs settings { learningRate }, got ${String(given)}`
        })
      )
  })
})

describe('an optimiser', () => {
  saysOf({
    'sgd({ learningRate: "0.1" })': [
      () => optim.sgd(wrong({ learningRate: '0.1' })),
      'ValueError: sgd: learningRate must be a finite number of at least 0 or a schedule, got "0.1"'
    ],
    'velocity(3)': [
      () => optim.velocity(wrong(3)),
      'ValueError: velocity: needs settings such as { momentum: 0.9 }, got 3'
    ],
    'velocity({ nesterov: 1 })': [
      () => optim.velocity(wrong({ nesterov: 1 })),
      'ValueError: velocity: nesterov must be true or false, got 1'
    ],
    'scaleByAdam(null)': [
      () => optim.scaleByAdam(wrong(null)),
      'ValueError: scaleByAdam: needs settings such as { beta1: 0.9 }, got null'
    ],
    "scale('0.1')": [
      () => optim.scale(wrong('0.1')),
      'ValueError: scale: k must be a finite number or a schedule, got "0.1"'
    ],
    'addWeightDecay()': [
      () => optim.addWeightDecay(wrong(undefined)),
      'ValueError: addWeightDecay: needs settings { rate }, got undefined'
    ],
    "addWeightDecay({ rate: 1, where: 'weight' })": [
      () => optim.addWeightDecay(wrong({ rate: 1, where: 'weight' })),
      'ValueError: addWeightDecay: where must be a function, got "weight"'
    ],
    'chain(undefined)': [
      () => optim.chain(wrong(undefined)),
      'ValueError: chain: transformation 0 must be an optimizer, such as optim.sgd gives, got undefined'
    ],
    'chain(optim.sgd)': [
      () => optim.chain(wrong(optim.sgd)),
      'ValueError: chain: transformation 0 must be an optimizer, such as optim.sgd gives, got a function'
    ],
    'chain({})': [() => optim.chain(wrong({})), 'ValueError: chain: transformation 0.name must be text, got undefined'],
    'step()': [
      () => optim.step(wrong(undefined)),
      'ValueError: step: transformation must be an optimizer, such as optim.sgd gives, got undefined'
    ],
    'step with a factor that is a number': [
      () => optim.step(optim.sgd({ learningRate: 1 }))(v, v, [], wrong(2)),
      'ValueError: step: factor: needs a tensor, got 2; make it one with tensor'
    ],
    'scaleByRms without a state': [
      () => optim.scaleByRms().update(v)(v)(wrong(undefined)),
      'TreeError: scaleByRms: the state holds no root; start with the state that init(params) of this optimizer gives'
    ],
    "leafwise('half')(0.5)": [
      () => optim.leafwise('half')(wrong(0.5)),
      'ValueError: half: f must be a function, got 0.5'
    ],
    'a leafwise function that gives nothing': [
      () =>
        optim
          .leafwise('half')(wrong(() => undefined))
          .update(v)(v)([]),
      'ValueError: half: what its function gave: needs a tensor, got undefined'
    ],
    'an optimiser of ones own that gives no pair': [
      () => optim.step({ name: 'own', init: () => [], update: () => () => wrong(() => v) })(v, v, []),
      'ValueError: own: update must give a pair, [updates, state], it gave a Tensor'
    ]
  })
})

describe('a schedule', () => {
  saysOf({
    'exponentialDecay()': [
      () => optim.exponentialDecay(wrong(undefined)),
      'ValueError: exponentialDecay: needs settings { initial, factor }, got undefined'
    ],
    'cosineDecay(null)': [
      () => optim.cosineDecay(wrong(null)),
      'ValueError: cosineDecay: needs settings { initial, steps }, got null'
    ],
    'inverseTimeDecay(1)': [
      () => optim.inverseTimeDecay(wrong(1)),
      'ValueError: inverseTimeDecay: needs settings { initial, rate }, got 1'
    ],
    'polynomialDecay()': [
      () => optim.polynomialDecay(wrong(undefined)),
      'ValueError: polynomialDecay: needs settings { initial, steps }, got undefined'
    ],
    'warmUp()': [
      () => optim.warmUp(wrong(undefined)),
      'ValueError: warmUp: needs settings { steps, then }, got undefined'
    ],
    'warmRestarts()': [
      () => optim.warmRestarts(wrong(undefined)),
      'ValueError: warmRestarts: needs settings { initial, period }, got undefined'
    ],
    'oneCycle()': [
      () => optim.oneCycle(wrong(undefined)),
      'ValueError: oneCycle: needs settings { peak, steps }, got undefined'
    ],
    'oneCycle({ steps: 10 })': [
      () => optim.oneCycle(wrong({ steps: 10 })),
      'ValueError: oneCycle: peak must be a finite number of at least 0, got undefined'
    ],
    'join()': [
      () => optim.join(wrong(undefined)),
      'ValueError: join: pieces must be an array of pieces [step, value], got undefined'
    ],
    'join([3])': [() => optim.join(wrong([3])), 'ValueError: join: piece 0 must be a pair [step, value], got 3']
  })
})
