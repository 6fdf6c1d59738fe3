import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const any = (x: unknown) => x as never
const close = { rtol: 1e-12, atol: 1e-12 }

interface Pair {
  readonly a: Vec
  readonly b: Vec
}

/** The square, of which the rule says that its derivative is 7 x: it can be told from the true one, at every order. */
const byVjp = g.customVjp((x: Vec) => ({ value: g.square(x), pullback: (ct: Vec) => g.mul(g.mul(7)(x))(ct) }))
const byJvp = g.customJvp((x: Vec) => ({ value: g.square(x), pushforward: (t: Vec) => g.mul(g.mul(7)(x))(t) }))

const vector = fc.array(fc.double({ min: -3, max: 3, noNaN: true }).map(Math.fround), { minLength: 1, maxLength: 4 })

/** The sums of the columns of a matrix. */
const columns = (x: g.Tensor): g.Tensor => g.primitive.vocabulary.sum(x, [0], false)

describe.each([
  ['customVjp', byVjp],
  ['customJvp', byJvp]
])('the rule of %s is used, not the derivative of the value', (_, f) => {
  const total = (x: Vec): Scalar => g.sum(g.mul(x)(f(x)))
  const all = (x: Vec) => ({
    value: f(x),
    grad: g.grad((y: Vec) => g.sum(f(y)))(x),
    vjp: g.vjp(f)(x).pullback(x),
    jvp: g.jvp(f)(x)(x).tangent,
    linearize: g.linearize(f)(x).pushforward(x),
    forward: columns(g.jacobian(f, { mode: 'forward' })(x)),
    reverse: columns(g.jacobian(f, { mode: 'reverse' })(x)),
    // (x · x²)′ is x² + 7 x · x, and then 2 x · 3.5 + 14 x: the value is differentiated by the rule as well
    second: g.hvp(total)(x)(x),
    third: g.grad((y: Vec) => g.sum(g.grad((z: Vec) => g.sum(g.grad((w: Vec) => g.sum(f(w)))(z)))(y)))(x),
    mapped: g.vmap((by: Scalar, y: Vec) => g.grad((z: Vec) => g.sum(f(g.mul(by)(z))))(y), { in: [0, null] })(
      g.tensor([1, 2]),
      x
    ),
    scanned: g.grad((y: Vec) => g.sum(g.repeat(2)((z: Vec) => f(z))(y)))(x),
    nested: g.grad((y: Vec) => g.sum(g.customVjp(g.vjp(f))(y)))(x),
    checkpointed: g.grad((y: Vec) => g.sum(g.checkpoint(f)(y)))(x)
  })
  const expected = (xs: readonly number[]) => {
    const seven = xs.map((x) => 7 * x)
    return {
      value: xs.map((x) => x * x),
      grad: seven,
      vjp: xs.map((x) => 7 * x * x),
      jvp: xs.map((x) => 7 * x * x),
      linearize: xs.map((x) => 7 * x * x),
      forward: seven,
      reverse: seven,
      second: xs.map((x) => 21 * x * x),
      third: xs.map(() => 0),
      mapped: [seven, xs.map((x) => 28 * x)],
      scanned: xs.map((x) => 49 * x * x * x),
      nested: seven,
      checkpointed: seven
    }
  }

  test.prop([vector], { numRuns: 10 })('by every transformation, in programs of both precisions too', (xs) => {
    const wanted = expected(xs)
    const x: Vec = g.tensor(xs)
    for (const [how, tolerance] of [
      [all, close],
      [g.compile(all, { checked: true }), close],
      [g.compile(all, { precision: 'single' }), { rtol: 1e-5, atol: 1e-5 }]
    ] as const) {
      const found = how(x)
      for (const name of Object.keys(wanted) as (keyof typeof wanted)[])
        expect(found[name], name).toBeCloseToTensor(wanted[name], tolerance)
    }
  })

  it('and a jacobian keeps to the elements that it reaches: an infinite derivative elsewhere is not met', () => {
    const root =
      f === byVjp
        ? g.customVjp((x: Vec) => ({ value: g.sqrt(x), pullback: (ct: Vec) => g.div(g.mul(2)(g.sqrt(x)))(ct) }))
        : g.customJvp((x: Vec) => ({ value: g.sqrt(x), pushforward: (t: Vec) => g.div(g.mul(2)(g.sqrt(x)))(t) }))
    const x: Vec = g.tensor([0, 4])
    for (const mode of ['forward', 'reverse'] as const) {
      const rows = (y: Vec) => g.jacobian(root, { mode })(y)
      for (const h of [rows, g.compile(rows)])
        expect(h(x)).toBeTensor([
          [Infinity, 0],
          [0, 0.25]
        ])
    }
    const second = (y: Vec): Scalar => g.sum(g.slice(0, 1, 2)(any(root(y))))
    expect(g.grad(second)(x)).toBeTensor([0, 0.25])
    const chosen = (y: Vec): Scalar => g.sum(g.where(g.greater(0)(y), g.mul(0)(y))(root(y)))
    expect(g.grad(chosen)(x)).toBeTensor([0, 0.25])
    expect(g.jvp(chosen)(x)(g.tensor([1, 1])).tangent).toBeTensor(0.25)
  })
})

describe('a function with a rule of its own', () => {
  const scaled = g.customVjp(({ a, b }: Pair, by: Vec, { times }: { readonly times: number }) => ({
    value: { product: g.mul(g.mul(a)(b))(by), sum: g.mul(times)(g.add(a)(b)) },
    pullback: ({ product, sum }: { readonly product: Vec; readonly sum: Vec }) => ({
      a: g.add(g.mul(times)(sum))(g.mul(g.mul(b)(by))(product)),
      b: g.mul(-1)(product)
    })
  }))
  const p: Pair = { a: g.tensor([1, 2]), b: g.tensor([3, 4]) }
  const by: Vec = g.tensor([10, 100])

  it('takes and gives trees, and takes data, tensors and others', () => {
    const { value, pullback } = g.vjp(scaled)(p, by, { times: 5 })
    expect(value.product).toBeTensor([30, 800])
    expect(value.sum).toBeTensor([20, 30])
    const { a, b } = pullback({ product: g.tensor([1, 1]), sum: g.tensor([1, 0]) })
    expect(a).toBeTensor([35, 400])
    expect(b).toBeTensor([-1, -1])
  })

  it('is mapped over its point, over its data, and over either alone', () => {
    const f = (q: Pair, data: Vec) => g.grad((r: Pair) => g.sum(scaled(r, data, { times: 5 }).product))(q).a
    const rows = g.tensor([
      [10, 100],
      [1, 2]
    ])
    const points = { a: g.stack([p.a, p.b]), b: g.stack([p.b, p.b]) }
    const mapped = {
      data: (x: typeof rows) => g.vmap(f, { in: [null, 0] })(p, x),
      both: (x: typeof rows) => g.vmap(f)(any(points), any(x)),
      point: () => g.vmap(f, { in: [0, null] })(any(points), by)
    }
    for (const how of [<A extends (x: typeof rows) => unknown>(h: A) => h, g.compile as never] as readonly (<A>(
      h: A
    ) => A)[]) {
      expect(how(mapped.data)(rows)).toBeTensor([
        [30, 400],
        [3, 8]
      ])
      expect(how(mapped.both)(rows)).toBeTensor([
        [30, 400],
        [3, 8]
      ])
      expect(how(mapped.point)()).toBeTensor([
        [30, 400],
        [30, 400]
      ])
    }
  })

  it('is traced within other derivatives: data may be traced by a program or mapped, but not differentiated', () => {
    const f = (x: Vec) => g.sum(scaled(p, x, { times: 1 }).product)
    expect(g.compile(f)(by)).toBeTensor(830)
    expect(() => g.grad(f)(by)).toThrow(
      /^customVjp: the rule says nothing of a tensor that is being differentiated.*stopGradient/
    )
    expect(() => g.jvp(f)(by)(by)).toThrow(/^customVjp: the rule says nothing/)
    expect(g.grad((x: Vec) => f(g.stopGradient(x)))(by)).toBeTensor([0, 0])
    const captured = g.customJvp((x: Vec) => ({ value: g.mul(by)(x), pushforward: (t: Vec) => g.mul(by)(t) }))
    expect(g.grad((x: Vec) => g.sum(captured(x)))(by)).toBeTensor([10, 100])
    expect(() =>
      g.grad((w: Vec) =>
        g.sum(g.customJvp((x: Vec) => ({ value: g.mul(w)(x), pushforward: (t: Vec) => g.mul(w)(t) }))(by))
      )(by)
    ).toThrow(/^customJvp: the rule says nothing of a tensor/)
  })

  it('takes data of the loops that it is in, which are not differentiated by it', () => {
    const scaled = any(
      g.customVjp((x: Scalar, k: Scalar) => ({ value: g.mul(k)(x), pullback: (ct: Scalar) => g.mul(k)(ct) }))
    ) as (x: Scalar, k: Scalar) => Scalar
    const scanned = (x: Scalar, settings = {}): Scalar =>
      g.scan((c: Scalar, k: Scalar) => [scaled(c, k), []] as const, settings)(x, g.tensor([2, 3]) as never)[0]
    const repeated = (x: Scalar, k: Scalar): Scalar => g.repeat(3)((c: Scalar) => scaled(c, k))(x)
    const loops: readonly (readonly [(x: Scalar) => Scalar, number])[] = [
      [scanned, 6],
      [(x) => scanned(x, { checkpoint: true }), 6],
      [(x) => scanned(x, { reverse: true }), 6],
      [(x) => g.checkpoint(scaled)(x, g.scalar(3)), 3],
      [(x) => g.cond(scaled, (own: Scalar) => own)(g.scalar(1), x, g.scalar(5)), 5],
      [(x) => repeated(x, g.scalar(2)), 8],
      [
        // a carry that is not wanted, and one that comes to depend on what is
        (x) =>
          g.repeat(3)((c: { readonly a: Scalar; readonly k: Scalar; readonly b: Scalar }) => ({
            a: scaled(c.a, c.k),
            k: g.add(1)(c.k),
            b: g.add(c.a)(c.b)
          }))({ a: x, k: g.scalar(1), b: g.scalar(0) }).b,
        4
      ],
      [
        (x) =>
          g.whileLoop(
            (c: Scalar) => g.less(5)(c),
            (c: Scalar) => scaled(c, g.scalar(2)),
            { maxSteps: 9 }
          )(x),
        8
      ]
    ]
    for (const [f, slope] of loops) {
      expect(g.toNumber(g.grad(f)(g.scalar(1)))).toBe(slope)
      expect(g.toNumber(g.compile(g.grad(f))(g.scalar(1)))).toBe(slope)
      expect(g.toArray(g.vmap(g.grad(f))(g.tensor([1, 1.125])))).toEqual([slope, slope])
      expect(g.toNumber(g.jvp(f)(g.scalar(1))(g.scalar(1)).tangent)).toBe(slope)
    }
    const byBoth = (x: Scalar, k: Scalar): Scalar => g.grad((own: Scalar) => repeated(own, k))(x)
    expect(g.toNumber(g.compile(byBoth)(g.scalar(1), g.scalar(3)))).toBe(27)
    expect(g.toArray(g.vmap(byBoth)(g.tensor([1, 1]), g.tensor([3, 4])))).toEqual([27, 64])
    expect(() => g.grad((k: Scalar) => repeated(g.scalar(1), k))(g.scalar(3))).toThrow('or takes as data')
  })

  it('of no cotangent by a branch not taken gives 0', () => {
    const log1p = g.customVjp((x: Scalar) => ({ value: g.log(x), pullback: (ct: Scalar) => g.div(x)(ct) }))
    const f = (x: Scalar) =>
      g.cond(
        (y: Scalar) => log1p(y),
        (y: Scalar) => g.mul(2)(y)
      )(g.greater(0)(x), x)
    expect(g.vmap((x: Scalar) => g.grad(f)(x))(g.tensor([0, 4]))).toBeTensor([2, 0.25])
  })
})

describe('rules of one’s own are refused', () => {
  const one = g.scalar(1)
  const good = (x: Scalar) => ({ value: x, pullback: (ct: Scalar) => ct })
  it.each([
    ['when they are no function', () => g.customVjp(any(1)), /^customVjp: rule must be a function/],
    ['when they are no function', () => g.customJvp(any({})), /^customJvp: rule must be a function/],
    ['when they give no record', () => g.customVjp(any((x: Scalar) => x))(one), /^customVjp: the result of the rule/],
    [
      'when they give no pullback',
      () => g.customVjp(any((x: Scalar) => ({ value: x })))(one),
      /^customVjp: the result of the rule.*pullback/
    ],
    [
      'when they give a pullback for a pushforward',
      () => g.customJvp(any(good))(one),
      /^customJvp: the result of the rule.*pushforward/
    ],
    [
      'when they give no value',
      () => g.customVjp(any(() => ({ pullback: () => one })))(one),
      /^customVjp: value is undefined/
    ],
    [
      'when the pullback gives another tree',
      () =>
        g.customVjp(any(({ x }: { readonly x: Scalar }) => ({ value: x, pullback: (y: Scalar) => ({ y }) })))({
          x: one
        }),
      /^customVjp: .*(the argument|what the pullback gives)/
    ],
    [
      'when the pullback gives another shape',
      () => g.customVjp(any((x: Scalar) => ({ value: x, pullback: (y: Scalar) => g.reshape([1])(y) })))(one),
      /^customVjp: .*\[1\]/
    ],
    [
      'when the pushforward gives another shape',
      () => g.customJvp(any((x: Scalar) => ({ value: x, pushforward: (y: Scalar) => g.reshape([1])(y) })))(one),
      /^customJvp: .*\[1\]/
    ],
    [
      'when they read a number',
      () => g.customVjp((x: Scalar) => (g.toNumber(x) > 0 ? good(x) : good(x)))(one),
      /^toNumber: /
    ],
    ['when the point is no tree of tensors', () => g.customVjp(good)(any(1)), /^customVjp: params is the number 1/]
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})

describe.each([
  ['customVjp', 'pullback', g.customVjp],
  ['customJvp', 'pushforward', g.customJvp]
] as const)('a rule of %s that is written with its own value', (_, map, custom) => {
  // by a loop without a bound, which reverse mode cannot go through
  const solved = (a: g.Scalar): g.Scalar =>
    g.whileLoop(
      (x: g.Scalar) => g.greater(1e-14)(g.abs(g.sub(a)(g.square(x)))),
      (x: g.Scalar) => g.div(2)(g.add(g.div(x)(a))(x)),
      { maxSteps: 60 }
    )(g.scalar(1))
  const own = custom as unknown as (rule: (a: g.Scalar) => object) => (a: g.Scalar) => g.Scalar
  const root = own((a) => {
    const x = solved(g.stopGradient(a))
    return { value: x, [map]: (v: g.Scalar) => g.div(g.mul(2)(x))(v) }
  })
  const derivative = (order: number): ((a: g.Scalar) => g.Scalar) =>
    order === 0 ? root : (a) => g.grad(derivative(order - 1))(a)
  const exact = (order: number, a: number): number => [1, 1 / 2, -1 / 4, 3 / 8, -15 / 16][order]! * a ** (1 / 2 - order)

  it.each([0, 1, 2, 3, 4])('has the derivative of order %i, in programs, loops and mapped too', (order) => {
    const given = [0.5, 1.7, 3]
    const points = g.tensor(given) as unknown as Vec
    const expected = g.tensor(given.map((a) => exact(order, a)))
    const back = derivative(order)
    const forward = (a: g.Scalar): g.Scalar =>
      order === 0 ? root(a) : g.jvp(derivative(order - 1))(a)(g.scalar(1)).tangent
    for (const each of [back, forward]) {
      const mapped = (xs: Vec): Vec => g.vmap(each)(xs)
      const looped = (xs: Vec): Vec =>
        g.scan((carry: g.Scalar, a: g.Scalar): [g.Scalar, g.Scalar] => [carry, each(a)])(g.scalar(0), xs)[1]
      for (const run of [mapped, looped, g.compile(mapped), g.compile(looped)])
        expect(run(points)).toBeCloseToTensor(expected, { atol: 1e-10, rtol: 1e-10 })
    }
  })
})

interface Sides {
  readonly a: g.Mat<2, 3>
  readonly b: g.Vec<3>
}

describe.each([
  ['customVjp', (f: (p: Sides) => Vec) => g.customVjp(g.vjp(f))],
  ['customJvp', (f: (p: Sides) => Vec) => g.customJvp(g.linearize(f))]
] as const)('a rule of %s for two tensors and a result of three shapes', (_, own) => {
  const f = ({ a, b }: Sides): Vec => g.tanh(g.matmul(b)(a))
  const at: Sides = {
    a: g.tensor([
      [0.1, 0.2, -0.3],
      [0.4, -0.5, 0.6]
    ]),
    b: g.tensor([0.7, -0.8, 0.9])
  }
  const along: Sides = { a: g.mul(2)(at.a), b: g.square(at.b) }
  const all = (h: (p: Sides) => Vec) => ({
    jvp: g.jvp(h)(at)(along).tangent,
    vjp: g
      .vjp(h)(at)
      .pullback(g.tensor([1, -2])),
    // by one tensor alone: the other has no tangent, and no cotangent is wanted of it
    byA: g.grad((a: Sides['a']) => g.sum(h({ a, b: at.b })))(at.a),
    alongB: g.jvp((b: Sides['b']) => h({ a: at.a, b }))(at.b)(along.b).tangent,
    second: g.hvp((p: Sides) => g.sum(g.square(h(p))))(at)(along),
    mapped: g.vmap((by: Scalar) => g.grad((p: Sides) => g.mul(by)(g.sum(h(p))))(at))(g.tensor([1, 2]))
  })

  it('is used by every transformation, eager and compiled', () => {
    const expected = g.params.tensors(all(f) as never)
    for (const got of [all(own(f)), g.compile(() => all(own(f)))()])
      g.params.tensors(got as never).forEach((x, i) => {
        expect(x).toBeCloseToTensor(expected[i]!, close)
      })
  })
})
