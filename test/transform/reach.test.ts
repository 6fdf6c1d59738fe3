/** A 0 that takes no part absorbs whatever it meets; any other 0 is a number, and its product with an infinity is NaN. */
import * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

type OfScalar = (x: Scalar) => Scalar
type OfVector = (x: Vec) => Scalar
const loose = (x: unknown): Tensor => x as Tensor
const vec = (values: readonly number[]): Vec => g.reshape([values.length])(g.tensor(values))

/** A gradient, as everything that runs one gives it. */
const engines: Readonly<Record<string, (f: OfVector) => (x: Vec) => Tensor>> = {
  eager: (f) => (x) => loose(g.grad(f)(x)),
  forward: (f) => (x) => loose(g.jacobian(f, { mode: 'forward' })(x)),
  compiled: (f) => (x) => loose(g.compile(g.grad(f))(x)),
  'compiled in single precision': (f) => (x) => loose(g.compile(g.grad(f), { precision: 'single' })(x)),
  mapped: (f) => (x) => {
    const rows = loose(g.vmap(g.grad(f))(g.stack([x, x]) as never))
    return loose(g.reshape(x.shape)(g.slice(0, 0, 1)(rows as never) as never))
  }
}

describe('a limit of 0 does not absorb an infinity', () => {
  /** Functions made of steps of which one has a pole, with the derivative that the whole has. */
  const composed: Readonly<Record<string, readonly [f: OfScalar, at: number, derivative: number]>> = {
    'exp of log': [(x) => g.exp(g.log(x)), 0, 1],
    'exp of log 3 + log x, which is 3x': [(x) => g.exp(pipe(g.log(x), g.add(Math.log(3)))), 0, 3],
    'the square of a root': [(x) => g.square(g.sqrt(x)), 0, 1],
    'the reciprocal of a reciprocal': [(x) => g.pow(-1)(g.pow(-1)(x)), 0, 1],
    'the root of a square, to the power 2': [(x) => g.pow(2)(g.sqrt(g.square(x))), 0, 0],
    'sigmoid of log, which is x / (1 + x)': [(x) => g.sigmoid(g.log(x)), 0, 1],
    'tanh of a reciprocal of a logarithm': [(x) => g.pow(-1)(g.log(g.pow(-1)(x))), 0, Infinity],
    'log of 1 + exp, whose exp overflows': [(x) => g.log(pipe(g.exp(x), g.add(1))), 1000, 1],
    'a quotient of exponentials that overflow': [(x) => pipe(g.exp(x), g.div(pipe(g.exp(x), g.add(1)))), 1000, 0],
    'x times a reciprocal of x': [(x) => g.mul(g.pow(-1)(x))(x), 0, 0]
  }

  it.each(Object.entries(composed))(
    'in %s: the derivative is right or NaN, never another number',
    (_, [f, at, right]) => {
      for (const engine of Object.values(engines)) {
        const [found] = g.toFlatArray(engine((x) => g.sum(f(loose(x) as Scalar)))(vec([at])))
        if (!Number.isNaN(found)) expect(found).toBeCloseTo(right, 5)
      }
    }
  )

  it('in a sum with others that are finite', () => {
    const f = (x: Scalar) => g.sum(g.log(pipe(g.exp(g.mul(x)(g.tensor([1, 500]))), g.add(1))))
    expect(g.toNumber(g.grad(f)(g.scalar(2)))).toBeNaN()
    const spread = (x: Vec<2>) => g.exp(g.logSumExp(g.log(x)))
    expect(g.toArray(g.grad(spread)(g.tensor([0, 0.5])))).toEqual([NaN, 1])
  })

  it('and the operation in which they met is named', () => {
    const named = (f: (x: Scalar) => Scalar): string =>
      pipe(
        g.check.firstBad(g.grad(f))(g.scalar(0)),
        O.match(() => '', g.check.showFirstBad)
      )
    expect(named((x) => g.square(g.sqrt(x)))).toBe(
      '%9 = mul [] makes NaN of [] from params (0) and [] from params (Infinity); ' +
        'before it, %7 = powNumber [] makes Infinity of params [] (0)'
    )
    // a logarithm divides by its argument
    expect(named((x) => g.exp(g.log(x)))).toBe('%7 = div [] makes NaN of [] from params (0) and [] from params (0)')
  })
})

describe('what is not reached is exactly 0', () => {
  const odd = fc.constantFrom(0, -0, 1, -1, 2, Infinity, -Infinity, NaN, 1e308, -1e308, 5e-324)
  /** Steps with poles, overflows and places where they are not defined. */
  const steps: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    log: g.log,
    sqrt: g.sqrt,
    exp: g.exp,
    reciprocal: g.pow(-1),
    square: g.square,
    tanh: g.tanh,
    log1p: g.log1p,
    softmax: (x) => loose(g.softmax(x)),
    logSumExp: (x) => loose(g.broadcastTo([2])(g.logSumExp(x))),
    'a product of its elements': (x) => loose(g.mul(g.broadcastTo([2])(g.max(x)))(x as never)),
    'a matrix product': (x) =>
      loose(g.reshape([2])(g.matmul(g.reshape([1, 1])(g.tensor([3])))(g.reshape([2, 1])(x as never)))),
    sum: (x) => loose(g.broadcastTo([2])(g.sum(x))),
    'a scan': (x) => {
      const step = (c: Scalar, t: Scalar) => [g.add(g.sqrt(t))(c), g.log(g.mul(c)(t))] as const
      return loose(g.scan(step)(g.scalar(0), x as never)[1])
    }
  }
  const chains = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 1, maxLength: 4 })
  const chain = (names: readonly string[]) => (x: Tensor) => names.reduce((y, name) => steps[name]!(y), x)

  test.prop([chains, fc.tuple(odd, odd)])('in a branch that is not taken, whatever it is made of', (names, at) => {
    const f = (x: Vec) => g.sum(pipe(chain(names)(x) as never, g.where(g.zeros([2]) as never, g.mul(2)(x) as never)))
    for (const [name, engine] of Object.entries(engines))
      if (name !== 'compiled in single precision') expect(engine(f)(vec(at))).toBeTensor([2, 2])
    for (const hessian of [g.hessian(f)(vec(at)), g.jacobian((y: Vec) => g.grad(f)(y))(vec(at))])
      expect(g.add(0)(loose(hessian) as never)).toBeTensor([
        [0, 0],
        [0, 0]
      ])
  })

  test.prop([fc.constantFrom('log', 'sqrt', 'exp', 'reciprocal', 'log1p'), odd])(
    'at an element that a slice, a gather or a maximum leaves out',
    (name, at) => {
      const x = vec([at, 0.5])
      const own = g.toFlatArray(g.grad((y: Scalar) => steps[name]!(y) as never)(g.scalar(0.5)))[0]!
      const second: Readonly<Record<string, OfVector>> = {
        slice: (y) => g.sum(g.slice(0, 1, 2)(steps[name]!(y) as never)),
        gather: (y) => g.sum(g.take({ axis: 0 })(g.tensor([1]))(steps[name]!(y) as never)),
        concat: (y) => g.sum(g.slice(0, 1, 3)(g.concat(g.tensor([7]), 0)(steps[name]!(y) as never) as never)),
        'where, row by row': (y) => g.sum(pipe(steps[name]!(y) as never, g.where(g.tensor([0, 1]) as never, 0)))
      }
      for (const f of Object.values(second))
        for (const engine of [engines['eager']!, engines['forward']!, engines['compiled']!, engines['mapped']!])
          expect(engine(f)(x)).toBeCloseToTensor([0, own])
    }
  )

  it('in rows of a Jacobian that other elements of the value have nothing to do with', () => {
    for (const mode of ['forward', 'reverse'] as const)
      for (const wrap of [<F>(f: F): F => f, <F extends (x: Vec<2>) => Tensor>(f: F): F => g.compile(f)])
        expect(
          wrap((x: Vec<2>) => loose(g.jacobian((y: Vec<2>) => g.sqrt(y), { mode })(x)))(g.tensor([0, 4]))
        ).toBeTensor([
          [Infinity, 0],
          [0, 0.25]
        ])
  })

  it('from and to an empty tensor, of which a sum has a derivative of 0 even through a pole', () => {
    const none = g.zeros([0])
    const inverse = g.pow(-1)
    const ofEmpty: readonly ((x: Vec<0>) => Scalar)[] = [
      (x) => inverse(g.sum(x)),
      // steps whose elements are empty, and a step whose result is
      (x) => {
        const rows = g.stack([x, x])
        return inverse(g.scan((c: Scalar, row: Vec<0>) => [g.add(g.sum(row))(c), []] as const)(g.scalar(0), rows)[0])
      },
      (x) => inverse(g.sum(g.scan((c: Vec<0>, _: Scalar) => [c, g.sum(c)] as const)(x, g.zeros([2]))[1]))
    ]
    for (const f of ofEmpty) {
      const slope = (x: Vec<0>) => g.jvp(f)(x)(x).tangent
      for (const run of [slope, g.compile(slope)]) expect(g.toNumber(run(none))).toBe(0)
    }
    const toEmpty: readonly OfScalar[] = [
      (x) => g.sum(g.mul(inverse(x))(none)),
      (x) => g.sum(g.scan((c: Scalar, _: Scalar) => [c, g.mul(inverse(c))(none)] as const)(x, g.zeros([2]))[1])
    ]
    for (const f of toEmpty)
      for (const run of [g.grad(f), g.compile(g.grad(f)), (x: Scalar) => g.jvp(f)(x)(g.scalar(1)).tangent])
        expect(g.toNumber(run(g.scalar(0)))).toBe(0)
  })

  it('for shared weights, where a row that is not finite is left out', () => {
    const weights = g.tensor([
      [1, 2],
      [3, 4]
    ])
    const rows = g.tensor([
      [1, 1],
      [NaN, Infinity]
    ])
    const f = (w: g.Mat<2, 2>) => {
      const out = g.softmax(g.matmul(w)(g.matmul(w)(rows)))
      return g.sum(pipe(g.square(out), g.where(g.broadcastTo([2, 2])(g.tensor([[1], [0]])), 0)))
    }
    const alone = (w: g.Mat<2, 2>) => g.sum(g.square(g.softmax(g.matmul(w)(g.matmul(w)(g.tensor([[1, 1]]))))))
    // a scan between them hands on what was left out
    const scanned = (w: g.Mat<2, 2>) => {
      const step = (c: Scalar, row: Vec<2>) => [c, g.softmax(row)] as const
      const [, out] = g.scan(step)(g.scalar(0), g.matmul(w)(g.matmul(w)(rows)))
      return g.sum(pipe(g.square(out), g.where(g.broadcastTo([2, 2])(g.tensor([[1], [0]])), 0)))
    }
    for (const gradient of [f, scanned].flatMap((each) => [g.grad(each), g.compile(g.grad(each))]))
      expect(gradient(weights)).toBeCloseToTensor(loose(g.grad(alone)(weights)))
  })

  it('at the steps of a scan whose results are masked', () => {
    const step = (c: Scalar, t: Scalar) => [g.add(t)(c), g.sqrt(t)] as const
    const f = (x: Vec) => g.sum(pipe(g.scan(step)(g.scalar(1), x)[1] as never, g.where(g.tensor([0, 1, 1]), 0)))
    for (const [name, engine] of Object.entries(engines))
      if (name !== 'compiled in single precision') expect(engine(f)(vec([0, 1, 4]))).toBeTensor([0, 0.5, 0.25])
    const total = (x: Vec) => g.scan(step)(g.scalar(1), x)[0]
    expect(g.grad(total)(vec([0, 1, 4]))).toBeTensor([1, 1, 1])
  })
})

describe('a scan knows what its steps leave out', () => {
  const gradients = (f: OfVector) =>
    [engines['eager']!, engines['compiled']!, engines['mapped']!].map((engine) => engine(f))

  it.each<readonly [string, OfVector, readonly number[], readonly number[]]>([
    [
      'by where',
      (x) => g.sum(g.scan((c: Scalar, v: Scalar) => [c, g.where(g.greater(0)(v), 0)(v)])(g.scalar(0), g.sqrt(x))[1]),
      [0, 4],
      [0, 0.25]
    ],
    [
      'by relu',
      (x) => g.sum(g.scan((c: Scalar, v: Scalar) => [c, g.relu(g.sub(1)(v))])(g.scalar(0), g.sqrt(x))[1]),
      [0, 4],
      [0, 0.25]
    ],
    [
      'by a carry that replaces another',
      (x) => g.scan((_: Scalar, v: Scalar) => [v, v])(g.scalar(0), g.sqrt(x))[0],
      [0, 4],
      [0, 0.25]
    ]
  ])('%s', (_, f, at, expected) => {
    for (const gradient of gradients(f)) expect(gradient(vec(at))).toBeCloseToTensor([...expected])
  })

  it('from one step to the next', () => {
    const step = (c: Scalar, v: Scalar) => [g.sqrt(pipe(c, g.where(g.greater(0.1)(c), 4), g.sub(v))), c] as const
    const f = (c: Scalar) => g.scan(step)(c, g.tensor([1, 0]))[0]
    expect(g.grad(f)(g.scalar(1))).toBeTensor(0)
  })

  it('where a carry begins as a constant, forwards', () => {
    const f = (x: Vec<2>) => g.sum(g.scan((c: Scalar, v: Scalar) => [v, g.sqrt(c)])(g.scalar(0), x)[1])
    expect(g.jvp(f)(g.tensor([4, 9]))(g.tensor([1, 1])).tangent).toBeCloseToTensor(0.25)
  })
})

describe('a long chain of selections', () => {
  it('does not overflow the stack', () => {
    const turned = (y: Tensor): Tensor => {
      const z = y as unknown as Vec<3>
      return g.concat(0)([g.slice(0, 1, 3)(z), g.slice(0, 0, 1)(z)])
    }
    const f = (x: Vec<3>) => {
      const y = Array.from({ length: 3000 }).reduce<Tensor>((z) => turned(z), loose(g.log(x)))
      return g.sum(pipe(y as unknown as Vec<3>, g.where(g.tensor([1, 1, 0]), 0)))
    }
    expect(g.grad(f)(g.tensor([1, 2, 4]))).toBeTensor([1, 0.5, 0])
  })
})

describe('what is differentiated again', () => {
  it('keeps the derivative by a cotangent that is 0', () => {
    const pulled = (ct: Scalar) =>
      g
        .vjp((x: Scalar) => g.square(x))(g.scalar(3))
        .pullback(ct)
    expect(g.grad(pulled)(g.scalar(0))).toBeTensor(6)
  })

  it('keeps the derivative of x log y by x where x is 0', () => {
    const mixed = (x: Scalar) => g.grad((y: Scalar) => g.xlogy(y)(x))(g.scalar(4))
    expect(g.grad(mixed)(g.scalar(0))).toBeTensor(0.25)
    expect(g.grad((x: Scalar) => g.xlogy(g.scalar(4))(x))(g.scalar(0))).toBeCloseToTensor(Math.log(4))
    expect(g.grad((y: Scalar) => g.xlogy(y)(g.scalar(0)))(g.scalar(0))).toBeTensor(0)
  })
})
