/** Operands that are looked at in another order than they lie in: a program reads each by its own strides. */
import { passes } from '../../src/compile/passes/index.ts'
import { describe, expect } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'

const { add, flip, matmul, mul, permute, reshape, slice, sub, sum, tanh } = g.primitive.vocabulary

const orders = (rank: number): fc.Arbitrary<readonly number[]> =>
  fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank })
const precision = fc.constantFrom('double' as const, 'single' as const)

/** Small whole numbers, all different, so that nothing is rounded and no two elements can be taken for one another. */
const counted = (dims: readonly number[], from: number): g.Tensor =>
  g.reshape(dims)(g.tensor(Float64Array.from({ length: dims.reduce((n, m) => n * m, 1) }, (_, i) => from + i)))

type Operation = (...inputs: readonly g.Tensor[]) => g.Tensor | readonly g.Tensor[]

const numbersOf = (result: ReturnType<Operation>): readonly (readonly number[])[] =>
  (Array.isArray(result) ? (result as readonly g.Tensor[]) : [result as g.Tensor]).map(g.toFlatArray)

const expectSame = (f: Operation, how: 'double' | 'single', ...inputs: readonly g.Tensor[]): void =>
  expect(numbersOf(g.compile(f, { precision: how, checked: true })(...inputs))).toEqual(numbersOf(f(...inputs)))

/** The dimensions that some order of axes brings to `wanted`. */
const before = (wanted: readonly number[], order: readonly number[]): readonly number[] =>
  order.reduce<readonly number[]>((dims, axis, i) => dims.toSpliced(axis, 1, wanted[i]!), [...wanted])

describe('an operand looked at in another order', () => {
  test.prop([fc.integer({ min: 1, max: 9 }), precision])(
    'is told from the same one looked at as it lies: x + xᵀ, x − xᵀ and x · xᵀ',
    (n, how) => {
      const swapped = (x: g.Tensor): g.Tensor => permute(x, [1, 0])
      expectSame((x) => [add(x, swapped(x)), sub(x, swapped(x)), mul(swapped(x), x)], how, counted([n, n], 1))
      expectSame((x) => add(matmul(x, x), swapped(add(x, swapped(x)))), how, counted([n, n], 1))
    }
  )

  test.prop([fc.integer({ min: 2, max: 6 }), orders(3), orders(3), precision], { numRuns: 40 })(
    'is told from itself in any two orders, and after a slice',
    (n, a, b, how) => {
      const x = counted([n, n, n], 1)
      expectSame((y) => add(permute(y, a), mul(permute(y, b), permute(y, a))), how, x)
      expectSame((y) => sub(slice(y, [1, 0, 0], [n, n, n]), slice(y, [0, 0, 0], [n - 1, n, n])), how, x)
    }
  )

  test.prop([
    fc.tuple(...[1, 2, 3, 4].map(() => fc.integer({ min: 1, max: 5 }))),
    orders(3),
    orders(3),
    fc.boolean(),
    precision
  ])('is multiplied batch by batch, whatever axes its batch, rows and columns were', (sizes, a, b, four, how) => {
    const [batch, rows, inner, columns] = sizes as [number, number, number, number]
    const [x, y] = [counted(before([batch, rows, inner], a), 1), counted(before([batch, inner, columns], b), 2)]
    const lead = (z: g.Tensor): g.Tensor => (four ? reshape(z, [1, ...z.shape]) : z)
    expectSame((left, right) => matmul(lead(permute(left, a)), lead(permute(right, b))), how, x, y)
    // with what follows it, in its tiles
    expectSame(
      (left, right) => {
        const product = matmul(permute(left, a), permute(right, b))
        return [add(product, product), sub(add(product, product), product)]
      },
      how,
      x,
      y
    )
  })

  test.prop([orders(4), orders(4), orders(4), precision], { numRuns: 40 })(
    'is that of all orders one after the other',
    (a, b, c, how) => {
      const x = counted([2, 3, 4, 5], 1)
      expectSame((y) => permute(permute(permute(y, a), b), c), how, x)
      expectSame((y) => tanh(permute(sub(permute(y, a), permute(y, a)), b)), how, x)
    }
  )
})

describe('an operand read backwards or in steps', () => {
  const axes = (rank: number): fc.Arbitrary<readonly number[]> => fc.subarray([...Array(rank).keys()])
  const sizes = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 0, max: 11 })))
  const steps = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 4 })))

  test.prop([sizes, axes(3), orders(3), steps, precision])(
    'is told from the same one read forwards, whatever its sizes and the order of its axes',
    (dims, back, order, step, how) => {
      const taken = (y: g.Tensor): g.Tensor => slice(y, [0, 0, 0], y.shape, step)
      const x = counted(dims, 1)
      expectSame((y) => [flip(y, back), permute(flip(y, back), order), flip(permute(y, order), back)], how, x)
      expectSame((y) => [add(y, flip(y, back)), sub(flip(y, back), y), mul(y, y)], how, x)
      expectSame((y) => [taken(y), flip(taken(y), back), taken(flip(y, back)), flip(flip(y, back), [1])], how, x)
      expectSame((y) => [sum(flip(y, back), [0], false), sum(mul(flip(y, back), y), [1, 2], false)], how, x)
    }
  )

  test.prop([fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 40 }), precision], { numRuns: 30 })(
    'is read as a long row, as columns, and as a row for all',
    (rows, columns, how) => {
      const [x, row] = [counted([rows, columns], 1), counted([columns], 1)]
      expectSame((y) => [flip(y, [1]), flip(y, [0]), flip(y, [0, 1]), sub(y, flip(y, [0]))], how, x)
      expectSame((y, z) => [add(y, flip(z, [0])), sum(mul(y, flip(z, [0])), [0], false)], how, x, row)
      expectSame((y) => [sum(flip(y, [0]), [0], false), sum(sub(flip(y, [1]), y), [0], false)], how, x)
    }
  )

  test.prop([fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), axes(2), axes(2), precision])(
    'is multiplied, and added to a product',
    (rows, columns, a, b, how) => {
      const [x, y] = [counted([rows, columns], 1), counted([columns, rows], 2)]
      const square = counted([rows, rows], 3)
      expectSame((left, right, z) => add(matmul(flip(left, a), flip(right, b)), flip(z, a)), how, x, y, square)
    }
  )
})

describe('a zero with a sign', () => {
  const zeros = fc.constantFrom(0, -0)
  const value = fc.oneof(zeros, fc.constantFrom(1, -1, 2))
  const constant = fc.oneof(
    value.map((x): g.Tensor => g.scalar(x) as unknown as g.Tensor),
    fc.array(zeros, { minLength: 3, maxLength: 3 }).map((xs): g.Tensor => g.tensor(xs as never) as never),
    fc.array(value, { minLength: 3, maxLength: 3 }).map((xs): g.Tensor => g.tensor(xs as never) as never)
  )
  const { div, neg, abs, relu } = g.primitive.vocabulary
  const pairs = { add, sub, mul, div } as const
  const unary = { neg, abs, relu, same: (x: g.Tensor) => x } as const
  const step = fc.record({
    pair: fc.constantFrom(...(Object.keys(pairs) as (keyof typeof pairs)[])),
    unary: fc.constantFrom(...(Object.keys(unary) as (keyof typeof unary)[])),
    other: fc.oneof(constant, fc.nat({ max: 3 })),
    swap: fc.boolean()
  })

  /** The results, and what tells their signs. */
  const signed = (f: Operation, inputs: readonly g.Tensor[]): readonly (readonly number[])[] => numbersOf(f(...inputs))

  test.prop([fc.array(step, { minLength: 1, maxLength: 6 }), fc.array(value, { minLength: 3, maxLength: 3 })], {
    numRuns: 300
  })('stays what it is in every pass and in the program', (steps, start) => {
    const f: Operation = (x) => {
      const values = steps.reduce<readonly g.Tensor[]>(
        (done, { pair, unary: one, other, swap }) => {
          const last = done[done.length - 1]!
          const beside = typeof other === 'number' ? done[other % done.length]! : other
          const [a, b] = swap && beside.shape.length === 1 ? [beside, last] : [last, beside]
          return [...done, unary[one](pairs[pair](a, b))]
        },
        [x]
      )
      return values
    }
    const x = g.tensor(start as never) as unknown as g.Tensor
    expect(signed(g.compile(f), [x])).toEqual(signed(f, [x]))
  })

  test.each(passes.map((pass) => [pass.name, pass] as const))('stays what it is in "%s"', (_, { run }) => {
    const [zero, one, minus] = [0, 1, -1].map((x) => g.scalar(x) as unknown as g.Tensor)
    const both = g.tensor([0, -0]) as unknown as g.Tensor
    const entry = (primitive: object, inputs: readonly (number | g.Tensor)[], own: readonly number[] = []) =>
      ({ primitive, params: {}, inputs, results: [own] }) as unknown as g.Tape['entries'][number]
    // input 0, then: −0, 0 · −1, 1 / −0, [0, −0] · x, 1 / that, x − −0
    const tape: g.Tape = {
      inputs: [[]],
      entries: [
        entry(g.table.neg, [zero!]),
        entry(g.table.mul, [zero!, minus!]),
        entry(g.table.div, [one!, 2]),
        entry(g.table.mul, [both, 0], [2]),
        entry(g.table.div, [one!, 4], [2]),
        entry(g.table.sub, [0, 1])
      ],
      outputs: [1, 2, 3, 4, 5, 6]
    }
    const results = (of: g.Tape, x: number): readonly (readonly number[])[] =>
      g
        .fold<g.Tensor>({
          onInput: () => g.scalar(x) as unknown as g.Tensor,
          onConstant: (value) => value,
          onEntry: ({ primitive, params }, xs) => g.apply(primitive, params, xs)
        })(of)
        .map(g.toFlatArray)
    for (const x of [0, -0, 1]) expect(results(run(tape), x)).toEqual(results(tape, x))
    expect(results(tape, 1)).toEqual([[-0], [-0], [-Infinity], [0, -0], [Infinity, -Infinity], [1]])
  })

  laws.register(test)(
    laws.compiled({
      name: 'quotients by both zeros',
      f: (x: g.Tensor) => [
        div(x, g.primitive.vocabulary.constant(0)),
        div(x, g.primitive.vocabulary.constant(-0)),
        sub(x, g.primitive.vocabulary.constant(-0))
      ],
      args: fc.tuple(fc.constant(g.tensor([1, 2, 3]) as unknown as g.Tensor))
    }),
    { numRuns: 1 }
  )
})
