/** Random smooth functions of one number, as tensors and as power series: an oracle for derivatives of any order. */
import fc from 'fast-check'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor } from '../../src/tensor/tensor.ts'

const { vocabulary: op } = g.primitive

export type Expression =
  | { readonly _tag: 'x' }
  | { readonly _tag: 'constant'; readonly value: number }
  | { readonly _tag: Function1; readonly of: Expression }
  | { readonly _tag: Function2; readonly left: Expression; readonly right: Expression }

type Function1 = 'sin' | 'cos' | 'exp' | 'tanh' | 'sigmoid' | 'square'
type Function2 = 'add' | 'sub' | 'mul'

/** The coefficients of a power series in the distance from a point; the first is the value there. */
type Series = readonly number[]

export const expression: fc.Arbitrary<Expression> = fc.letrec<{ readonly node: Expression; readonly leaf: Expression }>(
  (tie) => ({
    leaf: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Expression>({ _tag: 'x' }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(0, 1, -1, 0.5).map((value): Expression => ({ _tag: 'constant', value }))
      }
    ),
    node: fc.oneof(
      { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
      tie('leaf'),
      fc.record({
        _tag: fc.constantFrom<Function1>('sin', 'cos', 'exp', 'tanh', 'sigmoid', 'square'),
        of: tie('node')
      }),
      fc.record({
        _tag: fc.constantFrom<Function2>('add', 'sub', 'mul'),
        left: tie('node'),
        right: tie('node')
      })
    )
  })
).node

/** On tensors of any shape. */
export const onTensors =
  (e: Expression) =>
  (x: Tensor): Tensor => {
    switch (e._tag) {
      case 'x':
        return x
      case 'constant':
        return op.constant(e.value)
      case 'add':
      case 'sub':
      case 'mul':
        return op[e._tag](onTensors(e.left)(x), onTensors(e.right)(x))
      default:
        return op[e._tag](onTensors(e.of)(x))
    }
  }

export const onScalars =
  (e: Expression) =>
  (x: Scalar): Scalar =>
    onTensors(e)(x) as unknown as Scalar

const times = (a: Series, b: Series): Series =>
  a.map((_, n) => a.slice(0, n + 1).reduce((sum, value, k) => sum + value * b[n - k]!, 0))

/** The series of `y` with `y′ = slope(y) · x′`, one coefficient after another. */
const solve = (
  x: Series,
  start: readonly number[],
  slope: (y: readonly Series[]) => readonly Series[]
): readonly Series[] => {
  const grow = (y: readonly Series[], n: number): readonly Series[] => {
    if (n === x.length) return y
    const padded = y.map((series) => [...series, ...x.slice(n).map(() => 0)])
    const right = slope(padded)
    const next = right.map(
      (s) => x.slice(1, n + 1).reduce((sum, value, k) => sum + (k + 1) * value * s[n - 1 - k]!, 0) / n
    )
    return grow(
      y.map((series, i) => [...series, next[i]!]),
      n + 1
    )
  }
  return grow(
    start.map((value) => [value]),
    1
  )
}

const combine = (a: Series, b: Series, sign: 1 | -1): Series => a.map((value, i) => value + sign * b[i]!)

const series = (e: Expression, x: Series): Series => {
  const [x0] = [x[0]!]
  switch (e._tag) {
    case 'x':
      return x
    case 'constant':
      return x.map((_, i) => (i === 0 ? e.value : 0))
    case 'add':
      return combine(series(e.left, x), series(e.right, x), 1)
    case 'sub':
      return combine(series(e.left, x), series(e.right, x), -1)
    case 'mul':
      return times(series(e.left, x), series(e.right, x))
    default: {
      const u = series(e.of, x)
      const u0 = u[0] ?? x0
      switch (e._tag) {
        case 'square':
          return times(u, u)
        case 'exp':
          return solve(u, [Math.exp(u0)], (y) => y)[0]!
        case 'tanh':
          return solve(u, [Math.tanh(u0)], ([y]) => [times(y!, y!).map((value, i) => (i === 0 ? 1 : 0) - value)])[0]!
        case 'sigmoid':
          return solve(u, [1 / (1 + Math.exp(-u0))], ([y]) => [combine(y!, times(y!, y!), -1)])[0]!
        case 'sin':
        case 'cos': {
          const [s, c] = solve(u, [Math.sin(u0), Math.cos(u0)], ([sin, cos]) => [cos!, sin!.map((value) => -value)])
          return e._tag === 'sin' ? s! : c!
        }
      }
    }
  }
}

/** The value and the derivatives at a point, up to an order. */
export const derivatives = (e: Expression, at: number, order: number): readonly number[] => {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
  const x = Array.from({ length: order + 1 }, (_, i) => (i === 0 ? at : i === 1 ? 1 : 0))
  return series(e, x).map((value, n) => value * factorial(n))
}
