import * as E from 'fp-ts/lib/Either.js'
import { describe, expect } from 'vitest'
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'

const op = g.primitive.vocabulary
const CLASSES = 3
const ROWS = 4

type F = (numbers: Tensor) => unknown

const total = (x: Tensor): Tensor =>
  op.sum(
    x,
    op.dims(x).map((_, axis) => axis),
    false
  )
const of = (dims: readonly number[]): Tensor =>
  op.add(
    op.reshape(
      op.range(
        dims.reduce((n, d) => n * d, 1),
        0.125
      ),
      dims
    ),
    op.constant(0.25)
  )
const gradOf = g.grad as unknown as (f: (x: Tensor) => unknown) => (x: Tensor) => Tensor

/** Functions of a vector of three numbers that refuse some numbers, and from where on. */
const functions: Readonly<Record<string, readonly [below: number, f: F]>> = {
  oneHot: [CLASSES, (labels) => g.oneHot(CLASSES)(labels as never)],
  take: [ROWS, (indices) => g.take({ axis: 0 })(indices as never)(of([ROWS, 2]) as never)],
  'tensors.gather': [ROWS, (indices) => op.gather(of([ROWS]), indices)],
  'tensors.scatterAdd': [ROWS, (indices) => op.scatterAdd(of([3, 2]), indices, ROWS)],
  'gather in a gradient': [ROWS, (indices) => gradOf((x) => total(op.square(op.gather(x, indices))))(of([ROWS, 2]))],
  'scatterAdd in a gradient': [
    ROWS,
    (indices) => gradOf((x) => total(op.square(op.scatterAdd(x, indices, ROWS))))(of([3, 2]))
  ],
  ...Object.fromEntries(
    (['sparseSoftmaxCrossEntropy', 'sparseCategoricalCrossEntropy'] as const).flatMap((name) => {
      const given = (x: Tensor) => (name === 'sparseCategoricalCrossEntropy' ? op.softmax(x, 1) : x)
      const loss = (labels: Tensor) => (x: Tensor) => g.nn[name](labels as never)(given(x) as never)
      return [
        [`nn.${name}`, [CLASSES, (labels: Tensor) => loss(labels)(of([3, CLASSES]))]],
        [`the gradient of nn.${name}`, [CLASSES, (labels: Tensor) => gradOf(loss(labels))(of([3, CLASSES]))]]
      ] as const
    })
  )
}

const mapped = g.vmap as unknown as (f: F) => F
const scanned =
  (f: F): F =>
  (numbers) =>
    (g.scan as unknown as (step: object) => (init: Tensor, xs: Tensor) => readonly [Tensor, unknown])(
      (carry: Tensor, x: Tensor) => [op.add(carry, op.constant(1)), f(x)]
    )(op.constant(0), numbers)[1]

const outcome = (f: F, numbers: Tensor) => E.tryCatch(() => f(numbers), E.toError)

const refusalOf = (f: F, numbers: Tensor): string => {
  const found = outcome(f, numbers)
  return E.isLeft(found) ? `${found.left.name}: ${found.left.message}` : 'nothing'
}

const precisions = ['double', 'single'] as const
const engines = (f: F) => [f, ...precisions.map((precision) => g.compile(f as never, { precision }) as unknown as F)]

const wrongNumber = (below: number) =>
  fc.constantFrom(-1, below, below + 1, 0.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 33)

describe('what the reference refuses', () => {
  Object.entries(functions).forEach(([name, [below, f]]) => {
    const right = fc.nat({ max: below - 1 })
    const examples = fc.array(fc.tuple(right, right, right), { minLength: 1, maxLength: 3 })

    test.prop([examples, wrongNumber(below), fc.nat({ max: 8 })], { numRuns: 20 })(
      `a program refuses too, in both precisions, for many examples and in a scan: ${name}`,
      (rows, wrong, place) => {
        const at = place % (rows.length * 3)
        const numbers = rows.flat().with(at, wrong)
        const batch = op.reshape(g.tensor(numbers), [rows.length, 3])
        const own = g.tensor(numbers.slice(3 * Math.floor(at / 3), 3 * Math.floor(at / 3) + 3)) as unknown as Tensor
        const [expected, ...compiled] = engines(f).map((run) => refusalOf(run, own))
        expect(expected).toMatch(/^IndexError/)
        compiled.forEach((message) => {
          expect(message).toBe(expected)
        })
        const among = expected!.replace(/at position .* is not/, '')
        ;[mapped(f), scanned(f)].flatMap(engines).forEach((run) => {
          expect(refusalOf(run, batch).replace(/at position .* is not/, '')).toBe(among)
        })
      }
    )

    test.prop([examples], { numRuns: 10 })(`and takes what is right as it does: ${name}`, (rows) => {
      const batch = op.reshape(g.tensor(rows.flat()), [rows.length, 3])
      const each = rows.flatMap((row) => g.toFlatArray(f(g.tensor(row) as unknown as Tensor) as Tensor))
      ;[mapped(f), scanned(f)].flatMap(engines).forEach((run) => {
        g.toFlatArray(run(batch) as Tensor).forEach((value, i) => {
          expect(value).toBeCloseTo(each[i]!, 5)
        })
      })
    })
  })

  test('what no result depends on is left out of a program, its refusals included', () => {
    const unused = (x: Tensor, indices: Tensor): Tensor => {
      op.gather(of([ROWS]), indices)
      return op.square(x)
    }
    const at = g.tensor([ROWS]) as unknown as Tensor
    expect(() => unused(op.constant(3), at)).toThrow(/is not a row/)
    precisions.forEach((precision) => {
      expect(g.toNumber(g.compile(unused, { precision })(op.constant(3), at) as never)).toBe(9)
    })
  })

  test('an index never reaches the rows of another example', () => {
    const tables = of([2, ROWS, 2])
    const pick = g.vmap as unknown as (f: (x: Tensor, i: Tensor) => Tensor) => (x: Tensor, i: Tensor) => Tensor
    const rows = pick((x, i) => op.gather(x, i))
    ;[
      [[0], [-1]],
      [[ROWS], [0]]
    ].forEach((indices) => {
      const at = g.tensor(indices) as unknown as Tensor
      expect(() => rows(tables, at)).toThrow('is not a row')
      expect(() => g.compile(rows)(tables, at)).toThrow('is not a row')
    })
  })
})

describe('whole numbers that single precision rounds', () => {
  const MOST = 2 ** 24

  test('are refused as indices where they might be others', () => {
    const rows = (z: Tensor): Tensor => op.concat([op.broadcastTo(z, [MOST]), g.tensor([7, 8, 9])], 0)
    const pick = (z: Tensor, at: Tensor): Tensor => total(op.gather(rows(z), at))
    const single = g.compile(pick, { precision: 'single' })
    const at = (index: number): Tensor => g.tensor([index])
    expect(g.toFlatArray(single(op.constant(5), at(MOST - 1)))).toEqual([5])
    ;[0, 1, 2].forEach((i) => {
      expect(() => single(op.constant(5), at(MOST + i))).toThrow('compile with double precision')
    })
    expect(() => single(op.constant(5), at(2 * MOST))).toThrow('is not a row')
  })

  test('are refused as the result of argmax', () => {
    const far =
      (at: number) =>
      (x: Tensor): Tensor =>
        op.argmax(op.pad(x, [at], [MOST + 4]), 0)
    const one = op.reshape(op.constant(1), [1])
    const single = (at: number) => g.compile(far(at), { precision: 'single' })
    expect(g.toFlatArray(single(MOST - 1)(one))).toEqual([MOST - 1])
    expect(() => single(MOST + 1)(one)).toThrow('compile with double precision')
  })

  test('are no rows of a batch that is right', () => {
    // as many rows in all as would round, none of them beyond it for its own example
    const examples = 5
    const rows = 2 ** 22
    const pick = (g.vmap as unknown as (f: F) => F)((at) =>
      op.gather(op.concat([op.broadcastTo(op.constant(1), [rows - 1]), op.reshape(total(at), [1])], 0), at)
    ) as (at: Tensor) => Tensor
    const at = op.reshape(op.sub(op.broadcastTo(op.constant(rows), [examples]), op.constant(1)), [examples, 1])
    expect(g.toFlatArray(g.compile(pick, { precision: 'single' })(at))).toEqual(
      Array.from({ length: examples }, () => rows - 1)
    )
  })
})
