import { fc, test } from '../support/property.ts'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/ops/arithmetic.ts'
import type { Binary } from '../../src/ops/binary.ts'
import { where } from '../../src/ops/choice.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { broadcast } from '../../src/tensor/dims.ts'
import { toNumber } from '../../src/tensor/read.ts'
import type { Scalar, Tensor } from '../../src/tensor/tensor.ts'
import { trace } from '../../src/transform/trace.ts'
import { anyDims, anyNumber, broadcastPair, type Dims, tensorOf, wildNumber } from '../support/arbitraries.ts'
import { elements, stretched, tabulate } from '../support/naive.ts'
import { atan2, mod, remainder, reshape, squaredDifference } from '../../src/ops/index.ts'
import '../support/matchers.ts'

/** What each operation makes of the data `a` and the operand `b`. */
const operations: Readonly<Record<string, readonly [Binary, (a: number, b: number) => number]>> = {
  add: [g.add, (a, b) => a + b],
  sub: [g.sub, (a, b) => a - b],
  mul: [g.mul, (a, b) => a * b],
  div: [g.div, (a, b) => a / b],
  pow: [g.pow, Math.pow],
  maximum: [g.maximum, Math.max],
  minimum: [g.minimum, Math.min],
  xlogy: [g.xlogy, (a, b) => (a === 0 && !Number.isNaN(b) ? 0 : a * Math.log(b))],
  xlog1py: [g.xlog1py, (a, b) => (a === 0 && !Number.isNaN(b) ? 0 : a * Math.log1p(b))],
  atan2: [atan2, Math.atan2],
  remainder: [remainder, (a, b) => a % b],
  mod: [mod, (a, b) => (Math.sign(a % b) * Math.sign(b) < 0 ? (a % b) + b : (a % b) + 0)],
  squaredDifference: [squaredDifference, (a, b) => (a - b) ** 2],
  greater: [g.greater, (a, b) => Number(a > b)],
  greaterEqual: [g.greaterEqual, (a, b) => Number(a >= b)],
  less: [g.less, (a, b) => Number(a < b)],
  lessEqual: [g.lessEqual, (a, b) => Number(a <= b)],
  equal: [g.equal, (a, b) => Number(a === b)],
  notEqual: [g.notEqual, (a, b) => Number(a !== b)]
}

const naive = (to: Dims, a: Tensor, b: Tensor, f: (x: number, y: number) => number): Tensor => {
  const [left, right] = [elements(a), elements(b)]
  return tabulate(to, (index) => f(left(stretched(a.shape, index)), right(stretched(b.shape, index))))
}

const operands = broadcastPair(anyDims({ max: 3 })).chain(([to, from]) =>
  fc.tuple(tensorOf(to, wildNumber), tensorOf(from, wildNumber))
)

describe.each(Object.entries(operations))('%s', (_, [operation, f]) => {
  test.prop([operands])('is its definition at every element, whichever operand is stretched', ([large, small]) => {
    expect(operation(small)(large)).toBeTensor(naive(large.shape, large, small, f))
    expect(operation(large)(small)).toBeTensor(naive(large.shape, small, large, f))
  })

  test.prop([anyDims({ max: 3 }).chain((dims) => tensorOf(dims, wildNumber)), wildNumber])(
    'takes a number as it takes a scalar',
    (x, k) => {
      const expected = naive(x.shape, x, scalar(k), f)
      expect(operation(k)(x)).toBeTensor(expected)
      expect(operation(scalar(k))(x)).toBeTensor(expected)
    }
  )

  test.prop([anyDims({ size: 3 }), anyDims({ size: 3 })])('never stretches both operands', (p, q) => {
    const run = () => operation(zeros<number[]>([...q]))(zeros<number[]>([...p]))
    const to = broadcast(p, q)
    if (to === undefined) expect(run).toThrow(/cannot broadcast|would both be stretched/)
    else expect(run().shape).toEqual(to)
  })
})

describe('arithmetic', () => {
  it('reads in order in a pipe', () => {
    expect(toNumber(pipe(scalar(10), g.sub(scalar(3)), g.div(scalar(2)), g.pow(2)))).toBe(12.25)
  })

  it('raises to a constant scalar as to its number, and to any other tensor as to a variable', () => {
    const namesOf = (f: (x: Scalar, y: Scalar) => unknown) =>
      trace(([x, y]: readonly [Scalar, Scalar]) => f(x, y))([scalar(2), scalar(3)]).entries.map(
        ({ primitive }) => primitive.name
      )
    expect(namesOf((x) => g.pow(3)(x))).toEqual(['powNumber'])
    expect(namesOf((x) => g.pow(scalar(3))(x))).toEqual(['powNumber'])
    expect(namesOf((x, y) => g.pow(y)(x))).toEqual(['pow'])
    expect(namesOf((x) => g.pow(tensor([3]))(x as never))).toEqual(['pow'])
  })

  it('raises a negative base to a whole power', () => {
    expect(g.pow(3)(tensor([-2, 2]))).toBeTensor([-8, 8])
    expect(g.pow(0.5)(tensor([-1]))).toBeTensor([NaN])
    expect(g.pow(0)(tensor([0, NaN]))).toBeTensor([1, 1])
  })

  it('divides by zero as numbers do', () => {
    expect(g.div(0)(tensor([1, -1, 0]))).toBeTensor([Infinity, -Infinity, NaN])
  })

  it('takes 0 times a logarithm as 0, unless the logarithm is of NaN', () => {
    const odd = tensor([0, Infinity, -1, NaN])
    expect(g.xlogy(odd)(zeros([4]))).toBeTensor([0, 0, 0, NaN])
    expect(g.xlogy(odd)(tensor([2, 2, 2, 2]))).toBeTensor([-Infinity, Infinity, NaN, NaN])
    expect(g.xlog1py(tensor([-1, -2]))(zeros([2]))).toBeTensor([0, 0])
  })
})

describe('comparisons', () => {
  const x = tensor([1, NaN, -0, Infinity])

  it('are false for NaN, but for notEqual', () => {
    for (const compare of [g.greater, g.greaterEqual, g.less, g.lessEqual, g.equal]) {
      expect(compare(NaN)(x)).toBeTensor([0, 0, 0, 0])
      expect(compare(tensor([1, NaN, 0, Infinity]))(tensor([NaN, NaN, NaN, NaN]))).toBeTensor([0, 0, 0, 0])
    }
    expect(g.notEqual(NaN)(x)).toBeTensor([1, 1, 1, 1])
    expect(g.notEqual(x)(x)).toBeTensor([0, 1, 0, 0])
  })

  it('hold the zeros for equal, and an infinity for itself', () => {
    expect(g.equal(0)(x)).toBeTensor([0, 0, 1, 0])
    expect(g.equal(Infinity)(x)).toBeTensor([0, 0, 0, 1])
    expect(g.greater(0)(x)).toBeTensor([1, 0, 0, 1])
  })
})

const choice = anyDims({ max: 3 }).chain((to) => {
  const smaller = fc
    .tuple(fc.nat(to.length), fc.array(fc.boolean(), { minLength: to.length, maxLength: to.length }))
    .map(([skip, keep]) => to.map((n, i) => (keep[i] ? n : 1)).slice(skip))
  return fc.tuple(
    tensorOf(to, wildNumber),
    smaller.chain((dims) => tensorOf(dims, fc.constantFrom(0, 1, -0, 2, NaN))),
    smaller.chain((dims) => tensorOf(dims, wildNumber))
  )
})

describe('where', () => {
  test.prop([choice])(
    'keeps the data where the condition is not 0, and takes the alternative elsewhere',
    ([x, c, other]) => {
      const [data, condition, otherwise] = [elements(x), elements(c), elements(other)]
      expect(where(c, other)(x)).toBeTensor(
        tabulate(x.shape, (index) =>
          condition(stretched(c.shape, index)) === 0 ? otherwise(stretched(other.shape, index)) : data(index)
        )
      )
    }
  )

  test.prop([choice, anyNumber])('takes a number for the alternative', ([x, c], k) => {
    expect(where(c, k)(x)).toBeTensor(where(c, scalar(k))(x))
  })

  it('never stretches the data', () => {
    expect(() => where(zeros([2, 3]), 0)(reshape([3])(tensor([1, 2, 3])) as Tensor)).toThrow(
      'where: the condition of shape [2, 3] does not broadcast to [3]'
    )
    expect(() => where(scalar(1), zeros([1, 3]))(reshape([3])(tensor([1, 2, 3])) as Tensor)).toThrow(
      'where: the alternative of shape [1, 3] does not broadcast to [3]'
    )
  })
})
