/** What a wrong argument gets to read: tensors, trees, tapes and the vocabulary. */
import { describe } from 'vitest'
import * as g from '../../src/index.ts'
import { saysOf, wrong } from './says.ts'

const x = g.tensor([
  [1, 2, 3],
  [4, 5, 6]
])
const v = g.tensor([1, 2, 3])
const tape = g.trace(g.square)(g.scalar(3))

const cycle: unknown[] = []
cycle.push(cycle)
const ring: Record<string, unknown> = {}
ring['next'] = ring

describe('a tensor', () => {
  saysOf({
    'tensor of an array within itself': [
      () => g.tensor(wrong(cycle)),
      'ShapeError: tensor: more than 500 arrays within one another; does one hold itself?'
    ],
    'tensor(1n)': [() => g.tensor(wrong(1n)), 'ShapeError: tensor: values is 1n, not a number or an array'],
    "zeros([Symbol('s')])": [
      () => g.zeros(wrong([Symbol('s')])),
      'ShapeError: zeros: dimension 0 of shape [Symbol(s)] is Symbol(s); it must be a whole number, 0 or more'
    ],
    'zeros([2 ** 30, 4])': [
      () => g.zeros([2 ** 30, 4]),
      'ShapeError: zeros: shape [1073741824, 4] holds 4294967296 numbers, more than 2147483647'
    ],
    'eye(1e6)': [
      () => g.eye(1e6),
      'ShapeError: eye: shape [1000000, 1000000] holds 1000000000000 numbers, more than 2147483647'
    ],
    'arange(1e12)': [() => g.arange(1e12), 'ValueError: arange: 1000000000000 numbers are more than 2147483647'],
    "arange(0, Symbol('s'))": [
      () => g.arange(0, wrong(Symbol('s'))),
      'ValueError: arange: start 0, stop Symbol(s), step 1: all must be finite and the step not 0'
    ],
    'linspace of an object': [
      () => g.linspace(0, wrong(Object.create(null)), 3),
      'ValueError: linspace: from 0 to an object in 3 numbers: needs finite ends and a whole count of at least 1'
    ],
    'tensor of big integers': [
      () => g.tensor(wrong(BigInt64Array.of(1n))),
      'ShapeError: tensor: values is a BigInt64Array, not a number or an array'
    ],
    'tensor of what has a length': [
      () => g.tensor(wrong({ length: 2, 0: 1, 1: 2 })),
      'ShapeError: tensor: values is an object, not a number or an array'
    ],
    'sum of an object without a prototype': [
      () => g.sum({ axis: wrong([Object.create(null)]) })(wrong(x)),
      'AxisError: sum: axis an object is out of range for shape [2, 3]; use an integer from -2 to 1'
    ],
    'sum(1)': [() => g.sum(1 as never), 'ValueError: sum: needs a tensor, or settings such as { axis: 0 }, got 1'],
    'softmax(true)': [
      () => g.softmax(wrong(true)),
      'ValueError: softmax: needs a tensor, or settings such as { axis: 0 }, got true'
    ],
    'mean with a mask that is not a tensor': [
      () => g.mean({ mask: wrong([1, 0]) })(v),
      'ValueError: mean: mask must be a tensor of 0 and 1, such as tensor([1, 0]), got an array'
    ],
    'get(1n)': [() => g.get(wrong(1n))(v), 'IndexError: get: index 1n is out of range for axis 0 of shape [3]'],
    "slice(0, Symbol('s'), 2)": [
      () => g.slice(0, wrong(Symbol('s')), 2)(wrong(v)),
      'ShapeError: slice: from Symbol(s) to 2 is not inside axis 0 of shape [3]'
    ],
    'stack of holes': [() => g.stack(wrong(new Array(1))), 'ValueError: stack: needs a tensor, got undefined'],
    'isClose of text': [
      () => g.isClose(wrong({ atol: '0', rtol: 0 }))(v)(v),
      'ValueError: tolerance: atol must be a number of at least 0, got "0"'
    ]
  })
})

describe('a tree', () => {
  saysOf({
    'of an array within itself': [
      () => g.params.norm(wrong(cycle)),
      'TreeError: params.norm: params[0][0][0] is nested too deeply, or contains itself'
    ],
    'of a record within itself, differentiated': [
      () => g.grad(wrong(() => g.scalar(1)))(wrong(ring)),
      'TreeError: grad: params.next.next.next is nested too deeply, or contains itself'
    ],
    'within itself, compiled': [
      () => g.compile((y: unknown) => y)(cycle),
      'TreeError: compile: an argument is nested more than 500 levels deep, or contains itself'
    ],
    'within itself, carried': [
      () => g.scan(wrong(() => []))(wrong(cycle), v),
      'TreeError: scan: an argument is nested more than 500 levels deep, or contains itself'
    ],
    'of undefined, to valueAndGrad': [
      () => g.valueAndGrad(g.sum)(wrong(undefined)),
      'TreeError: valueAndGrad: params is undefined; every leaf must be a tensor'
    ],
    'of undefined, to hvp': [
      () => g.hvp(g.sum)(wrong(undefined))(wrong(v)),
      'TreeError: hvp: params is undefined; every leaf must be a tensor'
    ]
  })
})

describe('a tape', () => {
  saysOf({
    'showTape()': [
      () => g.showTape(wrong(undefined)),
      'ValueError: showTape: tape must be a tape such as trace gives, got undefined'
    ],
    'cost([])': [
      () => g.cost(wrong([])),
      'ValueError: cost: needs a tape such as trace gives; its inputs are undefined'
    ],
    'cost of an entry that is null': [
      () => g.cost({ ...tape, entries: wrong([null]) }),
      'ValueError: cost: needs a tape such as trace gives; entry 0 is null'
    ],
    'showTape of an output that is not there': [
      () => g.showTape({ ...tape, outputs: [7] }),
      'ValueError: showTape: needs a tape such as trace gives; its outputs hold 7'
    ],
    'fold of an entry that refers to a later one': [
      () =>
        g.fold({ onInput: () => 0, onConstant: () => 0, onEntry: () => 0 })({
          ...tape,
          entries: tape.entries.map((entry) => ({ ...entry, inputs: [1] }))
        }),
      'ValueError: fold: needs a tape such as trace gives; the inputs of entry 0 hold 1'
    ],
    'fold of an entry with more results than its primitive has': [
      () =>
        g.fold({ onInput: () => 0, onConstant: () => 0, onEntry: () => 0 })({
          ...tape,
          entries: tape.entries.map((entry) => ({ ...entry, results: [[], []] }))
        }),
      'ValueError: fold: needs a tape such as trace gives; entry 0 has 2 results, but its primitive has one'
    ],
    'fold()': [
      () => g.fold(wrong(undefined)),
      'ValueError: fold: needs handlers { onInput, onConstant, onEntry }, got undefined'
    ],
    'fold without onEntry': [
      () => g.fold(wrong({ onInput: () => 0, onConstant: () => 0 })),
      'ValueError: fold: onEntry must be a function, got undefined'
    ]
  })
})

describe('the vocabulary', () => {
  saysOf({
    'add(v)': [() => g.primitive.vocabulary.add(v, wrong(undefined)), 'ValueError: add: needs a tensor, got undefined'],
    'neg(3)': [
      () => g.primitive.vocabulary.neg(wrong(3)),
      'ValueError: neg: needs a tensor, got 3; make it one with tensor'
    ],
    'powNumber(v)': [
      () => g.primitive.vocabulary.powNumber(v, wrong(undefined)),
      'ValueError: powNumber: exponent must be a number, got undefined'
    ],
    "reshape(x, 'word')": [
      () => g.primitive.vocabulary.reshape(x, wrong('word')),
      'ShapeError: reshape: dims: a shape is an array of whole numbers, not "word"'
    ],
    'sum(x, null)': [
      () => g.primitive.vocabulary.sum(x, wrong(null), false),
      'ValueError: sum: axes must be an array of whole numbers, got null'
    ],
    'sum(x, [1, 0])': [
      () => g.primitive.vocabulary.sum(x, [1, 0], false),
      'ShapeError: sum: axes must be strictly increasing, got [1, 0]'
    ],
    'sum(x, [0])': [
      () => g.primitive.vocabulary.sum(x, [0], wrong(undefined)),
      'ValueError: sum: keepDims must be true or false, got undefined'
    ],
    'softmax(x, 2)': [
      () => g.primitive.vocabulary.softmax(x, 2),
      'AxisError: softmax: axis must count an axis of shape [2, 3] from the front, got 2'
    ],
    'concat(v)': [
      () => g.primitive.vocabulary.concat(wrong(v), 0),
      'ValueError: concat: tensors must be an array of tensors, got a Tensor'
    ],
    'dims(null)': [() => g.primitive.vocabulary.dims(wrong(null)), 'ValueError: dims: needs a tensor, got null'],
    'range(-1, 1)': [
      () => g.primitive.vocabulary.range(-1, 1),
      'ValueError: range: count must be a whole number of at least 0, got -1'
    ]
  })
})

describe('apply', () => {
  saysOf({
    'without a primitive': [
      () => g.apply(wrong(undefined), {}, [v]),
      'ValueError: apply: primitive must be a primitive such as table.add, got undefined'
    ],
    'with something that is not a primitive': [
      () => g.apply(wrong({}), {}, [v]),
      'ValueError: apply: primitive.shape must be a function, got undefined'
    ],
    'without inputs': [
      () => g.apply(g.table.add, {}, wrong(undefined)),
      'ValueError: apply: inputs of add must be an array of tensors, got undefined'
    ],
    'with too few inputs': [() => g.apply(g.table.add, {}, [v]), 'ValueError: apply: add takes 2 tensors, got 1'],
    'with an input that is not a tensor': [
      () => g.apply(g.table.neg, {}, wrong([[1]])),
      'ValueError: apply: neg: needs a tensor, got an array; make it one with tensor'
    ],
    'without settings': [
      () => g.apply(g.table.clip, wrong(undefined), [v]),
      'ValueError: apply: settings of clip must be a record of settings, got undefined'
    ],
    'of a scan without a step': [
      () => g.apply(g.table.scan, wrong({}), [v]),
      'ValueError: scan: step: tape must be a tape such as trace gives, got undefined'
    ],
    'of labels without classes': [
      () => g.apply(g.table.labels, wrong({ what: 'labels' }), [v]),
      'ValueError: labels: classes must be a whole number of at least 0, got undefined'
    ]
  })
})
