/** A primitive of one's own with several results, written with public names alone. */
import { sizeOf } from '../../src/tensor/dims.ts'
import * as E from 'fp-ts/lib/Either.js'
import {
  add,
  apply,
  compile,
  fold,
  grad,
  hvp,
  jvp,
  log,
  mul,
  type MultiPrimitive,
  type NoParams,
  primitive,
  type Scalar,
  scalar,
  scan,
  showTape,
  sum,
  table,
  type Tensor,
  tensor,
  toArray,
  toFlatArray,
  toNumber,
  trace,
  type Vec,
  vmap,
  where
} from 'grad-ts'
import * as laws from 'grad-ts/laws'
import { describe, expect, it } from 'vitest'

const sinCos = primitive.multi('sinCos')({
  arity: 1,
  shape: (_, [x]) => E.right([x!, x!]),
  evaluate: (_, [x]) => [Math.sin, Math.cos].map((f) => Float64Array.from(toFlatArray(x!), f)),
  vjp: (op, _, __, [sin, cos], ct, ___, result) => (result === 0 ? op.mul(ct, cos!) : op.neg(op.mul(ct, sin!))),
  jvp: (op, _, __, [sin, cos], t, ___, result) => (result === 0 ? op.mul(t, cos!) : op.neg(op.mul(t, sin!))),
  reach: 'element',
  batch: ({ params, inputs, again }) => again(params, inputs)
})

/** Mean and variance of each row, in one pass over it. */
const moments = primitive.multi('moments')({
  arity: 1,
  shape: (_, [x = []]) => {
    const lead = x.slice(0, -1)
    return (x.at(-1) ?? 0) < 2 ? E.left('needs a last axis of at least 2') : E.right([lead, lead])
  },
  evaluate: (_, [x]) => {
    const n = x!.shape.at(-1)!
    const numbers = toFlatArray(x!)
    const rows = Array.from({ length: numbers.length / n }, (__, i) => numbers.slice(i * n, (i + 1) * n))
    const means = rows.map((row) => row.reduce((a, b) => a + b, 0) / n)
    return [
      Float64Array.from(means),
      Float64Array.from(rows.map((row, i) => row.reduce((a, b) => a + (b - means[i]!) ** 2, 0) / n))
    ]
  },
  vjp: (op, _, [x], [mean], ct, __, result) => {
    const dims = op.dims(x!)
    const [lead, n] = [dims.slice(0, -1), dims.at(-1)!]
    const spread = (y: typeof ct): typeof ct => op.broadcastTo(op.reshape(y, [...lead, 1]), dims)
    const share = op.div(spread(ct), op.constant(n))
    return result === 0 ? share : op.mul(share, op.mul(op.sub(x!, spread(mean!)), op.constant(2)))
  },
  jvp: (op, _, [x], [mean], t, __, result) => {
    const dims = op.dims(x!)
    const [lead, n] = [dims.slice(0, -1), dims.at(-1)!]
    const spread = (y: typeof t): typeof t => op.broadcastTo(op.reshape(y, [...lead, 1]), dims)
    const average = (y: typeof t): typeof t => op.div(op.sum(y, [lead.length], false), op.constant(n))
    return result === 0 ? average(t) : op.mul(average(op.mul(t, op.sub(x!, spread(mean!)))), op.constant(2))
  },
  reach: { along: (_, [x = []]) => [[x.length - 1], []] },
  batch: ({ params, inputs, again }) => again(params, inputs)
})

const rootAndSquare = primitive.multi('rootAndSquare')({
  arity: 1,
  domain: [{ min: 0.2, max: 4, avoid: [] }],
  shape: (_, [x]) => E.right([x!, x!]),
  evaluate: (_, [x]) => [Math.sqrt, (value: number) => value * value].map((f) => Float64Array.from(toFlatArray(x!), f)),
  vjp: (op, _, [x], [root], ct, __, result) =>
    result === 0 ? op.div(ct, op.mul(root!, op.constant(2))) : op.mul(ct, op.mul(x!, op.constant(2))),
  jvp: (op, _, [x], [root], t, __, result) =>
    result === 0 ? op.div(t, op.mul(root!, op.constant(2))) : op.mul(t, op.mul(x!, op.constant(2))),
  reach: 'element',
  batch: ({ params, inputs, again }) => again(params, inputs)
})

/** The same with rules for all results together, which say nothing of what is reached. */
const allTogether: MultiPrimitive<NoParams> = {
  multipleResults: true,
  name: 'allTogether',
  arity: 1,
  domain: [{ min: 0.2, max: 4, avoid: [] }],
  differentiable: () => true,
  shape: (params, inputs) => rootAndSquare.shape(params, inputs),
  evaluate: (params, inputs, outputs) => rootAndSquare.evaluate(params, inputs, outputs),
  vjp: (op, _, [x], [root], [byRoot, bySquare]) => {
    const parts = [
      ...(byRoot === undefined ? [] : [op.div(byRoot.value, op.mul(root!, op.constant(2)))]),
      ...(bySquare === undefined ? [] : [op.mul(bySquare.value, op.mul(x!, op.constant(2)))])
    ]
    return [{ value: parts.reduce((a, b) => op.add(a, b)) }]
  },
  jvp: (op, _, [x], [root], [t]) => [
    t && { value: op.div(t.value, op.mul(root!, op.constant(2))) },
    t && { value: op.mul(t.value, op.mul(x!, op.constant(2))) }
  ],
  batch: ({ params, inputs, again }) => again(params, inputs),
  flops: (_, [x]) => 2 * sizeOf(x!)
}

/** The same, whose rule does not say how elements pass through. */
const { reach: _reach, ...looseRootAndSquare } = rootAndSquare

const both = (x: Scalar) => apply(sinCos, {}, [x]) as readonly [Scalar, Scalar]
const ofRow = (x: Vec) => apply(moments, {}, [x]) as readonly [Scalar, Scalar]

describe('a primitive of a stranger with several results', () => {
  const options = { numRuns: 20 }
  laws.register(it)(laws.primitive(sinCos), options)
  laws.register(it)(laws.primitive(rootAndSquare), options)
  laws.register(it)(laws.primitive(allTogether), options)
  laws.register(it)(
    laws.primitive(moments, {
      fits: laws.arbitrary.shape({ minRank: 1, minDim: 2 }).map((dims) => ({ params: {}, shapes: [dims] }))
    }),
    options
  )

  it('is refused results that no memory holds, of several or of one', () => {
    const huge = primitive.multi('huge')({
      ...{ arity: 1, evaluate: () => [], vjp: (_, __, ___, ____, ct) => ct, jvp: (_, __, ___, ____, t) => t },
      shape: (_, [x]) => E.right([x!, [2 ** 20, 2 ** 20]]),
      batch: ({ params, inputs, again }) => again(params, inputs)
    })
    const message = /^\w+: a result of shape \[1048576, 1048576\] would hold 1099511627776 numbers, more than \d+$/
    expect(() => apply(huge, {}, [scalar(1)])).toThrow(message)
    const one = { ...table.neg, name: 'one', shape: () => E.right([2 ** 20, 2 ** 20]) }
    expect(() => apply(one, {}, [scalar(1)])).toThrow(message)
  })

  it('gives all of them, and is one line of a tape', () => {
    expect(both(scalar(0)).map(toNumber)).toEqual([0, 1])
    const tape = trace((x: Scalar) => {
      const [sin, cos] = both(mul(2)(x))
      return [add(1)(cos), sin]
    })(scalar(0))
    expect(showTape(tape)).toBe(
      [
        'in  %0 : []',
        '    %1 = mul(%0, 2) : []',
        '    %2, %3 = sinCos(%1) : [], []',
        '    %4 = add(%3, 1) : []',
        'out %4, %2'
      ].join('\n')
    )
    const again = fold<Tensor>({
      onInput: () => scalar(0.5),
      onConstant: (x) => x,
      onEntry: ({ primitive, params }, xs) => apply(primitive, params, xs)
    })(tape)
    expect(again.map((x) => toNumber(x as unknown as Scalar))).toEqual([Math.cos(1) + 1, Math.sin(1)])
    expect(() => fold<number>({ onInput: () => 0, onConstant: () => 0, onEntry: () => 0 })(tape)).toThrow(
      'fold: onEntry: sinCos has 2 results; needs an array of that many, got 0'
    )
  })

  it('has derivatives of every order, of one result and of both, forwards and backwards', () => {
    const half = (x: Scalar) => {
      const [sin, cos] = both(x)
      return mul(cos)(sin)
    }
    ;[-2, 0, 0.5, 3].forEach((x) => {
      expect(toNumber(grad(half)(scalar(x)))).toBeCloseTo(Math.cos(2 * x), 14)
      expect(toNumber(grad((y: Scalar) => both(y)[1])(scalar(x)))).toBeCloseTo(-Math.sin(x), 14)
      expect(toNumber(grad(grad(half))(scalar(x)))).toBeCloseTo(-2 * Math.sin(2 * x), 14)
      expect(toNumber(hvp(half)(scalar(x))(scalar(1)))).toBeCloseTo(-2 * Math.sin(2 * x), 14)
      const { tangent } = jvp(both)(scalar(x))(scalar(2))
      expect(toNumber(tangent[0])).toBeCloseTo(2 * Math.cos(x), 14)
      expect(toNumber(tangent[1])).toBeCloseTo(-2 * Math.sin(x), 14)
    })
  })

  const score = (x: Vec): Scalar => {
    const [mean, variance] = ofRow(x)
    return mul(mean)(log(variance))
  }
  const uses: Readonly<Record<string, (x: Vec) => unknown>> = {
    'by itself': (x) => apply(moments, {}, [x]),
    'in a gradient': (x) => grad(score)(x),
    'in a gradient of a gradient': (x) => grad((y: Vec) => sum(mul(y)(grad(score)(y))))(x),
    'mapped over examples': (x) => vmap((y: Scalar) => ofRow(mul(y)(x)))(x as Vec<3>),
    'mapped inside a gradient': (x) => grad((y: Vec) => sum(vmap((z: Scalar) => score(mul(z)(y)))(y as Vec<3>)))(x),
    'in the steps of a scan': (x) =>
      scan((carry: Vec, y: Scalar) => {
        const [mean, variance] = ofRow(mul(y)(carry))
        return [add(mean)(carry), variance] as const
      })(x, x as Vec<3>),
    'in the gradient of a scan': (x) =>
      grad((start: Vec) => {
        const step = (carry: Vec, y: Scalar) => [add(ofRow(mul(y)(carry))[0])(carry), ofRow(carry)[1]] as const
        const [last, kept] = scan(step)(start, tensor([1, 2, 3]))
        return add(sum(last))(sum(kept))
      })(x),
    'in a tangent of a scan': (x) =>
      jvp((start: Vec) =>
        scan((carry: Vec, y: Scalar) => [mul(y)(carry), score(carry)] as const)(start, tensor([1, 2]))
      )(x)(x),
    'in a compiled function inside another': (x) => compile((y: Vec) => compile(score)(mul(2)(y)))(x)
  }
  const leaves = (value: unknown): readonly number[] =>
    Array.isArray(value)
      ? value.flatMap(leaves)
      : typeof value === 'object' && value !== null && !('shape' in value)
        ? Object.values(value).flatMap(leaves)
        : toFlatArray(value as Tensor)
  it.each(Object.entries(uses))('runs in programs of both precisions %s', (_, f) => {
    const x = tensor([1, -2, 4.5]) as Vec
    const expected = leaves(f(x))
    leaves(compile(f, { checked: true })(x)).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12))
    leaves(compile(f, { precision: 'single', checked: true })(x)).forEach((value, i) =>
      expect(value / (1 + Math.abs(expected[i]!))).toBeCloseTo(expected[i]! / (1 + Math.abs(expected[i]!)), 4)
    )
  })

  it.each(['element', 'all'] as const)('gives nothing by a result that is not taken, even at a pole: %s', (how) => {
    const f = (x: Vec<2>): Scalar => {
      const [roots, squares] = apply(how === 'element' ? rootAndSquare : looseRootAndSquare, {}, [x]) as readonly Vec[]
      return sum(where(scalar(1), roots!)(squares!))
    }
    expect(toArray(grad(f)(tensor([0, 3])))).toEqual([0, 6])
    expect(toArray(compile(grad(f))(tensor([0, 3])))).toEqual([0, 6])
    expect(toNumber(jvp(f)(tensor([0, 3]))(tensor([1, 2])).tangent)).toBe(12)
    const steps = (start: Vec<2>) =>
      sum(scan((carry: Vec<2>, _: Scalar) => [carry, f(carry)] as const)(start, tensor([1, 2]))[1])
    expect(toArray(grad(steps)(tensor([0, 3])))).toEqual([0, 12])
    expect(
      toArray(grad((x: Vec<2>) => sum(vmap((y: Scalar) => f(mul(y)(x)))(tensor([1, 2]))))(tensor([0, 3])))
    ).toEqual([0, 30])
  })

  it('is refused when its rules do not give what they say', () => {
    const wrong = { ...sinCos, evaluate: () => [Float64Array.of(1)] }
    expect(() => apply(wrong, {}, [scalar(0)])).toThrow('sinCos: evaluate gives 1 results, but the shape rule gives 2')
    const short = { ...sinCos, vjp: () => [] }
    expect(() => grad((x: Scalar) => (apply(short, {}, [x]) as readonly [Scalar])[0])(scalar(0))).toThrow(
      'sinCos: vjp gives 0 results, but needs 1'
    )
    const unbatched = { ...sinCos, batch: () => [] }
    expect(() => vmap((x: Scalar) => apply(unbatched, {}, [x]) as readonly Scalar[])(tensor([1, 2]))).toThrow(
      'sinCos: batch gives 0 results, but the shape rule gives 2'
    )
    expect(() => primitive.multi('f')({} as never)).toThrow('multi: arity must be')
  })
})
