import * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { firstBad, type FirstBad, showFirstBad } from '../../src/check/index.ts'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import { anyNumber } from '../nn/support.ts'

type Vec<N extends number> = g.Vec<N>

const found = (bad: O.Option<FirstBad>): FirstBad => {
  if (O.isSome(bad)) return bad.value
  throw new Error('all is finite')
}

const made = (bad: O.Option<FirstBad>): Extract<FirstBad, { readonly _tag: 'Made' }> => {
  const value = found(bad)
  if (value._tag === 'Made') return value
  throw new Error(showFirstBad(value))
}

const text = (bad: O.Option<FirstBad>): string =>
  pipe(
    bad,
    O.match(() => 'all is finite', showFirstBad)
  )

describe('the first bad number', () => {
  it('has no value where all is finite', () => {
    expect(firstBad(g.log<[2]>)(g.tensor([1, 2]))).toEqual(O.none)
  })

  it('is told with its operation, its place on the tape and its elements', () => {
    const f = (x: Vec<4>) => pipe(x, g.neg, g.log, g.exp, g.sum)
    const bad = made(firstBad(f)(g.tensor([-1, 2, -3, 4])))
    expect(bad).toMatchObject({
      operation: 'log',
      shape: [4],
      place: 2,
      elements: [
        { index: [1], value: NaN },
        { index: [3], value: NaN }
      ],
      parameter: 'params'
    })
    expect(g.showTape(g.trace(f)(g.tensor([-1, 2, -3, 4])))).toContain('%2 = log(%1)')
    expect(bad.operands).toEqual([
      {
        shape: [4],
        parameter: 'params',
        kind: 'Computed',
        elements: [
          { index: [1], value: -2 },
          { index: [3], value: -4 }
        ],
        text: '[4] from params (-2 at [1], -4 at [3])'
      }
    ])
  })

  it('is the first of several, in the order in which they are needed', () => {
    const f = ({ a, b }: { readonly a: Vec<1>; readonly b: Vec<1> }) => pipe(g.log(a), g.add(g.sqrt(b)))
    expect(text(firstBad(f)({ a: g.tensor([-1]), b: g.tensor([-1]) }))).toBe(
      '%2 = log [1] makes NaN at [0] of params.a [1] (-1 at [0])'
    )
    expect(text(firstBad(f)({ a: g.tensor([1]), b: g.tensor([-1]) }))).toContain('= sqrt [1] makes NaN')
  })

  it('names both operands, each with the elements that met', () => {
    const f = ({ w, b }: { readonly w: g.Mat<2, 3>; readonly b: Vec<3> }) => g.div(b)(w)
    const w = g.tensor([
      [1, 0, 3],
      [4, 5, 6]
    ])
    expect(text(firstBad(f)({ w, b: g.tensor([1, 0, 0]) }))).toBe(
      '%2 = div [2, 3] makes NaN at [0, 1], Infinity at [0, 2], Infinity at [1, 1] of ' +
        'params.w [2, 3] (0 at [0, 1], 3 at [0, 2], 5 at [1, 1]) and params.b [3] (0 at [1], 0 at [2])'
    )
  })

  it('shows a number that is stretched once, and a scalar without an index', () => {
    const bad = firstBad((x: Vec<2>) => pipe(x, g.sub(x), g.add(1), g.div(0)))(g.ones([2]))
    expect(text(bad)).toBe(
      '%3 = div [2] makes Infinity at [0], Infinity at [1] of [2] from params (1 at [0], 1 at [1]) and a constant [] (0)'
    )
  })

  it('is made of many numbers by a product of matrices, which shows the largest of each side', () => {
    const f = ({ layers }: { readonly layers: readonly { readonly weight: g.Mat<2, 2> }[] }) =>
      pipe(
        g.tensor([
          [1, -2],
          [3, 4]
        ]),
        g.matmul(layers[0]!.weight),
        g.matmul(layers[1]!.weight)
      )
    const weight = g.tensor([
      [1e200, 0],
      [0, 1]
    ])
    expect(text(firstBad(f)({ layers: [{ weight }, { weight }] }))).toBe(
      '%3 = matmul [2, 2] makes Infinity at [0, 0], Infinity at [1, 0] of ' +
        '[2, 2] from params.layers[0].weight (largest 3e200 at [1, 0]) and ' +
        'params.layers[1].weight [2, 2] (largest 1e200 at [0, 0])'
    )
  })

  it('comes from the parameter that fewest operations lie before', () => {
    const f = ({ far, near }: { readonly far: Vec<1>; readonly near: Vec<1> }) =>
      pipe(far, g.square, g.mul(2), g.add(near), g.neg, g.log)
    const bad = made(firstBad(f)({ far: g.ones([1]), near: g.ones([1]) }))
    expect([bad.parameter, bad.operands[0]!.parameter]).toEqual(['params.near', 'params.near'])
  })

  it('may have been there before: in a parameter', () => {
    const f = ({ a, b }: { readonly a: Vec<2>; readonly b: Vec<2> }) => pipe(a, g.mul(b), g.sum)
    const bad = found(firstBad(f)({ a: g.ones([2]), b: g.tensor([1, -Infinity]) }))
    expect(bad).toMatchObject({ _tag: 'Given', operand: { parameter: 'params.b', kind: 'Parameter', shape: [2] } })
    expect(showFirstBad(bad)).toBe('params.b [2] (-Infinity at [1]) is not finite to begin with')
  })

  it('or in the data', () => {
    const f = (w: g.Mat<2, 1>, x: g.Mat<1, 2>) => g.matmul(w)(x)
    expect(text(firstBad(f)(g.ones([2, 1]), g.tensor([[0, NaN]])))).toBe(
      'a constant [1, 2] (NaN at [0, 1]) is not finite to begin with'
    )
  })

  it('is not reported in a branch that where does not take', () => {
    const guarded = (x: Vec<2>): Vec<2> => pipe(g.log(x), g.where(g.greater(0)(x), x))
    expect(firstBad(guarded)(g.tensor([-1, 2]))).toEqual(O.none)
    // and it does not hide the one that does
    const later = (x: Vec<2>) => pipe(guarded(x), g.add(2), g.neg, g.sqrt)
    expect(text(firstBad(later)(g.tensor([-1, 2])))).toMatch(/= sqrt \[2\] makes NaN/)
  })

  it('is found in a gradient, where the value is finite', () => {
    const roots = (x: Vec<2>) => pipe(x, g.sqrt, g.sum)
    expect(firstBad(roots)(g.tensor([1, 0]))).toEqual(O.none)
    const bad = made(firstBad(g.grad(roots))(g.tensor([1, 0])))
    expect([bad.operation, bad.elements, bad.parameter]).toEqual([
      'powNumber',
      [{ index: [1], value: Infinity }],
      'params'
    ])
    expect(bad.operands[0]!.elements).toEqual([{ index: [1], value: 0 }])
  })

  it('is found at the end of a very long chain', () => {
    const long = (x: g.Scalar) => Array.from({ length: 5000 }).reduce<g.Scalar>((y) => g.mul(1.5)(y), x)
    const bad = made(firstBad(long)(g.scalar(1)))
    expect(bad.operation).toBe('mul')
    expect(bad.place).toBe(Math.ceil(Math.log(Number.MAX_VALUE) / Math.log(1.5)))
  })

  it('names an operation of one’s own', () => {
    const own: g.Primitive = {
      ...(g.table.neg as unknown as g.Primitive),
      name: 'reciprocal',
      evaluate: (_, [x]) => Float64Array.from(g.toFlatArray(x!), (value) => 1 / value)
    }
    expect(text(firstBad((x: g.Tensor) => g.apply(own, {}, [x]))(g.tensor([2, 0]) as never))).toBe(
      '%1 = reciprocal [2] makes Infinity at [1] of params [2] (0 at [1])'
    )
  })

  it('lists three elements of many', () => {
    const bad = made(firstBad(g.log<[6]>)(g.tensor([-1, -1, 1, -1, -1, -1])))
    expect(bad.elements.map(({ index }) => index)).toEqual([[0], [1], [3]])
  })

  test.prop([fc.array(anyNumber, { minLength: 4, maxLength: 4 })])(
    'is there just when something that comes out is not finite',
    (values) => {
      const f = (x: Vec<4>) => ({ logs: g.log(x), root: g.sum(g.sqrt(x)) })
      const x = g.tensor(values as unknown as [number, number, number, number])
      const out = f(x)
      const all = [...g.toFlatArray(out.logs), g.toNumber(out.root)]
      expect(O.isNone(firstBad(f)(x))).toBe(all.every(Number.isFinite))
    }
  )

  it('of what returns no tensor is an error', () => {
    expect(() => firstBad(() => 3)(g.ones([1]))).toThrow(expect.objectContaining({ name: 'TreeError' }))
    expect(() => firstBad(3 as never)(g.ones([1]))).toThrow(expect.objectContaining({ name: 'ValueError' }))
  })
})
