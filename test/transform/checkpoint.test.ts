import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Loop } from '../../src/primitive/scan.ts'
import { sizeOf } from '../../src/tensor/dims.ts'
import type { Scalar, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

interface Params {
  readonly weight: Vec<2>
  readonly xs: Vec
}
type F = (p: Params) => Scalar

/** Steps that carry a record, keep something and close over a weight. */
const network =
  (settings: g.ScanSettings): F =>
  ({ weight, xs }) => {
    const [last, kept] = g.scan(({ h, sum }: { readonly h: Vec<2>; readonly sum: Scalar }, x: Scalar) => {
      const next = g.tanh(g.add(x)(g.mul(weight)(h)))
      return [{ h: next, sum: g.add(sum)(g.mul(x)(g.sum(h))) }, g.mul(x)(g.sum(next))] as const
    }, settings)({ h: weight, sum: g.scalar(0) }, xs)
    return g.add(g.sum(g.square(kept)))(g.mul(last.sum)(g.sum(last.h)))
  }

/** The value and derivatives of orders 1 to 4 along the argument. */
const orders = (f: F) => (p: Params) => {
  const gradient = (q: Params): Params => g.grad(f)(q)
  const second = (q: Params): Params => g.hvp(f)(q)(q)
  const third = (q: Params): Params => g.grad((r: Params) => g.sum(second(r).weight))(q)
  const fourth = (q: Params): Params => g.jvp(third)(q)(q).tangent
  return [f(p), gradient(p), second(p), third(p), fourth(p)] as const
}

const flat = (tree: unknown): readonly number[] => g.params.tensors(tree as never).flatMap((x) => g.toFlatArray(x))

const params = fc.record({
  length: fc.integer({ min: 0, max: 11 }),
  numbers: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 13, maxLength: 13 })
})

describe('a scan with checkpoints', () => {
  test.prop([params, fc.constantFrom<boolean | number>(true, 1, 2, 3, 20), fc.boolean()], { numRuns: 25 })(
    'gives the value that it gives without, to the bit, and its derivatives of orders 1 to 4',
    ({ length, numbers }, checkpoint, reverse) => {
      const [a = 0, b = 0, ...rest] = numbers
      const p: Params = { weight: g.tensor([a, b]), xs: g.reshape([length])(g.tensor(rest.slice(0, length))) }
      const [ours, theirs] = [{ reverse, checkpoint }, { reverse }].map((settings) => orders(network(settings)))
      const [found, expected] = [ours!(p), theirs!(p)]
      // the cotangents of what steps close over are added by segments: in another order
      found.forEach((tree, order) => {
        const [own, other] = [flat(tree), flat(expected[order]!)]
        if (order < 1) expect(own).toBeNumbers(other)
        else
          expect(g.reshape([own.length])(g.tensor(own))).toBeCloseToTensor(g.reshape([other.length])(g.tensor(other)), {
            rtol: 1e-11,
            atol: 1e-11
          })
      })
      const program = g.compile(g.grad(network({ reverse, checkpoint })), { checked: true })
      const gradient = flat(program(p))
      expect(g.reshape([gradient.length])(g.tensor(gradient))).toBeCloseToTensor(
        g.reshape([gradient.length])(g.tensor(flat(expected[1]))),
        { rtol: 1e-11, atol: 1e-11 }
      )
    }
  )

  /** A step of 64 numbers, whose derivative needs what it is given. */
  const long =
    (length: number, checkpoint: boolean | number) =>
    (x: Vec<64>): Scalar =>
      g.sum(g.scan((h: Vec<64>, _: readonly []) => [g.sin(h), []] as const, { length, checkpoint })(x, [] as never)[0])

  /** Bytes of memory of a compiled gradient, as the program says when it is refused. */
  const bytesOfProgram = (f: (x: Vec<64>) => Scalar): number => {
    const program = g.compile((x: Vec<64>) => g.grad(f)(x), { memoryLimit: 1 })
    try {
      program(g.zeros([64]))
      return 0
    } catch (error) {
      return Number(/needs (\d+) bytes/.exec(String(error))![1])
    }
  }

  /** Bytes of all results on a tape, those within one run of the step of each loop included. */
  const bytesOnTape = (tape: g.Tape): number =>
    tape.entries.reduce((sum, { primitive, params: own, results }) => {
      const inside = primitive === g.table.scan ? bytesOnTape((own as Loop).step) : 0
      return sum + inside + 8 * results.reduce((n, dims) => n + sizeOf(dims), 0)
    }, 0)
  const bytesOfTrace = (f: (x: Vec<64>) => Scalar): number =>
    bytesOnTape(g.trace((x: Vec<64>) => g.grad(f)(x))(g.zeros([64])))

  it.each([
    ['a program', bytesOfProgram],
    ['a tape', bytesOfTrace]
  ])('takes memory that grows with the root of its steps: %s', (_, bytesOf) => {
    const [few, some, many] = [250, 1000, 4000].map((n) => bytesOf(long(n, true))) as unknown as readonly number[]
    for (const ratio of [some! / few!, many! / some!]) {
      expect(ratio).toBeGreaterThan(1.5)
      expect(ratio).toBeLessThan(2.2)
    }
    const [all, more] = [1000, 4000].map((n) => bytesOf(long(n, false)))
    expect(more! / all!).toBeGreaterThan(3.8)
    // a number for each element of each step, without
    expect(all!).toBeGreaterThan(1000 * 64 * 8)
    expect(some!).toBeLessThan(all! / 8)
  })

  it('refuses segments that are no whole number of steps', () => {
    const step = (h: Scalar, x: Scalar) => [g.add(x)(h), []] as const
    for (const checkpoint of [0, -1, 1.5, NaN, 'yes'])
      expect(() => g.scan(step, { checkpoint: checkpoint as never })).toThrow(/^scan: checkpoint must be/)
  })
})

describe('checkpoint', () => {
  const number = fc.double({ min: -1, max: 1, noNaN: true })
  const f = (p: { readonly a: Vec<2> }, by: Scalar): Scalar => g.sum(g.sin(g.mul(by)(g.exp(g.mul(p.a)(p.a)))))

  test.prop([number, number, number], { numRuns: 20 })(
    'gives the bits that a function gives without, and its derivatives of every order',
    (a, b, by) => {
      const all = (h: typeof f) => (x: Vec<2>, c: Scalar) => {
        const at = (y: Vec<2>): Scalar => h({ a: y }, c)
        const second = (y: Vec<2>): Vec<2> => g.hvp(at)(y)(y)
        return [
          at(x),
          g.grad(at)(x),
          g.jvp(at)(x)(x).tangent,
          g.grad((d: Scalar) => h({ a: x }, d))(c),
          second(x),
          g.grad((y: Vec<2>) => g.sum(second(y)))(x),
          g.vmap((d: Scalar) => g.grad((y: Vec<2>) => h({ a: y }, d))(x))(g.tensor([1, 2]))
        ] as const
      }
      const [x, c] = [g.tensor([a, b]), g.scalar(by)]
      const [ours, theirs] = [all(g.checkpoint(f)), all(f)]
      const expected = theirs(x, c)
      const [value, gradient, tangent, ...rest] = ours(x, c)
      // the bits, but for the sign of 0: cotangents are added to 0
      const bits = (y: g.Tensor): g.Tensor => g.add(0)(y)
      expect(value).toBeTensor(expected[0])
      expect(bits(gradient)).toBeTensor(bits(expected[1]))
      expect(bits(tangent)).toBeTensor(bits(expected[2]))
      rest.forEach((y, i) => expect(y).toBeCloseToTensor(expected[3 + i]!, { rtol: 1e-11, atol: 1e-11 }))
      g.compile(ours, { checked: true })(x, c).forEach((y, i) =>
        expect(y).toBeCloseToTensor(expected[i]!, { rtol: 1e-11, atol: 1e-11 })
      )
    }
  )

  it('differentiates by what the function closes over', () => {
    const outer = (w: Scalar) => g.checkpoint((x: Scalar) => g.mul(g.square(w))(x))(g.scalar(3))
    expect(g.grad(outer)(g.scalar(2))).toBeTensor(12)
    expect(g.compile((w: Scalar) => g.grad(outer)(w))(g.scalar(2))).toBeTensor(12)
  })

  it('computes a function twice for a gradient, and no more', () => {
    let runs = 0
    const counted = g.primitive.elementwise('counted')({
      evaluate: (x) => {
        runs++
        return x * x
      },
      derivative: (op, x) => op.mul(op.constant(2), x)
    })
    const once = (x: Scalar) => g.square(g.apply(counted, {}, [x]))
    expect(g.grad(g.checkpoint(once))(g.scalar(3))).toBeTensor(4 * 27)
    expect(runs).toBe(2)
    const gradient = g.compile((x: Scalar) => g.grad(g.checkpoint(once))(x))
    gradient(g.scalar(3))
    runs = 0
    // the value is not asked for: a program leaves the first out
    expect(gradient(g.scalar(2))).toBeTensor(4 * 8)
    expect(runs).toBe(1)
  })

  it('refuses what is no function, and a result that is no tree of tensors', () => {
    expect(() => g.checkpoint(1 as never)).toThrow(/^checkpoint: f must be a function/)
    expect(() => g.checkpoint((() => 1) as never)(g.scalar(1) as never)).toThrow(/^checkpoint: result is the number 1/)
    expect(() => g.checkpoint((x: Scalar) => g.scalar(g.toNumber(x)))(g.scalar(1))).toThrow(/^toNumber: /)
  })
})
