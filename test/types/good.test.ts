/** Right programs, as one writes them: they compile, their types say what they should, and they run. */
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { nn } from '../../src/index.ts'
import type { Mat, Params, Scalar, Shape, Tensor, Vec } from '../../src/index.ts'
import { shaped, typed, unknownNumber, unknownShape } from '../support/claims.ts'
import '../support/matchers.ts'

const { zeros, ones, scalar } = g
const n = unknownNumber(2)
const dyn = unknownShape(zeros([4, 2]))

interface Dense<I extends number, O extends number> {
  readonly w: Mat<I, O>
  readonly b: Vec<O>
}
const dense = <I extends number, O extends number>(i: I, o: O): Dense<I, O> => ({ w: ones([i, o]), b: zeros([o]) })

/** Parameters as an interface, which has no index signature. */
interface Xor {
  readonly hidden: Dense<2, 4>
  readonly output: Dense<4, 1>
  readonly scales: readonly Scalar[]
}
const xor: Xor = { hidden: dense(2, 4), output: dense(4, 1), scales: [scalar(1)] }

const forward = (p: Xor, x: Mat<number, 2>): Mat<number, 1> =>
  pipe(x, g.matmul(p.hidden.w), g.add(p.hidden.b), g.relu, g.matmul(p.output.w), g.add(p.output.b), g.sigmoid)
const loss = (p: Xor, x: Mat<number, 2>, t: Mat<number, 1>): Scalar => pipe(forward(p, x), g.sub(t), g.square, g.mean)

const x42 = zeros([4, 2])
const t41 = ones([4, 1])

describe('a model is written as a pipe', () => {
  it('with its parameters as values', () => {
    const y = pipe(x42, g.matmul(xor.hidden.w), g.add(xor.hidden.b), g.relu)
    shaped([4, 4])(y)
    shaped([n + 2, 1])(forward(xor, x42))
    shaped([n + 2, 1])(forward(xor, g.as([4, 2])(dyn)))
  })

  it('with numbers as operands', () => {
    const y = pipe(g.tensor([1, -2]), g.mul(2), g.add(1), g.div(2), g.maximum(0), g.pow(2))
    shaped([2])(y)
    expect(y).toBeTensor([2.25, 0])
    shaped([4, 2] as number[])(pipe(dyn, g.sub(1), g.mul(0.5)))
  })

  it('point-free, while at most one step is checked', () => {
    const layer = flow(g.matmul(xor.hidden.w), g.relu, g.tanh)
    shaped([8, 4])(layer(zeros([8, 2])))
    const shift = flow(g.add(xor.hidden.b), g.relu)
    shaped([8, 4])(shift(zeros([8, 4])))
    // @ts-expect-error the check is still there on use
    expect(() => shift(zeros([8, 3]))).toThrow('cannot broadcast')
    shaped([3])(flow(g.relu, g.relu)(zeros([3])))
    const annotated = flow((x: Mat<number, 2>) => g.matmul(xor.hidden.w)(x), g.add(xor.hidden.b), g.relu)
    shaped([n, 4])(annotated(zeros([n, 2])))
  })

  it('over lists of tensors', () => {
    const xs = [zeros([3]), ones([3])]
    const total = pipe(
      xs,
      RA.reduce(zeros([3]), (sum, x) => g.add(x)(sum))
    )
    shaped([3])(total)
    const products = pipe(
      xs,
      RA.map(g.relu),
      RA.map((x) => g.matmul(zeros([3, 2]))(x))
    )
    typed<readonly Tensor<[2]>[]>()(products)
    shaped([n, 3])(g.stack(xs))
  })

  it('guarding a pole with where', () => {
    const x = g.tensor([0, 2])
    shaped([2])(g.where(g.greater(0)(x), 0)(g.log(x)))
    shaped([2])(pipe(g.log(x), g.where(g.greater(0)(x), zeros([2]))))
    expect(pipe(g.log(x), g.where(g.greater(0)(x), -1))).toBeCloseToTensor([-1, Math.LN2])
  })

  it('without a width known to the compiler', () => {
    const wide = (k: number) => pipe(x42, g.matmul(zeros([2, k])), g.relu, g.matmul(zeros([k, 1])))
    shaped([4, 1])(wide(5))
    shaped([4, n])(pipe(x42, g.matmul(zeros([2, n]))))
    shaped([n, 2])(g.reshape([n, 2])(g.slice(0, 0, n)(x42)))
    shaped([4, n])(g.add(g.tensor([[1, 2]] as number[][]))(zeros([4, n]))) // prettier-ignore
  })
})

describe('a function is generic', () => {
  it('in its batch', () => {
    const lossB = <B extends number>(p: Xor, x: Tensor<[B, 2]>, t: Tensor<[B, 1]>): Scalar => {
      const hidden = pipe(x, g.matmul(p.hidden.w), g.add(p.hidden.b), g.relu)
      const y: Tensor<[B, 1]> = pipe(hidden, g.matmul(p.output.w), g.add(p.output.b), g.sigmoid)
      return pipe(y, g.sub(t), g.square, g.mean)
    }
    const dLoss = g.grad(lossB)
    const d = dLoss(xor, x42, t41)
    typed<Xor>()(d)
    // LIMIT: of two different literals the compiler makes the union 4 | 5, so only the run refuses them
    expect(() => dLoss(xor, x42, ones([5, 1]))).toThrow('cannot broadcast [4, 1] with [5, 1]')
  })

  it('in all its dimensions', () => {
    const affine = <N extends number, I extends number, O extends number>(q: Dense<I, O>, x: Mat<N, I>): Mat<N, O> =>
      pipe(x, g.matmul(q.w), g.add(q.b))
    const two = <N extends number, I extends number, H extends number, O extends number>(
      q: { readonly a: Dense<I, H>; readonly c: Dense<H, O> },
      x: Mat<N, I>
    ): Mat<N, O> => affine(q.c, g.relu(affine(q.a, x)))
    shaped([3, 5])(two({ a: dense(2, 4), c: dense(4, 5) }, zeros([3, 2])))
  })

  it('in its whole shape', () => {
    const normalized = <S extends Shape>(x: Tensor<S>): Tensor<S> => g.div(g.scalar(2))(g.mul(x)(x))
    shaped([2, 3])(normalized(zeros([2, 3])))
    const twice = <S extends Shape>(x: Tensor<S>): Tensor<S> => pipe(x, g.add(x), g.relu)
    shaped([7])(twice(zeros([7])))
  })

  it('in its parameters', () => {
    const descend =
      <P extends g.params.Tree<P>>(f: (p: P) => Scalar) =>
      (p: P): P =>
        g.params.addScaled(-0.1)(g.grad(f)(p))(p)
    const next = descend((p: Xor) => loss(p, x42, t41))(xor)
    typed<Xor>()(next)
    const average = <P extends Params>(p: P, q: P): P => g.params.scale(0.5)(g.params.add(p)(q))
    expect(average({ w: scalar(1) }, { w: scalar(3) }).w).toBeTensor(2)
  })
})

describe('derivatives are taken', () => {
  it('of a function of one number', () => {
    const d = g.grad(g.square)(scalar(3))
    shaped([])(d)
    expect(d).toBeTensor(6)
    expect(g.grad(g.grad(g.grad(g.sin)))(scalar(0))).toBeTensor(-1)
    expect(g.grad((x) => pipe(x, g.mul(x)))(scalar(2))).toBeTensor(4)
    expect(g.grad((x: Scalar) => pipe(x, g.mul(x), g.mul(2)))(scalar(2))).toBeTensor(8)
    const both = g.valueAndGrad(g.square)(scalar(3))
    shaped([])(both.value)
    shaped([])(both.grad)
    shaped([])(g.hvp(g.square)(scalar(1))(scalar(1)))
    shaped([])(g.hessian(g.sin)(scalar(1)))
  })

  it('of a function of any tensor', () => {
    shaped([3])(g.grad(g.norm)(zeros([3])))
    shaped([2, 2])(g.grad(g.mean)(zeros([2, 2])))
    shaped([2])(g.valueAndGrad(g.logSumExp)(zeros([2])).grad)
    shaped([2, 2])(g.hessian(g.sum)(zeros([2])))
  })

  it('of a loss of parameters and data', () => {
    const d = g.grad(loss)(xor, x42, t41)
    typed<Xor>()(d)
    const { value, grad } = g.valueAndGrad(loss)(xor, x42, t41)
    typed<Xor>()(grad)
    shaped([])(value)
    const inline = g.grad((p: { readonly w: Vec<3>; readonly b: Scalar }) => pipe(g.dot(p.w)(p.w), g.add(p.b)))
    shaped([3])(inline({ w: ones([3]), b: scalar(1) }).w)
  })

  it('of parameters in records, tuples, arrays and interfaces', () => {
    shaped([3])(g.grad((q: Vec<3>) => g.sum(q))(ones([3])))
    shaped([3])(g.grad((q: readonly [Vec<3>, Scalar]) => g.sum(q[0]))([ones([3]), scalar(1)])[0])
    const array = g.grad((q: readonly Tensor[]) => g.mean(q[0]!))([dyn])
    typed<readonly Tensor[]>()(array)
    const record = g.grad((q: Readonly<Record<string, Tensor>>) => g.mean(q['x']!))({ x: dyn })
    typed<Readonly<Record<string, Tensor>>>()(record)
    const nested = g.grad((q: { readonly a: readonly [{ readonly b: Scalar }] }) => q.a[0].b)({ a: [{ b: scalar(1) }] })
    shaped([])(nested.a[0].b)
    const anything = g.grad((q: Params) => g.params.norm(q))({ x: dyn })
    typed<Params>()(anything)
  })

  it('beside what else a function returns', () => {
    const f = (w: Vec<2>, x: Vec<2>) => [g.dot(w)(x), { mean: g.mean(w), all: [w] }] as const
    const { value, grad, aux } = g.valueAndGrad(f, { aux: true })(ones([2]), ones([2]))
    shaped([])(value)
    shaped([2])(grad)
    shaped([])(aux.mean)
    typed<Vec<2>>()(aux.all[0])
  })

  it('forwards, backwards and both', () => {
    const f = (p: Dense<2, 3>) => pipe(ones([2]), g.matmul(p.w), g.add(p.b))
    const p = dense(2, 3)
    const back = g.vjp(f)(p)
    shaped([3])(back.value)
    typed<Dense<2, 3>>()(back.pullback(ones([3])))
    shaped([3])(g.jvp(f)(p)(p).tangent)
    shaped([2])(g.vjp(g.square)(zeros([2])).value)
    shaped([2, 3, 2, 3])(g.jacobian(g.tanh)(zeros([2, 3])))
    typed<Dense<2, 3>>()(g.hvp((q: Dense<2, 3>) => g.params.norm(f(q)))(p)(p))
  })

  it('of examples one by one', () => {
    shaped([5, 2])(g.vmap(g.grad((x: Vec<2>) => g.sum(g.square(x))))(zeros([5, 2])))
    const perExample = g.vmap((x: Vec<2>) => g.grad(loss)(xor, g.reshape([1, 2])(x), zeros([1, 1])))(x42)
    shaped([4, 2, 4])(perExample.hidden.w)
    shaped([4])(perExample.scales[0]!)
    const f = (x: Vec<2>, w: Mat<2, 3>) => g.matmul(w)(x)
    shaped([5, 3])(g.vmap(f, { in: [0, null] })(zeros([5, 2]), zeros([2, 3])))
    shaped([3, 5])(g.vmap(f, { in: [1, null], out: 1 })(zeros([2, 5]), zeros([2, 3])))
    shaped([3, 5])(g.vmap(f, { out: -1 })(zeros([5, 2]), zeros([5, 2, 3])))
    // @ts-expect-error the second argument is shared whole
    expect(() => g.vmap(f, { in: [0, null] })(zeros([5, 2]), zeros([5, 2, 3]))).not.toThrow()
  })

  it('as a tape', () => {
    expect(g.trace(loss)(xor, x42, t41).inputs).toHaveLength(5)
    expect(g.trace(g.square)(scalar(3)).entries).toHaveLength(1)
    expect(g.trace((p: Xor) => ({ y: forward(p, x42) }))(xor).outputs).toHaveLength(1)
  })
})

describe('trees of parameters are worked on', () => {
  const d = g.grad(loss)(xor, x42, t41)

  it('leaf by leaf', () => {
    const doubled = g.params.map(g.mul(2))(xor)
    typed<Xor>()(doubled)
    expect(g.params.map((x) => g.add(x)(x))(xor).scales[0]).toBeTensor(2)
    expect(g.params.mapWithPath((path) => (path.endsWith('.b') ? g.add(1) : (x) => x))(xor).hidden.b).toBeTensor([
      1, 1, 1, 1
    ])
  })

  it('in pairs', () => {
    const stepped = pipe(xor, g.params.zipWith((p, q) => pipe(p, g.sub(pipe(q, g.mul(0.1)))))(d))
    typed<Xor>()(stepped)
    const added = g.params.zipWith((p, q) => g.add(q)(p))(d)(xor)
    typed<Xor>()(added)
    const scaled = g.params.zipWith((p, q) => pipe(p, g.sub(pipe(q, g.mul(scalar(0.1))))))(d)(xor)
    typed<Xor>()(scaled)
    const moments = g.params.zipWith((m, q) => g.add(g.mul(0.1)(g.square(q)))(g.mul(0.9)(m)))(d)(xor)
    typed<Xor>()(moments)
  })

  it('as vectors', () => {
    const moved = pipe(xor, g.params.addScaled(-0.1)(d), g.params.scale(2), g.params.sub(d))
    typed<Xor>()(moved)
    shaped([])(pipe(xor, g.params.dot(d)))
    shaped([])(g.params.norm(d))
    typed<Xor>()(g.params.zerosLike(xor))
    expect(pipe(xor, g.params.isClose()(xor))).toBe(true)
    expect(g.params.getEq<Xor>().equals(xor, xor)).toBe(true)
  })

  it('as a whole', () => {
    const rank = g.params.reduce(0, (sum, x) => sum + x.shape.length)(xor)
    typed<number>()(rank)
    expect(g.params.count(xor)).toBe(8 + 4 + 4 + 1 + 1)
    expect(g.params.paths({ w: zeros([1]), list: [scalar(1)] })).toEqual(['params.w', 'params.list[0]'])
  })
})

describe('layers compose', () => {
  const block = nn.residual(
    nn.batchNorm({ features: 4 }),
    g.swish,
    nn.dense({ inputs: 4, outputs: 8, activation: g.leakyRelu({ slope: 0.1 }) }),
    nn.dropout({ keepProbability: 0.9 }),
    nn.dense({ inputs: 8, outputs: 4, bias: false })
  )
  const model = nn.sequential(
    nn.dense({ inputs: 2, outputs: 4 }),
    block,
    nn.residual(g.gelu),
    nn.layerNorm({ features: 4 }),
    nn.dense({ inputs: 4, outputs: 1 })
  )
  type Block = nn.Layer<
    readonly [nn.ScaleAndShift<4>, nn.DenseParams<4, 8>, nn.DenseParams<8, 4, false>],
    readonly [nn.RunningStatistics<4>],
    [4],
    [4]
  >

  it('into blocks with parameters and a state of their own', () => {
    typed<Block>()(block)
    typed<nn.Layer<nn.ScaleAndShift<4>, nn.RunningStatistics<4>, [4], [4]>>()(nn.batchNorm({ features: 4 }))
    typed<nn.PointwiseLayer>()(nn.residual(g.gelu, nn.dropout({ keepProbability: 0.5 })))
    const { params, state } = model.init(g.random.key(0))
    shaped([4])(params[1][0].scale)
    shaped([8, 4])(params[1][2].weight)
    shaped([4])(state[0][0].variance)
    const [y, next] = model.apply(nn.training(g.random.key(1)))(params, state)(zeros([n, 2]))
    shaped([n, 1])(y)
    typed<typeof state>()(next)
  })

  it('and train, the state carried along', () => {
    const problem = {
      model,
      loss: nn.meanSquaredError,
      optimizer: g.optim.adam({ learningRate: 0.01 })
    }
    const start = g.train.start(problem)(g.random.key(0))
    const { state } = g.train.step(problem)({ inputs: x42, targets: t41 })(start)
    typed<typeof start>()(state)
    shaped([4])(state.modelState[0][0].mean)
  })

  it('and are measured by any metric, of two classes and of labels', () => {
    const binary = {
      model: nn.dense({ inputs: 2, outputs: 1 }),
      loss: nn.binaryCrossEntropyWithLogits,
      optimizer: g.optim.sgd({ learningRate: 0.1 }),
      metrics: { auc: nn.rocAuc, f1: nn.f1({ threshold: 0 }), recall: nn.recall(), fit: nn.rSquared }
    }
    const some = { inputs: g.tensor([[0, 1], [2, 3], [4, 5]]), targets: g.tensor([[0], [1], [1]]) } // prettier-ignore
    const measured = pipe(
      g.train.start(binary)(g.random.key(0)),
      g.train.fit(binary, { epochs: 1, batchSize: 3, validation: some })(some),
      E.map(({ history }) => Object.keys(history[0]!))
    )
    expect(measured).toEqual(
      E.right([
        'epoch', 'loss', 'auc', 'f1', 'recall', 'fit',
        'validationLoss', 'validationAuc', 'validationF1', 'validationRecall', 'validationFit'
      ]) // prettier-ignore
    )
    const many = {
      model: nn.dense({ inputs: 2, outputs: 3 }),
      loss: nn.sparseSoftmaxCrossEntropy,
      optimizer: g.optim.sgd({ learningRate: 0.1 }),
      metrics: {
        top2: nn.sparse(nn.topKAccuracy({ k: 2 })),
        f1: nn.sparse(nn.f1({ average: 'macro' })),
        precision: nn.sparse(nn.precision({ average: 'weighted' }))
      }
    }
    const labelled = { inputs: some.inputs, targets: g.tensor([0, 2, 1]) }
    expect(
      E.isRight(g.train.fit(many, { epochs: 1, batchSize: 2 })(labelled)(g.train.start(many)(g.random.key(0))))
    ).toBe(true)
    const counts = nn.confusionMatrix(g.oneHot(3)([0, 1, 2, 0, 1]))(ones([5, 3]))
    shaped([3, 3])(counts)
    shaped([3])(nn.classReport(counts).f1)
    shaped([2])(nn.classReport(nn.binaryConfusionMatrix()(zeros([5]))(ones([5]))).recall)
  })

  it('in sizes that only run time knows', () => {
    const width = unknownNumber(4)
    const dynamic = nn.residual(nn.batchNorm({ features: width }), nn.dense({ inputs: width, outputs: width }))
    typed<
      nn.Layer<
        readonly [nn.ScaleAndShift<number>, nn.DenseParams<number, number>],
        readonly [nn.RunningStatistics<number>],
        [number],
        [number]
      >
    >()(dynamic)
    expect(dynamic.output).toEqual([4])
  })
})
