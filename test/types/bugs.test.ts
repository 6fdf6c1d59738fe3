/**
 * Wrong programs. Each is refused by the compiler (a directive that suppresses nothing is an error itself) and, since
 * not everybody writes TypeScript, when it runs.
 */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Mat, Scalar, Tensor, Vec } from '../../src/index.ts'
import { unknownNumber, unknownShape } from '../support/claims.ts'

const { zeros } = g
const n = unknownNumber(8)
const xb2 = zeros([n, 2])
const t23 = zeros([2, 3])
const dyn = unknownShape(t23)

interface Dense<I extends number, O extends number> {
  readonly w: Mat<I, O>
  readonly b: Vec<O>
}
const dense = <I extends number, O extends number>(i: I, o: O): Dense<I, O> => ({ w: zeros([i, o]), b: zeros([o]) })
const params = [dense(2, 4), dense(4, 1)] as const
const model =
  (p: typeof params) =>
  <B extends number>(x: Mat<B, 2>): Mat<B, 1> =>
    pipe(x, g.matmul(p[0].w), g.add(p[0].b), g.tanh, g.matmul(p[1].w), g.add(p[1].b))

describe('arithmetic refuses', () => {
  it('shapes that do not broadcast', () => {
    // @ts-expect-error 3 and 4 differ
    const program = () => g.add(zeros([4]))(t23)
    expect(program).toThrow('cannot broadcast [2, 3] with [4]')
  })
  it('shapes lined up at the wrong side', () => {
    // @ts-expect-error 3 and 2 differ
    const program = () => g.add(zeros([2]))(t23)
    expect(program).toThrow('cannot broadcast [2, 3] with [2]')
  })
  it('a last dimension that differs behind an unknown rank', () => {
    const anyBatch: Tensor<[...number[], 2]> = zeros([5, 2])
    // @ts-expect-error 2 and 3 differ
    const program = () => g.add(zeros([3]))(anyBatch)
    expect(program).toThrow('cannot broadcast [5, 2] with [3]')
  })
  it('stretching both operands at once', () => {
    // @ts-expect-error an outer sum says broadcastTo
    const program = () => g.add(zeros([4]))(zeros([3, 1]))
    expect(program).toThrow('would both be stretched')
  })
  it('stretching both operands at once in a batch', () => {
    // @ts-expect-error an outer product says broadcastTo
    const program = () => g.mul(zeros([7, 1, 1]))(t23)
    expect(program).toThrow('would both be stretched')
  })
  it('a column minus a vector, the classic silent bug', () => {
    // @ts-expect-error [8, 1] - [8] would be [8, 8]
    const program = () => g.sub(zeros([8]))(model(params)(zeros([8, 2])))
    expect(program).toThrow('would both be stretched')
  })
  it('a column minus a vector whose length only run time knows', () => {
    // @ts-expect-error [?, 1] - [?] would be [?, ?]
    const program = () => g.sub(zeros([n]))(model(params)(xb2))
    expect(program).toThrow('would both be stretched')
  })
  it('batches of different sizes', () => {
    // @ts-expect-error 8 and 7 differ
    const program = () => g.sub(zeros([7, 1]))(model(params)(zeros([8, 2])))
    expect(program).toThrow('cannot broadcast [8, 1] with [7, 1]')
  })
  it('a reduction that dropped its axis', () => {
    // @ts-expect-error [2] is not [2, 1]: keepDims
    const program = () => g.sub(g.sum({ axis: 1 })(t23))(t23)
    expect(program).toThrow('cannot broadcast [2, 3] with [2]')
  })
  it('a bias of another width in a pipe', () => {
    // @ts-expect-error 4 and 3 differ
    const program = () => pipe(xb2, g.matmul(zeros([2, 4])), g.add(zeros([3])))
    expect(program).toThrow('cannot broadcast [8, 4] with [3]')
  })
  it('a condition that does not broadcast to what it chooses from', () => {
    // @ts-expect-error [3, 3] does not broadcast to [3]
    const program = () => g.where(zeros([3, 3]), 0)(zeros([3]))
    expect(program).toThrow('condition of shape [3, 3] does not broadcast to [3]')
  })
  it('an alternative that does not broadcast to what it replaces', () => {
    // @ts-expect-error [2] does not broadcast to [2, 3]
    const program = () => g.where(t23, zeros([2]))(t23)
    expect(program).toThrow('alternative of shape [2] does not broadcast to [2, 3]')
  })
  it('an inner product of vectors of different lengths', () => {
    // @ts-expect-error 2 and 3 differ
    const program = () => g.dot(zeros([3]))(zeros([2]))
    expect(program).toThrow('got [2] and [3]')
  })
})

describe('matmul refuses', () => {
  it('inner sizes that differ', () => {
    // @ts-expect-error 3 and 2 differ
    const program = () => g.matmul(t23)(t23)
    expect(program).toThrow('inner sizes differ: left [2, 3], right [2, 3]')
  })
  it('inner sizes that differ behind an unknown batch', () => {
    // @ts-expect-error 2 and 3 differ
    const program = () => g.matmul(zeros([3, 4]))(xb2)
    expect(program).toThrow('inner sizes differ')
  })
  it('inner sizes that differ in a pipe', () => {
    // @ts-expect-error 3 and 2 differ
    const program = () => pipe(zeros([8, 3]), g.matmul(zeros([2, 4])), g.relu)
    expect(program).toThrow('inner sizes differ: left [8, 3], right [2, 4]')
  })
  it('the weights of another layer', () => {
    // @ts-expect-error 2 and 4 differ
    const program = (p: typeof params): Scalar => g.mean(g.matmul(p[1].w)(xb2))
    expect(() => program(params)).toThrow('inner sizes differ')
  })
  it('scalars', () => {
    // @ts-expect-error a scalar has no rows
    const left = () => g.matmul(t23)(g.scalar(1))
    // @ts-expect-error a scalar has no rows
    const right = () => g.matmul(g.scalar(1))(t23)
    expect(left).toThrow('a scalar has no rows')
    expect(right).toThrow('a scalar has no rows')
  })
  it('batches that do not broadcast', () => {
    // @ts-expect-error 5 and 6 differ
    const program = () => g.matmul(zeros([6, 3, 4]))(zeros([5, 2, 3]))
    expect(program).toThrow('batch dimensions do not broadcast')
  })
})

describe('a model refuses', () => {
  it('inputs with another number of features', () => {
    // @ts-expect-error 3 features for 2
    const program = () => model(params)(zeros([4, 3]))
    expect(program).toThrow('inner sizes differ')
  })
  it('inputs of another rank', () => {
    // @ts-expect-error a scalar is no row
    const program = () => model(params)(g.scalar(1))
    expect(program).toThrow('a scalar has no rows')
  })
  it('another model’s parameters', () => {
    const others = [dense(2, 3), dense(3, 1)] as const
    // @ts-expect-error 4 hidden units for 3: at run time these fit
    const program = () => model(others)(xb2)
    expect(program).not.toThrow()
  })
})

describe('layers refuse', () => {
  const { nn } = g
  const wide = nn.dense({ inputs: 2, outputs: 4 })
  const norm = nn.batchNorm({ features: 4 })
  const { params: p, state } = norm.init(g.random.key(0))
  const inTraining = nn.training(g.random.key(0))

  it('to normalise another number of features', () => {
    // @ts-expect-error 4 features, not 3
    const program = () => nn.sequential(wide, nn.batchNorm({ features: 3 }))
    expect(program).toThrow('stage 1 (batchNorm) takes [3] but the one before it gives [4]')
  })
  it('to normalise without the running statistics', () => {
    // @ts-expect-error there is state
    const program = () => nn.predict(norm)(p, [])(zeros([2, 4]))
    expect(program).toThrow('batchNorm: state.mean: needs a tensor, got undefined')
  })
  it('the statistics of another layer', () => {
    const other = nn.batchNorm({ features: 1 }).init(g.random.key(0))
    // @ts-expect-error [1] is not [4]: it would be stretched to it
    const program = () => norm.apply(inTraining)(p, other.state)(zeros([2, 4]))
    expect(program).toThrow('state.mean must have shape [4], got [1]')
    // @ts-expect-error [1] is not [4]: it would be stretched to it
    expect(() => norm.apply(inTraining)(other.params, state)(zeros([2, 4]))).toThrow('params.scale must have shape [4]')
  })
  it('a residual that does not give what it takes', () => {
    // @ts-expect-error [4] cannot be added to [2]
    const program = () => nn.residual(wide, g.relu)
    expect(program).toThrow('its stages take [2] but give [4]')
  })
  it('a residual whose stages do not meet', () => {
    // @ts-expect-error 4 is not 3
    const program = () => nn.residual(wide, nn.batchNorm({ features: 3 }), nn.dense({ inputs: 3, outputs: 2 }))
    expect(program).toThrow('residual: stage 1 (batchNorm) takes [3] but the one before it gives [4]')
  })
  it('an activation that was not told its settings', () => {
    // @ts-expect-error it takes settings, and gives the activation
    const program = () => nn.dense({ inputs: 2, outputs: 4, activation: g.leakyRelu })
    const layer = program()
    expect(() => nn.predict(layer)(layer.init(g.random.key(0)).params, [])(zeros([1, 2]))).toThrow(
      'leakyRelu: needs settings, got a Tensor; write leakyRelu()(x)'
    )
  })
})

describe('a derivative refuses', () => {
  it('a loss that is no scalar', () => {
    // @ts-expect-error [3] is no scalar
    const program = () => g.grad((w: Vec<3>) => g.mul(w)(w))
    expect(() => (program() as never as (w: Tensor) => Tensor)(zeros([3]))).toThrow('reduce it with mean or sum')
  })
  it('a model’s output as a loss', () => {
    // @ts-expect-error [8, 1] is no scalar
    const program = () => g.grad((p: typeof params, x: Mat<8, 2>) => model(p)(x))
    expect(program).not.toThrow()
  })
  it('a function of elements away from a scalar', () => {
    // @ts-expect-error [3] is no scalar
    const program = () => g.grad(g.square)(zeros([3]))
    expect(program).toThrow('the function must return a scalar, it returned shape [3]')
  })
  it('a point of another shape', () => {
    // @ts-expect-error 4 and 3 differ
    const program = () => g.grad((w: Vec<3>) => g.dot(zeros([3]))(w))(zeros([4]))
    expect(program).toThrow('got [4] and [3]')
  })
  it('data of another shape', () => {
    const loss = (w: Mat<2, 1>, x: Mat<number, 2>): Scalar => g.mean(g.matmul(w)(x))
    // @ts-expect-error 3 and 2 differ
    const program = () => g.grad(loss)(zeros([2, 1]), zeros([4, 3]))
    expect(program).toThrow('inner sizes differ')
  })
  it('a leaf that is no tensor', () => {
    const loss = (p: { readonly w: Vec<2>; readonly rate: number }): Scalar => g.mul(p.rate)(g.sum(p.w))
    // @ts-expect-error rate is no tensor
    const program = () => g.grad(loss)({ w: zeros([2]), rate: 0.1 })
    expect(program).toThrow('params.rate is the number 0.1; every leaf must be a tensor')
  })
  it('a tangent of another shape', () => {
    // @ts-expect-error 3 and 2 differ
    const program = () => g.jvp((x: Vec<2>) => g.square(x))(zeros([2]))(zeros([3]))
    expect(program).toThrow('needs shape [2], got [3]')
  })
  it('a cotangent of another shape', () => {
    const { pullback } = g.vjp((x: Vec<2>) => g.square(x))(zeros([2]))
    // @ts-expect-error a scalar for [2]
    const program = () => pullback(g.scalar(1))
    expect(program).toThrow('needs shape [2], got []')
  })
  it('examples of another shape', () => {
    // @ts-expect-error 3 and 2 differ
    const program = () => g.vmap((x: Vec<2>) => g.dot(zeros([2]))(x))(zeros([5, 3]))
    expect(program).toThrow('got [3] and [2]')
  })
  it('different numbers of examples', () => {
    // @ts-expect-error 5 and 4 differ
    const program = () => g.vmap((a: Vec<2>, b: Vec<2>) => g.dot(a)(b))(zeros([5, 2]), zeros([4, 2]))
    expect(program).toThrow('different numbers of examples')
  })
})

describe('trees refuse', () => {
  it('gradients of another tree', () => {
    const others = [dense(2, 3), dense(3, 1)] as const
    // @ts-expect-error 4 hidden units for 3
    const program = () => g.params.zipWith((a, b) => g.add(b)(a))(others)(params)
    expect(program).toThrow('params[0].w needs shape [2, 4], got [2, 3]; q must have the shapes of p')
  })
  it('a leaf that is no tensor', () => {
    // @ts-expect-error a number is no tensor
    const program = () => g.params.map(g.neg)({ w: zeros([2]), rate: 0.1 })
    expect(program).toThrow('params.rate is the number 0.1')
  })
  it('a leaf that is not there', () => {
    // @ts-expect-error null is no tensor
    const program = () => g.params.map(g.neg)({ w: zeros([2]), b: null })
    expect(program).toThrow('params.b is null')
  })
  it('a bare number', () => {
    // @ts-expect-error a number is no tensor
    const program = () => g.params.map(g.neg)(3)
    expect(program).toThrow('params is the number 3')
  })
  it('a function', () => {
    // @ts-expect-error a function is no tensor
    const program = () => g.params.map(g.neg)(g.neg)
    expect(program).toThrow('params is a function')
  })
  it('a date', () => {
    // @ts-expect-error an object of another class
    const program = () => g.params.count(new Date(0))
    expect(program).toThrow('neither a plain record nor an array')
  })
  it('arrays of numbers', () => {
    // @ts-expect-error numbers are no tensors
    const program = () => g.params.count({ w: [1, 2] })
    expect(program).toThrow('params.w[0] is the number 1')
  })
  it('a function of leaves that changes their shape', () => {
    // @ts-expect-error not of every shape to the same
    const program = () => g.params.map((x) => g.sum(x))
    expect(program).not.toThrow()
  })
})

describe('structure refuses', () => {
  it('a reduction over the wrong axis', () => {
    // @ts-expect-error over axis 0, [2, 3] leaves [3]
    const wrong: Vec<2> = g.sum({ axis: 0 })(t23)
    expect(wrong.shape).toEqual([3])
  })
  it('an axis out of range', () => {
    // @ts-expect-error the axes are 0 and 1
    const above = () => g.sum({ axis: 2 })(t23)
    // @ts-expect-error the axes are -2 and -1
    const below = () => g.sum({ axis: -3 })(t23)
    expect(above).toThrow('axis 2 is out of range')
    expect(below).toThrow('axis -3 is out of range')
  })
  it('an axis out of range among several', () => {
    // @ts-expect-error the axes are 0 and 1
    const program = () => g.sum({ axis: [0, 2] })(t23)
    expect(program).toThrow('axis 2 is out of range')
  })
  it('an axis named twice', () => {
    // @ts-expect-error both are the last axis
    const program = () => g.sum({ axis: [1, -1] })(t23)
    expect(program).toThrow('axis 1 is named twice')
  })
  it('a reshape to another number of elements', () => {
    // @ts-expect-error 6 elements are not 8
    const program = () => g.reshape([2, 4])(t23)
    expect(program).toThrow('cannot reshape [2, 3] (6 elements) to [2, 4] (8 elements)')
  })
  it('a reshape to another number of very many elements', () => {
    // @ts-expect-error 100353 elements are not 100352
    const program = () => g.reshape([784, 128])(zeros([100353]))
    expect(program).toThrow('cannot reshape [100353]')
  })
  it('joining along an axis when the others differ', () => {
    // @ts-expect-error 3 and 4 differ
    const program = () => g.concat(zeros([2, 4]), 0)(t23)
    expect(program).toThrow('[2, 3] and [2, 4] differ off the axis')
  })
  it('joining along an axis that is not there', () => {
    // @ts-expect-error the axes are 0 and 1
    const program = () => g.concat(t23, 2)(t23)
    expect(program).toThrow('axis 2 is out of range')
  })
  it('a matrix that was not transposed', () => {
    // @ts-expect-error [3, 2] is not [2, 3]
    const wrong: Mat<2, 3> = g.transpose(t23)
    expect(wrong.shape).toEqual([3, 2])
  })
  it('transposing a vector', () => {
    // @ts-expect-error a vector has one axis
    const program = () => g.transpose(zeros([3]))
    expect(program).toThrow('needs rank 2 or more')
  })
  it('a permutation that names an axis twice', () => {
    // @ts-expect-error axis 0 is named twice
    const program = () => g.permute([0, 0, 1])(zeros([2, 3, 4]))
    expect(program).toThrow('does not permute the axes')
  })
  it('a permutation that leaves an axis out', () => {
    // @ts-expect-error two of three
    const program = () => g.permute([1, 0])(zeros([2, 3, 4]))
    expect(program).toThrow('does not permute the axes')
  })
  it('ragged and mixed literals', () => {
    // @ts-expect-error 2 and 1 differ
    const ragged = () => g.tensor([[1, 2], [3]])
    // @ts-expect-error a row and a number
    const mixed = () => g.tensor([[1, 2], 3])
    expect(ragged).toThrow('a ragged array has no shape')
    expect(mixed).toThrow('a ragged array has no shape')
  })
  it('a slice past the end', () => {
    // @ts-expect-error 5 is past 2
    const program = () => g.slice(0, 0, 5)(t23)
    expect(program).toThrow('from 0 to 5 is not inside axis 0')
  })
  it('a slice that ends before it starts', () => {
    // @ts-expect-error 2 is after 1
    const program = () => g.slice(1, 2, 1)(t23)
    expect(program).toThrow('from 2 to 1 is not inside axis 1')
  })
  it('a stretch to a shape that does not fit', () => {
    // @ts-expect-error 3 and 4 differ
    const program = () => g.broadcastTo([2, 4])(t23)
    expect(program).toThrow('[2, 3] does not broadcast to [2, 4]')
  })
  it('a stretch to a lower rank', () => {
    // @ts-expect-error rank 2 to rank 1
    const program = () => g.broadcastTo([3])(t23)
    expect(program).toThrow('[2, 3] does not broadcast to [3]')
  })
  it('rows of a scalar', () => {
    // @ts-expect-error a scalar has no rows
    const program = () => g.take({ axis: 0 })([0])(g.scalar(1))
    expect(program).toThrow('take: axis 0 is out of range')
  })
  it('an axis of 1 that is none, and one that is not there', () => {
    // @ts-expect-error axis 1 is 3
    const squeezed = () => g.squeeze({ axis: 1 })(t23)
    // @ts-expect-error there is no axis 4 in a rank of 3
    const expanded = () => g.expandDims({ axis: 4 })(t23)
    expect(squeezed).toThrow('squeeze: axis 1 of shape [2, 3] is not of length 1')
    expect(expanded).toThrow('expandDims: axis 4 is out of range')
  })
  it('a pile of different shapes', () => {
    // @ts-expect-error [3] and [2] differ
    const program = () => g.stack([zeros([3]), zeros([2])])
    expect(program).toThrow('differ in shape: [3] and [2]')
  })
})

describe('a type that knows less is not taken for one that knows more', () => {
  it('without a checked cast', () => {
    const rows: Tensor<[number, 3]> = t23
    // @ts-expect-error the number of rows is not known
    const narrowed: Tensor<[2, 3]> = rows
    // @ts-expect-error nothing is known
    const known: Tensor<[2, 3]> = dyn
    // @ts-expect-error 3 and 4 differ
    const other: Tensor<[2, 4]> = t23
    expect([narrowed, known, other]).toHaveLength(3)
    expect(() => g.as([2, 4])(dyn)).toThrow('needs shape [2, 4], got [2, 3]')
  })
  it('nor an array for a tensor', () => {
    // @ts-expect-error nested arrays are no tensor
    const array: Tensor = [1, 2]
    // @ts-expect-error nor is what looks like one
    const record: Tensor = { shape: [2] }
    expect([array, record].some(g.isTensor)).toBe(false)
  })
  it('nor assigned to', () => {
    const x: Tensor<[2, 3]> = t23
    // @ts-expect-error the shape is readonly
    expect(() => (x.shape = [3, 2])).toThrow(TypeError)
    // @ts-expect-error and so are its dimensions
    expect(() => (x.shape[0] = 2)).toThrow(TypeError)
    expect(x.shape).toEqual([2, 3])
  })
})
