/** Transformations within each other, in any order, against power series and against one another. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { derivatives, type Expression, expression, onScalars, onTensors } from './series.ts'
import '../support/matchers.ts'

const { vocabulary: op } = g.primitive
const loose = (x: unknown): Tensor => x as Tensor
const one = g.scalar(1)

type F = (x: Scalar) => Scalar
const asRow = (x: Scalar): Vec => op.reshape(loose(x), [1]) as unknown as Vec
const asScalar = (x: unknown): Scalar => op.reshape(loose(x), []) as unknown as Scalar

/** Ways to the derivative of a function of one number. */
const ways: Readonly<Record<string, (f: F) => F>> = {
  grad: (f) => g.grad(f),
  valueAndGrad: (f) => (x) => g.valueAndGrad(f)(x).grad,
  vjp: (f) => (x) => g.vjp(f)(x).pullback(one),
  jvp: (f) => (x) => g.jvp(f)(x)(one).tangent,
  'vmap of grad': (f) => (x) => asScalar(g.vmap(g.grad(f))(asRow(x) as never)),
  'vmap of jvp': (f) => (x) => asScalar(g.vmap((y: Scalar) => g.jvp(f)(y)(one).tangent)(asRow(x) as never)),
  'grad of vmap': (f) => (x) => g.grad((y: Scalar) => asScalar(g.vmap(f)(asRow(y) as never)))(x),
  'jvp of vmap': (f) => (x) =>
    asScalar(g.jvp((y: Vec) => g.vmap(f)(y as never) as unknown as Vec)(asRow(x))(g.ones([1])).tangent),
  jacobian: (f) => (x) => g.jacobian(f)(x),
  'jacobian by forward mode': (f) => (x) => g.jacobian(f, { mode: 'forward' })(x)
}

const sequences = fc.array(fc.constantFrom(...Object.keys(ways)), { minLength: 1, maxLength: 3 })
const points = fc.constantFrom(0, 0.5, -0.5, 1, -1, 0.3, -0.7)

describe('derivatives of derivatives, by any ways', () => {
  it('are those of the power series', () => {
    fc.assert(
      fc.property(expression, points, sequences, (e, at, sequence) => {
        const expected = derivatives(e, at, sequence.length)[sequence.length]!
        const derived = sequence.reduce<F>((f, way) => ways[way]!(f), onScalars(e))
        expect(derived(g.scalar(at))).toBeCloseToTensor(expected, { atol: 1e-9, rtol: 1e-8 })
      }),
      { numRuns: 250 }
    )
  })

  it('are right to the sixth order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Expression>(
          { _tag: 'sin', of: { _tag: 'square', of: { _tag: 'x' } } },
          { _tag: 'square', of: { _tag: 'tanh', of: { _tag: 'x' } } },
          { _tag: 'mul', left: { _tag: 'sigmoid', of: { _tag: 'x' } }, right: { _tag: 'exp', of: { _tag: 'x' } } }
        ),
        points,
        fc.constantFrom('grad', 'jvp'),
        (e, at, way) => {
          const expected = derivatives(e, at, 6)
          expected.reduce<F>((f, value) => {
            expect(f(g.scalar(at))).toBeCloseToTensor(value, { atol: 1e-9, rtol: 1e-9 })
            return ways[way]!(f)
          }, onScalars(e))
        }
      ),
      { numRuns: 12 }
    )
  })

  it('are right where a first derivative is 0, which absorbs only what is infinite', () => {
    // (eˣ − 1)²: its factors are 0 at 0, its derivatives are 0, 2, 6, 14, 30
    const f: F = (x) => g.square(g.expm1(x))
    for (const way of [g.grad, ways['jvp']!]) {
      const orders = [1, 2, 3, 4].map((n) => Array.from({ length: n }).reduce<F>((h) => way(h), f))
      expect(orders.map((h) => g.toNumber(h(g.scalar(0))))).toEqual([0, 2, 6, 14])
    }
  })
})

/** A function of a vector that mixes its elements. */
const mixing =
  (e: Expression) =>
  (x: Vec<3>): Scalar => {
    const y = onTensors(e)(loose(x))
    const spread = op.add(op.mul(loose(x), op.constant(0)), y)
    return asScalar(op.sum(op.mul(spread, op.softmax(loose(x), 0)), [0], false))
  }

const vectors = laws.arbitrary.tensor([3], { min: -1, max: 1, avoid: [] })

describe('of functions of a vector', () => {
  it('forward and reverse mode give one Jacobian, and one Hessian that is symmetric', () => {
    fc.assert(
      fc.property(expression, vectors, (e, x) => {
        const f = mixing(e)
        const gradient = (y: Vec<3>): Vec<3> => g.grad(f)(y)
        expect(g.jacobian(gradient, { mode: 'forward' })(x)).toBeCloseToTensor(g.jacobian(gradient)(x))
        const hessian = g.hessian(f)(x)
        expect(hessian).toBeCloseToTensor(g.jacobian(gradient)(x))
        expect(hessian).toBeCloseToTensor(g.transpose(hessian))
      }),
      { numRuns: 40 }
    )
  })

  it('the Hessian times a direction is what hvp gives, by whichever mode', () => {
    fc.assert(
      fc.property(expression, vectors, vectors, (e, x, v) => {
        const f = mixing(e)
        const expected = g.matmul(v)(g.hessian(f)(x) as g.Mat<3, 3>)
        expect(g.hvp(f)(x)(v)).toBeCloseToTensor(expected)
        expect(g.grad((y: Vec<3>) => g.dot(v)(g.grad(f)(y)))(x)).toBeCloseToTensor(expected)
        expect(g.grad((y: Vec<3>) => g.jvp(f)(y)(v).tangent)(x)).toBeCloseToTensor(expected)
        expect(g.vjp(g.grad(f))(x).pullback(v)).toBeCloseToTensor(expected)
      }),
      { numRuns: 40 }
    )
  })

  it('per-example gradients are the gradients of the examples', () => {
    fc.assert(
      fc.property(expression, laws.arbitrary.tensor([4, 3], { min: -1, max: 1, avoid: [] }), (e, xs) => {
        const f = mixing(e)
        const rows = [0, 1, 2, 3].map((i) => g.reshape([3])(g.slice(0, i, i + 1)(xs) as g.Mat<1, 3>))
        expect(g.vmap(g.grad(f))(xs as never)).toBeCloseToTensor(g.stack(rows.map((x) => g.grad(f)(x))))
        expect(g.vmap(g.hessian(f))(xs as never)).toBeCloseToTensor(g.stack(rows.map((x) => loose(g.hessian(f)(x)))))
      }),
      { numRuns: 25 }
    )
  })
})

describe('vmap', () => {
  const batch = g.random.normal([2, 3, 4])(g.random.key(5))

  it('within vmap maps over both axes', () => {
    const f = (x: Vec<4>): Scalar => g.sum(g.sin(g.square(x)))
    const nested = g.vmap((rows: g.Mat<3, 4>) => g.vmap(f)(rows as never) as unknown as Vec)(batch as never)
    expect(nested).toBeCloseToTensor(g.sum({ axis: 2 })(g.sin(g.square(batch))))
  })

  it('within vmap may use what the outer one maps', () => {
    const outer = (a: Vec<2>, b: Vec<3>) =>
      g.vmap((x: Scalar) => g.vmap((y: Scalar) => g.mul(x)(y))(b as never) as unknown as Vec)(a as never)
    expect(outer(g.tensor([1, 2]), g.tensor([1, 10, 100]))).toBeTensor([
      [1, 10, 100],
      [2, 20, 200]
    ])
  })

  it('takes and gives its examples along any axis', () => {
    const f = (x: g.Mat<2, 4>): g.Mat<4, 2> => g.transpose(g.tanh(x))
    const front = g.vmap(f)(g.permute([1, 0, 2])(batch) as never)
    for (const axis of [1, -2]) {
      expect(g.vmap(f, { in: [axis] })(batch)).toBeCloseToTensor(front)
      expect(g.vmap(f, { in: [axis], out: 1 })(batch)).toBeCloseToTensor(g.permute([1, 0, 2])(front as Tensor))
      expect(g.vmap(f, { in: [axis], out: -1 })(batch)).toBeCloseToTensor(g.permute([1, 2, 0])(front as Tensor))
    }
  })

  it('shares an argument whose axis is null, and repeats a result that depends on no example', () => {
    const f = (x: Vec<3>, w: Vec<3>) => ({ product: g.dot(w)(x), shared: g.sum(w) })
    const answer = g.vmap(f, { in: [0, null] })(g.ones([2, 3]), g.tensor([1, 2, 3])) as Record<string, Tensor>
    expect(answer['product']).toBeTensor([6, 6])
    expect(answer['shared']).toBeTensor([6, 6])
  })

  it('maps trees, and a gradient with respect to what is shared is summed', () => {
    const model = { weight: g.tensor([[1], [2]]), bias: g.tensor([0.5]) }
    const predict = (p: typeof model, x: Vec<2>) => g.sum(g.add(p.bias)(g.matmul(p.weight)(x)))
    const xs = g.tensor([
      [1, 0],
      [0, 1],
      [1, 1]
    ])
    const loss = (p: typeof model) =>
      g.sum(loose(g.vmap((q: typeof model, x: Vec<2>) => predict(q, x), { in: [null, 0] })(p, xs)))
    expect(g.grad(loss)(model).weight).toBeTensor([[2], [2]])
    expect(g.grad(loss)(model).bias).toBeTensor([3])
    const each = g.vmap(g.grad(predict), { in: [null, 0] })(model, xs)
    expect(each.weight).toBeTensor([
      [[1], [0]],
      [[0], [1]],
      [[1], [1]]
    ])
  })

  it('of a gradient at a traced point is differentiable again', () => {
    const f = (x: Scalar): Scalar => g.pow(4)(x)
    const curvature = g.grad((x: Vec<2>) => g.sum(loose(g.vmap(g.grad(f))(x as never))))
    expect(curvature(g.tensor([1, 2]))).toBeTensor([12, 48])
  })
})

describe('nothing that is perturbed is confused with another', () => {
  it('in the classic of Siskind and Pearlmutter', () => {
    // d/dx x · (d/dy (x + y) at 1) at 1 is 1, not 2
    const reverse = g.grad((x: Scalar) => g.mul(x)(g.grad((y: Scalar) => g.add(x)(y))(one)))(one)
    expect(reverse).toBeTensor(1)
    const inner = (x: Scalar) => g.jvp((y: Scalar) => g.add(x)(y))(one)(one).tangent
    expect(g.jvp((x: Scalar) => g.mul(x)(inner(x)))(one)(one).tangent).toBeTensor(1)
    expect(g.grad((x: Scalar) => g.mul(x)(inner(x)))(one)).toBeTensor(1)
    expect(g.jvp((x: Scalar) => g.mul(x)(g.grad((y: Scalar) => g.add(x)(y))(one)))(one)(one).tangent).toBeTensor(1)
  })

  it('when the inner function multiplies by the outer variable', () => {
    // d/dx x · (d/dy x·y² at x) = d/dx 2x³
    const f = (x: Scalar) => g.mul(x)(g.grad((y: Scalar) => g.mul(x)(g.square(y)))(x))
    expect(g.grad(f)(g.scalar(3))).toBeTensor(54)
    expect(g.grad(g.grad(f))(g.scalar(3))).toBeTensor(36)
  })

  it('in a derivative operator applied to itself', () => {
    const shifted =
      (h: F): F =>
      (y) =>
        g.grad((x: Scalar) => h(g.add(x)(y)))(g.scalar(0))
    expect(shifted(shifted(g.exp))(one)).toBeCloseToTensor(Math.E)
    const forward =
      (h: F): F =>
      (y) =>
        g.jvp((x: Scalar) => h(g.add(x)(y)))(g.scalar(0))(one).tangent
    expect(forward(forward(g.exp))(one)).toBeCloseToTensor(Math.E)
  })

  it('when both variables meet in three levels', () => {
    // x³y²: d/dx d/dy d/dx = 6x · 2y
    const f = (x: Scalar) => (y: Scalar) => g.mul(g.pow(3)(x))(g.square(y))
    const mixed = g.grad((x: Scalar) => g.grad((y: Scalar) => g.grad((z: Scalar) => f(z)(y))(x))(g.scalar(5)))
    expect(mixed(g.scalar(2))).toBeTensor(120)
  })

  it('when a pullback is kept and used inside another trace', () => {
    const { pullback } = g.vjp((x: Scalar) => g.square(x))(g.scalar(3))
    expect(g.grad((ct: Scalar) => g.square(pullback(ct)))(g.scalar(2))).toBeTensor(144)
  })
})
