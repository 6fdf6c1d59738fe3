/** What a wrong argument gets to read: keys, draws, data sets. */
import { describe } from 'vitest'
import * as g from '../../src/index.ts'
import { saysOf, wrong } from './says.ts'

const { data, random } = g
const x = g.tensor([
  [1, 2],
  [3, 4]
])

describe('a key', () => {
  saysOf({
    "data.spirals()('seed')": [
      () => data.spirals()(wrong('seed')),
      'ValueError: spirals: needs a random key, got "seed"; make one with random.key(seed)'
    ],
    'data.blobs()()': [
      () => data.blobs()(wrong(undefined)),
      'ValueError: blobs: needs a random key, got undefined; make one with random.key(seed)'
    ],
    'data.split({ testFraction: 0.5 })(7)': [
      () => data.split({ testFraction: 0.5 })(wrong(7))({ x }),
      'ValueError: split: needs a random key, got 7; make one with random.key(seed)'
    ]
  })
})

describe('settings', () => {
  saysOf({
    'random.uniform([2], null)': [
      () => random.uniform([2], wrong(null)),
      'ValueError: uniform: needs settings such as { min: 0 }, got null'
    ],
    'random.normal([2], 3)': [
      () => random.normal([2], wrong(3)),
      'ValueError: normal: needs settings such as { mean: 0 }, got 3'
    ],
    'random.randint([2])': [
      () => random.randint([2], wrong(undefined)),
      'ValueError: randint: needs settings { min, max }, got undefined'
    ],
    'random.choice(3)': [
      () => random.choice(3, wrong(undefined)),
      'ValueError: choice: needs settings { count, replace }, got undefined'
    ],
    'data.spirals(null)': [
      () => data.spirals(wrong(null)),
      'ValueError: spirals: needs settings such as { arms: 3 }, got null'
    ],
    'data.moons(100)': [
      () => data.moons(wrong(100)),
      'ValueError: moons: needs settings such as { perClass: 100 }, got 100'
    ],
    'data.blobs({ classes: "3" })': [
      () => data.blobs(wrong({ classes: '3' })),
      'ValueError: blobs: classes must be a whole number of at least 1, got "3"'
    ],
    'data.circles({ perClass: 2 ** 60 })': [
      () => data.circles({ perClass: 2 ** 31 }),
      'ShapeError: circles: shape [2, 2147483648, 2] holds 8589934592 numbers, more than 2147483647'
    ],
    'data.split()': [
      () => data.split(wrong(undefined)),
      'ValueError: split: needs settings { testFraction }, got undefined'
    ],
    'data.split({ testFraction: 1 })': [
      () => data.split({ testFraction: 1 }),
      'ValueError: split: testFraction must be a number above 0 and below 1, got 1'
    ],
    "data.split({ testFraction: 0.5, stratify: 'yes' })": [
      () => data.split(wrong({ testFraction: 0.5, stratify: 'yes' })),
      'ValueError: split: stratify must be true or false, got "yes"'
    ],
    'data.imagesWithLabels(null)': [
      () => data.imagesWithLabels(wrong(null)),
      'ValueError: imagesWithLabels: needs settings such as { classes: 10 }, got null'
    ],
    'data.gunzip(bytes, 100)': [
      () => data.gunzip(new Uint8Array(0), wrong(100)),
      'ValueError: gunzip: needs settings such as { maxBytes: 1073741824 }, got 100'
    ]
  })
})

describe('data', () => {
  saysOf({
    'data.fromClassRows()': [
      () => data.fromClassRows(wrong(undefined)),
      'ValueError: fromClassRows: needs settings { features, classes }, got undefined'
    ],
    'data.fromClassRows(…)(null)': [
      () => data.fromClassRows({ features: 2, classes: 2 })(wrong(null)),
      'ValueError: fromClassRows: rows must be an array of rows { features, label }, got null'
    ],
    'a row that is undefined': [
      () => data.fromClassRows({ features: 2, classes: 2 })(wrong([undefined])),
      'ValueError: fromClassRows: rows[0] must be { features, label }, got undefined'
    ],
    'a row with a word in it': [
      () => data.fromClassRows({ features: 1, classes: 2 })(wrong([{ features: ['a'], label: 0 }])),
      'ValueError: fromClassRows: rows[0].features[0] must be a number, got "a"'
    ],
    'data.rows(1)({ x })': [
      () => data.rows(wrong(1))({ x }),
      'ValueError: rows: indices: needs an array of numbers, got 1'
    ],
    'data.take({})({ x })': [
      () => data.take(wrong({}))({ x }),
      'ValueError: take: n must be a whole number from 0 to 2, the rows there are, got an object'
    ],
    "data.batches(Symbol('s'))": [
      () => data.batches(wrong(Symbol('s')))({ x }),
      'ValueError: batches: size must be a whole number of at least 1, got Symbol(s)'
    ],
    'data.standardScaler(undefined)': [
      () => data.standardScaler(wrong(undefined)),
      'ValueError: standardScaler: needs a tensor, got undefined'
    ],
    'data.transform(x)': [
      () => data.transform(wrong(x)),
      'ValueError: transform: shift: needs a tensor, got undefined'
    ],
    'data.inverseTransform()': [
      () => data.inverseTransform(wrong(undefined)),
      'ValueError: inverseTransform: scaler must be { shift, scale } such as standardScaler gives, got undefined'
    ],
    'data.transform(…)(null)': [
      () => data.transform(data.minMaxScaler(x))(wrong(null)),
      'ValueError: transform: needs a tensor, got null'
    ],
    "data.formatIdx(Symbol('s'))": [
      () => data.formatIdx(wrong(Symbol('s'))),
      'ValueError: formatIdx: the type must be one of uint8, int8, int16, int32, float32, float64, got Symbol(s)'
    ],
    'data.showError(null)': [
      () => data.showError(wrong(null)),
      'ValueError: showError: error must be a data error, got null'
    ],
    'data.showError({})': [
      () => data.showError(wrong({})),
      'ValueError: showError: error._tag must be one of InvalidIdx, InvalidImages, InvalidGzip, TooLarge, got undefined'
    ],
    'data.showError without faults': [
      () => data.showError(wrong({ _tag: 'InvalidIdx' })),
      'ValueError: showError: error.faults must be an array of faults, got undefined'
    ]
  })
})
