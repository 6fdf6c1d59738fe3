/** What a wrong argument gets to read: laws and what they are tried on. */
import { describe } from 'vitest'
import * as laws from '../../laws/index.ts'
import { saysOf, wrong } from './says.ts'

const params = laws.arbitrary.tensor([])

describe('a law', () => {
  saysOf({
    'laws.law()': [
      () => laws.law(wrong(undefined)),
      'ValueError: laws.law: needs settings { name, given, holds }, got undefined'
    ],
    "laws.law({ name: 'a', given: 3 })": [
      () => laws.law(wrong({ name: 'a', given: 3, holds: () => laws.every([]) })),
      'ValueError: laws.law: given must be an arbitrary of fast-check, got 3'
    ],
    'laws.assert(laws.layer)': [
      () => laws.assert(wrong(laws.layer)),
      'ValueError: laws.assert: suite must be a suite, an array of laws, got a function'
    ],
    'laws.run([3])': [() => laws.run(wrong([3])), 'ValueError: laws.run: suite[0] must be a law, got 3'],
    "laws.run([], { numRuns: 'many' })": [
      () => laws.run([], wrong({ numRuns: 'many' })),
      'ValueError: laws.run: numRuns must be a whole number from 0 to 2147483647, got "many"'
    ],
    'laws.register()': [
      () => laws.register(wrong(undefined)),
      'ValueError: laws.register: test must be a function, got undefined'
    ],
    'laws.layer()': [
      () => laws.layer(wrong(undefined)),
      'ValueError: laws.layer: layer must be a layer such as nn.dense gives, got undefined'
    ],
    'laws.optimizer(0.1)': [
      () => laws.optimizer(wrong(0.1)),
      'ValueError: laws.optimizer: transformation must be an optimizer, such as optim.sgd gives, got 0.1'
    ],
    'laws.operation(Math.sin)': [
      () => laws.operation(wrong(Math.sin)),
      'ValueError: laws.operation: needs settings { name, f }, got a function'
    ],
    "laws.function({ kinks: 'smooth' })": [
      () => laws.function(wrong({ name: 'f', f: Math.sin, args: params, kinks: 'smooth' })),
      'ValueError: laws.function: kinks must be one of least, between, got "smooth"'
    ],
    'laws.customRule({ cost: 0 })': [
      () => laws.customRule(wrong({ name: 'f', f: Math.sin, rule: Math.sin, args: params, cost: 0 })),
      'ValueError: laws.customRule: cost must be a finite number above 0, got 0'
    ],
    "laws.loss({ cost: 'low' })": [
      () => laws.loss(wrong({ name: 'f', loss: Math.sin, batches: params, cost: 'low' })),
      'ValueError: laws.loss: cost must be a finite number above 0, got "low"'
    ],
    'laws.primitive({})': [
      () => laws.primitive(wrong({})),
      'ValueError: laws.primitive: primitive.name must be text, got undefined'
    ],
    'laws.codec(…)': [
      () => laws.codec(wrong({ name: 'a', encode: String, decode: String }), wrong({})),
      'ValueError: laws.codec: values must be an arbitrary of fast-check, got undefined'
    ],
    'laws.training()': [
      () => laws.training(wrong(undefined)),
      'ValueError: laws.training: problem must be a problem { model, loss, optimizer }, got undefined'
    ],
    'laws.precision()': [
      () => laws.precision(wrong(undefined)),
      'ValueError: laws.precision: needs settings { name, f, args }, got undefined'
    ],
    'laws.precision without arguments to try': [
      () => laws.precision(wrong({ name: 'f', f: () => undefined })),
      'ValueError: laws.precision: args must be an arbitrary of fast-check, got undefined'
    ],
    'laws.solver()': [
      () => laws.solver(wrong(undefined)),
      'ValueError: laws.solver: needs settings { name, solve, residual, params }, got undefined'
    ],
    "laws.solver({ derivatives: 'reverse' })": [
      () => laws.solver(wrong({ name: 'root', solve: Math.sqrt, residual: Math.abs, params, derivatives: 'reverse' })),
      'ValueError: laws.solver: derivatives must be one of both, forward, none, got "reverse"'
    ],
    'laws.solver({ starts: 1 })': [
      () => laws.solver(wrong({ name: 'root', solve: Math.sqrt, residual: Math.abs, params, starts: 1 })),
      'ValueError: laws.solver: starts must be an arbitrary of fast-check, got 1'
    ],
    'laws.solver({ tolerance: 1e-9 })': [
      () => laws.solver(wrong({ name: 'root', solve: Math.sqrt, residual: Math.abs, params, tolerance: 1e-9 })),
      'ValueError: laws.solver: tolerance: needs settings such as { atol: 1e-10 }, got 1e-9'
    ],
    'laws.arbitrary.number()': [
      () => laws.arbitrary.number(wrong(undefined)),
      'ValueError: laws.arbitrary.number: needs an interval { min, max, avoid }, got undefined'
    ],
    // nothing could be drawn, and it would be tried for ever
    'laws.arbitrary.number({ min: 1, max: 0, avoid: [] })': [
      () => laws.arbitrary.number({ min: 1, max: 0, avoid: [] }),
      'ValueError: laws.arbitrary.number: min must be at most max, got 1 and 0'
    ],
    'laws.agree(3)': [() => laws.agree(wrong(3)), 'ValueError: laws.agree: what must be text that is not empty, got 3'],
    "laws.agree('x')(1, 'b')": [
      () => laws.agree('x')(1, wrong('b')),
      'ValueError: x: the expected value must be a number, got "b"'
    ],
    'laws.every(3)': [() => laws.every(wrong(3)), 'ValueError: laws.every: checks must be an array of checks, got 3'],
    // networks are drawn from them, and nothing could be drawn
    'laws.networks({ activations: {} })': [
      () => laws.networks({ activations: {} }),
      'ValueError: laws.networks: activations must be one or more activations by name, got an object'
    ],
    'laws.networks({ optimizers: { mine: 3 } })': [
      () => laws.networks({ optimizers: { mine: wrong(3) } }),
      'ValueError: laws.networks: optimizers.mine must be an optimizer, such as optim.sgd gives, got 3'
    ],
    'laws.showTree(null)': [
      () => laws.showTree(wrong(null)),
      'TreeError: laws.showTree: params is null; every leaf must be a tensor'
    ]
  })
})
