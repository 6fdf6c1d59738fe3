/** Numbers of tensors that are being traced: nothing is lost without a word, inside the trace or after it. */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'

const traced = (message: RegExp): Error =>
  expect.objectContaining({ name: 'TracedValueError', message: expect.stringMatching(message) as string }) as Error

const x = g.tensor([2, 3])

/** Every way to read a number out of a tensor. */
const readers: Readonly<Record<string, (v: Vec<2>) => unknown>> = {
  get: (v) => g.toNumber(g.get(0)(v)),
  toNumber: (v) => g.toNumber(g.sum(v)),
  toArray: g.toArray,
  toFlatArray: g.toFlatArray,
  Eq: (v) => g.Eq.equals(v, g.tensor([2, 3])),
  'Eq, second': (v) => g.Eq.equals(g.tensor([2, 3]), v),
  isClose: (v) => g.isClose()(v)(x),
  'isClose, second': (v) => g.isClose()(x)(v),
  'JSON.stringify': (v) => JSON.stringify({ v }),
  'codec.JsonTensor': (v) => codec.JsonTensor.encode(v),
  'codec.JsonParams': (v) => codec.print(codec.JsonParams)({ v }),
  'an argmax': (v) => g.toNumber((g.argmax as never as (x: unknown) => Scalar)(v)),
  'a comparison': (v) => g.toNumber(g.get(0)(g.greater(0)(v))),
  'a metric': (v) => g.nn.rSquared(g.reshape([2, 1])(v))(g.ones([2, 1])),
  'params.isClose': (v) => g.params.isClose()({ v })({ v: x }),
  'params.allFinite': (v) => g.params.allFinite({ v }),
  'random.categorical': (v) => g.random.categorical(g.div(g.sum(v))(v)),
  number: (v) => Number(g.sum(v)),
  'exclusive or': (v) => (g.sum(v) as unknown as number) ^ 1,
  product: (v) => (g.sum(v) as unknown as number) * 2,
  'less than': (v) => (g.sum(v) as unknown as number) < 2,
  'Math.exp': (v) => Math.exp(g.sum(v) as unknown as number),
  structuredClone: (v) => structuredClone({ v })
}

/** Those that a plain tensor refuses too. */
const refused = new Set(['number', 'exclusive or', 'product', 'less than', 'Math.exp', 'structuredClone'])

/** Everything that traces a function at a point it knows. */
const transformations: Readonly<Record<string, (f: (v: Vec<2>) => Scalar) => unknown>> = {
  grad: (f) => g.grad(f)(x),
  valueAndGrad: (f) => g.valueAndGrad(f)(x),
  'valueAndGrad with aux': (f) => g.valueAndGrad((v: Vec<2>) => [f(v), v] as const, { aux: true })(x),
  vjp: (f) => g.vjp(f)(x),
  jvp: (f) => g.jvp(f)(x)(x),
  hvp: (f) => g.hvp(f)(x)(x),
  jacobian: (f) => g.jacobian(f)(x),
  'jacobian by forward mode': (f) => g.jacobian(f, { mode: 'forward' })(x),
  hessian: (f) => g.hessian(f)(x),
  trace: (f) => g.trace(f)(x),
  vmap: (f) => g.vmap(f)(g.ones([3, 2])),
  scan: (f) => g.scan((c: Vec<2>, _: Scalar) => [c, f(c)] as const)(x, g.ones([3])),
  compile: (f) => g.compile(f)(x),
  'compiled grad': (f) => g.compile(g.grad(f))(x),
  'grad of grad': (f) => g.grad((v: Vec<2>) => g.sum(g.grad(f)(v)))(x),
  'an outer trace': (f) => g.grad((v: Vec<2>) => g.sum(g.grad((w: Vec<2>) => g.mul(f(v))(g.sum(w)))(x)))(x)
}

describe('a number read out of a tensor that is being traced', () => {
  for (const [name, read] of Object.entries(readers))
    it(`is refused by name: ${name}`, () => {
      if (!refused.has(name)) read(x)
      for (const transform of Object.values(transformations))
        expect(() =>
          transform((v) => {
            read(v)
            return g.sum(v)
          })
        ).toThrow(
          expect.objectContaining({
            name: expect.stringMatching(/^(TracedValueError|ValueError|DataCloneError)$/) as string
          })
        )
    }, 20_000)

  it('is told which word to use instead', () => {
    expect(() => g.grad((v: Vec<2>) => g.scalar(g.toNumber(g.get(0)(v)) * g.toNumber(g.get(1)(v))))(x)).toThrow(
      traced(/^toNumber: this tensor of shape \[\] is being traced by grad, .* get, .* where, .* stopGradient\(x\)/)
    )
  })

  it('is had by stopGradient, and by what is made of it alone', () => {
    for (const transform of ['grad', 'valueAndGrad', 'vjp', 'jacobian', 'hessian', 'trace'])
      transformations[transform]!((v) => {
        const still = g.stopGradient(v)
        expect(g.toNumber(g.get(1)(still))).toBe(3)
        expect(g.toNumber(g.sum(g.mul(still)(still)))).toBe(13)
        expect(() => g.toNumber(g.sum(g.mul(still)(v)))).toThrow(traced(/^toNumber/))
        return g.mul(g.toNumber(g.get(1)(still)))(g.sum(v))
      })
    expect(g.grad((v: Vec<2>) => g.mul(g.toNumber(g.get(1)(g.stopGradient(v))))(g.sum(v)))(x)).toBeTensor([3, 3])
  })

  it('does not stand in the way of printing it', () => {
    g.grad((v: Vec<2>) => {
      expect([g.show(v), inspect(v)]).toEqual(Array(2).fill('Tensor[2] [2, 3]'))
      return g.sum(v)
    })(x)
  })

  it('is allowed in the evaluation of an operation: it may read its operands', () => {
    const mine = {
      ...g.table.exp,
      name: 'mine',
      evaluate: (_: unknown, [v]: readonly Tensor[]) => Float64Array.from(g.toFlatArray(v!))
    }
    const f = (v: Vec<2>): Scalar => g.sum(g.apply(mine, {}, [v as unknown as Tensor]))
    expect(g.toNumber(g.valueAndGrad(f)(x).value)).toBe(5)
  })
})

describe('one element that stays a tensor', () => {
  it('has its derivative, at any order, mapped and compiled', () => {
    const product = (v: Vec<2>): Scalar => g.mul(g.get(0)(v))(g.get(-1)(v))
    expect(g.grad(product)(x)).toBeTensor([3, 2])
    expect(g.compile(g.grad(product))(x)).toBeTensor([3, 2])
    expect(g.hessian(product)(x)).toBeTensor([
      [0, 1],
      [1, 0]
    ])
    expect(
      g.vmap(product)(
        g.tensor([
          [1, 2],
          [3, 4]
        ])
      )
    ).toBeTensor([2, 12])
  })

  it('may be a row, and is counted from either end', () => {
    const m = g.tensor([
      [1, 2, 3],
      [4, 5, 6]
    ])
    expect(g.get(-1)(m)).toBeTensor([4, 5, 6])
    expect(g.get(0, -1)(m)).toBeTensor(3)
    expect(g.get()(m)).toBeTensor(g.toArray(m))
    const message = (text: string): Error => expect.objectContaining({ name: 'IndexError', message: text }) as Error
    expect(() => g.get(2)(m)).toThrow(message('get: index 2 is out of range for axis 0 of shape [2, 3]'))
    expect(() => g.get(0, -4)(m)).toThrow(message('get: index -4 is out of range for axis 1 of shape [2, 3]'))
    expect(() => g.get(0.5)(m)).toThrow(message('get: index 0.5 is out of range for axis 0 of shape [2, 3]'))
    expect(() => g.get(0, 0, 0)(m as never)).toThrow(
      message('get: shape [2, 3] takes 2 indices at most, got [0, 0, 0]')
    )
  })
})

describe('a tensor that has left the function it was traced in', () => {
  const left = /was traced by a call of \w+ that has returned, and was kept outside of it; return it/

  /** What each transformation left behind. */
  const kept = Object.entries(transformations).map(([name, transform]) => {
    const found: Scalar[] = []
    transform((v) => {
      const loss = g.sum(g.square(v))
      found.push(loss)
      return loss
    })
    return [name, found[0]!] as const
  })

  it('is an error wherever it is used', () => {
    const uses: readonly ((loss: Scalar) => unknown)[] = [
      (loss) => g.toNumber(loss),
      (loss) => g.mul(2)(loss),
      (loss) => g.grad(g.square)(loss),
      (loss) => g.grad((y: Scalar) => g.mul(loss)(y))(g.scalar(1)),
      (loss) => g.grad((_: Scalar) => loss)(g.scalar(1)),
      (loss) => g.vjp((_: Scalar) => ({ loss }))(g.scalar(1)),
      (loss) => g.trace((_: Scalar) => loss)(g.scalar(1)),
      (loss) => g.vmap((y: Scalar) => g.mul(loss)(y))(x),
      (loss) => g.vmap((_: Scalar) => loss)(x),
      (loss) => g.scan((c: Scalar, y: Scalar) => [g.mul(loss)(c), y] as const)(g.scalar(1), x),
      (loss) => g.scan((c: Scalar, _: Scalar) => [c, loss] as const)(g.scalar(1), x),
      (loss) => g.compile((y: Scalar) => g.mul(loss)(y))(g.scalar(1)),
      (loss) => g.compile((_: Scalar) => loss)(g.scalar(1)),
      (loss) => g.compile(g.square)(loss),
      (loss) => JSON.stringify(loss)
    ]
    for (const [name, loss] of kept) for (const use of uses) expect(() => use(loss), name).toThrow(traced(left))
  })

  it('is told when it is a momentum kept from call to call of a compiled step', () => {
    let momentum = g.zeros([2])
    let calls = 0
    const step = g.compile((w: Vec<2>): Vec<2> => {
      calls++
      momentum = g.add(g.mul(0.9)(momentum))(w)
      return g.sub(momentum)(w)
    })
    step(x)
    step(x)
    expect(calls).toBe(1)
    expect(() => g.mul(1)(momentum)).toThrow(traced(/^mul: .*by a call of compile that has returned/))
    expect(() => step(g.ones([3]) as never)).toThrow(traced(left))
  })

  it('is told after a function that threw, too', () => {
    const found: Scalar[] = []
    expect(() =>
      g.compile((v: Vec<2>): Scalar => {
        found.push(g.sum(v))
        throw new RangeError('boom')
      })(x)
    ).toThrow(RangeError)
    expect(() => g.exp(found[0]!)).toThrow(traced(/by a call of compile that has returned/))
  })

  it('is what an outer function traces as long as that has not returned', () => {
    const f = (v: Vec<2>): Scalar => {
      const scale = g.sum(v)
      const inner = g.grad((y: Scalar) => g.mul(scale)(g.square(y)))(g.get(0)(v))
      const mapped = g.vmap((y: Scalar) => g.mul(scale)(y))(v)
      const scanned = g.scan((c: Scalar, y: Scalar) => [g.mul(scale)(g.add(c)(y)), y] as const)(g.scalar(0), v)[0]
      const compiled = g.compile((y: Scalar) => g.mul(scale)(y))(g.scalar(1))
      return g.add(g.add(g.add(inner)(g.sum(mapped)))(scanned))(compiled)
    }
    const by = g.grad(f)(x)
    expect(g.toArray(by)).toEqual(expect.arrayContaining([expect.any(Number)]))
    expect(g.check.numericGrad(f as never)(x as never)).toBeCloseToTensor(by, { atol: 1e-6, rtol: 1e-6 })
    expect(g.compile(g.grad(f))(x)).toBeCloseToTensor(by)
  })

  it('is no part of what a pullback of it needs, which may be kept', () => {
    const { pullback } = g.vjp(g.square)(x)
    expect(pullback(g.ones([2]) as never)).toBeTensor([4, 6])
  })
})

describe('a program that was made before', () => {
  it('is not run on what is being differentiated: its function is', () => {
    const f = g.compile((v: Vec<2>) => g.sum(g.square(v)))
    expect(f(x)).toBeTensor(13)
    expect(g.grad(f)(x)).toBeTensor([4, 6])
    expect(g.hessian(f)(x)).toBeTensor([
      [2, 0],
      [0, 2]
    ])
  })
})

it('a number behind many doublings of a constant is read at once', () => {
  const doubled = (y: Scalar): Scalar => Array.from({ length: 200 }).reduce<Scalar>((z) => g.add(z)(z), y)
  const f = (y: Scalar): Scalar => g.mul(g.toNumber(doubled(g.stopGradient(y))))(y)
  expect(g.toNumber(g.grad(f)(g.scalar(3)))).toBe(3 * 2 ** 200)
})
