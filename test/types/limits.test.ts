/**
 * Where the compiler's knowledge ends. What it refuses although it is right carries a directive, what it accepts although
 * it is wrong is caught when it runs. A line that stops holding is good news, and belongs elsewhere.
 */
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Mat, Scalar, Shape, Tensor, Vec } from '../../src/index.ts'
import { shaped, typed, unknownNumber, unknownShape } from '../support/claims.ts'
import '../support/matchers.ts'

const { zeros, ones, scalar } = g
const n = unknownNumber(3)
const w = zeros([2, 4])
const b = zeros([4])

describe('accepted by the compiler and refused when run', () => {
  it('is a literal against a dimension that only run time knows', () => {
    const xb2 = zeros([n, 2])
    expect(() => g.matmul(xb2)(zeros([3, 4]))).toThrow('inner sizes differ')
    expect(() => g.sub(zeros([n + 1, 1]))(zeros([n, 1]))).toThrow('cannot broadcast [3, 1] with [4, 1]')
    const config = { width: 5 }
    expect(() => g.matmul(zeros([config.width, 2]))(zeros([3, 4]))).toThrow('inner sizes differ')
  })

  it('is a type parameter against a literal', () => {
    const shifted = <N extends number>(x: Vec<N>) => g.add(zeros([3]))(x)
    expect(() => shifted(zeros([2]))).toThrow('cannot broadcast [2] with [3]')
  })

  it('is a parameter that two arguments give different literals', () => {
    const both = <B extends number>(x: Vec<B>, y: Vec<B>) => g.add(y)(x)
    expect(() => both(zeros([2]), zeros([3]))).toThrow('cannot broadcast [2] with [3]')
    expect(() =>
      g.vmap((p: { readonly a: Scalar; readonly b: Scalar }) => p.a)({ a: zeros([2]), b: zeros([3]) })
    ).toThrow('different numbers of examples')
  })

  it('is anything of type any', () => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is tested
    const anything: Tensor<any> = zeros([2])
    const seven: Vec<7> = anything
    expect(() => g.dot(zeros([7]))(seven)).toThrow('got [2] and [7]')
  })

  it('is an axis or a permutation that only run time knows', () => {
    expect(() => g.sum({ axis: n })(w)).toThrow('axis 3 is out of range')
    expect(() => g.permute([n, 0])(w)).toThrow('does not permute')
    expect(() => g.slice(0, 0, n)(w)).toThrow('from 0 to 3 is not inside')
    expect(() => g.slice(0, -3, -1)(w)).toThrow('from -3 to -1 is not inside')
  })

  it('is softmax of a scalar', () => {
    expect(() => g.softmax(scalar(1))).toThrow('a scalar has no axes')
  })
})

describe('refused by the compiler although right', () => {
  it('is a point-free flow of two checked steps', () => {
    // @ts-expect-error LIMIT: annotate the input of the first, or use pipe
    const f = flow(g.matmul(w), g.add(b), g.relu)
    expect((f as (x: Tensor) => Tensor)(zeros([8, 2])).shape).toEqual([8, 4])
  })

  it('is an accumulator that broadcasting changes', () => {
    const xs = [zeros([3]), ones([3])]
    // @ts-expect-error LIMIT: begin with zeros of the full shape
    const total = RA.reduce(scalar(0), (sum, x: Vec<3>) => g.add(x)(sum))(xs)
    expect(total).toBeTensor([1, 1, 1])
  })

  it('is one type parameter against another', () => {
    // @ts-expect-error LIMIT: whether B is C is not decided; use one parameter for both
    const mse = <B extends number, C extends number>(x: Mat<B, 1>, t: Mat<C, 1>): Scalar => g.mean(g.sub(t)(x))
    expect(mse(zeros([2, 1]), zeros([2, 1]))).toBeTensor(0)
  })

  it('is a scalar as the data of an operation with a tensor of every shape', () => {
    // @ts-expect-error LIMIT: whether the shape is [] is not decided; write mul(scalar(2))(x)
    const twice = <S extends Shape>(x: Tensor<S>): Tensor<S> => g.mul(x)(scalar(2))
    expect(twice(ones([2]))).toBeTensor([2, 2])
  })

  it('is a union of dimensions', () => {
    const either = zeros([2]) as Tensor<[2 | 3]>
    // @ts-expect-error LIMIT: a union of literals is no dimension
    const sum = g.add(zeros([2]))(either)
    expect(sum).toBeTensor([0, 0])
  })

  it('is a union of tensors', () => {
    const either = zeros([2]) as Vec<2> | Vec<3>
    // @ts-expect-error LIMIT: narrow it first
    const squared = g.square(either)
    expect(squared).toBeTensor([0, 0])
  })

  it('is a derivative as a step of a pipe', () => {
    const loss = (x: Vec<2>): Scalar => g.sum(x)
    // @ts-expect-error LIMIT: write grad(loss), as grad has an overload for functions like square
    const d = pipe(loss, g.grad)
    expect((d as (x: Vec<2>) => Tensor)(zeros([2]))).toBeTensor([1, 1])
  })

  it('is a tensor of unknown shape where a shape is wanted', () => {
    const model = (x: Mat<number, 2>) => g.matmul(w)(x)
    const dyn = unknownShape(zeros([4, 2]))
    // @ts-expect-error LIMIT: cast it with as
    const y = model(dyn)
    expect(y.shape).toEqual(model(g.as([4, 2])(dyn)).shape)
  })
})

describe('known less well than it could be', () => {
  it('is how many tensors were stacked', () => {
    shaped([unknownNumber(2), 2, 4])(g.stack([w, w]))
  })

  it('is a slice between negative ends', () => {
    shaped([unknownNumber(1), 4])(g.slice(0, -2, -1)(w))
  })

  it('is the shape of a function of every shape under vmap', () => {
    const y = g.vmap(g.square)(zeros([5, 2]))
    typed<Tensor<[5, ...number[]]>>()(y)
    expect(y.shape).toEqual([5, 2])
  })

  it('is a dimension held in a mutable variable', () => {
    let width = 5
    width += 0
    shaped([3, unknownNumber(5)])(g.matmul(zeros([4, width]))(zeros([3, 4])))
    const settings = { width: 4 } as const
    shaped([2, 4])(zeros([2, settings.width]))
  })
})
