/**
 * Wrong calls, many of them only possible without types. Each throws an error with a name of its own, which says what
 * was called, what it got and what it needs; none ends in a bare `TypeError` from the inside.
 */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { table } from '../../src/primitive/table.ts'

/** Anything at all, as far as the compiler is concerned. */
const wrong = (value: unknown): never => value as never

const x = g.tensor([
  [1, 2, 3],
  [4, 5, 6]
])
const v = g.tensor([1, 2, 3])
const s = g.scalar(2)

interface WrongCall {
  readonly call: string
  readonly run: () => unknown
  readonly error: string
  /** What the message must hold: what was called, what it got, what it needs. */
  readonly says: readonly string[]
}

const calls = (error: string, table: Readonly<Record<string, readonly [() => unknown, ...string[]]>>): WrongCall[] =>
  Object.entries(table).map(([call, [run, ...says]]) => ({ call, run, error, says }))

/** An array that contains itself. */
const circular: unknown[] = []
circular.push(circular)

const constructors = [
  ...calls('ShapeError', {
    "tensor('x')": [() => g.tensor(wrong('x')), 'tensor', '"x"', 'not a number'],
    'tensor(null)': [() => g.tensor(wrong(null)), 'tensor', 'null', 'not a number'],
    'tensor(undefined)': [() => g.tensor(wrong(undefined)), 'tensor', 'undefined', 'not a number'],
    'tensor({})': [() => g.tensor(wrong({})), 'tensor', 'an object', 'not a number'],
    'tensor([1, "2"])': [() => g.tensor(wrong([1, '2'])), 'tensor', 'values[1]', '"2"'],
    'tensor([[1], [2, 3]])': [() => g.tensor(wrong([[1], [2, 3]])), 'tensor', 'values[0]', '[1]', 'values[1]', '[2]'],
    'tensor([[[1]], [[null]]])': [() => g.tensor(wrong([[[1]], [[null]]])), 'tensor', 'values[1][0][0]', 'null'],
    'tensor(new Array(2))': [() => g.tensor(wrong(new Array(2))), 'tensor', 'values[0]', 'undefined'],
    'tensor([[1], null])': [() => g.tensor(wrong([[1], null])), 'tensor', 'values[1]', 'null'],
    'tensor([1, [2]])': [() => g.tensor(wrong([1, [2]])), 'tensor', 'values[0]', '[]', 'values[1]', '[1]'],
    'tensor([[], [1]])': [() => g.tensor(wrong([[], [1]])), 'tensor', 'values[0]', '[0]', 'values[1]', '[1]'],
    'tensor([[1, , 3]])': [() => g.tensor([Object.assign(new Array<number>(3), { 0: 1, 2: 3 })]), 'values[0][1]'],
    'tensor([rows of rows, []])': [() => g.tensor(wrong([[[1, 2]], []])), 'tensor', '[1, 2]', 'values[1]', '[0]'],
    'tensor of one that holds itself': [() => g.tensor(wrong(circular)), 'tensor', 'more than 500 arrays'],
    'tensor of a DataView': [() => g.tensor(wrong(new DataView(new ArrayBuffer(8)))), 'tensor', 'a DataView'],
    'tensor of no big integers': [() => g.tensor(wrong(new BigInt64Array(0))), 'tensor', 'a BigInt64Array'],
    "zeros('a')": [() => g.zeros(wrong('a')), 'zeros', 'array of whole numbers', '"a"'],
    'zeros(null)': [() => g.zeros(wrong(null)), 'zeros', 'array of whole numbers', 'null'],
    'zeros(3)': [() => g.zeros(wrong(3)), 'zeros', 'array of whole numbers', '3'],
    'zeros([1.5])': [() => g.zeros([1.5]), 'zeros', '1.5', 'whole number'],
    'zeros([2, -1])': [() => g.zeros([2, -1]), 'zeros', 'dimension 1', '-1', 'whole number'],
    'zeros([NaN])': [() => g.zeros([NaN]), 'zeros', 'NaN', 'whole number'],
    "zeros(['2'])": [() => g.zeros(wrong(['2'])), 'zeros', 'dimension 0', 'whole number'],
    'zeros([undefined])': [() => g.zeros(wrong([undefined])), 'zeros', 'undefined', 'whole number'],
    'ones([-2])': [() => g.ones([-2]), 'ones', '-2', 'whole number'],
    'full([-2])(1)': [() => g.full([-2])(1), 'full', '-2', 'whole number'],
    'eye(-1)': [() => g.eye(-1), 'eye', '-1', 'whole number'],
    "eye('2')": [() => g.eye(wrong('2')), 'eye', '2', 'whole number'],
    'as([2, 2])(x)': [() => g.as([2, 2])(x), 'as', '[2, 2]', '[2, 3]'],
    'as(null)(x)': [() => g.as(wrong(null))(x), 'as', 'array of whole numbers', 'null'],
    "as('ab')(x)": [() => g.as(wrong('ab'))(x), 'as', 'array of whole numbers', '"ab"'],
    'toNumber(vector)': [() => g.toNumber(v), 'toNumber', 'one element', '[3]']
  }),
  ...calls('ValueError', {
    "scalar('2')": [() => g.scalar(wrong('2')), 'scalar', 'number', '"2"'],
    'scalar(undefined)': [() => g.scalar(wrong(undefined)), 'scalar', 'number', 'undefined'],
    "full([2])('a')": [() => g.full([2])(wrong('a')), 'full', 'number', '"a"'],
    'full([2])()': [() => g.full([2])(wrong(undefined)), 'full', 'number', 'undefined'],
    'arange(Infinity)': [() => g.arange(Infinity), 'arange', 'Infinity'],
    'arange(-1)': [() => g.arange(-1), 'arange', '-1', 'whole number'],
    'arange(2.5)': [() => g.arange(2.5), 'arange', '2.5', 'whole number'],
    "arange('3')": [() => g.arange(wrong('3')), 'arange', '3'],
    'arange(0, 5, 0)': [() => g.arange(0, 5, 0), 'arange', 'step 0', 'not 0'],
    'linspace(0, 1, 0)': [() => g.linspace(0, 1, 0), 'linspace', '0 numbers', 'at least 1'],
    'linspace(0, 1, 2.5)': [() => g.linspace(0, 1, 2.5), 'linspace', '2.5', 'whole'],
    'linspace(0, NaN, 2)': [() => g.linspace(0, NaN, 2), 'linspace', 'NaN', 'finite']
  })
]

const reading = [
  ...calls('ValueError', {
    'toNumber({})': [() => g.toNumber(wrong({})), 'toNumber', 'needs a tensor', 'an object'],
    'toNumber(null)': [() => g.toNumber(wrong(null)), 'toNumber', 'needs a tensor', 'null'],
    'toNumber(3)': [() => g.toNumber(wrong(3)), 'toNumber', 'needs a tensor', '3'],
    'toArray([1])': [() => g.toArray(wrong([1])), 'toArray', 'needs a tensor', 'an array'],
    'toFlatArray(undefined)': [() => g.toFlatArray(wrong(undefined)), 'toFlatArray', 'needs a tensor', 'undefined'],
    'get(0)(5)': [() => g.get(0)(wrong(5)), 'get', 'needs a tensor', '5'],
    'as([2])([1, 2])': [() => g.as([2])(wrong([1, 2])), 'as', 'needs a tensor', 'an array'],
    'show(undefined)': [() => g.show(wrong(undefined)), 'show', 'needs a tensor', 'undefined'],
    'Eq.equals(x, null)': [() => g.Eq.equals(x, wrong(null)), 'Eq', 'needs a tensor', 'null'],
    'isClose()(x)(1)': [() => g.isClose()(x)(wrong(1)), 'isClose', 'needs a tensor', '1'],
    'isClose()()': [() => g.isClose()(wrong(undefined))(x), 'isClose', 'needs a tensor', 'undefined'],
    'isClose(null)': [() => g.isClose(wrong(null))(x)(x), 'tolerance', 'atol', 'rtol', 'null'],
    'isClose(1e-6)': [() => g.isClose(wrong(1e-6))(x)(x), 'tolerance', 'atol', 'rtol', '0.000001'],
    'isClose({ atol: -1, rtol: 0 })': [() => g.isClose({ atol: -1, rtol: 0 })(x)(x), 'tolerance', 'atol', '-1']
  }),
  ...calls('IndexError', {
    'get(0, 1, 2)(matrix)': [() => g.get(0, 1, 2)(wrong(x)), 'get', '[2, 3]', '2 indices at most', '[0, 1, 2]'],
    'get(2, 0)(matrix)': [() => g.get(2, 0)(wrong(x)), 'get', 'index 2', 'axis 0', '[2, 3]'],
    'get(0, -4)(matrix)': [() => g.get(0, -4)(wrong(x)), 'get', 'index -4', 'axis 1'],
    "get('0', 0)(matrix)": [() => g.get(wrong('0'), 0)(x), 'get', 'index "0"', 'axis 0'],
    'get(0.5, 0)(matrix)': [() => g.get(0.5, 0)(x), 'get', 'index 0.5', 'axis 0']
  })
]

const arithmetic = [
  ...calls('ShapeError', {
    'add([4])([2, 3])': [() => g.add(wrong(g.zeros([4])))(x), 'add', '[2, 3]', '[4]', '3 and 4 differ'],
    'mod([2])([3])': [() => g.mod(wrong(g.zeros([2])))(v), 'mod', 'cannot broadcast [3] with [2]'],
    'less([2])([3])': [() => g.less(wrong(g.zeros([2])))(v), 'less', 'cannot broadcast [3] with [2]'],
    'logAddExp([2])([3])': [() => g.logAddExp(wrong(g.zeros([2])))(v), 'logAddExp', 'cannot broadcast [3] with [2]'],
    'squaredDifference([2])([3])': [
      () => g.squaredDifference(wrong(g.zeros([2])))(v),
      'squaredDifference',
      'cannot broadcast [3]'
    ],
    'sub([2])([2, 3])': [() => g.sub(wrong(g.zeros([2])))(x), 'sub', '[2, 3]', '[2]', '3 and 2 differ'],
    'mul([4])([3, 1])': [() => g.mul(wrong(g.zeros([4])))(g.zeros([3, 1])), 'mul', '[3, 1]', '[4]', 'broadcastTo'],
    'matmul([2, 3])([2, 3])': [
      () => g.matmul(wrong(x))(x),
      'matmul',
      'inner sizes differ',
      'left [2, 3]',
      '3 against 2'
    ],
    'matmul(scalar)(x)': [() => g.matmul(wrong(s))(x), 'matmul', 'right []', 'a scalar has no rows'],
    'matmul of unlike batches': [
      () => g.matmul(wrong(g.zeros([6, 3, 4])))(g.zeros([5, 2, 3])),
      'matmul',
      'left [5, 2, 3]',
      'right [6, 3, 4]',
      'do not broadcast'
    ],
    'dot([2])([3])': [() => g.dot(wrong(g.zeros([2])))(v), 'dot', '[3]', '[2]', 'one length'],
    'dot(matrix)(matrix)': [() => g.dot(wrong(x))(wrong(x)), 'dot', 'vectors', '[2, 3]'],
    'where([2], 0)([3])': [() => g.where(g.zeros([2]), 0)(wrong(v)), 'where', 'condition', '[2]', '[3]']
  }),
  ...calls('ValueError', {
    'add(undefined)': [() => g.add(wrong(undefined))(x), 'add', 'a tensor or a number', 'undefined'],
    "add('1')": [() => g.add(wrong('1'))(x), 'add', 'a tensor or a number', '"1"'],
    'mul([1, 2])': [() => g.mul(wrong([1, 2]))(x), 'mul', 'a tensor or a number', 'an array'],
    'add(1)(undefined)': [() => g.add(1)(wrong(undefined)), 'add', 'needs a tensor', 'undefined'],
    'sub(1)(5)': [() => g.sub(1)(wrong(5)), 'sub', 'needs a tensor', '5'],
    'pow(null)': [() => g.pow(wrong(null))(x), 'pow', 'a tensor or a number', 'null'],
    'pow(2)(3)': [() => g.pow(2)(wrong(3)), 'pow', 'needs a tensor', '3'],
    "pow('2')": [() => g.pow(wrong('2'))(x), 'pow', 'number', '"2"'],
    'less(1)(null)': [() => g.less(1)(wrong(null)), 'less', 'needs a tensor', 'null'],
    'notEqual(x)({})': [() => g.notEqual(x)(wrong({})), 'notEqual', 'needs a tensor', 'an object'],
    'relu([1, 2])': [() => g.relu(wrong([1, 2])), 'relu', 'needs a tensor', 'an array'],
    'exp(1)': [() => g.exp(wrong(1)), 'exp', 'needs a tensor', '1'],
    'log()': [() => (g.log as () => unknown)(), 'log', 'needs a tensor', 'undefined'],
    'clip({ min: 1, max: 0 })': [() => g.clip({ min: 1, max: 0 }), 'clip', 'min 1', 'max 0'],
    'clip({ min: NaN, max: 0 })': [() => g.clip({ min: NaN, max: 0 }), 'clip', 'NaN'],
    'clip()': [() => g.clip(wrong(undefined)), 'clip', 'min', 'max', 'undefined'],
    "clip({ min: '0', max: '1' })": [() => g.clip(wrong({ min: '0', max: '1' })), 'clip', 'min', '"0"'],
    'clip({ min: 0, max: 1 })(2)': [() => g.clip({ min: 0, max: 1 })(wrong(2)), 'clip', 'needs a tensor', '2'],
    'matmul(w)(5)': [() => g.matmul(g.zeros([2, 2]))(wrong(5)), 'matmul', 'needs a tensor', '5'],
    'matmul(undefined)': [() => g.matmul(wrong(undefined))(x), 'matmul', 'needs a tensor', 'undefined'],
    'dot(v)([1, 2, 3])': [() => g.dot(v)(wrong([1, 2, 3])), 'dot', 'needs a tensor', 'an array'],
    'dot(3)(v)': [() => g.dot(wrong(3))(wrong(v)), 'dot', 'needs a tensor', '3'],
    'where(true, 0)(x)': [() => g.where(wrong(true), 0)(wrong(x)), 'where', 'condition', 'true'],
    'where(x)(x)': [() => g.where(x, wrong(undefined))(wrong(x)), 'where', 'a tensor or a number', 'undefined'],
    'where(x, 0)(1)': [() => g.where(x, 0)(wrong(1)), 'where', 'needs a tensor', '1']
  })
]

const reductions = [
  ...calls('AxisError', {
    'sum(9)(x)': [() => g.sum({ axis: 9 })(wrong(x)), 'sum', 'axis 9', '[2, 3]', 'from -2 to 1'],
    'mean(-3)(x)': [() => g.mean({ axis: -3 })(wrong(x)), 'mean', 'axis -3', '[2, 3]'],
    'max(0.5)(x)': [() => g.max({ axis: 0.5 })(wrong(x)), 'max', 'axis 0.5', 'integer'],
    'sum(0)(scalar)': [() => g.sum({ axis: 0 })(wrong(s)), 'sum', 'a scalar has no axes'],
    'std([0, -2])(x)': [() => g.std({ axis: [0, -2] })(wrong(x)), 'std', 'axis 0 is named twice', '[0, -2]'],
    "sum(['0'])(x)": [() => g.sum({ axis: wrong(['0']) })(wrong(x)), 'sum', 'axis "0"', 'integer'],
    'softmax({ axis: 1 })(vector)': [() => g.softmax({ axis: 1 })(v), 'softmax', 'axis 1', '[3]'],
    'softmax(scalar)': [() => g.softmax(s), 'softmax', 'a scalar has no axes'],
    'logSoftmax({ axis: 2 })(x)': [() => g.logSoftmax({ axis: 2 })(x), 'logSoftmax', 'axis 2', '[2, 3]'],
    'argmax(2)(x)': [() => g.argmax({ axis: 2 })(wrong(x)), 'argmax', 'axis 2', '[2, 3]']
  }),
  ...calls('ShapeError', {
    'mean of nothing': [() => g.mean(g.zeros([0])), 'mean', '[0]', 'empty'],
    'max of nothing': [() => g.max(g.zeros([2, 0])), 'max', '[2, 0]', 'empty'],
    'min of nothing': [() => g.min(g.zeros([0])), 'min', '[0]', 'empty'],
    'min an empty axis': [() => g.min({ axis: 1 })(g.zeros([2, 0])), 'min', '[2, 0]', 'empty'],
    'variance an empty axis': [() => g.variance({ axis: 0 })(g.zeros([0, 2])), 'variance', '[0, 2]', 'empty'],
    'argmax of nothing': [() => g.argmax(g.zeros([0])), 'argmax', '[0]', 'empty'],
    'logSumExp of nothing': [() => g.logSumExp(g.zeros([0])), 'logSumExp', '[0]', 'empty'],
    'softmax of nothing': [() => g.softmax(g.zeros([2, 0])), 'softmax', '[2, 0]', 'empty']
  }),
  ...calls('ValueError', {
    'sum([1, 2])': [() => g.sum(wrong([1, 2])), 'sum', 'needs a tensor', 'an array'],
    'mean(3)': [() => g.mean(wrong(3)), 'mean', 'needs a tensor', '3'],
    'argmax(null)': [() => g.argmax(wrong(null)), 'argmax', 'needs a tensor', 'null'],
    'sum(0)(undefined)': [() => g.sum({ axis: 0 })(wrong(undefined)), 'sum', 'needs a tensor', 'undefined'],
    'argmax(0)({})': [() => g.argmax({ axis: 0 })(wrong({})), 'argmax', 'needs a tensor', 'an object'],
    'softmax([1])': [() => g.softmax(wrong([1])), 'softmax', 'needs a tensor', 'an array'],
    'logSoftmax({ axis: 0 })(1)': [() => g.logSoftmax({ axis: 0 })(wrong(1)), 'logSoftmax', 'needs a tensor', '1'],
    "sum({ axis: 'rows' })": [() => g.sum({ axis: wrong('rows') }), 'sum', '"rows"', 'axis'],
    'sum({ axis: null })': [() => g.sum({ axis: wrong(null) }), 'sum', 'null', 'axis'],
    'softmax({ axis: [0] })': [() => g.softmax({ axis: wrong([0]) }), 'softmax', 'axis', 'whole number'],
    'argmax({ axis: [0, 1] })': [() => g.argmax({ axis: wrong([0, 1]) }), 'argmax', 'axis', 'whole number'],
    'argmin({ axis: 0.5 })': [() => g.argmin({ axis: 0.5 }), 'argmin', 'axis', 'whole number'],
    'sum()': [() => g.sum(wrong(undefined)), 'sum', 'needs a tensor', '{ axis: 0 }', 'undefined'],
    // the axis of other libraries: taken silently for a number to sum, it would be lost
    'sum(1)': [() => g.sum(wrong(1)), 'sum', 'needs a tensor', '{ axis: 0 }', '1'],
    'sum({ axis: 1, keepDims: 1 })': [() => g.sum({ axis: 1, keepDims: wrong(1) }), 'sum', 'keepDims', '1']
  })
]

const structure = [
  ...calls('ShapeError', {
    'reshape([-1])(x)': [() => g.reshape([-1])(wrong(x)), 'reshape', '-1', 'whole number'],
    'reshape([4])(x)': [() => g.reshape([4])(wrong(x)), 'reshape', '[2, 3] (6 elements)', '[4] (4 elements)'],
    'reshape(6)(x)': [() => g.reshape(wrong(6))(x), 'reshape', 'array of whole numbers', '6'],
    'broadcastTo([2, 4])(x)': [() => g.broadcastTo([2, 4])(wrong(x)), 'broadcastTo', '[2, 3]', '[2, 4]'],
    'broadcastTo(null)(x)': [() => g.broadcastTo(wrong(null))(x), 'broadcastTo', 'array of whole numbers', 'null'],
    'transpose(vector)': [() => g.transpose(wrong(v)), 'transpose', 'rank 2', '[3]'],
    'permute([0])(x)': [() => g.permute([0])(wrong(x)), 'permute', '[0]', '[2, 3]'],
    'permute([0, 2])(x)': [() => g.permute([0, 2])(wrong(x)), 'permute', '[0, 2]', '[2, 3]'],
    'permute([0.5])(v)': [() => g.permute([0.5])(wrong(v)), 'permute', '[0.5]', '[3]'],
    "permute('10')(x)": [() => g.permute(wrong('10'))(x), 'permute', 'array', '"10"'],
    'slice(0, 1, 3)(x)': [() => g.slice(0, 1, 3)(wrong(x)), 'slice', 'from 1 to 3', 'axis 0', '[2, 3]'],
    'slice(0, -3, 2)(x)': [() => g.slice(0, -3, 2)(x), 'slice', 'from -3 to 2', 'axis 0'],
    'slice(0, 0.5, 2)(x)': [() => g.slice(0, 0.5, 2)(x), 'slice', 'from 0.5 to 2'],
    'slice(0, 3)(x)': [() => g.slice(0, wrong(3))(x), 'slice', 'from 3 to undefined'],
    "slice(0, '0', '1')(x)": [() => g.slice(0, wrong('0'), wrong('1'))(x), 'slice', 'from "0" to "1"'],
    'concat([2, 4], 0)([2, 3])': [() => g.concat(g.zeros([2, 4]), 0)(wrong(x)), 'concat', '[2, 3]', '[2, 4]'],
    'concat(vector, 0)(matrix)': [() => g.concat(v, 0)(wrong(x)), 'concat', '[2, 3]', '[3]'],
    'concat(0)([])': [() => g.concat(0)([]), 'concat', 'at least one'],
    'stack([])': [() => g.stack([]), 'stack', 'at least one'],
    'stack of unlike shapes': [() => g.stack([v, wrong(s)]), 'stack', '[3]', '[]'],
    'oneHot(3)(matrix)': [() => g.oneHot(3)(wrong(x)), 'oneHot', 'vector', '[2, 3]']
  }),
  ...calls('AxisError', {
    'take({ axis: 0 })([0])(scalar)': [() => g.take({ axis: 0 })([0])(wrong(s)), 'take', 'axis 0', '[]'],
    'slice(2, 0, 1)(x)': [() => g.slice(2, 0, 1)(wrong(x)), 'slice', 'axis 2', '[2, 3]'],
    'concat(x, 2)(x)': [() => g.concat(x, 2)(wrong(x)), 'concat', 'axis 2', '[2, 3]'],
    'concat(-3)([x])': [() => g.concat(-3)([x]), 'concat', 'axis -3', '[2, 3]'],
    "concat('0')([x])": [() => g.concat(wrong('0'))([x]), 'concat', 'axis "0"', 'integer']
  }),
  ...calls('IndexError', {
    'take({ axis: 0 })([2])(x)': [() => g.take({ axis: 0 })([2])(x), 'take', 'index 2', 'position 0', 'from 0 to 1'],
    'take({ axis: 0 })([0, -1])(x)': [() => g.take({ axis: 0 })([0, -1])(x), 'take', 'index -1', 'position 1'],
    'take({ axis: 0 })([0.5])(x)': [() => g.take({ axis: 0 })([0.5])(x), 'take', 'index 0.5', 'whole numbers'],
    'take({ axis: 0 })([NaN])(x)': [() => g.take({ axis: 0 })([NaN])(x), 'take', 'index NaN'],
    'oneHot(3)([0, 3])': [() => g.oneHot(3)([0, 3]), 'oneHot', 'label 3', 'position 1', 'from 0 to 2'],
    'oneHot(3)([NaN])': [() => g.oneHot(3)([NaN]), 'oneHot', 'label NaN']
  }),
  ...calls('ValueError', {
    'oneHot(0)': [() => g.oneHot(0)([0]), 'oneHot', 'classes', '0'],
    'oneHot(2.5)': [() => g.oneHot(2.5)([0]), 'oneHot', 'classes', '2.5'],
    'oneHot(3)(1)': [() => g.oneHot(3)(wrong(1)), 'oneHot', 'labels', '1'],
    'oneHot(3)(null)': [() => g.oneHot(3)(wrong(null)), 'oneHot', 'labels', 'null'],
    "oneHot(3)('012')": [() => g.oneHot(3)(wrong('012')), 'oneHot', 'labels', '"012"'],
    'take({ axis: 0 })(1)(x)': [() => g.take({ axis: 0 })(wrong(1))(x), 'take', 'indices', '1'],
    'take({ axis: 0 })(null)(x)': [() => g.take({ axis: 0 })(wrong(null))(x), 'take', 'indices', 'null'],
    'take({ axis: 0 })([0])(1)': [() => g.take({ axis: 0 })([0])(wrong(1)), 'take', 'needs a tensor', '1'],
    'reshape([1])(1)': [() => g.reshape([1])(wrong(1)), 'reshape', 'needs a tensor', '1'],
    'flatten([1])': [() => g.flatten(wrong([1])), 'flatten', 'needs a tensor', 'an array'],
    'broadcastTo([2])(1)': [() => g.broadcastTo([2])(wrong(1)), 'broadcastTo', 'needs a tensor', '1'],
    'transpose([[1]])': [() => g.transpose(wrong([[1]])), 'transpose', 'needs a tensor', 'an array'],
    'permute([0])(null)': [() => g.permute([0])(wrong(null)), 'permute', 'needs a tensor', 'null'],
    'slice(0, 0, 1)([1])': [() => g.slice(0, 0, 1)(wrong([1])), 'slice', 'needs a tensor', 'an array'],
    'concat([1], 0)(v)': [() => g.concat(wrong([1]), 0)(wrong(v)), 'concat', 'needs a tensor', 'an array'],
    'concat(v, 0)(undefined)': [() => g.concat(v, 0)(wrong(undefined)), 'concat', 'needs a tensor', 'undefined'],
    'concat(0)(x)': [() => g.concat(0)(wrong(x)), 'concat', 'array of tensors', 'a Tensor'],
    'concat(0)([x, 1])': [() => g.concat(0)([x, wrong(1)]), 'concat', 'needs a tensor', '1'],
    'stack(null)': [() => g.stack(wrong(null)), 'stack', 'array of tensors', 'null'],
    'stack([1, 2])': [() => g.stack(wrong([1, 2])), 'stack', 'needs a tensor', '1']
  })
]

const p = { w: v, b: s }

const trees = [
  ...calls('TreeError', {
    'jacobian(f)(1)': [
      () => g.jacobian((y: g.Vec) => y)(wrong(1)),
      'jacobian: argument',
      'must be a tensor',
      'the number 1'
    ],
    'jacobian of a function to a number': [
      () => g.jacobian(() => wrong({ y: 1 }))(v),
      'jacobian: result.y',
      'must be a tensor',
      'the number 1'
    ],
    'params.map(relu)(new Date())': [
      () => g.params.map(g.relu)(wrong(new Date())),
      'params.map',
      'params is an object that is neither a plain record nor an array'
    ],
    'params.map(relu)(null)': [() => g.params.map(g.relu)(wrong(null)), 'params.map', 'params is null'],
    'params.map(relu)(x, number)': [() => g.params.map(g.relu)(wrong({ ...p, rate: 0.1 })), 'params.rate', '0.1'],
    'params.map(relu)([x, null])': [() => g.params.map(g.relu)(wrong([x, null])), 'params[1]', 'null'],
    'params.map(relu)({ f: relu })': [() => g.params.map(g.relu)(wrong({ f: g.relu })), 'params.f', 'a function'],
    "params.count('x')": [() => g.params.count(wrong('x')), 'params', '"x"', 'every leaf must be a tensor'],
    'params.summary(undefined)': [() => g.params.summary(wrong(undefined)), 'params is undefined'],
    'params.zipWith of unlike trees': [
      () => g.params.zipWith(() => wrong(s))({ w: v })(wrong(p)),
      'params.zipWith',
      'record of w, b',
      'record of w'
    ],
    'params.add of a list to a record': [() => g.params.add([v, s] as never)(wrong(p)), 'params.add', 'a list of 2'],
    'params.dot(undefined)': [() => g.params.dot(wrong(undefined))(wrong(p)), 'params.dot', 'undefined'],
    'grad(sum)(5)': [() => g.grad(g.sum)(wrong(5)), 'grad', 'params is the number 5'],
    'grad(sum)({ a: [1] })': [() => g.grad((q: typeof p) => g.sum(q.w))(wrong({ w: [1] })), 'grad', 'params.w[0]'],
    'grad of a function to a number': [() => g.grad(() => wrong(3))(s), 'grad', 'must return a scalar', 'number'],
    'grad of a function to nothing': [() => g.grad(() => wrong(undefined))(s), 'grad', 'must return a scalar'],
    'vjp(f)(5)': [() => g.vjp(g.square)(wrong(5)), 'vjp', 'the number 5'],
    'a pullback of nothing': [() => g.vjp(g.square)(v).pullback(wrong(undefined)), 'vjp', 'undefined'],
    'jvp(f)(x)(5)': [() => g.jvp(g.square)(v)(wrong(5)), 'jvp', 'number'],
    'hvp(sum)(x)()': [() => g.hvp(g.sum)(v)(wrong(undefined)), 'hvp', 'undefined'],
    'vmap(f)(5)': [() => g.vmap((y: g.Scalar) => y)(wrong(5)), 'vmap', 'the number 5'],
    'trace(f)(null)': [() => g.trace((y: g.Scalar) => y)(wrong(null)), 'trace', 'null']
  }),
  ...calls('ShapeError', {
    'params.add of unlike shapes': [
      () => g.params.add({ w: v, b: v })(wrong(p)),
      'params.add',
      'params.b',
      'needs shape [], got [3]; q must have the shapes of p'
    ],
    'grad(square)(vector)': [() => g.grad(g.square)(wrong(v)), 'grad', 'scalar', '[3]', 'mean or sum'],
    'a pullback of another shape': [() => g.vjp(g.square)(v).pullback(wrong(s)), 'vjp', '[3]', '[]'],
    'jvp with another shape': [() => g.jvp(g.square)(v)(wrong(s)), 'jvp', '[3]', '[]'],
    'vmap of unlike numbers': [
      () => g.vmap((a: g.Scalar, b: g.Scalar) => g.add(a)(b))(v, wrong(g.zeros([2]))),
      'vmap',
      'different numbers of examples',
      '[3, 2]'
    ],
    'vmap of nothing': [() => (g.vmap(() => s) as () => unknown)(), 'vmap', 'no argument is mapped']
  }),
  ...calls('AxisError', {
    'vmap(f)(scalar)': [() => g.vmap((y: g.Scalar) => y)(wrong(s)), 'vmap', 'a scalar has no axes'],
    'vmap(f, { in: [2] })': [() => g.vmap((y: g.Scalar) => y, { in: [2] })(wrong(v)), 'vmap', 'axis 2', '[3]']
  }),
  ...calls('TracedValueError', {
    'a number read inside vmap': [
      () => g.vmap((y: g.Scalar) => (g.toNumber(y) > 0 ? y : g.neg(y)))(v),
      'toNumber',
      'shape []',
      'where'
    ]
  }),
  ...calls('ValueError', {
    'grad(5)': [() => g.grad(wrong(5)), 'grad', 'f must be a function', '5'],
    'grad()': [() => g.grad(wrong(undefined)), 'grad', 'f must be a function', 'undefined'],
    'valueAndGrad(x)': [() => g.valueAndGrad(wrong(x)), 'valueAndGrad', 'f must be a function', 'a Tensor'],
    'valueAndGrad of a function to a scalar, with aux': [
      () => g.valueAndGrad((y: g.Scalar) => wrong(y), { aux: true })(s),
      'valueAndGrad',
      'a pair'
    ],
    'valueAndGrad of aux that is no boolean': [
      () => g.valueAndGrad(wrong(g.square), wrong({ aux: 1 })),
      'valueAndGrad: aux',
      'got 1'
    ],
    'vjp({})': [() => g.vjp(wrong({})), 'vjp', 'f must be a function', 'an object'],
    "jvp('f')": [() => g.jvp(wrong('f')), 'jvp', 'f must be a function', '"f"'],
    'hvp(5)': [() => g.hvp(wrong(5)), 'hvp', 'f must be a function', '5'],
    'jacobian(5)': [() => g.jacobian(wrong(5)), 'jacobian', 'f must be a function', '5'],
    'hessian(5)': [() => g.hessian(wrong(5)), 'hessian', 'f must be a function', '5'],
    'vmap(5)': [() => g.vmap(wrong(5)), 'vmap', 'f must be a function', '5'],
    'vmap(f, null)': [() => g.vmap((y: g.Scalar) => y, wrong(null)), 'vmap', 'in', 'null'],
    "vmap(f, { out: 'x' })": [() => g.vmap((y: g.Scalar) => y, wrong({ out: 'x' })), 'vmap', 'out', 'axis', '"x"'],
    'vmap(f, { in: 0 })': [() => g.vmap((y: g.Scalar) => y, wrong({ in: 0 })), 'vmap', 'in', 'array', '0'],
    'trace(5)': [() => g.trace(wrong(5)), 'trace', 'f must be a function', '5'],
    'params.map(5)': [() => g.params.map(wrong(5)), 'params.map', 'f must be a function', '5'],
    'params.map of a function to numbers': [() => g.params.map(() => wrong(1))(p), 'params.map', 'params.w', '1'],
    'params.mapWithPath()': [
      () => g.params.mapWithPath(wrong(undefined)),
      'params.mapWithPath',
      'f must be a function'
    ],
    'params.zipWith(x)': [() => g.params.zipWith(wrong(x)), 'params.zipWith', 'f must be a function', 'a Tensor'],
    'params.reduce(0)': [
      () => g.params.reduce(0, wrong(undefined)),
      'params.reduce',
      'f must be a function',
      'undefined'
    ],
    "params.scale('2')": [() => g.params.scale(wrong('2')), 'params.scale', 'number', '"2"'],
    'params.addScaled(x)': [() => g.params.addScaled(wrong(x)), 'params.addScaled', 'number', 'a Tensor']
  })
]

const all = [...constructors, ...reading, ...arithmetic, ...reductions, ...structure, ...trees]

const caught = (run: () => unknown): unknown => {
  try {
    return `no error, but ${String(run())}`
  } catch (error) {
    return error
  }
}

describe('a wrong call names what was called, what it got and what it needs', () => {
  it.each(all)('$call throws a $error', ({ run, error, says }) => {
    const thrown = caught(run)
    expect(thrown).toBeInstanceOf(Error)
    const { name, message } = thrown as Error
    expect(`${name}: ${message}`).toMatch(new RegExp(`^${error}: `))
    for (const piece of says) expect(message).toContain(piece)
  })

  it('is in the table once', () => {
    expect(new Set(all.map(({ call }) => call)).size).toBe(all.length)
  })
})

describe('no operation lets what is no tensor fail inside', () => {
  const nonTensors = [undefined, null, 0, 'x', true, {}, [], [1, 2], () => 0, 1n, new Float64Array(2)]
  const isUnary = (name: string): boolean => Object.hasOwn(table, name) && table[name as keyof typeof table].arity === 1
  const unary = Object.entries(g as unknown as Record<string, (value: unknown) => unknown>).filter(([name]) =>
    isUnary(name)
  )

  it('whatever it is', () => {
    expect(unary.length).toBeGreaterThan(15)
    for (const [name, operation] of unary)
      for (const value of nonTensors) {
        const thrown = caught(() => {
          const first = operation(value)
          return typeof first === 'function' ? (first as typeof operation)(value) : first
        })
        expect(thrown, `${name} of ${typeof value}`).toBeInstanceOf(Error)
        expect((thrown as Error).name, `${name}: ${(thrown as Error).message}`).not.toMatch(/TypeError|RangeError/)
      }
  })
})
