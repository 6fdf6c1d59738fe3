/** A primitive of one's own, written with public names alone, has every rule: both modes, batches, programs, laws. */
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import {
  apply,
  compile,
  div,
  grad,
  hvp,
  jvp,
  mul,
  nn,
  params,
  primitive,
  random,
  type Scalar,
  scalar,
  type Shape,
  square,
  sum,
  table,
  type Tensor,
  tensor,
  toFlatArray,
  toNumber,
  vmap,
  where,
  zeros
} from 'grad-ts'
import * as laws from 'grad-ts/laws'
import { describe, expect, expectTypeOf, it } from 'vitest'

const atan = primitive.elementwise('atan')({
  evaluate: Math.atan,
  derivative: (op, x) => op.div(op.constant(1), op.add(op.constant(1), op.square(x)))
})

const angle = <S extends Shape>(x: Tensor<S>): Tensor<S> => apply(atan, {}, [x])

/** With a setting; under a name that the library has, which is nothing to it. */
const exp = primitive.elementwise<{ readonly base: number }>('exp')({
  evaluate: (x, { base }) => Math.pow(base, x),
  derivative: (op, _, y, { base }) => op.mul(op.constant(Math.log(base)), y)
})

const positive = { min: 0.2, max: 4, avoid: [] }

const hypot = primitive.binary('hypot')({
  evaluate: Math.hypot,
  partials: [(op, a, _, y) => op.div(a, y), (op, _, b, y) => op.div(b, y)],
  domain: [positive, positive]
})

/** Differences of neighbours in the last axis; its rules do not say how elements pass through. */
const differences = primitive.linear('differences')({
  shape: (_, x) =>
    (x.at(-1) ?? 0) < 1 ? E.left('needs a last axis of at least 1') : E.right([...x.slice(0, -1), x.at(-1)! - 1]),
  evaluate: (_, x, dims) => {
    const n = dims.at(-1)!
    return Float64Array.from(Array.from(x).flatMap((value, i) => (i % n === 0 ? [] : [value - x[i - 1]!])))
  },
  forward: (op, _, x) => {
    const dims = op.dims(x)
    const [lead, n] = [dims.slice(0, -1), dims.at(-1)!]
    const [none, zero] = [lead.map(() => 0), 0]
    return op.sub(op.slice(x, [...none, 1], dims), op.slice(x, [...none, zero], [...lead, n - 1]))
  },
  transpose: (op, _, ct, dims) => {
    const none = dims.slice(0, -1).map(() => 0)
    return op.sub(op.pad(ct, [...none, 1], dims), op.pad(ct, [...none, 0], dims))
  },
  lifted: (own) => own
})

describe('a primitive of a stranger', () => {
  const options = { numRuns: 20 }
  laws.register(it)(laws.primitive(atan), options)
  laws.register(it)(laws.operation({ name: 'angle', f: angle }), options)
  laws.register(it)(
    laws.primitive(exp, { fits: laws.arbitrary.shape().map((dims) => ({ params: { base: 3 }, shapes: [dims] })) }),
    options
  )
  laws.register(it)(laws.primitive(hypot), options)
  laws.register(it)(
    laws.primitive(differences, {
      fits: laws.arbitrary.shape({ minRank: 1, minDim: 1 }).map((dims) => ({ params: {}, shapes: [dims] }))
    }),
    options
  )

  it('is six lines at most, without a cast', () => {
    const source = readFileSync('test/strangers/primitive.test.ts', 'utf8')
    const [lines = ''] = /^const atan = [^]*?^\}\)$/m.exec(source) ?? []
    expect(lines.split('\n').length).toBeLessThanOrEqual(6)
    expect(lines).not.toMatch(/ as |never|any|unknown/)
  })

  it('keeps the type of what it is applied to', () => {
    expectTypeOf(angle(zeros([2, 3]))).toEqualTypeOf<Tensor<[2, 3]>>()
    expectTypeOf(apply(table.tanh, {}, [zeros([2, 3])])).toEqualTypeOf<Tensor<[2, 3]>>()
    expect(params.map(angle)({ a: scalar(1), b: [scalar(0)] })).toEqual({ a: scalar(Math.atan(1)), b: [scalar(0)] })
  })

  it('has derivatives of every order, forwards and backwards', () => {
    const second = (x: number): number => (-2 * x) / (1 + x * x) ** 2
    ;[-2, 0, 0.5, 3].forEach((x) => {
      expect(toNumber(grad(angle<[]>)(scalar(x)))).toBeCloseTo(1 / (1 + x * x), 14)
      expect(toNumber(jvp(angle<[]>)(scalar(x))(scalar(1)).tangent)).toBeCloseTo(1 / (1 + x * x), 14)
      expect(toNumber(grad(grad(angle<[]>))(scalar(x)))).toBeCloseTo(second(x), 14)
      expect(toNumber(hvp(angle<[]>)(scalar(x))(scalar(1)))).toBeCloseTo(second(x), 14)
    })
  })

  it('runs in programs of both precisions, with its gradient, and mapped over examples', () => {
    const x = tensor([
      [-1, 0],
      [0.5, 2]
    ])
    const f = (m: typeof x): Scalar => sum(square(angle(mul(2)(m))))
    const expected = toFlatArray(grad(f)(x))
    expect(toFlatArray(compile(grad(f))(x))).toEqual(expected)
    toFlatArray(compile(grad(f), { precision: 'single' })(x)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6)
    })
    expect(toFlatArray(vmap(angle<[2]>)(x))).toEqual(toFlatArray(x).map(Math.atan))
    expect(toFlatArray(compile(vmap(angle<[2]>))(x))).toEqual(toFlatArray(x).map(Math.atan))
  })

  it('is not taken for another one of the same name', () => {
    const power = (x: Scalar): Scalar => apply(exp, { base: 3 }, [x])
    expect(toNumber(power(scalar(2)))).toBe(9)
    expect(toNumber(compile(power)(scalar(2)))).toBe(9)
    expect(toNumber(compile(grad(power))(scalar(2)))).toBeCloseTo(9 * Math.log(3), 12)
  })

  it('gives nothing in a branch that is not taken, even at a pole', () => {
    const f = (x: Scalar): Scalar => where(x, scalar(1))(apply(hypot, {}, [x, scalar(0)]) as Scalar)
    expect(toNumber(grad(f)(scalar(0)))).toBe(0)
    expect(toNumber(compile(grad(f))(scalar(0)))).toBe(0)
    expect(toNumber(grad(f)(scalar(-2)))).toBe(-1)
  })

  it('gives nothing where its share is 0, even of a pole, though its other partial is not a share', () => {
    const passing = primitive.binary('passing')({
      evaluate: (a, b) => (b > 0 ? a : 0),
      partials: [{ share: (op, _, b) => op.greater(b, op.constant(0)) }, (op, _, b) => op.mul(op.constant(0), b)]
    })
    const f = (gate: number) => (x: Scalar) => apply(passing, {}, [div(x)(scalar(1)), scalar(gate)]) as Scalar
    for (const run of [grad(f(-1)), compile(grad(f(-1))), (x: Scalar) => jvp(f(-1))(x)(scalar(1)).tangent])
      expect(toNumber(run(scalar(0)))).toBe(0)
    expect(toNumber(grad(f(1))(scalar(2)))).toBe(-0.25)
  })

  it('is an activation like any other', () => {
    const model = nn.dense({ inputs: 2, outputs: 3, activation: angle })
    laws.assert(laws.layer(model), { numRuns: 5 })
    expect(model.init(random.key(0)).params.weight.shape).toEqual([2, 3])
  })

  it.each<readonly [string, () => unknown]>([
    ['elementwise: name must be text that is not empty, got 3', () => primitive.elementwise(3 as never)],
    ['elementwise: needs derivative or scaled, got neither', () => primitive.elementwise('f')({} as never)],
    [
      'elementwise: derivate is not known; there is derivative, scaled, evaluate, loop, domain',
      () => primitive.elementwise('f')({ derivate: 1 } as never)
    ],
    [
      'elementwise: needs evaluate or loop, got neither',
      () => primitive.elementwise('f')({ derivative: () => 1 } as never)
    ],
    [
      'elementwise: domain: min must be at most max, got 2 and 1',
      () =>
        primitive.elementwise('f')({
          evaluate: Math.atan,
          derivative: (_, x) => x,
          domain: { min: 2, max: 1, avoid: [] }
        })
    ],
    [
      'binary: partial 0 must be 1, -1, a function, { scaled } or { share }, got 2',
      () => primitive.binary('f')({ evaluate: Math.hypot, partials: [2, 1] as never })
    ],
    [
      'linear: lifted must be a function, got undefined',
      () =>
        primitive.linear('f')({ shape: Math.abs, evaluate: Math.abs, forward: Math.abs, transpose: Math.abs } as never)
    ],
    ['nonDifferentiable: name must be text, got undefined', () => primitive.nonDifferentiable({} as never)]
  ])('is refused: %s', (message, make) => {
    expect(make).toThrow(expect.objectContaining({ name: 'ValueError', message }))
  })
})
