/** The types of transformations are inferred from the functions that they are given, and wrong calls do not compile. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Mat, Scalar, Vec } from '../../src/index.ts'
import { shaped, typed } from '../support/claims.ts'

interface Params {
  readonly w: Mat<2, 3>
  readonly b: readonly [Vec<3>]
}
const p: Params = { w: g.ones([2, 3]), b: [g.zeros([3])] }
const x = g.ones([4, 2])
const apply = ({ w, b: [b] }: Params, at: Mat<4, 2>) => ({ y: g.add(b)(g.matmul(w)(at)) })
const loss = (q: Params, at: Mat<4, 2>): Scalar => g.sum(apply(q, at).y)

describe('the types of', () => {
  it('derivatives with data take the data, and have the types of the first argument and of the value', () => {
    const dual = g.jvp(apply)(p, x)(p)
    shaped([4, 3])(dual.tangent.y)
    shaped([4, 3])(g.linearize(apply)(p, x).pushforward(p).y)
    const { pullback } = g.vjp(apply)(p, x)
    typed<Params>()(pullback({ y: g.ones([4, 3]) }))
    typed<Params>()(g.hvp(loss)(p, x)(p))
    typed<Params>()(g.grad(loss)(p, x))
  })

  it('a jacobian of records have the structure of the value, and within it that of the argument', () => {
    const { y } = g.jacobian(apply)(p, x)
    shaped([4, 3, 2, 3])(y.w)
    shaped([4, 3, 3])(y.b[0])
    const second = g.hessian(loss)(p, x)
    shaped([2, 3, 3])(second.w.b[0])
    shaped([3, 2, 3])(second.b[0].w)
    shaped([2, 3, 2, 3])(g.hessian(loss, { mode: 'reverse' })(p, x).w.w)
  })

  it('a function with a rule of its own are those of what the rule gives', () => {
    const f = g.customVjp(g.vjp(apply))
    typed<(q: Params, at: Mat<4, 2>) => { y: Mat<4, 3> }>()(f)
    shaped([4, 3])(f(p, x).y)
    const h = g.customJvp(g.linearize(apply))
    shaped([4, 3])(h(p, x).y)
    const cube = g.customVjp((v: Vec<2>) => ({
      value: g.mul(v)(g.square(v)),
      pullback: (ct: Vec<2>) => g.mul(ct)(g.mul(3)(g.square(v)))
    }))
    shaped([2])(cube(g.ones([2])))
    typed<Params>()(g.grad((q: Params) => g.sum(f(q, x).y))(p))
  })

  it('a checkpoint are those of the function', () => {
    const f = g.checkpoint(apply)
    typed<(q: Params, at: Mat<4, 2>) => { y: Mat<4, 3> }>()(f)
    shaped([4, 3])(f(p, x).y)
  })

  it('cond and whileLoop are those of their branches and of their carry', () => {
    const f = g.cond(
      (q: Params, by: Scalar) => ({ at: g.mul(by)(q.w) }),
      (q: Params) => ({ at: q.w })
    )
    shaped([2, 3])(f(g.scalar(1), p, g.scalar(2)).at)
    const loop = g.whileLoop(
      (carry: { readonly n: Scalar; readonly p: Params }) => g.less(3)(carry.n),
      (carry) => ({ ...carry, n: g.add(1)(carry.n) })
    )
    typed<Params>()(loop({ n: g.scalar(0), p }).p)
  })

  it('an associative scan add an axis to what is combined', () => {
    const sums = g.associativeScan((a: Vec<2>, b: Vec<2>) => g.add(b)(a))(g.ones([5, 2]))
    shaped([5, 2])(sums)
  })
})

describe('the compiler refuses', () => {
  const id = (v: Scalar): Scalar => v

  it('a tangent and a cotangent of another structure', () => {
    // @ts-expect-error a tangent has the shape of the point
    expect(() => g.jvp((v: Vec<2>) => g.square(v))(g.ones([2]))(g.ones([3]))).toThrow('jvp: tangent needs shape [2]')
    // @ts-expect-error the data are missing
    expect(() => g.jvp(apply)(p)(p)).toThrow()
  })

  it('branches that give different things, and operands of another type', () => {
    const one = g.scalar(1)
    // @ts-expect-error a vector is no scalar
    expect(() => g.cond(id, (v: Scalar) => g.reshape([1])(v))(one, one)).toThrow(/^cond: /)
    // @ts-expect-error the operand is missing
    expect(() => g.cond(id, id)(one)).toThrow()
    // @ts-expect-error the predicate is a tensor
    expect(() => g.cond(id, id)(true, one)).toThrow(/^cond: the predicate/)
  })

  it('a loop that changes its carry', () => {
    // @ts-expect-error a vector is no scalar
    expect(() => g.whileLoop(id, (v: Scalar) => g.reshape([1])(v))(g.scalar(1))).toThrow(/^whileLoop: the carry/)
    // @ts-expect-error a test gives a scalar
    expect(() => g.whileLoop((v: Scalar) => g.reshape([1])(v), id)(g.scalar(1))).toThrow(/^whileLoop: the test/)
  })

  it('a rule without a pullback, and one of another shape', () => {
    // @ts-expect-error a rule gives the pullback too
    expect(() => g.customVjp((v: Scalar) => ({ value: v }))(g.scalar(1))).toThrow(/^customVjp: /)
    const wrong = (v: Vec<2>) => ({ value: g.sum(v), pullback: (ct: Scalar): Scalar => ct })
    // @ts-expect-error the pullback gives a scalar, where the point is a vector
    expect(() => g.customVjp<Vec<2>, Scalar, []>(wrong)(g.ones([2]))).toThrow(/^customVjp: /)
  })

  it('a mode that is none', () => {
    // @ts-expect-error forward or reverse
    expect(() => g.jacobian(g.square, { mode: 'backward' })).toThrow(/^jacobian: mode/)
  })

  it('a function that does not combine two of a kind', () => {
    // @ts-expect-error the result is another type
    expect(() => g.associativeScan((a: Scalar, _: Scalar) => g.reshape([1])(a))(g.ones([3]))).toThrow(
      /^associativeScan/
    )
  })
})
