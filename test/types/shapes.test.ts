/**
 * What an operation's type claims is the shape it has: each line is checked by the compiler and when it runs. What does
 * not compile is in `bugs.test.ts`.
 */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/index.ts'
import { shaped, unknownNumber, unknownShape } from '../support/claims.ts'

const n = unknownNumber(2)
const t23 = g.zeros([2, 3])
const t3 = g.zeros([3])
const t21 = g.zeros([2, 1])
const t34 = g.zeros([3, 4])
const tn3 = g.zeros([n, 3])
const dyn = unknownShape(t23)
/** A matrix of two columns behind any batch. */
const anyBatch: Tensor<[...number[], 2]> = g.zeros([5, 2])

describe('a shape known to the compiler is the one at run time', () => {
  it('for constructors', () => {
    shaped([2, 3])(g.zeros([2, 3]))
    shaped([2, 3])(g.ones([2, 3]))
    shaped([2, 3])(g.full([2, 3])(7))
    shaped([2, 2])(g.reshape([2, 2])(g.tensor([1, 2, 3, 4])))
    shaped([n, 3])(g.zeros([n, 3]))
    shaped([])(g.zeros([]))
    shaped([2, 3] as number[])(g.zeros([2, 3] as number[]))
    shaped([2, 3])(g.zeros([2, 3] as const))
    shaped([])(g.scalar(5))
    shaped([4, 4])(g.eye(4))
    shaped([3])(g.arange(3))
    shaped([n])(g.arange(1, 3))
    shaped([5])(g.linspace(0, 1, 5))
    shaped([n, n])(g.tensor([[1, 2], [3, 4]] as readonly (readonly number[])[])) // prettier-ignore
    shaped([n])(g.tensor(Float32Array.of(1, 2)))
  })

  it('for literals', () => {
    shaped([])(g.tensor(5))
    shaped([3])(g.tensor([1, 2, 3]))
    shaped([2, 2])(
      g.tensor([
        [1, 2],
        [3, 4]
      ])
    )
    shaped([1, 2, 3])(
      g.tensor([
        [
          [1, 2, 3],
          [4, 5, 6]
        ]
      ])
    )
    shaped([0])(g.tensor([]))
    shaped([unknownNumber(0)])(g.tensor([] as number[]))
    shaped([2, unknownNumber(0)])(g.tensor([[] as number[], [] as number[]]))
    shaped([n, unknownNumber(1)])(g.tensor([[1], [2]] as number[][]))
  })

  it('for elementwise operations, which take the shape of one operand', () => {
    shaped([2, 3])(g.add(t3)(t23))
    shaped([2, 3])(g.add(t23)(t3))
    shaped([2, 3])(g.sub(t21)(t23))
    shaped([2, 3])(g.mul(g.scalar(1))(t23))
    shaped([2, 3])(g.mul(t23)(g.scalar(1)))
    shaped([2, 3])(g.mul(2)(t23))
    shaped([7, 2, 3])(g.div(t23)(g.zeros([7, 2, 3])))
    shaped([7, 2, 3])(g.maximum(g.zeros([7, 1, 1]))(g.zeros([7, 2, 3])))
    shaped([n, 3])(g.minimum(t3)(tn3))
    shaped([2, 3])(g.pow(tn3)(t23))
    shaped([1, 1])(g.add(g.zeros([1]))(g.zeros([1, 1])))
    shaped([0])(g.add(g.zeros([1]))(g.zeros([0])))
    shaped([2, 3] as [...number[], 3])(g.add(t3)(dyn))
    shaped([5, 2] as [...number[], 2])(g.add(g.zeros([2]))(anyBatch))
    shaped([5, 2] as [...number[], 2])(g.add(g.zeros([1]))(anyBatch))
    shaped([2, 3] as number[])(g.add(dyn)(dyn))
    shaped([2, 3])(g.greater(t3)(t23))
    shaped([2, 3])(g.lessEqual(0)(t23))
    shaped([2, 3])(g.where(g.greater(0)(t3), 0)(t23))
    shaped([2, 3])(g.relu(t23))
    // by a name, as the arity of `shaped` is known before that of an overloaded call
    const shares = g.softmax(tn3)
    shaped([n, 3])(shares)
    shaped([n, 3])(g.softmax({ axis: 0 })(tn3))
    shaped([2, 3] as number[])(g.clip({ min: 0, max: 1 })(dyn))
  })

  it('for matrix products, by NumPy’s rules', () => {
    shaped([2, 4])(g.matmul(t34)(t23))
    shaped([5, 2, 4])(g.matmul(t34)(g.zeros([5, 2, 3])))
    shaped([5, 2, 4])(g.matmul(g.zeros([5, 3, 4]))(t23))
    shaped([5, 7, 2, 4])(g.matmul(g.zeros([7, 3, 4]))(g.zeros([5, 1, 2, 3])))
    shaped([4])(g.matmul(t34)(t3))
    shaped([5, 4])(g.matmul(g.zeros([5, 3, 4]))(t3))
    shaped([2])(g.matmul(t3)(t23))
    shaped([5, 2])(g.matmul(t3)(g.zeros([5, 2, 3])))
    shaped([])(g.matmul(t3)(t3))
    shaped([n, 4])(g.matmul(t34)(tn3))
    shaped([2, 4] as number[])(g.matmul(t34)(dyn))
    shaped([2, 0])(g.matmul(g.zeros([3, 0]))(t23))
    shaped([])(g.dot(t3)(t3))
  })

  it('for reductions over axes', () => {
    const cube = g.zeros([2, 3, 4])
    shaped([])(pipe(t23, g.sum))
    shaped([3])(g.sum({ axis: 0 })(t23))
    shaped([2])(g.sum({ axis: -1 })(t23))
    shaped([2, 1])(g.mean({ axis: 1, keepDims: true })(t23))
    shaped([2])(g.max({ axis: 1, keepDims: false })(t23))
    shaped([2])(g.min({ axis: 1 })(t23))
    shaped([4])(g.sum({ axis: [0, 1] })(cube))
    shaped([4])(g.sum({ axis: [1, 0] })(cube))
    shaped([3])(g.std({ axis: [0, -1] })(cube))
    shaped([1, 3, 1])(g.variance({ axis: [-1, 0], keepDims: true })(cube))
    shaped([2, 3, 4])(g.norm({ axis: [] })(cube))
    shaped([])(g.logSumExp({ axis: [0, 1, 2] })(cube))
    shaped([2, 4])(g.argmax({ axis: 1 })(cube))
    shaped([])(pipe(cube, g.argmax))
    shaped([2, 1, 4])(g.argmin({ axis: 1, keepDims: true })(cube))
    shaped([2, 3])(g.median({ axis: 2 })(cube))
    shaped([])(g.norm({ ord: 1 })(cube))
    shaped([2])(g.std({ axis: [1, 2], ddof: 1 })(cube))
    shaped([3])(g.quantile({ q: 0.5, axis: [0, 2] })(cube))
    shaped([2, 2, 4])(g.quantile({ q: [0.1, 0.9], axis: 1 })(cube))
    shaped([2, 3, 4])(g.cumsum({ axis: 0 })(cube))
    shaped([2, 3, 4])(g.sort(cube))
    shaped([n])(g.sum({ axis: 1 })(tn3))
    shaped([2, 1] as number[])(g.sum({ axis: 1, keepDims: true })(dyn))
    shaped([2] as number[])(g.sum({ axis: unknownNumber(1) })(t23))
    shaped([2] as number[])(g.sum({ axis: [1] as number[] })(t23))
    // a flag that only run time knows leaves the rank open
    shaped([2, 1] as number[])(g.sum({ axis: 1, keepDims: n > 1 })(t23))
    shaped([1, 3] as number[])(g.sum({ axis: [0], keepDims: n > 1 })(t23))
  })

  it('for moving elements', () => {
    shaped([3, 2])(g.transpose(t23))
    shaped([5, 3, 2])(g.transpose(g.zeros([5, 2, 3])))
    shaped([4, 2, 3])(g.permute([2, 0, 1])(g.zeros([2, 3, 4])))
    shaped([])(g.permute([])(g.scalar(1)))
    shaped([3, 2])(g.reshape([3, 2])(t23))
    shaped([784, 128])(g.reshape([784, 128])(g.zeros([100352])))
    shaped([n, 6])(g.reshape([n, 6])(g.zeros([n, 6])))
    shaped([3, 2])(g.reshape([3, 2])(dyn))
    shaped([])(g.reshape([])(g.zeros([1, 1])))
    shaped([6])(g.flatten(t23))
    shaped([unknownNumber(6)])(g.flatten(tn3))
    shaped([1])(g.flatten(g.scalar(1)))
    shaped([0])(g.flatten(g.zeros([n, 0])))
    shaped([4, 2, 3])(g.broadcastTo([4, 2, 3])(t21))
    shaped([n, 3])(g.broadcastTo([n, 3])(t3))
    shaped([2, 3] as number[])(g.broadcastTo([2, 3] as number[])(t3))
  })

  it('for taking parts and joining', () => {
    shaped([701, 3])(g.slice(0, 83, 784)(g.zeros([784, 3])))
    shaped([2, 0])(g.slice(1, 2, 2)(t23))
    shaped([2, unknownNumber(2)])(g.slice(1, -2, 3)(t23))
    shaped([2, unknownNumber(2)])(g.slice(-1, 0, -1)(t23))
    shaped([unknownNumber(1), 3])(g.slice(0, 0, unknownNumber(1))(t23))
    shaped([1, 3])(g.slice(0, 1, 2)(tn3))
    shaped([4, 3])(g.concat(t23, 0)(t23))
    shaped([2, 6])(g.concat(t23, 1)(t23))
    shaped([2, 6])(g.concat(t23, -1)(t23))
    shaped([unknownNumber(4), 3])(g.concat(t23, 0)(tn3))
    shaped([5, 2, 3])(g.concat(g.zeros([1, 2, 3]), 0)(g.zeros([4, 2, 3])))
    shaped([4, 3] as number[])(g.concat(0)([t23, tn3]))
    shaped([unknownNumber(3), 2, 3])(g.stack([t23, t23, t23]))
    shaped([unknownNumber(2), 3])(g.take({ axis: 0 })([0, 0])(t23))
    shaped([3, 3])(g.take({ axis: 0 })(g.tensor([0, 1, 1]))(t23))
    shaped([unknownNumber(1)])(g.take({ axis: 0 })([2])(t3))
    shaped([4, 5, 3])(g.take({ axis: 0 })(g.zeros([4, 5]))(t23))
    shaped([2, 4])(g.take({ axis: -1 })(g.zeros([4]))(t23))
    shaped([2])(g.take({ axis: 1 })(g.scalar(0))(t23))
    shaped([2, unknownNumber(2)])(g.take({ axis: 1 })([0, 2])(t23))
    shaped([2, 5])(g.takeAlongAxis({ axis: 1 })(g.zeros([2, 5]))(t23))
    shaped([2, 3])(g.scatterAdd({ axis: 1 })(g.tensor([0, 1]), 5)(t23))
    shaped([2, 3])(g.scatterSet({ axis: 0 })([0], g.zeros([3]))(t23))
    shaped([7, 3])(g.segmentSum(7)([0, 1])(t23))
    shaped([2, 2])(g.slice(1, 1)(t23))
    shaped([2, unknownNumber(2)])(g.slice(1, 0, 3, 2)(t23))
    shaped([2, unknownNumber(3)])(g.slice(1, -1, undefined, -1)(t23))
    shaped([2, 1, 3])(g.expandDims({ axis: 1 })(t23))
    shaped([2, 3, 1])(g.expandDims({ axis: -1 })(t23))
    shaped([2])(g.squeeze({ axis: 1 })(t21))
    const [squeezed, area, apart] = [g.squeeze(t21), g.trapezoid(t23), g.diff(t23)] as const
    shaped([2])(squeezed)
    shaped([2])(area)
    shaped([2, unknownNumber(2)])(apart)
    shaped([4, 6])(g.tile([2, 2])(t23))
    shaped([5, 2, 6])(g.tile([5, 1, 2])(t23))
    shaped([4, 3])(g.kron(t21)(t23))
    shaped([3, 2])(g.outer(g.zeros([2]))(t3))
    shaped([3, 3])(g.diag(t3))
    shaped([unknownNumber(2)])(g.diagonal(t23))
    shaped([])(g.matrixTrace(t23))
    shaped([2, 3])(g.broadcastArrays([t21, t3])[1])
    shaped([unknownNumber(2), unknownNumber(2)])(g.einsum('ij,kj->ik')(t23, t23))
    shaped([])(g.einsum('ij->')(t23))
    shaped([unknownNumber(2), 5])(g.oneHot(5)([0, 4]))
    shaped([3, 5])(g.oneHot(5)(g.tensor([0, 4, 1])))
  })

  it('for chains of operations', () => {
    shaped([8, 4])(pipe(g.zeros([8, 2]), g.matmul(g.zeros([2, 4])), g.add(g.zeros([4])), g.relu))
    shaped([4])(pipe(g.zeros([8, 2]), g.matmul(g.zeros([2, 4])), g.sum({ axis: 0 })))
    shaped([8, 1])(pipe(g.zeros([8, 2]), g.sub(g.zeros([2])), g.square, g.sum({ axis: -1, keepDims: true }), g.sqrt))
  })

  it('for derivatives', () => {
    const f = (x: g.Vec<2>) => pipe(x, g.matmul(g.zeros([2, 3])), g.tanh)
    const x = g.zeros([2])
    shaped([2])(g.grad((v: g.Vec<2>) => g.sum(f(v)))(x))
    shaped([3, 2])(g.jacobian(f)(x))
    shaped([3, 2])(g.jacobian(f, { mode: 'forward' })(x))
    shaped([2, 2])(g.hessian((v: g.Vec<2>) => g.sum(f(v)))(x))
    shaped([2])(g.hvp((v: g.Vec<2>) => g.sum(f(v)))(x)(x))
    shaped([3])(g.vjp(f)(x).value)
    shaped([2])(
      g
        .vjp(f)(x)
        .pullback(g.zeros([3]))
    )
    shaped([3])(g.jvp(f)(x)(x).tangent)
    shaped([5, 3])(g.vmap(f)(g.zeros([5, 2])))
    shaped([5, 3, 2])(g.vmap(g.jacobian(f))(g.zeros([5, 2])))
    shaped([5])(g.vmap((a: g.Vec<2>, b: g.Vec<2>) => g.dot(a)(b))(g.zeros([5, 2]), g.zeros([5, 2])))
  })
})

describe('a type may know less than the tensor', () => {
  it('and is turned back by a checked cast', () => {
    const rows: Tensor<[number, 3]> = t23
    const any: Tensor = rows
    shaped([2, 3])(g.as([2, 3])(any))
    shaped([n, 3])(g.as([n, 3])(any))
    shaped([2, 3])(pipe(any, g.as([2, 3])))
  })
})
