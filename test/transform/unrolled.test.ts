/** A scan has the derivatives of its steps written out, poles and steps that take no part included. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const loose = (x: unknown): Tensor => x as Tensor
const vec = (values: readonly number[]): Vec => g.reshape([values.length])(g.tensor(values))

/** An expression of the two carries and the element of a step. */
type Expression = number | readonly [keyof typeof unary, Expression] | readonly [keyof typeof binary, ...Expression[]]

const unary = {
  sqrt: g.sqrt,
  log: g.log,
  reciprocal: g.pow(-1),
  square: g.square,
  relu: g.relu,
  tanh: g.tanh,
  stopGradient: g.stopGradient
} as const
const binary = {
  add: (a: Scalar, b: Scalar) => g.add(a)(b),
  mul: (a: Scalar, b: Scalar) => g.mul(a)(b),
  maximum: (a: Scalar, b: Scalar) => g.maximum(a)(b),
  where: (a: Scalar, b: Scalar) => g.where(g.greater(1)(a), b)(a),
  second: (_: Scalar, b: Scalar) => b
} as const

const { expression } = fc.letrec<{ readonly expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 2 },
    fc.integer({ min: 0, max: 2 }),
    fc.tuple(fc.constantFrom(...(Object.keys(unary) as (keyof typeof unary)[])), tie('expression')),
    fc.tuple(fc.constantFrom(...(Object.keys(binary) as (keyof typeof binary)[])), tie('expression'), tie('expression'))
  )
}))

const evaluate = (e: Expression, given: readonly Scalar[]): Scalar => {
  if (typeof e === 'number') return given[e]!
  const [name, ...parts] = e
  const [a, b] = parts.map((part) => evaluate(part, given))
  return name in unary ? unary[name as keyof typeof unary](a!) : binary[name as keyof typeof binary](a!, b!)
}

type Carries = readonly [Scalar, Scalar]
type Step = (carries: Carries, x: Scalar) => readonly [Carries, Scalar]
const stepOf =
  (expressions: readonly Expression[]): Step =>
  ([a, b], x) => {
    const [first, second, kept] = expressions.map((e) => evaluate(e, [a, b, x]))
    return [[first!, second!], kept!]
  }

const elementOf = (x: Tensor, i: number): Scalar => g.reshape([])(g.slice(0, i, i + 1)(x as never) as never)

/** What is looked at: either carry at the end, and all that was kept or the last of it. */
const total = (used: readonly boolean[], carries: Carries, kept: readonly Scalar[]): Scalar =>
  [...carries.filter((_, i) => used[i]!), ...(used[2]! ? kept : kept.slice(-1))].reduce(
    (sum, x) => g.add(x)(sum),
    g.scalar(0)
  )

const begin = (x: Vec): Carries => [elementOf(loose(x), 0), elementOf(loose(x), 1)]

const byScan = (step: Step, used: readonly boolean[], steps: number, reverse: boolean) => (x: Vec) => {
  const [carries, kept] = g.scan(step, { reverse })(begin(x), g.slice(0, 2, 2 + steps)(x) as never) as readonly [
    Carries,
    unknown
  ]
  return total(
    used,
    carries,
    Array.from({ length: steps }, (_, i) => elementOf(loose(kept), i))
  )
}

const byHand = (step: Step, used: readonly boolean[], steps: number, reverse: boolean) => (x: Vec) => {
  const order = Array.from({ length: steps }, (_, i) => (reverse ? steps - 1 - i : i))
  const [carries, kept] = order.reduce<readonly [Carries, Readonly<Record<number, Scalar>>]>(
    ([at, known], i) => {
      const [next, own] = step(at, elementOf(loose(x), 2 + i))
      return [next, { ...known, [i]: own }]
    },
    [begin(x), {}]
  )
  return total(
    used,
    carries,
    order.toSorted((a, b) => a - b).map((i) => kept[i]!)
  )
}

type OfVector = (x: Vec) => Scalar
const derivatives: Readonly<Record<string, (f: OfVector) => (x: Vec) => unknown>> = {
  gradient: g.grad,
  'compiled gradient': (f) => g.compile(g.grad(f)),
  'gradient by forward mode': (f) => g.jacobian(f, { mode: 'forward' }),
  'mapped gradient': (f) => (x) => g.vmap(g.grad(f))(g.stack([x, x]) as never),
  hessian: g.hessian,
  'hessian by reverse mode': (f) => g.jacobian((x: Vec) => g.grad(f)(x))
}

describe('a scan', () => {
  test.prop([
    fc.tuple(expression, expression, expression),
    fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    fc.array(fc.constantFrom(0, 1, 4, -1), { minLength: 2, maxLength: 5 }),
    fc.boolean()
  ])('has the derivatives of its steps written out, at poles too', (expressions, used, at, reverse) => {
    const [scanned, written] = [byScan, byHand].map((make) => make(stepOf(expressions), used, at.length - 2, reverse))
    for (const [name, derivative] of Object.entries(derivatives)) {
      const expected = (name.includes('compiled') ? derivatives['gradient']! : derivative)(written!)(vec(at))
      expect(loose(derivative(scanned!)(vec(at))), name).toBeCloseToTensor(loose(expected), { rtol: 1e-9, atol: 1e-12 })
    }
  })

  it('of which no carry is used at the end is not differentiated through what its last step carries on', () => {
    const kept = (x: Vec) => g.sum(g.scan((c: Scalar, t: Scalar) => [pipe(c, g.add(g.sqrt(t))), c])(g.scalar(0), x)[1])
    for (const gradient of [g.grad(kept), g.compile(g.grad(kept)), g.jacobian(kept, { mode: 'forward' })])
      expect(loose(gradient(vec([4, 1, 0])))).toBeTensor([0.5, 0.5, 0])
  })

  it('keeps the tangent of a carry that a step does not take clear of a pole in the next one', () => {
    // the first step clips its carry to the pole of the second
    const step = (c: Scalar, t: Scalar) =>
      [pipe(c, g.clip({ min: 1, max: 5 })), pipe(c, g.sub(1), g.sqrt, g.add(t))] as const
    const second = (c: Scalar) => g.get(1)(g.scan(step)(c, vec([0, 0]) as never)[1] as never) as unknown as Scalar
    const last = (c: Scalar) => pipe(g.scan(step)(c, vec([0, 0]) as never)[0], g.sub(1), g.sqrt)
    const tangent = (f: (c: Scalar) => Scalar) => (c: Scalar) => g.jvp(f)(c)(g.scalar(1)).tangent
    for (const f of [second, last])
      for (const derivative of [tangent(f), g.compile(tangent(f)), g.grad(f)]) {
        expect(g.toNumber(derivative(g.scalar(0.5)))).toBe(0)
        expect(g.toNumber(derivative(g.scalar(2)))).toBe(0.5)
      }
  })

  it('of which no carry is used keeps the weights of its last step clear of what is not finite there', () => {
    const step = (w: Tensor) => (c: Tensor, t: Scalar) =>
      [loose(g.log(g.matmul(w as never)(g.mul(t)(c as never) as never))), g.sum(c)] as const
    const kept = (w: Tensor) => g.sum(g.scan(step(w))(loose(g.tensor([[1, 2]])), g.tensor([1, 0]))[1])
    const gradient = (g.grad as unknown as (f: typeof kept) => (w: Tensor) => Tensor)(kept)
    const weights = loose(
      g.tensor([
        [1, 0],
        [0, 1]
      ])
    )
    for (const run of [gradient, g.compile(gradient)])
      expect(run(weights)).toBeTensor([
        [1, 0.5],
        [2, 1]
      ])
  })

  it('of no step reaches nothing but its carries', () => {
    const f = (x: Vec) => {
      const step = (c: Scalar, t: Scalar) => [g.add(g.mul(t)(g.log(g.sum(x))))(c), []] as const
      return pipe(g.scan(step)(g.sum(x), g.zeros([0]))[0], g.add(1))
    }
    for (const gradient of [g.grad(f), g.compile(g.grad(f)), g.jacobian(f, { mode: 'forward' })])
      expect(loose(gradient(vec([0, 0])))).toBeTensor([1, 1])
  })
})
