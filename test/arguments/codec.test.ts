/** What a wrong argument gets to read: codecs, what is made of settings, programs. */
import { describe } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import * as g from '../../src/index.ts'
import { saysOf, wrong } from './says.ts'

const cycle: unknown[] = []
cycle.push(cycle)

describe('decoding', () => {
  saysOf({
    'codec.decode()': [
      () => codec.decode(wrong(undefined)),
      'ValueError: decode: the type must be an io-ts type such as codec.struct gives, got undefined'
    ],
    'codec.decode({})': [
      () => codec.decode(wrong({})),
      'ValueError: decode: the type must be an io-ts type such as codec.struct gives, got an object'
    ],
    'codec.parse(type)(3)': [
      () => codec.parse(codec.JsonNumber)(wrong(3)),
      'ValueError: parse: the argument must be text, got 3'
    ],
    'codec.print(null)': [
      () => codec.print(wrong(null)),
      'ValueError: print: the type must be an io-ts type such as codec.struct gives, got null'
    ],
    'codec.print(JsonNumber)(undefined)': [
      () => codec.print(codec.JsonNumber)(wrong(undefined)),
      'ValueError: codec.JsonNumber: the value must be a number, got undefined'
    ],
    'codec.print(JsonTensor)([1])': [
      () => codec.print(codec.JsonTensor)(wrong([1])),
      'ValueError: codec.JsonTensor: needs a tensor, got an array; make it one with tensor'
    ],
    'codec.print(JsonParams) of what holds itself': [
      () => codec.print(codec.JsonParams)(wrong(cycle)),
      'TreeError: codec.JsonParams: params[0][0][0] is nested too deeply, or contains itself'
    ],
    'codec.paramsLike of a list, of a longer one': [
      () => codec.paramsLike([g.scalar(1)]).encode(wrong([g.scalar(1), g.scalar(2)])),
      'ValueError: params: the value must be a list of 1, got an array'
    ],
    'codec.paramsLike of a list, of a shorter one': [
      () => codec.paramsLike([g.scalar(1)]).encode(wrong([])),
      'ValueError: params: the value must be a list of 1, got an array'
    ],
    'codec.print of a type that gives nothing': [
      () => codec.print(wrong({ encode: () => undefined }))(wrong(1)),
      'ValueError: print: JSON has no way to write nothing'
    ],
    'codec.showFaults()': [
      () => codec.showFaults(wrong(undefined)),
      'ValueError: showFaults: the faults must be an array of faults, got undefined'
    ],
    'codec.struct(3, {})': [
      () => codec.struct(wrong(3), {}),
      'ValueError: struct: the name must be text that is not empty, got 3'
    ],
    "codec.struct('point')": [
      () => codec.struct('point', wrong(undefined)),
      'ValueError: struct: required must be a record of io-ts types, got undefined'
    ],
    "codec.struct('point', { x: 1 })": [
      () => codec.struct('point', wrong({ x: 1 })),
      'ValueError: struct: required.x must be an io-ts type such as codec.struct gives, got 1'
    ],
    'codec.trainState()': [
      () => codec.trainState(wrong(undefined)),
      'ValueError: trainState: template must be a state such as train.start gives, got undefined'
    ],
    'codec.classRows()': [
      () => codec.classRows(wrong(undefined)),
      'ValueError: classRows: needs settings { features, classes }, got undefined'
    ],
    "codec.classRows({ …, min: '0' })": [
      () => codec.classRows(wrong({ features: 1, classes: 2, min: '0' })),
      'ValueError: classRows: min must be a number, got "0"'
    ]
  })
})

describe('what is made of settings', () => {
  saysOf({
    'codec.toModel()': [
      () => codec.toModel(wrong(undefined)),
      'ValueError: toModel: needs settings as decoding gives them; modelSettings: is missing; needs a record'
    ],
    "codec.toModel({ inputs: 2, layers: ['dense'] })": [
      () => codec.toModel(wrong({ inputs: 2, layers: ['dense'] })),
      'ValueError: toModel: needs settings as decoding gives them; layers[0]: needs a record with type, got "dense"'
    ],
    'codec.toOptimizer({ name: "sgd" })': [
      () => codec.toOptimizer(wrong({ name: 'sgd' })),
      'ValueError: toOptimizer: needs settings as decoding gives them; learningRate: is missing; needs a finite number above 0, or a schedule such as { name: "cosineDecay", … }'
    ],
    'codec.toSchedule(0.1)': [
      () => codec.toSchedule(wrong(0.1)),
      'ValueError: toSchedule: needs settings as decoding gives them; scheduleSettings: needs a record with name, got 0.1'
    ],
    'codec.toFit({ epochs: 1 })': [
      () => codec.toFit(wrong({ epochs: 1 })),
      'ValueError: toFit: needs settings as decoding gives them; batchSize: is missing; needs a whole number of at least 1'
    ]
  })
})

describe('a program', () => {
  saysOf({
    'programCache(16)': [
      () => g.programCache(wrong(16)),
      'ValueError: programCache: needs settings such as { limit: 16 }, got 16'
    ],
    'compile, a cache that is none': [
      () => g.compile(g.square, { cache: wrong(3) }),
      'ValueError: compile: cache must be a cache such as programCache gives, got 3'
    ],
    'compile, a record for a cache': [
      () => g.compile(g.square, { cache: wrong({}) }),
      'ValueError: compile: cache must be a cache such as programCache gives, got an object'
    ]
  })
})
