/**
 * Every transformation of every other one, on a small network, against dual numbers that know nothing of tapes. A
 * transformation is one row of a table: what the library gives, and the same in dual numbers.
 */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Mat, Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import * as dual from '../support/dual.ts'
import type { Mapping, Nums } from '../support/dual.ts'
import { fc } from '../support/property.ts'
import '../support/matchers.ts'

const op = g.primitive.vocabulary

/** The sum of the rows. */
const total = (rows: unknown): Tensor => op.sum(rows as Tensor, [0], false)

type V = Vec<4>
type Map = (x: V) => V
interface Halves {
  readonly a: Vec<2>
  readonly b: readonly [Vec<2>]
}

const halvesOf = (x: V): Halves => ({ a: g.slice(0, 0, 2)(x), b: [g.slice(0, 2, 4)(x)] })
const joined = ({ a, b: [b] }: Halves): V => op.concat([a, b] as never, 0) as never

const STEPS: readonly (readonly [number, number])[] = [
  [0.5, -1],
  [0.25, 0.75]
]
const WEIGHTS = [1, -0.5, 0.75, 0.25]
const DIRECTION = [0.5, 1, -0.25, -1]
const [weights, direction] = [WEIGHTS, DIRECTION].map((values) => g.tensor(values)) as unknown as readonly [V, V]

/** A recurrent network: half of the argument is what it begins with, all of it is its weights. */
const network: Map = (x) => {
  const weight = g.reshape([2, 2])(x) as unknown as Mat<2, 2>
  const step = (h: Vec<2>, at: Vec<2>) => {
    const next = g.tanh(g.add(at)(g.reshape([2])(g.matmul(weight)(g.reshape([1, 2])(h as never) as never)))) as Vec<2>
    return [next, g.mul(at)(next)] as const
  }
  const [last, kept] = g.scan(step)(halvesOf(x).a, g.tensor(STEPS as never) as unknown as Mat<2, 2>)
  return op.concat([last, total(kept)], 0) as never
}

const networkInNumbers: Mapping = (x) => {
  const { h, kept } = STEPS.reduce<{ readonly h: Nums; readonly kept: Nums }>(
    ({ h, kept }, at) => {
      const next = [0, 1].map((j) => dual.tanh(dual.add(at[j]!, dual.dot(h, [x[j]!, x[2 + j]!]))))
      return {
        h: next,
        kept: dual.plus(
          kept,
          next.map((y, j) => dual.mul(y, at[j]!))
        )
      }
    },
    { h: x.slice(0, 2), kept: [0, 0] }
  )
  return [...h, ...kept]
}

const scored =
  (f: Map) =>
  (x: V): Scalar =>
    g.sum(g.mul(weights)(f(x)))
const scoredInNumbers =
  (f: Mapping): Mapping =>
  (x) => [dual.dot(WEIGHTS, f(x))]
const gradient = (f: Mapping, x: Nums): Nums => dual.jacobian(scoredInNumbers(f), x)[0]!
/** A function of a record and of data. */
const ofHalves =
  (f: Map) =>
  (p: Halves, by: Scalar): Halves =>
    halvesOf(g.mul(by)(f(joined(p))))
const half = g.scalar(0.5)
const timesHalf =
  (f: Mapping): Mapping =>
  (x) =>
    dual.times(f(x), 0.5)

interface Row {
  readonly ours: (f: Map) => Map
  readonly theirs: (f: Mapping) => Mapping
  /** It computes in single precision. */
  readonly single?: true
}

const SCALES = [1, 0.5, -0.75]
const scales = g.tensor(SCALES)

/** A sum with weights of all rows and columns of a matrix. */
const contracted = (rows: unknown): V =>
  g.add(g.reshape([4])(g.matmul(rows as Mat<4, 4>)(g.reshape([1, 4])(weights))))(
    g.reshape([4])(g.matmul(g.reshape([4, 1])(direction))(rows as Mat<4, 4>))
  )
const contractedInNumbers = (rows: readonly Nums[]): Nums =>
  dual.plus(
    rows.map((_, j) =>
      dual.dot(
        WEIGHTS,
        rows.map((row) => row[j]!)
      )
    ),
    rows.map((row) => dual.dot(row, DIRECTION))
  )

/** The blocks of the derivatives of a record by a record, in one matrix. */
const matrixOf = (blocks: unknown): Tensor => {
  interface Blocks {
    readonly a: Blocks & Tensor
    readonly b: readonly [Blocks & Tensor]
  }
  const rowOf = ({ a, b: [b] }: Blocks): Tensor => op.concat([a, b], 1)
  const { a, b } = blocks as Blocks
  return op.concat([rowOf(a), rowOf(b[0])], 0)
}

const jacobianRow = (settings: g.JacobianSettings): Row => ({
  ours: (f) => (x) => contracted(matrixOf(g.jacobian(ofHalves(f), settings)(halvesOf(x), half))),
  theirs: (f) => (x) => contractedInNumbers(dual.jacobian(timesHalf(f), x))
})

const hessianRow = (settings: g.JacobianSettings): Row => ({
  ours: (f) => {
    const score = (p: Halves): Scalar => scored(f)(joined(p))
    return (x) => contracted(matrixOf(g.hessian(score, settings)(halvesOf(x))))
  },
  theirs: (f) => (x) => contractedInNumbers(dual.jacobian((y) => gradient(f, y), x))
})

/** The elements of a record are counted in the order of its tensors. `sparseHessian` is this of `grad`. */
const sparseJacobianRow: Row = {
  ours: (f) => (x) => contracted(g.toDense(g.sparseJacobian(ofHalves(f))(halvesOf(x), half))),
  theirs: (f) => (x) => contractedInNumbers(dual.jacobian(timesHalf(f), x))
}

const rows: Readonly<Record<string, Row>> = {
  itself: { ours: (f) => f, theirs: (f) => f },
  grad: {
    ours: (f) => (x) => {
      const score = (p: Halves, by: Scalar): Scalar => g.mul(by)(scored(f)(joined(p)))
      return joined(g.grad(score)(halvesOf(x), half))
    },
    theirs: (f) => (x) => dual.times(gradient(f, x), 0.5)
  },
  valueAndGrad: {
    ours: (f) => (x) => {
      const { value, grad } = g.valueAndGrad(scored(f))(x)
      return g.mul(value)(grad)
    },
    theirs: (f) => (x) => dual.times(gradient(f, x), scoredInNumbers(f)(x)[0]!)
  },
  vjp: {
    ours: (f) => (x) => {
      const { value, pullback } = g.vjp(ofHalves(f))(halvesOf(x), half)
      return joined(pullback(value))
    },
    theirs: (f) => (x) => {
      const h = timesHalf(f)
      const value = h(x)
      const rowsOf = dual.jacobian(h, x)
      return x.map((_, j) =>
        dual.dot(
          value,
          rowsOf.map((row) => row[j]!)
        )
      )
    }
  },
  jvp: {
    ours: (f) => (x) => {
      const { value, tangent } = g.jvp(ofHalves(f))(halvesOf(x), half)(halvesOf(direction))
      return g.add(joined(value))(joined(tangent))
    },
    theirs: (f) => (x) => dual.plus(timesHalf(f)(x), dual.along(timesHalf(f), x, DIRECTION))
  },
  linearize: {
    ours: (f) => (x) => {
      const { value, pushforward } = g.linearize(ofHalves(f))(halvesOf(x), half)
      return joined(pushforward(pushforward(value)))
    },
    theirs: (f) => (x) => {
      const h = timesHalf(f)
      return dual.along(h, x, dual.along(h, x, h(x)))
    }
  },
  hvp: {
    ours: (f) => (x) => {
      const score = (p: Halves, by: Scalar): Scalar => g.mul(by)(scored(f)(joined(p)))
      return joined(g.hvp(score)(halvesOf(x), half)(halvesOf(direction)))
    },
    theirs: (f) => (x) =>
      dual.times(
        dual.along((y) => gradient(f, y), x, DIRECTION),
        0.5
      )
  },
  'jacobian, reverse': jacobianRow({ mode: 'reverse' }),
  'jacobian, forward': jacobianRow({ mode: 'forward' }),
  'hessian, forward': hessianRow({ mode: 'forward' }),
  'hessian, reverse': hessianRow({ mode: 'reverse' }),
  sparseJacobian: sparseJacobianRow,
  vmap: {
    ours: (f) => (x) => {
      const each = g.vmap((y: V, by: Scalar) => f(g.mul(by)(y)), { in: [null, 0] })
      return total(each(x, scales)) as never
    },
    theirs: (f) => (x) => SCALES.map((by) => f(dual.times(x, by))).reduce(dual.plus)
  },
  compile: { ours: (f) => g.compile(f), theirs: (f) => f },
  'compile, single': { ours: (f) => g.compile(f, { precision: 'single' }), theirs: (f) => f, single: true },
  scan: {
    ours: (f) => (x) => {
      const [last, kept] = g.scan((h: V, by: Scalar) => [g.tanh(f(g.mul(by)(h))), f(h)] as const)(x, scales)
      return g.add(last)(total(kept) as never)
    },
    theirs: (f) => (x) => {
      const all = SCALES.reduce<readonly [Nums, Nums]>(
        ([h, kept], by) => [f(dual.times(h, by)).map(dual.tanh), dual.plus(kept, f(h))],
        [x, [0, 0, 0, 0]]
      )
      return dual.plus(...all)
    }
  },
  'scan, checkpointed': {
    ours: (f) => (x) =>
      g.scan((h: V, by: Scalar) => [f(g.mul(by)(h)), [] as const] as const, { checkpoint: 2 })(x, scales)[0],
    theirs: (f) => (x) => SCALES.reduce((h, by) => f(dual.times(h, by)), x)
  },
  cond: {
    ours: (f) => {
      const either = g.cond(
        (y: V) => f(y),
        (y: V) => f(g.mul(0.5)(y))
      )
      return (x) => g.add(either(g.greater(0)(g.sum(x)), x))(either(g.lessEqual(0)(g.sum(x)), g.neg(x)))
    },
    theirs: (f) => (x) => {
      const isPositive = dual.plain(dual.sum(x)) > 0
      return dual.plus(f(dual.times(x, isPositive ? 1 : 0.5)), f(dual.times(x, isPositive ? -0.5 : -1)))
    }
  },
  whileLoop: {
    ours: (f) => (x) => {
      const loop = g.whileLoop(
        ({ count }: { readonly h: V; readonly count: Scalar }) => g.less(3)(count),
        ({ h, count }) => ({ h: g.add(x)(f(h)), count: g.add(1)(count) }),
        { maxSteps: 5 }
      )
      return loop({ h: x, count: g.scalar(1) }).h
    },
    theirs: (f) => (x) => dual.plus(x, f(dual.plus(x, f(x))))
  },
  associativeScan: {
    // of three elements the combinations are made from the left, whatever the function
    ours: (f) => (x) => {
      const xs = g.vmap((y: V, by: Scalar) => g.mul(by)(y), { in: [null, 0] })(x, scales)
      const all = g.associativeScan((a: V, b: V) => g.add(b)(f(a)))(xs)
      return total(all) as never
    },
    theirs: (f) => (x) => {
      const [a, b, c] = SCALES.map((by) => dual.times(x, by)) as unknown as readonly [Nums, Nums, Nums]
      const second = dual.plus(b, f(a))
      return dual.plus(a, dual.plus(second, dual.plus(c, f(second))))
    }
  },
  checkpoint: { ours: (f) => g.checkpoint(f), theirs: (f) => f },
  customVjp: {
    ours: (f) => {
      const h = g.customVjp(g.vjp(ofHalves(f)))
      return (x) => joined(h(halvesOf(x), half))
    },
    theirs: timesHalf
  },
  customJvp: {
    ours: (f) => {
      const h = g.customJvp(g.linearize(ofHalves(f)))
      return (x) => joined(h(halvesOf(x), half))
    },
    theirs: timesHalf
  },
  stopGradient: {
    ours: (f) => (x) => g.mul(f(x))(g.stopGradient(f(x))),
    theirs: (f) => (x) => f(x).map((y) => dual.mul(y, dual.plain(y)))
  }
}

const point = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
  .filter((x) => Math.abs(x.reduce((a, b) => a + b)) > 0.01)

/** The numbers are products and sums of some hundred of the order of 1. */
const [double, single] = [
  { rtol: 1e-9, atol: 1e-9 },
  { rtol: 1e-3, atol: 1e-3 }
]

describe.each(Object.entries(rows))('%s', (_, outer) => {
  it.each(Object.entries(rows))('of %s is what dual numbers give, and so is its program', (_, inner) => {
    const ours = outer.ours(inner.ours(network))
    const theirs = outer.theirs(inner.theirs(networkInNumbers))
    const program = g.compile(ours, { checked: true })
    const tolerance = outer.single === true || inner.single === true ? single : double
    fc.assert(
      fc.property(point, (x) => {
        const expected = theirs(x).map(dual.plain)
        expect(ours(g.tensor(x) as never)).toBeCloseToTensor(expected, tolerance)
        expect(program(g.tensor(x) as never)).toBeCloseToTensor(expected, tolerance)
      }),
      { numRuns: 2 }
    )
  })
})
