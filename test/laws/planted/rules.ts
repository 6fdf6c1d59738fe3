/** Mistakes in the rules of primitives. */
import * as E from 'fp-ts/lib/Either.js'
import * as laws from '../../../laws/index.ts'
import * as g from '../../../src/index.ts'
import type { Algebra } from '../../../src/primitive/algebra.ts'
import { values } from '../../../src/primitive/broadcast.ts'
import { nonZero, positive } from '../../../src/primitive/domain.ts'
import type { Primitive } from '../../../src/primitive/primitive.ts'
import { table } from '../../../src/primitive/table.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import type { Planted } from './planted.ts'

const numbers = 'jvp agrees with numbers'
const transpose = 'vjp is the transpose of jvp'
const linear = 'vjp is linear in the cotangent, and has the shapes of the inputs'
const batch = 'a batch agrees with its examples one by one, whichever inputs are mapped'

type D = <A>(op: Algebra<A>, x: A, y: A) => A
const own = (name: string, evaluate: (x: number) => number, derivative: D, domain?: g.Interval) => () =>
  laws.primitive(g.primitive.elementwise(name)({ evaluate, derivative, ...(domain === undefined ? {} : { domain }) }))

type Of2 = <A>(op: Algebra<A>, a: A, b: A, y: A) => A
const pair =
  (name: string, evaluate: (a: number, b: number) => number, by: Of2 | 1 | -1, and: Of2 | 1 | -1, domain = nonZero) =>
  () =>
    laws.primitive(g.primitive.binary(name)({ evaluate, partials: [by, and], domain: [domain, domain] }))

const broken = (p: unknown, wrong: object) => () => laws.primitive({ ...(p as Primitive), ...wrong })

type Rule = <A>(op: Algebra<A>, params: never, inputs: readonly A[], output: A, v: A, index: number) => A
const back = (p: unknown, vjp: Rule) => broken(p, { vjp })

const sinCos = g.primitive.multi('sinCos')({
  arity: 1,
  shape: (_, [x]) => E.right([x!, x!]),
  evaluate: (_, [x]) => [Math.sin, Math.cos].map((f) => Float64Array.from(g.toFlatArray(x!), f)),
  vjp: (op, _, __, [sin, cos], ct, ___, result) => (result === 0 ? op.mul(ct, cos!) : op.neg(op.mul(ct, sin!))),
  jvp: (op, _, __, [sin, cos], t, ___, result) => (result === 0 ? op.mul(t, cos!) : op.neg(op.mul(t, sin!))),
  reach: 'element',
  batch: ({ params, inputs, again }) => again(params, inputs)
})

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

export const rules: readonly Planted[] = [
  ['sin with a wrong sign', numbers, own('sin', Math.sin, (op, x) => op.neg(op.cos(x)))],
  ['cos without its sign', numbers, own('cos', Math.cos, (op, x) => op.sin(x))],
  ['exp by its input', numbers, own('exp', Math.exp, (_, x) => x)],
  ['tanh without the square', numbers, own('tanh', Math.tanh, (op, _, y) => op.sub(op.constant(1), y))],
  ['sigmoid by its input', numbers, own('sigmoid', sigmoid, (op, x, y) => op.mul(y, op.sub(op.constant(1), x)))],
  [
    'square without the factor',
    numbers,
    own(
      'square',
      (x) => x * x,
      (_, x) => x
    )
  ],
  ['sqrt without the half', numbers, own('sqrt', Math.sqrt, (op, _, y) => op.div(op.constant(1), y), positive)],
  ['log by a square', numbers, own('log', Math.log, (op, x) => op.div(op.constant(1), op.square(x)), positive)],
  [
    'a leak of relu',
    numbers,
    own(
      'relu',
      (x) => Math.max(x, 0),
      (op) => op.constant(1),
      nonZero
    )
  ],
  [
    'atan for asinh',
    numbers,
    own('asinh', Math.asinh, (op, x) => op.div(op.constant(1), op.add(op.constant(1), op.square(x))))
  ],
  [
    'a value rounded to single',
    numbers,
    own(
      'exp',
      (x) => Math.fround(Math.exp(x)),
      (op, x) => op.exp(x)
    )
  ],
  [
    'a stale residual',
    'the derivative of vjp agrees with numbers',
    own('exp', Math.exp, (op, _, y) => op.stopGradient(y))
  ],
  [
    'a product by the wrong operand',
    numbers,
    pair(
      'times',
      (a, b) => a * b,
      (_, a) => a,
      (_, a) => a
    )
  ],
  [
    'a quotient without its sign',
    numbers,
    pair(
      'over',
      (a, b) => a / b,
      (op, _, b) => op.div(op.constant(1), b),
      (op, a, b) => op.div(a, op.square(b))
    )
  ],
  [
    'a quotient without the square',
    numbers,
    pair(
      'over',
      (a, b) => a / b,
      (op, _, b) => op.div(op.constant(1), b),
      (op, a, b) => op.neg(op.div(a, b))
    )
  ],
  ['a difference that adds', numbers, pair('minus', (a, b) => a - b, 1, 1)],
  [
    'a power by the logarithm of the exponent',
    numbers,
    pair(
      'power',
      (a, b) => a ** b,
      (op, a, b, y) => op.div(op.mul(b, y), a),
      (op, _, b, y) => op.mul(y, op.log(b)),
      positive
    )
  ],
  ['a missing sum over what was stretched', linear, back(table.add, (_, __, ___, ____, ct) => ct)],
  [
    'a sum that goes back as a mean',
    transpose,
    back(table.sum, (op, p, [x], y, ct, i) => op.mul(op.constant(0.5), table.sum.vjp(op, p, [x!], y, ct, i, null)))
  ],
  [
    'axes permuted forward, not back',
    linear,
    back(table.permute, (op, { axes }: never, _, __, ct) => op.permute(ct, axes))
  ],
  [
    'a product of matrices without the transpose',
    linear,
    back(table.matmul, (op, _, [a, b], __, ct, i) => (i === 0 ? op.matmul(ct, b!) : op.matmul(a!, ct)))
  ],
  [
    'a maximum that goes back to all',
    transpose,
    back(table.max, (op, { axes, keepDims }: never, [x], _, ct) => {
      const kept = keepDims
        ? ct
        : op.reshape(
            ct,
            op.dims(x!).map((n, i) => ((axes as number[]).includes(i) ? 1 : n))
          )
      return op.broadcastTo(kept, op.dims(x!))
    })
  ],
  ['a log-softmax without the sum', transpose, back(table.logSoftmax, (_, __, ___, ____, ct) => ct)],
  [
    'a padding read one too early',
    transpose,
    back(table.pad, (op, { starts }: never, [x], _, ct) => {
      const from = (starts as number[]).map((s) => Math.max(s - 1, 0))
      return op.slice(
        ct,
        from,
        op.dims(x!).map((n, i) => n + from[i]!)
      )
    })
  ],
  [
    'branches of where that are swapped',
    numbers,
    broken(table.where, {
      jvp: ((op, _, [c], __, t, i) => op.where(c!, i === 1 ? op.constant(0) : t, i === 1 ? t : op.constant(0))) as Rule
    })
  ],
  [
    'a batch along the wrong axis',
    batch,
    broken(table.softmax, {
      batch: ({ params, inputs, again }: never) => (again as (p: unknown, i: unknown) => unknown)(params, inputs)
    })
  ],
  [
    'a reach that forgets the neighbours',
    'the sparsity pattern misses no derivative',
    broken(table.softmax, { reach: 'element' })
  ],
  [
    'a pole that spoils a branch not taken',
    'a branch not taken gives exactly zero at poles and infinities too',
    broken(table.log, { vjp: ((op, _, [x], __, ct) => op.div(ct, x!)) as Rule, reach: 'element' })
  ],
  [
    'an evaluation that writes to its input',
    'the same inputs give the same bits, and stay as they are',
    broken(table.square, {
      evaluate: (_: unknown, [x]: readonly Tensor[]) => values(x!).map((v, i, all) => (all[i] = v * v))
    })
  ],
  [
    'a pullback that needs the cotangents of both results',
    transpose,
    () =>
      laws.primitive<g.NoParams>({
        ...sinCos,
        vjp: <A>(...given: Parameters<typeof sinCos.vjp<A>>) => {
          const [, , inputs, , cts] = given
          return cts.includes(undefined) ? inputs.map(() => undefined) : sinCos.vjp(...given)
        }
      })
  ]
]
