import { describe, expect, it } from 'vitest'
import { program } from '../../laws/program.ts'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const op = g.primitive.vocabulary

type Map1 = (x: Tensor) => Tensor
const sparse = g.sparseJacobian as unknown as (
  f: Map1,
  settings?: g.JacobianSettings
) => (x: Tensor) => g.SparseDerivatives
const pattern = g.sparsityPattern as unknown as (f: Map1) => (x: Tensor) => g.SparsityPattern
const dense = g.jacobian

const sizeOf = (dims: readonly number[]): number => dims.reduce((n, m) => n * m, 1)
const flat = (x: Tensor): Tensor => op.reshape(x, [sizeOf(x.shape)])
const from = (values: readonly number[]): Tensor => g.tensor(Float64Array.from(values))
const all = (x: Tensor): Tensor =>
  op.sum(
    x,
    x.shape.map((_, axis) => axis),
    false
  )

/** The columns of each row of a pattern. */
const rowsOf = ({ rows, columns, shape }: g.SparsityPattern): readonly (readonly number[])[] =>
  Array.from({ length: shape[0] }, (_, i) => columns.filter((__, entry) => rows[entry] === i))

/** A random program as a function of one vector, from all of its inputs to all of its results. */
const vectorProgram = program().map(({ text, inputs, f }) => {
  const sizes = inputs.map((x) => sizeOf(x.shape))
  const joined = (xs: readonly Tensor[]): Tensor => op.concat(xs.map(flat), 0)
  return {
    text,
    x: joined(inputs),
    f: (x: Tensor): Tensor =>
      joined(
        f(
          ...inputs.map((own, k) => {
            const start = sizes.slice(0, k).reduce((a, b) => a + b, 0)
            return op.reshape(op.slice(x, [start], [start + sizes[k]!]), own.shape)
          })
        )
      )
  }
})

/** All numbers are the same, to the last bit. */
const expectSame = (actual: Tensor, expected: Tensor): void => {
  const right = g.toFlatArray(expected)
  const wrong = g.toFlatArray(actual).findIndex((value, i) => value !== right[i] && !Object.is(value, right[i]))
  expect({ wrong, length: g.toFlatArray(actual).length }).toEqual({ wrong: -1, length: right.length })
}

describe('a sparse Jacobian', () => {
  test.prop([vectorProgram, fc.constantFrom<'forward' | 'reverse'>('forward', 'reverse')], { numRuns: 60 })(
    'has the numbers of the dense one in the same mode, bit for bit, for random programs',
    ({ f, x }, mode) => {
      expectSame(g.toDense(sparse(f, { mode })(x)), dense(f, { mode })(x))
    }
  )

  test.prop([vectorProgram], { numRuns: 30 })('and so has a sparse Hessian', ({ f, x }) => {
    const score = (y: Tensor): Scalar => all(op.sin(f(y))) as unknown as Scalar
    expectSame(g.toDense(g.sparseHessian(score)(x)), g.hessian(score)(x))
  })

  it('chooses columns or rows, whichever need fewer colours', () => {
    const n = 20
    // one column is full
    const tall: Map1 = (x) => op.mul(x, op.slice(x, [0], [1]))
    // one row is full
    const wide: Map1 = (x) => op.concat([op.sin(x), op.reshape(all(op.square(x)), [1])], 0)
    const x = from(Array.from({ length: n }, (_, i) => i - 3.5))
    expect(sparse(tall)(x).colors).toBe(2)
    expect(sparse(tall, { mode: 'reverse' })(x).colors).toBe(n)
    expect(sparse(wide)(x).colors).toBe(2)
    expect(sparse(wide, { mode: 'forward' })(x).colors).toBe(n)
    for (const f of [tall, wide]) expectSame(g.toDense(sparse(f)(x)), dense(f)(x))
    expect(sparse(op.sin)(x).colors).toBe(1)
  })

  it('sorts its entries by row and then by column, and has no sweep for a constant', () => {
    const turned: Map1 = (x) => op.add(op.gather(x, from([2, 1, 0])), op.mul(x, op.constant(2)))
    const found = sparse(turned)(from([1, 2, 3]))
    expect(found).toMatchObject({ rows: [0, 0, 1, 2, 2], columns: [0, 2, 1, 0, 2], shape: [3, 3], colors: 2 })
    expect(g.toFlatArray(found.values)).toEqual([2, 1, 3, 1, 2])
    const constant = sparse(() => from([1, 2]))(from([1, 2, 3]))
    expect(constant).toMatchObject({ rows: [], columns: [], shape: [2, 3], colors: 0 })
    expect(g.toDense(constant)).toBeTensor([
      [0, 0, 0],
      [0, 0, 0]
    ])
    expect(g.toDense(sparse(op.sin)(from([]))).shape).toEqual([0, 0])
  })

  it('of trees counts the elements of all tensors through', () => {
    const f = ({ a, b }: { readonly a: Vec<2>; readonly b: Scalar }) => ({ y: g.mul(b)(a), z: g.square(b) })
    const found = g.sparseJacobian(f)({ a: g.tensor([1, 2]), b: g.scalar(5) })
    expect(g.toDense(found)).toBeTensor([
      [5, 0, 1],
      [0, 5, 2],
      [0, 0, 10]
    ])
    const h = g.sparseHessian(({ a, b }: { readonly a: Vec<2>; readonly b: Scalar }) => g.mul(b)(g.sum(g.square(a))))
    expect(g.toDense(h({ a: g.tensor([1, 2]), b: g.scalar(5) }))).toBeTensor([
      [10, 0, 2],
      [0, 10, 4],
      [2, 4, 0]
    ])
  })

  it('keeps an entry whose derivative is NaN', () => {
    const f: Map1 = (x) => op.sqrt(op.mul(x, op.constant(0)))
    const found = sparse(f)(from([1, 2]))
    expect(found.rows).toEqual([0, 1])
    expect(g.toFlatArray(found.values)).toEqual([NaN, NaN])
  })
})

describe('a banded Hessian', () => {
  const chain = (x: Vec): Scalar => {
    const n = x.shape[0]
    const [a, b, c] = [0, 1, 2].map((k) => op.slice(x, [k], [n - 2 + k])) as [Tensor, Tensor, Tensor]
    return all(op.mul(op.sin(op.mul(a, b)), op.exp(op.mul(op.constant(0.1), c)))) as unknown as Scalar
  }
  const point = (n: number): Vec => from(Array.from({ length: n }, (_, i) => Math.sin(i))) as Vec

  it('of n = 10,000 takes five sweeps, as that of n = 40, whose numbers are the dense ones', () => {
    const small = g.sparseHessian(chain)(point(40))
    expectSame(g.toDense(small), g.hessian(chain)(point(40)))
    const large = g.sparseHessian(chain)(point(10_000))
    expect([small.colors, large.colors]).toEqual([5, 5])
    expect(large.rows.length).toBe(5 * 10_000 - 6)
    // the first rows are those of the small one
    expectSame(op.slice(large.values, [0], [100]), op.slice(small.values, [0], [100]))
  })
})

const x6 = from([0.5, -1, 2, 0.25, -3, 1])

describe('the sparsity pattern', () => {
  const cases: Readonly<Record<string, readonly [Map1, readonly (readonly number[])[]]>> = {
    'of an elementwise operation is the diagonal': [op.tanh, [[0], [1], [2], [3], [4], [5]]],
    'of a sum along an axis follows the axis': [
      (x) => op.sum(op.reshape(x, [2, 3]), [0], false),
      [
        [0, 3],
        [1, 4],
        [2, 5]
      ]
    ],
    'of a maximum along an axis has all that may be it': [
      (x) => op.max(op.reshape(x, [2, 3]), [1], false),
      [
        [0, 1, 2],
        [3, 4, 5]
      ]
    ],
    'of a softmax has its group': [
      (x) => op.softmax(op.reshape(x, [3, 2]), 1),
      [
        [0, 1],
        [0, 1],
        [2, 3],
        [2, 3],
        [4, 5],
        [4, 5]
      ]
    ],
    'of a where has both branches, whatever the condition': [
      (x) => op.where(op.greater(x, op.constant(0)), x, op.gather(x, from([1, 2, 3, 4, 5, 0]))),
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
        [0, 5]
      ]
    ],
    'of relu has the numbers that do not pass': [op.relu, [[0], [1], [2], [3], [4], [5]]],
    'of rows by known indices has those rows': [
      (x) => op.gather(op.reshape(x, [3, 2]), from([2, 0])),
      [[4], [5], [0], [1]]
    ],
    'of rows by indices that are computed has all rows': [
      (x) => op.gather(op.slice(x, [0], [3]), op.argmax(op.reshape(x, [2, 3]), 1)),
      [
        [0, 1, 2],
        [0, 1, 2]
      ]
    ],
    'of sums by index has those of the same index': [
      (x) => op.scatterAdd(x, from([0, 2, 0, 2, 0, 2]), 3),
      [[0, 2, 4], [], [1, 3, 5]]
    ],
    'of padding has none for the zeros': [(x) => op.pad(op.slice(x, [2], [3]), [1], [3]), [[], [2], []]],
    'of a product of matrices has the row and the column': [
      (x) => op.matmul(op.reshape(op.slice(x, [0], [4]), [2, 2]), op.reshape(op.slice(x, [4], [6]), [2, 1])),
      [
        [0, 1, 4, 5],
        [2, 3, 4, 5]
      ]
    ],
    'of what is stopped, or rounded, is empty': [
      (x) => op.add(op.stopGradient(x), op.floor(x)),
      [[], [], [], [], [], []]
    ],
    'of a gradient has no pairs for linear operations': [
      (x) => g.grad((y: Tensor) => all(op.add(y, op.square(op.slice(op.add(y, y), [0], [6])))) as never)(x),
      [[0], [1], [2], [3], [4], [5]]
    ],
    'of a running sum is triangular': [
      (x) => g.scan((sum: Scalar, y: Scalar) => [g.add(sum)(y), g.add(sum)(y)] as const)(g.scalar(0), x as Vec)[1],
      [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5]]
    ],
    'of a scan that carries nothing of them is the diagonal': [
      (x) => g.scan((c: Scalar, y: Scalar) => [c, g.sin(y)] as const, { reverse: true })(g.scalar(0), x as Vec)[1],
      [[0], [1], [2], [3], [4], [5]]
    ],
    'of a recurrence has what the carry may hold by then': [
      (x) => g.repeat(2)((y: Vec<6>) => op.add(y, op.gather(y, from([1, 2, 3, 4, 5, 5]))) as Vec<6>)(x as Vec<6>),
      [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5], [5]]
    ],
    'of cond has both branches': [
      (x) =>
        g.cond(
          (y: Vec<6>) => g.sin(y),
          (y: Vec<6>) => op.gather(y, from([1, 0, 3, 2, 5, 4])) as Vec<6>
        )(g.scalar(1), x as Vec<6>),
      [
        [0, 1],
        [0, 1],
        [2, 3],
        [2, 3],
        [4, 5],
        [4, 5]
      ]
    ],
    'of a loop without a bound has any number of steps': [
      (x) =>
        g.whileLoop(
          (y: Vec<6>) => g.less(100)(g.sum(g.square(y))),
          (y: Vec<6>) => op.mul(op.constant(2), op.gather(y, from([1, 2, 0, 3, 4, 5]))) as Vec<6>
        )(x as Vec<6>),
      [[0, 1, 2], [0, 1, 2], [0, 1, 2], [3], [4], [5]]
    ],
    'of a function with its own rule is that of the rule': [
      (x) => g.customVjp((y: Vec<6>) => ({ value: g.round(y), pullback: (ct: Vec<6>) => ct }))(x as Vec<6>),
      [[0], [1], [2], [3], [4], [5]]
    ],
    'of a checkpoint is that of the function': [
      (x) => g.checkpoint((y: Vec<6>) => op.slice(g.sin(y), [0], [2]))(x as Vec<6>),
      [[0], [1]]
    ]
  }
  it.each(Object.entries(cases))('%s', (_, [f, expected]) => {
    expect(rowsOf(pattern(f)(x6))).toEqual(expected)
    expectSame(g.toDense(sparse(f, { mode: 'forward' })(x6)), dense(f, { mode: 'forward' })(x6))
  })

  it('has no entry for what is 0 times an infinity in other rows of a product of matrices', () => {
    const f: Map1 = (x) => op.matmul(op.reshape(x, [2, 1]), g.tensor([[Infinity]]))
    expect(rowsOf(pattern(f)(from([1, 2])))).toEqual([[0], [1]])
    expect(g.toFlatArray(dense(f, { mode: 'forward' })(from([1, 2])))).toEqual([Infinity, NaN, NaN, Infinity])
  })

  it('has all rows for indices that are arguments of a program, and the program is right', () => {
    const f = (x: Tensor, at: Tensor): Tensor => op.mul(op.gather(x, at), op.gather(x, at))
    const program = g.compile((x: Vec<3>, at: Vec<2>) => {
      const found = g.sparseJacobian(f)(x, at)
      expect([found.rows.length, found.colors]).toEqual([6, 2])
      return g.toDense(found)
    })
    expect(program(g.tensor([1, 2, 3]), g.tensor([2, 0]))).toBeTensor([
      [0, 0, 6],
      [2, 0, 0]
    ])
    expect(rowsOf(g.sparsityPattern(f)(from([1, 2, 3]), from([2, 0])))).toEqual([[2], [0]])
  })
})

describe('sparse derivatives inside other transformations', () => {
  const f: Map1 = (x) => op.mul(op.sin(op.slice(x, [0], [5])), op.slice(x, [1], [6]))
  const score = (x: Tensor): Scalar => all(op.tanh(f(x))) as unknown as Scalar
  const values = (x: Tensor): Tensor => op.concat([sparse(f)(x).values, g.sparseHessian(score)(x).values], 0)
  const close = { atol: 1e-12, rtol: 1e-12 }

  it('are the same in a program', () => {
    expect((g.compile(values as never) as Map1)(x6)).toBeCloseToTensor(values(x6), close)
  })

  it('are mapped, and scanned', () => {
    const xs = g.stack([x6, op.neg(x6)] as never) as unknown as Tensor
    const each = g.stack([values(x6), values(op.neg(x6))] as never)
    expect((g.vmap(values) as unknown as Map1)(xs)).toBeCloseToTensor(each, close)
    const scanned = g.scan((c: Scalar, x: Vec<6>) => [c, values(x as Tensor) as Vec] as const)(g.scalar(0), xs as never)
    expect(scanned[1]).toBeCloseToTensor(each, close)
  })

  it('are differentiable, in both modes', () => {
    const ofSparse = (x: Tensor): Tensor => flat(g.toDense(sparse(f)(x)))
    const ofDense = (x: Tensor): Tensor => flat(dense(f)(x))
    for (const mode of ['forward', 'reverse'] as const)
      expect(dense(ofSparse, { mode })(x6)).toBeCloseToTensor(dense(ofDense, { mode })(x6), close)
  })

  it('need a bound for a loop in reverse mode only', () => {
    const doubled = (x: Tensor): Tensor => g.whileLoop((y: Vec<2>) => g.less(20)(g.sum(y)), g.mul(2))(x as Vec<2>)
    expect(g.toDense(sparse(doubled)(from([1, 2])))).toBeTensor([
      [8, 0],
      [0, 8]
    ])
    expect(() => sparse(doubled, { mode: 'reverse' })(from([1, 2]))).toThrow(
      /whileLoop: reverse mode needs a bound: pass \{ maxSteps \}/
    )
  })

  it('of a rule that closes over a tensor by which it is differentiated are refused', () => {
    const open = (x: Vec<2>): Vec<2> =>
      g.customVjp((y: Vec<2>) => ({ value: g.mul(x)(y), pullback: (ct: Vec<2>) => g.mul(x)(ct) }))(x)
    expect(() => g.sparsityPattern(open)(g.tensor([1, 2]))).toThrow(/customVjp: the rule says nothing of a tensor/)
  })
})

describe('arguments of sparse derivatives', () => {
  const any = (x: unknown) => x as never
  it('are refused with the name of the function', () => {
    expect(() => g.sparseJacobian(any(1))).toThrow(/^sparseJacobian: f must be a function/)
    expect(() => g.sparseHessian(any(1))).toThrow(/^sparseHessian: f must be a function/)
    expect(() => g.sparsityPattern(any(1))).toThrow(/^sparsityPattern: f must be a function/)
    expect(() => g.sparseJacobian(g.square, { mode: any('both') })).toThrow(/^sparseJacobian: mode must be/)
    expect(() => g.sparseHessian(any((x: Vec) => x))(any(from([1, 2])))).toThrow(
      /^sparseHessian: the function must return a scalar/
    )
    expect(() => g.sparseJacobian(any((x: Vec) => ({ x, n: 1 })))(any(from([1])))).toThrow(
      /^sparseJacobian: result\.n is the number 1/
    )
  })

  it('whose derivatives are too many for a list are refused', () => {
    const normalized: Map1 = (x) => op.softmax(x, 0)
    const x = from(new Array<number>(6000).fill(0))
    expect(() => pattern(normalized)(x)).toThrow(
      'sparsityPattern: 36000000 derivatives may be other than 0, more than 33554432; use jvp or vjp'
    )
    expect(() => g.sparseHessian((y: Tensor) => all(op.square(normalized(y))) as unknown as Scalar)(x)).toThrow(
      /^sparseHessian: 36000000 derivatives may be other than 0, .* use hvp$/
    )
  })

  it('of toDense must fit one another', () => {
    const matrix = { rows: [0], columns: [1], shape: [1, 2] as const, values: from([3]) as Vec }
    expect(g.toDense(matrix)).toBeTensor([[0, 3]])
    expect(() => g.toDense(any(1))).toThrow(/^toDense: matrix must be a sparse matrix/)
    expect(() => g.toDense({ ...matrix, shape: any([2]) })).toThrow(/^toDense: matrix.shape must be a pair/)
    expect(() => g.toDense({ ...matrix, values: any([3]) })).toThrow(/^toDense: matrix.values: needs a tensor/)
    expect(() => g.toDense({ ...matrix, columns: [] })).toThrow(/^toDense: needs as many columns and values as rows/)
    expect(() => g.toDense({ ...matrix, columns: [2] })).toThrow(
      'toDense: entry 0, at [0, 2], is outside the shape [1, 2]'
    )
    expect(() => g.toDense({ ...matrix, shape: [1e6, 1e6] })).toThrow(/^toDense: shape \[1000000, 1000000\] holds/)
  })
})
